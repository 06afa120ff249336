#include <fcntl.h>
#include <fmt/format.h>

#include "ledger_folder.h"

namespace proviso::ledger {
namespace {

class DamageTest : public LedgerFolder {
protected:
    void make_ledger(std::uint64_t first_part, std::uint64_t second_part) {
        auto ledger = open();
        append(*ledger, 0, first_part);
        ASSERT_TRUE(ledger->prove(first_part - 1));  // so that partial tiles of that size stay
        append(*ledger, first_part, second_part);
    }

    std::vector<fs::path> files() const {
        std::vector<fs::path> files;
        for (const auto& file : fs::recursive_directory_iterator(folder_)) {
            if (file.is_regular_file() && file.path().filename() != "lock") {
                files.push_back(file.path());
            }
        }
        return files;
    }

    /// Flips bits of a file, one at a time, and counts those that verify_tile_ledger misses.
    std::size_t missed_in(const fs::path& path, std::size_t step) const {
        auto fd = open_file(path, O_RDWR).value();
        auto good = read_file(path).value();
        std::size_t missed = 0;
        for (std::size_t bit = 0; bit < good.size() * 8; bit += step) {
            auto byte = static_cast<std::uint8_t>(good[bit / 8]);
            std::uint8_t bad = byte ^ static_cast<std::uint8_t>(1U << bit % 8);
            EXPECT_TRUE(pwrite_all(fd.get(), ByteView(&bad, 1), bit / 8));
            if (verify()) {
                ++missed;
                ADD_FAILURE() << path << ": bit " << bit << " flipped unseen";
            }
            EXPECT_TRUE(pwrite_all(fd.get(), ByteView(&byte, 1), bit / 8));
        }
        return missed;
    }

    std::string story_after_change(const std::string& path, std::size_t byte) const {
        auto good = read_file(folder_ / path).value();
        auto bad = good;
        bad.at(byte) = static_cast<char>(bad.at(byte) ^ 1);
        EXPECT_TRUE(write_file_atomic(folder_ / path, as_bytes(bad)));
        auto verified = verify();
        EXPECT_TRUE(write_file_atomic(folder_ / path, as_bytes(good)));
        return verified ? "" : verified.error().story();
    }
};

TEST_F(DamageTest, EverySingleBitOfASmallLedgerIsSeen) {
    make_ledger(5, 7);
    ASSERT_EQ(verify().value(), 12U);
    std::size_t bits = 0;
    auto all = files();
    EXPECT_GE(all.size(), 6U);
    for (const auto& path : all) {
        bits += fs::file_size(path) * 8;
        EXPECT_EQ(missed_in(path, 1), 0U) << path;
    }
    EXPECT_GT(bits, 20'000U);
    RecordProperty("bits", static_cast<int>(bits));
    EXPECT_EQ(verify().value(), 12U);
}

TEST_F(DamageTest, BitsOfALedgerWithSeveralLevelsAreSeen) {
    make_ledger(256, 44);
    ASSERT_EQ(verify().value(), 300U);
    for (const auto& path : files()) {
        bool small = fs::file_size(path) < 100;
        EXPECT_EQ(missed_in(path, small ? 1 : 997), 0U) << path;
    }
}

TEST_F(DamageTest, TheFirstDamagedEntryIsNamed) {
    make_ledger(256, 44);
    auto bundle = read_file(folder_ / "tile/entries/000").value();
    for (std::uint64_t index : {0, 17, 255}) {
        auto at = bundle.find(fmt::format("\"number\":{}}}", index)) + 9;
        auto story = story_after_change("tile/entries/000", at);
        EXPECT_NE(story.find(fmt::format("ledger entry {} ", index)), std::string::npos) << story;
    }
    EXPECT_NE(story_after_change("tile/0/000", 32 * 99).find("entry 99 "), std::string::npos);
    EXPECT_NE(story_after_change("tile/1/000.p/1", 0).find("tile/1/000.p/1"), std::string::npos);
    EXPECT_NE(story_after_change("checkpoint", 25).find("checkpoint"), std::string::npos);
}

TEST_F(DamageTest, AMissingAddedOrShortenedFileIsSeen) {
    make_ledger(5, 7);
    for (const auto& path : files()) {
        if (path.filename() == "last-signed") continue;  // a mirror has none
        auto good = read_file(path).value();
        bool needed = path.filename() != "5";
        fs::remove(path);
        EXPECT_EQ(!verify(), needed) << path;
        for (const auto& other : {good + "x", good.substr(0, good.size() - 1), std::string()}) {
            ASSERT_TRUE(write_file_atomic(path, as_bytes(other)));
            EXPECT_FALSE(verify()) << path;
        }
        ASSERT_TRUE(write_file_atomic(path, as_bytes(good)));
    }
    ASSERT_TRUE(write_file_atomic(folder_ / "tile" / "extra", as_bytes("x")));
    EXPECT_FALSE(verify());
}

TEST_F(DamageTest, ADamagedLedgerIsNotOpened) {
    make_ledger(5, 7);
    auto path = folder_ / "tile/entries/000.p/12";
    auto good = read_file(path).value();
    auto bad = good;
    auto at = bad.find("\"number\":3}") + 9;
    bad[at] = '4';
    ASSERT_TRUE(write_file_atomic(path, as_bytes(bad)));
    auto opened = open_tile_ledger_on(disk_, options(), clock_);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind(), ErrorKind::Corrupt);
    EXPECT_NE(opened.error().story().find("ledger entry 3 "), std::string::npos);
    ASSERT_TRUE(write_file_atomic(path, as_bytes(good)));
    EXPECT_EQ(open()->size(), 12U);
}

TEST_F(DamageTest, EntriesThatWereChangedAndHashedAnewAreSeen) {
    make_ledger(5, 7);
    // Somebody without the signing key makes another log and puts its tiles here.
    auto genuine = folder_;
    auto forged = base_ / "forged";
    {
        auto other = options();
        other.folder = forged;
        other.signing_key = crypto::SigningKey::from_seed(Bytes(32, 8)).value();
        auto ledger = open_tile_ledger_on(disk_, std::move(other), clock_).value();
        append(*ledger, 100, 12);
    }
    fs::remove_all(genuine / "tile");
    fs::copy(forged / "tile", genuine / "tile", fs::copy_options::recursive);
    auto verified = verify();
    ASSERT_FALSE(verified);
    EXPECT_NE(
        verified.error().message().find("not those of the signed checkpoint"), std::string::npos
    );
    fs::copy_file(
        forged / "checkpoint", genuine / "checkpoint", fs::copy_options::overwrite_existing
    );
    EXPECT_FALSE(verify()) << "signed by another key";
}

}  // namespace
}  // namespace proviso::ledger
