#include "wal.h"

#include <fstream>

#include "ledger_folder.h"

namespace proviso::ledger {
namespace {

using Entries = std::vector<std::string>;

class WalTest : public LedgerFolder {
protected:
    static Result<> append(
        Wal& wal, std::uint64_t first, const Entries& entries, std::uint64_t integrated = 0
    ) {
        std::vector<std::string_view> views(entries.begin(), entries.end());
        return wal.append(first, views, integrated);
    }

    void overwrite(const std::string& content) const {
        std::ofstream(folder_ / "wal-0", std::ios::binary) << content;
    }

    Entries recover(std::uint64_t from = 0) const { return Wal::recover(folder_, from).value(); }
};

TEST_F(WalTest, GivesBackWhatWasAppended) {
    auto wal = Wal::create(folder_, disk_).value();
    ASSERT_TRUE(append(wal, 10, {"a", "b"}));
    ASSERT_TRUE(append(wal, 12, {"c"}));
    EXPECT_EQ(recover(10), (Entries{"a", "b", "c"}));
    EXPECT_EQ(recover(11), (Entries{"b", "c"}));
    EXPECT_TRUE(recover(13).empty());
    ASSERT_TRUE(wal.remove());
    EXPECT_TRUE(recover().empty());
}

TEST_F(WalTest, DropsATornLastGroupAtWhateverByte) {
    std::uint64_t after_first = 0;
    {
        auto wal = Wal::create(folder_, disk_).value();
        ASSERT_TRUE(append(wal, 0, {"one", "two"}));
        after_first = read_file(folder_ / "wal-0").value().find_last_not_of('\0') + 1;
        ASSERT_TRUE(append(wal, 2, {"three", "four"}));
    }
    auto whole = read_file(folder_ / "wal-0").value();
    auto end = whole.find_last_not_of('\0') + 1;
    for (auto size = after_first; size < end; ++size) {
        auto torn = whole.substr(0, size) + std::string(100, '\0');
        overwrite(torn);
        ASSERT_EQ(recover(), (Entries{"one", "two"})) << size;
    }
    for (auto bit = after_first * 8; bit < end * 8; ++bit) {
        auto flipped = whole.substr(0, end);
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
        overwrite(flipped);
        ASSERT_EQ(recover(), (Entries{"one", "two"})) << bit;
    }
}

TEST_F(WalTest, RefusesAHoleBeforeALaterGroup) {
    {
        auto wal = Wal::create(folder_, disk_).value();
        ASSERT_TRUE(append(wal, 0, {"one", "two"}));
        ASSERT_TRUE(append(wal, 2, {"three"}));
    }
    auto content = read_file(folder_ / "wal-0").value();
    content[30] = static_cast<char>(content[30] ^ 1);
    overwrite(content);
    auto refused = Wal::recover(folder_, 0);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::Corrupt);
    EXPECT_NE(refused.error().message().find("entry 0 "), std::string::npos);
    EXPECT_EQ(recover(2), (Entries{"three"})) << "what is in the tree is not needed";
}

TEST_F(WalTest, UsesAFileAgainOnlyWhenItsEntriesAreInTheTree) {
    auto wal = Wal::create(folder_, disk_).value();
    const Entries large(256, std::string(4000, 'x'));  // about 1 MB a group
    std::uint64_t index = 0;
    auto add = [&](std::uint64_t integrated) {
        ASSERT_TRUE(append(wal, index, large, integrated));
        index += large.size();
    };
    for (int i = 0; i < 12; ++i) add(0);
    EXPECT_EQ(recover(0).size(), index) << "nothing may be overwritten before it is in the tree";
    auto integrated = index;
    for (int i = 0; i < 12; ++i) add(integrated);
    EXPECT_EQ(recover(integrated).size(), index - integrated);
    EXPECT_LT(fs::file_size(folder_ / "wal-0"), 30U << 20U);
}

TEST_F(WalTest, TakesTheNextGroupAfterAFullDiskButNotAfterAFailedFlush) {
    auto wal = Wal::create(folder_, disk_).value();
    ASSERT_TRUE(append(wal, 0, {"one"}));
    disk_.on_write = [](const std::string&) -> Result<> {
        return Error(ErrorKind::NoSpace, "full");
    };
    EXPECT_EQ(
        append(wal, 1, {"a longer one that does not fit"}).error().kind(), ErrorKind::NoSpace
    );
    EXPECT_TRUE(wal.usable());
    disk_.on_write = nullptr;
    ASSERT_TRUE(append(wal, 1, {"two"}));
    EXPECT_EQ(recover(), (Entries{"one", "two"}));
    disk_.on_sync = [](const std::string&) -> Result<> {
        return Error(ErrorKind::NoSpace, "full, but too late");
    };
    EXPECT_FALSE(append(wal, 2, {"three"}));
    EXPECT_FALSE(wal.usable());
}

}  // namespace
}  // namespace proviso::ledger
