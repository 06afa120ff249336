#include <atomic>
#include <thread>

#include "ledger_folder.h"
#include "tiles.h"

namespace proviso::ledger {
namespace {

class TileLedgerTest : public LedgerFolder {
protected:
    bool proves(const Ledger& ledger, std::uint64_t index) const {
        auto proof = ledger.prove(index);
        if (!proof) return false;
        auto key = proof::parse_verifier_key(key_).value();
        auto checkpoint = proof::open_checkpoint(proof->checkpoint_note, key.key);
        return checkpoint && *checkpoint == proof->checkpoint && proof->index == index &&
               proof::verify_inclusion(
                   proof::leaf_hash(as_bytes(proof->entry_bytes)),
                   index,
                   checkpoint->size,
                   proof->path,
                   checkpoint->root
               );
    }

    static std::uint64_t number_at(const Ledger& ledger, std::uint64_t index) {
        return ledger.read(index, 1).value().at(0).entry.body.at("number").get<std::uint64_t>();
    }

    /// Whether any file under the folder holds the text.
    bool stands_somewhere(std::string_view text) const {
        for (const auto& file : fs::recursive_directory_iterator(folder_)) {
            // The integrator may rename a temporary file away meanwhile.
            auto content = file.is_regular_file() ? read_file(file.path()) : std::string();
            if (content && content->find(text) != std::string::npos) return true;
        }
        return false;
    }

    static Result<> full(const std::string& /*path*/) { return Error(ErrorKind::NoSpace, "full"); }
};

TEST_F(TileLedgerTest, BeginsEmptyAndSigned) {
    auto ledger = open();
    EXPECT_EQ(ledger->size(), 0U);
    EXPECT_EQ(ledger->verifier_key(), key_);
    EXPECT_TRUE(ledger->read(0, 10).value().empty());
    EXPECT_EQ(ledger->prove(0).error().kind(), ErrorKind::NotFound);
    ledger.reset();
    EXPECT_EQ(verify().value(), 0U);
    EXPECT_EQ(open()->size(), 0U);
}

TEST_F(TileLedgerTest, ProvesEveryEntryBeforeAndAfterARestart) {
    constexpr std::uint64_t kCount = 600;
    {
        auto ledger = open();
        append(*ledger, 0, 3);
        EXPECT_EQ(number_at(*ledger, 2), 2U) << "readable before it is in a tile";
        append(*ledger, 3, kCount - 3);
        EXPECT_EQ(ledger->size(), kCount);
        for (std::uint64_t i = 0; i < kCount; i += 37) ASSERT_TRUE(proves(*ledger, i)) << i;
    }
    EXPECT_EQ(verify().value(), kCount);
    auto ledger = open();
    EXPECT_EQ(ledger->size(), kCount);
    auto all = ledger->read(0, 10'000).value();
    ASSERT_EQ(all.size(), kCount);
    for (std::uint64_t i = 0; i < kCount; ++i) ASSERT_EQ(all[i].entry.body.at("number"), i);
    EXPECT_EQ(ledger->read(250, 10).value().size(), 10U);
    EXPECT_TRUE(ledger->read(kCount, 10).value().empty());
    for (std::uint64_t i = 0; i < kCount; ++i) ASSERT_TRUE(proves(*ledger, i)) << i;
}

TEST_F(TileLedgerTest, GivesProofsAgainstOneCheckpoint) {
    auto ledger = open();
    append(*ledger, 0, 20);
    auto proofs = ledger->prove_all({3, 19, 0}).value();
    ASSERT_EQ(proofs.size(), 3U);
    for (const auto& proof : proofs) EXPECT_EQ(proof.checkpoint_note, proofs[0].checkpoint_note);
    EXPECT_EQ(proofs[1].index, 19U);
    EXPECT_FALSE(ledger->prove_all({3, 20}));
    EXPECT_TRUE(ledger->prove_all({}).value().empty());
}

TEST_F(TileLedgerTest, ProvesThatItOnlyGrew) {
    auto ledger = open();
    std::vector<proof::Checkpoint> checkpoints;
    for (std::uint64_t at = 0; at < 700; at += 100) {
        append(*ledger, at, 100);
        checkpoints.push_back(ledger->prove(at + 99).value().checkpoint);
    }
    for (const auto& older : checkpoints) {
        for (const auto& newer : checkpoints) {
            if (older.size > newer.size) continue;
            auto path = ledger->prove_consistency(older.size, newer.size).value();
            EXPECT_TRUE(
                proof::verify_consistency(older.size, older.root, newer.size, newer.root, path)
            );
        }
    }
    EXPECT_FALSE(ledger->prove_consistency(2, 1));
    EXPECT_FALSE(ledger->prove_consistency(1, 701));
}

TEST_F(TileLedgerTest, TakesAllDraftsOrNone) {
    auto ledger = open();
    std::vector<Draft> drafts{draft(1), {"Not a type", Json::object(), nullptr}};
    EXPECT_EQ(ledger->append_all(std::move(drafts)).error().kind(), ErrorKind::InvalidInput);
    EXPECT_EQ(ledger->append_all(std::vector<Draft>(1025)).error().kind(), ErrorKind::TooLarge);
    EXPECT_TRUE(ledger->append_all({}).value().empty());
    EXPECT_EQ(ledger->size(), 0U);
}

TEST_F(TileLedgerTest, GivesManyThreadsOneOrderAndSharedFlushes) {
    constexpr int kThreads = 8;
    constexpr int kEach = 100;
    std::atomic<int> flushes{0};
    disk_.on_sync = [&](const std::string& path) -> Result<> {
        if (path.find("wal-") != std::string::npos) ++flushes;
        return {};
    };
    auto ledger = open();
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < kThreads; ++thread) {
            threads.emplace_back([&, thread] {
                std::uint64_t last = 0;
                for (int i = 0; i < kEach; ++i) {
                    auto number = static_cast<std::uint64_t>(thread * kEach + i);
                    auto receipt = ledger->append(draft(number)).value();
                    ASSERT_TRUE(i == 0 || receipt.index > last);
                    last = receipt.index;
                    ASSERT_EQ(number_at(*ledger, receipt.index), number);
                }
            });
        }
    }
    EXPECT_LT(flushes, kThreads * kEach);
    ledger.reset();
    EXPECT_EQ(verify().value(), static_cast<std::uint64_t>(kThreads * kEach));
    auto all = open()->read(0, 10'000).value();
    for (std::size_t i = 1; i < all.size(); ++i) {
        ASSERT_LE(all[i - 1].entry.at, all[i].entry.at) << "times run backwards";
    }
}

TEST_F(TileLedgerTest, KeepsPersonalPartsApartAndErasesThem) {
    auto ledger = open();
    append(*ledger, 0, 3);
    std::vector<Draft> drafts;
    drafts.push_back({"view", Json{{"camera", "gate-1"}}, Json{{"name", "Erika Mustermann"}}});
    drafts.push_back({"view", Json{{"camera", "gate-1"}}, Json{{"name", "Max Mustermann"}}});
    ASSERT_TRUE(ledger->append_all(std::move(drafts)));
    EXPECT_EQ(ledger->personal(3).value().at("name"), "Erika Mustermann");
    EXPECT_EQ(ledger->personal(0).error().kind(), ErrorKind::NotFound);
    EXPECT_EQ(ledger->personal(99).error().kind(), ErrorKind::NotFound);
    EXPECT_TRUE(proves(*ledger, 4)) << "so that all is written";
    EXPECT_FALSE(stands_somewhere("Mustermann"));
    ASSERT_TRUE(ledger->erase_personal(3));
    ASSERT_TRUE(ledger->erase_personal(3)) << "twice is no error";
    EXPECT_EQ(ledger->personal(3).error().kind(), ErrorKind::NotFound);
    EXPECT_EQ(ledger->personal(4).value().at("name"), "Max Mustermann");
    EXPECT_TRUE(proves(*ledger, 3)) << "the proof does not need what was erased";
    ledger.reset();
    EXPECT_EQ(verify().value(), 5U);
    EXPECT_EQ(open()->personal(3).error().kind(), ErrorKind::NotFound);
}

TEST_F(TileLedgerTest, SaltsTheCommitmentSoThatNobodyCanGuess) {
    auto ledger = open();
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(ledger->append({"view", Json::object(), Json{{"name", "Erika"}}}));
    }
    auto read = ledger->read(0, 2).value();
    EXPECT_NE(read[0].entry.commit, read[1].entry.commit);
    EXPECT_NE(read[0].entry.commit, proof::payload_commitment({}, R"({"name":"Erika"})"));
}

TEST_F(TileLedgerTest, NoticesADamagedPersonalPart) {
    auto ledger = open();
    ASSERT_TRUE(ledger->append({"view", Json::object(), Json{{"name", "Erika"}}}));
    auto path = folder_ / "payload/000000000/000000000000";
    auto content = read_file(path).value();
    content[20] = static_cast<char>(content[20] ^ 1);
    ASSERT_TRUE(write_file_atomic(path, as_bytes(content)));
    EXPECT_EQ(ledger->personal(0).error().kind(), ErrorKind::Corrupt);
}

TEST_F(TileLedgerTest, AcknowledgesNothingMoreAfterAFailedFlush) {
    auto ledger = open();
    append(*ledger, 0, 2);
    disk_.on_sync = [](const std::string& path) -> Result<> {
        if (path.find("wal-") == std::string::npos) return {};
        return Error(ErrorKind::Corrupt, "input/output error");
    };
    EXPECT_FALSE(ledger->append(draft(2)));
    disk_.on_sync = nullptr;
    auto refused = ledger->append(draft(3));
    ASSERT_FALSE(refused) << "a flush that failed is not tried again";
    EXPECT_EQ(refused.error().kind(), ErrorKind::Unavailable);
    EXPECT_EQ(ledger->size(), 2U);
    ledger.reset();
    ledger = open();
    // The entry that failed may or may not have reached the disk; nobody acted on it.
    EXPECT_GE(ledger->size(), 2U);
    EXPECT_LE(ledger->size(), 3U);
    EXPECT_TRUE(ledger->append(draft(4)));
}

TEST_F(TileLedgerTest, TakesEntriesAgainWhenThereIsSpaceAgain) {
    auto ledger = open();
    append(*ledger, 0, 2);
    disk_.on_write = full;
    EXPECT_EQ(ledger->append(draft(2)).error().kind(), ErrorKind::NoSpace);
    EXPECT_EQ(
        ledger->append({"view", Json::object(), Json{{"name", "Erika"}}}).error().kind(),
        ErrorKind::NoSpace
    );
    disk_.on_write = nullptr;
    EXPECT_EQ(ledger->append(draft(3)).value().index, 2U);
    EXPECT_TRUE(proves(*ledger, 2));
    ledger.reset();
    EXPECT_EQ(verify().value(), 3U);
    EXPECT_FALSE(fs::exists(folder_ / "payload/000000000/000000000002"));
}

TEST_F(TileLedgerTest, AcknowledgesWhileOnlyTheTreeHasNoSpace) {
    auto ledger = open();
    append(*ledger, 0, 2);
    ASSERT_TRUE(proves(*ledger, 1));
    disk_.on_write = [](const std::string& path) -> Result<> {
        return path.find("wal-") != std::string::npos ? Result<>() : full(path);
    };
    append(*ledger, 2, 2);
    EXPECT_EQ(number_at(*ledger, 3), 3U);
    disk_.on_write = nullptr;
    EXPECT_TRUE(proves(*ledger, 3));
    ledger.reset();
    EXPECT_EQ(verify().value(), 4U);
}

TEST_F(TileLedgerTest, SignsNothingThatDoesNotComeBackAsItWasWritten) {
    auto ledger = open();
    append(*ledger, 0, 10);
    auto before = ledger->prove(9).value().checkpoint_note;
    for (auto where : {"tile/entries", "tile/0"}) {
        disk_.corrupt = [where](const std::string& path, Bytes& content) {
            if (path.find(where) != std::string::npos) content.back() ^= 1U;
        };
        ASSERT_TRUE(ledger->append(draft(10)));
        EXPECT_FALSE(ledger->prove(ledger->size() - 1)) << where;
        EXPECT_EQ(ledger->checkpoint_note().value(), before);
        EXPECT_FALSE(ledger->append(draft(11)));
        disk_.corrupt = nullptr;
        ledger.reset();
        ledger = open();  // the acknowledged entry is in the write-ahead log
        EXPECT_TRUE(proves(*ledger, ledger->size() - 1));
        before = ledger->checkpoint_note().value();
    }
    ledger.reset();
    EXPECT_EQ(verify().value(), 12U);
}

TEST_F(TileLedgerTest, RecoversWhatWasAcknowledgedButNotInTheTree) {
    auto ledger = open();
    append(*ledger, 0, 5);
    ASSERT_TRUE(proves(*ledger, 4));
    disk_.on_write = [](const std::string& path) -> Result<> {
        return path.find("wal-") != std::string::npos ? Result<>() : full(path);
    };
    append(*ledger, 5, 300);
    ledger.reset();  // cannot write the tree, so the write-ahead log stays
    disk_.on_write = nullptr;
    EXPECT_EQ(verify().value(), 5U);
    ledger = open();
    EXPECT_EQ(ledger->size(), 305U);
    for (std::uint64_t i = 0; i < 305; ++i) ASSERT_EQ(number_at(*ledger, i), i);
    EXPECT_TRUE(proves(*ledger, 304));
}

TEST_F(TileLedgerTest, GrowsThroughWhatItSignedIfACrashCameBetweenTheTwoNotes) {
    auto ledger = open();
    append(*ledger, 0, 5);
    ASSERT_TRUE(proves(*ledger, 4));
    auto older = read_file(folder_ / "checkpoint").value();
    fs::copy(folder_ / "wal-0", base_ / "wal-0");
    append(*ledger, 5, 2);
    ASSERT_TRUE(proves(*ledger, 6));
    fs::copy(folder_ / "wal-0", base_ / "wal-0", fs::copy_options::overwrite_existing);
    ledger.reset();
    // last-signed speaks of 7 entries, the checkpoint of 5, the write-ahead log has the rest.
    ASSERT_TRUE(write_file_atomic(folder_ / "checkpoint", as_bytes(older)));
    fs::copy(base_ / "wal-0", folder_ / "wal-0");
    EXPECT_EQ(open()->size(), 7U);
    EXPECT_EQ(verify().value(), 7U);
}

TEST_F(TileLedgerTest, RefusesAnOlderCopyOfItself) {
    {
        auto ledger = open();
        append(*ledger, 0, 5);
    }
    fs::copy(folder_, base_ / "older", fs::copy_options::recursive);
    {
        auto ledger = open();
        append(*ledger, 5, 5);
    }
    auto last_signed = read_file(folder_ / "last-signed").value();
    fs::remove_all(folder_);
    fs::copy(base_ / "older", folder_, fs::copy_options::recursive);
    ASSERT_TRUE(write_file_atomic(folder_ / "last-signed", as_bytes(last_signed)));
    auto refused = open_tile_ledger_on(disk_, options(), clock_);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message().find("signed 10 entries"), std::string::npos);
}

TEST_F(TileLedgerTest, RefusesAnotherKeyNameOrProcess) {
    { append(*open(), 0, 5); }
    auto other_key = options();
    other_key.signing_key = crypto::SigningKey::generate();
    EXPECT_EQ(
        open_tile_ledger_on(disk_, std::move(other_key), clock_).error().kind(), ErrorKind::Corrupt
    );
    auto other_name = options();
    other_name.origin = "proviso.example/other";
    EXPECT_FALSE(open_tile_ledger_on(disk_, std::move(other_name), clock_));
    auto bad_name = options();
    bad_name.origin = "two words";
    EXPECT_EQ(
        open_tile_ledger_on(disk_, std::move(bad_name), clock_).error().kind(),
        ErrorKind::InvalidInput
    );
    auto ledger = open();
    EXPECT_EQ(open_tile_ledger_on(disk_, options(), clock_).error().kind(), ErrorKind::Conflict);
}

TEST_F(TileLedgerTest, RefusesToBeginAnewWhereALogWas) {
    { append(*open(), 0, 5); }
    fs::remove(folder_ / "checkpoint");
    auto refused = open_tile_ledger_on(disk_, options(), clock_);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message().find("no checkpoint"), std::string::npos);
}

TEST_F(TileLedgerTest, RemovesPersonalPartsOfEntriesThatNeverWere) {
    { append(*open(), 0, 5); }
    auto orphan = folder_ / "payload/000000000/000000000005";
    ASSERT_TRUE(make_folders(orphan.parent_path()));
    ASSERT_TRUE(write_file_atomic(orphan, as_bytes("torn")));
    ASSERT_EQ(open()->size(), 5U);
    EXPECT_FALSE(fs::exists(orphan));
}

TEST_F(TileLedgerTest, LeavesNoWriteAheadLogWhenItIsClosed) {
    { append(*open(), 0, 5); }
    EXPECT_FALSE(fs::exists(folder_ / "wal-0"));
    EXPECT_FALSE(fs::exists(folder_ / "wal-1"));
}

}  // namespace
}  // namespace proviso::ledger
