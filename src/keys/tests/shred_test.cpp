#include <gtest/gtest.h>

#include <proviso/crypto/aead.h>
#include <proviso/keys/key_store.h>
#include <proviso/ledger/memory_ledger.h>

#include "temporary_folder.h"

namespace proviso::keys {
namespace {

namespace fs = std::filesystem;

const Day kDay = parse_day("2026-11-22").value();
const CameraId kGate = CameraId::literal("gate-1");
const CameraId kYard = CameraId::literal("yard");

class ShredTest : public InFolder {
protected:
    std::unique_ptr<KeyStore> open() {
        auto store = KeyStore::open(keys_, unlock_).value();
        EXPECT_TRUE(store->attach_ledger(*ledger_));
        return store;
    }

    static Result<> shred(KeyStore& store, const std::string& id) {
        return store.shred(std::span(&id, 1), "retention");
    }

    const fs::path keys_ = folder_ / "keys";
    const Unlock unlock_{folder_ / "master.key", ""};
    SystemClock clock_;
    std::unique_ptr<ledger::Ledger> ledger_ = ledger::make_memory_ledger(clock_);
};

TEST_F(ShredTest, DestroysTheKeyAndNoOther) {
    auto store = open();
    auto gone = store->camera_day(kGate, kDay).value().id;
    auto kept = store->camera_day(kYard, kDay).value();
    ASSERT_TRUE(shred(*store, gone));
    EXPECT_EQ(store->find(gone).error().kind(), ErrorKind::NotFound);
    store.reset();
    store = open();
    EXPECT_EQ(store->find(gone).error().kind(), ErrorKind::NotFound);
    EXPECT_TRUE(
        crypto::equal_secret(store->find(kept.id).value().secret->view(), kept.secret->view())
    );
    EXPECT_NE(store->camera_day(kGate, kDay).value().id, gone) << "a destroyed key came back";
}

TEST_F(ShredTest, WritesDownWhatAndWhy) {
    auto store = open();
    auto id = store->camera_day(kGate, kDay).value().id;
    ASSERT_TRUE(shred(*store, id));
    ASSERT_EQ(ledger_->size(), 1U);
    auto entry = ledger_->read(0, 1).value().front().entry;
    EXPECT_EQ(entry.type, "key.destroyed");
    EXPECT_EQ(entry.body, (Json{{"keys", {id}}, {"reason", "retention"}}));
    ASSERT_TRUE(shred(*store, id)) << "what is gone is passed over";
    EXPECT_EQ(ledger_->size(), 1U);
}

TEST_F(ShredTest, DestroysNamedKeysAndTellsOnlyTheirRandomIds) {
    auto store = open();
    auto made = store->make_named("face", 2).value();
    ASSERT_EQ(made.size(), 2U);
    EXPECT_NE(made[0].id, made[1].id);
    store.reset();
    store = open();
    EXPECT_EQ(store->list_named("face").size(), 2U);
    EXPECT_TRUE(store->list_named("fac").empty());
    EXPECT_TRUE(crypto::equal_secret(
        store->find_named(made[0].id).value().secret->view(), made[0].secret->view()
    ));
    ASSERT_TRUE(shred(*store, made[0].id));
    EXPECT_EQ(store->find_named(made[0].id).error().kind(), ErrorKind::NotFound);
    EXPECT_TRUE(store->find_named(made[1].id));
    EXPECT_EQ(ledger_->read(0, 1).value().front().entry.body.at("keys"), Json{made[0].id});
    for (const auto& file : fs::recursive_directory_iterator(folder_)) {
        if (!file.is_regular_file()) continue;
        auto content = read_file(file.path()).value();
        EXPECT_EQ(content.find(as_text(made[0].secret->view())), std::string::npos) << file.path();
    }
    EXPECT_FALSE(store->make_named("No Slug", 1));
}

TEST_F(ShredTest, WritesDownManyKeysInEntriesThatFit) {
    auto store = open();
    std::vector<std::string> ids;
    auto camera = CameraId::literal(std::string(63, 'x'));
    for (int day = 0; day < 70; ++day) {
        ids.push_back(store->camera_day(camera, kDay + std::chrono::days(day)).value().id);
    }
    ASSERT_TRUE(store->shred(ids, "retention"));
    EXPECT_EQ(ledger_->size(), 3U);
    EXPECT_TRUE(store->list().empty());
}

TEST_F(ShredTest, CannotBeUndoneFromAnOlderCopyOfTheKeystore) {
    auto store = open();
    auto id = store->camera_day(kGate, kDay).value().id;
    auto older = read_file(keys_ / "keystore").value();
    ASSERT_TRUE(shred(*store, id));
    store.reset();
    ASSERT_TRUE(write_file_atomic(keys_ / "keystore", as_bytes(older)));
    auto opened = KeyStore::open(keys_, unlock_);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind(), ErrorKind::Corrupt);
    EXPECT_NE(opened.error().message().find("destroyed"), std::string::npos);
    // Calling it the new epoch does not help either.
    auto forged = older;
    forged[11] = 2;
    ASSERT_TRUE(write_file_atomic(keys_ / "keystore", as_bytes(forged)));
    EXPECT_FALSE(KeyStore::open(keys_, unlock_));
}

/// How many places in `folder` hold bytes that open the keystore `older`, with the master key
/// known: as a key in the clear, or as an epoch key under the master key.
std::size_t ways_to_open(const fs::path& folder, const std::string& older, ByteView master) {
    auto header = as_bytes(older).first(12);
    auto body = as_bytes(older).subspan(12);
    Bytes context;
    ByteWriter(context).text("proviso epoch key v1").u32(1);
    constexpr std::size_t kWrapped = crypto::kAeadNonceSize + 32 + crypto::kAeadTagSize;
    std::size_t ways = 0;
    for (const auto& file : fs::recursive_directory_iterator(folder)) {
        if (!file.is_regular_file()) continue;
        auto text = read_file(file.path()).value();
        auto content = as_bytes(text);
        for (std::size_t at = 0; at + 32 <= content.size(); ++at) {
            if (crypto::unwrap(content.subspan(at, 32), header, body)) ++ways;
            if (at + kWrapped > content.size()) continue;
            auto epoch = crypto::unwrap(master, context, content.subspan(at, kWrapped));
            if (epoch && crypto::unwrap(epoch->view(), header, body)) ++ways;
        }
    }
    return ways;
}

TEST_F(ShredTest, LeavesNothingInTheFolderThatOpensTheOlderKeystore) {
    auto store = open();
    auto key = store->camera_day(kGate, kDay).value();
    auto older = read_file(keys_ / "keystore").value();
    auto master = read_file(unlock_.key_file).value();
    EXPECT_EQ(ways_to_open(folder_, older, as_bytes(master)), 1U)
        << "the search finds what is there";
    ASSERT_TRUE(shred(*store, key.id));
    EXPECT_EQ(ways_to_open(folder_, older, as_bytes(master)), 0U);
    EXPECT_FALSE(fs::exists(keys_ / "epoch-1.key"));
    for (const auto& file : fs::recursive_directory_iterator(folder_)) {
        if (!file.is_regular_file()) continue;
        auto content = read_file(file.path()).value();
        EXPECT_EQ(content.find(as_text(key.secret->view())), std::string::npos) << file.path();
    }
}

TEST_F(ShredTest, IsFinishedAtTheNextStartIfACrashLeftTheOldEpochKey) {
    auto store = open();
    auto id = store->camera_day(kGate, kDay).value().id;
    auto old_epoch = read_file(keys_ / "epoch-1.key").value();
    ASSERT_TRUE(shred(*store, id));
    store.reset();
    ASSERT_TRUE(write_file_atomic(keys_ / "epoch-1.key", as_bytes(old_epoch)));
    store = open();
    EXPECT_FALSE(store->find(id));
    EXPECT_FALSE(fs::exists(keys_ / "epoch-1.key"));
}

TEST_F(ShredTest, DidNotHappenIfACrashCameBeforeTheNewKeystore) {
    auto store = open();
    auto id = store->camera_day(kGate, kDay).value().id;
    store.reset();
    fs::copy(keys_, folder_ / "before");
    store = open();
    ASSERT_TRUE(shred(*store, id));
    // What a crash right after writing the new epoch key leaves.
    fs::copy(keys_ / "epoch-2.key", folder_ / "before" / "epoch-2.key");
    auto crashed = KeyStore::open(folder_ / "before", unlock_).value();
    EXPECT_TRUE(crashed->find(id));
    EXPECT_FALSE(fs::exists(folder_ / "before" / "epoch-2.key"));
}

TEST_F(ShredTest, IsToldLaterIfTheLedgerCannotBeWrittenNow) {
    auto broken = ledger::make_broken_ledger(ErrorKind::NoSpace);
    auto store = KeyStore::open(keys_, unlock_).value();
    auto id = store->camera_day(kGate, kDay).value().id;
    EXPECT_FALSE(shred(*store, id)) << "no ledger yet";
    EXPECT_TRUE(store->find(id));
    ASSERT_TRUE(store->attach_ledger(*broken));
    EXPECT_EQ(shred(*store, id).error().kind(), ErrorKind::NoSpace);
    EXPECT_FALSE(store->find(id)) << "deletion does not wait for the ledger";
    store.reset();
    store = open();
    ASSERT_EQ(ledger_->size(), 1U);
    EXPECT_EQ(ledger_->read(0, 1).value().front().entry.body.at("keys"), Json{id});
    store.reset();
    store = open();
    EXPECT_EQ(ledger_->size(), 1U) << "told twice";
}

TEST_F(ShredTest, RefusesAReasonThatIsNone) {
    auto store = open();
    auto id = store->camera_day(kGate, kDay).value().id;
    EXPECT_FALSE(store->shred(std::span(&id, 1), ""));
    EXPECT_TRUE(store->find(id));
}

}  // namespace
}  // namespace proviso::keys
