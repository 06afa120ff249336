#include <gtest/gtest.h>

#include <proviso/ledger/memory_ledger.h>

namespace proviso::ledger {
namespace {

const FakeClock kClock(parse_timestamp("2026-11-22T13:05:07Z").value());

Draft draft(int number) { return {"test", Json{{"number", number}}, nullptr}; }

bool proves(const Ledger& ledger, std::uint64_t index) {
    auto proof = ledger.prove(index).value();
    auto key = proof::parse_verifier_key(ledger.verifier_key()).value();
    auto checkpoint = proof::open_checkpoint(proof.checkpoint_note, key.key).value();
    return checkpoint == proof.checkpoint && checkpoint.origin == key.origin &&
           proof::verify_inclusion(
               proof::leaf_hash(as_bytes(proof.entry_bytes)),
               index,
               checkpoint.size,
               proof.path,
               checkpoint.root
           );
}

TEST(MemoryLedger, ProvesEveryEntryItTook) {
    auto ledger = make_memory_ledger(kClock);
    for (int i = 0; i < 10; ++i) {
        auto receipt = ledger->append(draft(i)).value();
        EXPECT_EQ(receipt.index, static_cast<std::uint64_t>(i));
        EXPECT_EQ(receipt.at, kClock.now());
    }
    EXPECT_EQ(ledger->size(), 10U);
    for (std::uint64_t i = 0; i < 10; ++i) EXPECT_TRUE(proves(*ledger, i));
    EXPECT_EQ(ledger->read(7, 100).value().size(), 3U);
    EXPECT_EQ(ledger->read(2, 1).value().front().entry.body.at("number"), 2);
    EXPECT_EQ(ledger->prove(10).error().kind(), ErrorKind::NotFound);
}

TEST(MemoryLedger, TakesAllDraftsOrNone) {
    auto ledger = make_memory_ledger(kClock);
    std::vector<Draft> drafts{draft(1), {"Not a type", Json::object(), nullptr}};
    EXPECT_FALSE(ledger->append_all(drafts));
    EXPECT_EQ(ledger->size(), 0U);
}

TEST(MemoryLedger, KeepsPersonalPartsOutOfTheTreeAndForgetsThem) {
    auto ledger = make_memory_ledger(kClock);
    auto receipt = ledger->append({"view", Json::object(), Json{{"name", "Erika"}}}).value();
    EXPECT_EQ(ledger->personal(receipt.index).value().at("name"), "Erika");
    EXPECT_EQ(ledger->read(0, 1).value().front().bytes.find("Erika"), std::string::npos);
    ASSERT_TRUE(ledger->read(0, 1).value().front().entry.commit);
    ASSERT_TRUE(ledger->erase_personal(receipt.index));
    EXPECT_EQ(ledger->personal(receipt.index).error().kind(), ErrorKind::NotFound);
    EXPECT_TRUE(proves(*ledger, receipt.index));
}

TEST(BrokenLedger, TakesNothing) {
    auto ledger = make_broken_ledger(ErrorKind::NoSpace);
    EXPECT_EQ(ledger->append(draft(1)).error().kind(), ErrorKind::NoSpace);
    EXPECT_EQ(ledger->size(), 0U);
}

}  // namespace
}  // namespace proviso::ledger
