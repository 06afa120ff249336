#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <proviso/base/file.h>
#include <proviso/law/pack_shelf.h>
#include <proviso/proof/checkpoint.h>

#include "hand_registers.h"

namespace proviso::law {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr auto kHead = R"(id: {}
title: A land of one rule
version: "{}"
checked: 2026-11-01
review_by: 2027-02-01
language: en
jurisdictions: [DE]
)";

constexpr auto kAsksForNotice = R"(id: T-NOTICE
title: Record only with a notice
cite: Law of the test, 1
status: in_force
confidence: V
effect:
  require_before: [{record: notice}]
)";

constexpr auto kAsksForMore = R"(id: T-NOTICE
title: Record only with a notice and an assessment
cite: Law of the test, 1
status: in_force
confidence: V
effect:
  require_before: [{record: notice}, {record: lia}]
)";

constexpr auto kCase = R"(case: nothing on record
on: 2026-11-22
act: capture
site: {jurisdictions: [DE]}
analytic: {kind: recording}
records: []
expect: {verdict: refuse}
)";

policy::Facts facts(std::vector<std::string> records) {
    Json list = Json::array();
    for (auto& kind : records) list.push_back({{"kind", kind}});
    return policy::Facts::from_json({{"act", "capture"},
                                     {"site", {{"jurisdictions", {"DE"}}}},
                                     {"analytic", {{"kind", "recording"}}},
                                     {"records", list}}
    ).value();
}

class PackShelfTest : public testing::Test {
protected:
    PackShelfTest() {
        char name[] = "/tmp/proviso-shelf-XXXXXX";
        folder_ = ::mkdtemp(name);
        write("test", "1.0.0", kAsksForNotice);
    }

    ~PackShelfTest() override { fs::remove_all(folder_); }

    void write(const std::string& id, const std::string& version, std::string_view rules) {
        auto pack = folder_ / "shipped" / id;
        fs::create_directories(pack / "rules");
        fs::create_directories(pack / "cases");
        std::string head = kHead;
        head.replace(head.find("{}"), 2, id);
        head.replace(head.find("{}"), 2, version);
        std::ofstream(pack / "pack.yaml") << head;
        std::ofstream(pack / "rules" / "all.yaml") << rules;
        std::ofstream(pack / "cases" / "all.yaml") << kCase;
    }

    Result<std::unique_ptr<PackShelf>> open(std::optional<std::string> digest = {}) {
        return PackShelf::open(
            {folder_ / "shipped", std::move(digest), folder_ / "kept", {publisher_}},
            ledger_,
            clock_
        );
    }

    /// What a publisher makes of other rules, without touching what is shipped here.
    std::string file(const std::string& version, std::string_view rules, bool sign = true) {
        auto kept = folder_ / "shipped";
        fs::rename(kept, folder_ / "aside");
        write("test", version, rules);
        auto packs = read_pack_folder(kept).value();
        fs::remove_all(kept);
        fs::rename(folder_ / "aside", kept);
        if (sign) sign_pack(packs[0], "example.org/packs", key_);
        return packs[0].text();
    }

    bool permits(const PackShelf& shelf, std::vector<std::string> records) {
        return shelf.packs().decide(facts(std::move(records)), day_of(clock_.now())).permits();
    }

    Json last_entry() {
        auto entries = ledger_.read(ledger_.size() - 1, 1).value();
        return {{"type", entries[0].entry.type}, {"body", entries[0].entry.body}};
    }

    fs::path folder_;
    crypto::SigningKey key_ = crypto::SigningKey::generate();
    std::string publisher_ = proof::verifier_key("example.org/packs", key_.public_key());
    FakeClock clock_{at("2026-11-22T12:00:00Z")};
    BreakableLedger ledger_{clock_};
    UserId officer_ = UserId::literal("anna");
};

TEST_F(PackShelfTest, PutsWhatCameWithTheProgramInForceAndSaysSoInTheLedger) {
    auto shelf = open().value();
    EXPECT_EQ(last_entry()["type"], "pack.activated");
    EXPECT_EQ(last_entry()["body"]["packs"]["test"], "1.0.0");
    EXPECT_FALSE(permits(*shelf, {}));
    EXPECT_TRUE(permits(*shelf, {"notice"}));
    auto size = ledger_.size();
    shelf = open().value();
    EXPECT_EQ(ledger_.size(), size) << "a start without news is no event";
}

TEST_F(PackShelfTest, RefusesShippedPacksThatAreNotThoseOfTheProgram) {
    auto right = digest_of(read_pack_folder(folder_ / "shipped").value());
    EXPECT_TRUE(open(right));
    std::ofstream(folder_ / "shipped" / "test" / "rules" / "all.yaml", std::ios::app) << "# x\n";
    auto refused = open(right);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::Corrupt);
}

TEST_F(PackShelfTest, AStricterPackCountsAtOnceAndALooserOneWhenSomebodyApproves) {
    auto shelf = open().value();
    ASSERT_TRUE(shelf->import(file("1.1.0", kAsksForMore), officer_));
    EXPECT_FALSE(permits(*shelf, {"notice"}));
    EXPECT_TRUE(permits(*shelf, {"notice", "lia"}));
    ASSERT_TRUE(shelf->approve(officer_));
    EXPECT_EQ(last_entry()["type"], "pack.approved");
    EXPECT_EQ(last_entry()["body"]["by"], "anna");

    ASSERT_TRUE(shelf->import(file("1.2.0", kAsksForNotice), officer_));
    EXPECT_FALSE(permits(*shelf, {"notice"})) << "nobody has approved that less is asked for";
    ASSERT_TRUE(shelf->approve(officer_));
    EXPECT_TRUE(permits(*shelf, {"notice"}));
    auto again = open().value();
    EXPECT_TRUE(permits(*again, {"notice"})) << "and so it stays after a restart";
    EXPECT_EQ(again->list()[0].version, "1.2.0");
}

TEST_F(PackShelfTest, WhatWasAnnouncedCanBePutAway) {
    auto shelf = open().value();
    EXPECT_EQ(shelf->withdraw(officer_).error().kind(), ErrorKind::Conflict);
    ASSERT_TRUE(shelf->import(file("1.1.0", kAsksForMore), officer_));
    ASSERT_TRUE(shelf->withdraw(officer_));
    EXPECT_TRUE(permits(*shelf, {"notice"}));
    EXPECT_EQ(shelf->list().size(), 1U);
}

TEST_F(PackShelfTest, AnUpgradeOfTheProgramLoosensNothingByItself) {
    write("test", "1.0.0", kAsksForMore);
    ASSERT_TRUE(open());
    write("test", "1.1.0", kAsksForNotice);
    auto shelf = open().value();
    EXPECT_EQ(last_entry()["type"], "pack.announced");
    EXPECT_FALSE(permits(*shelf, {"notice"}));
    ASSERT_TRUE(shelf->approve(officer_));
    EXPECT_TRUE(permits(*shelf, {"notice"}));
}

TEST_F(PackShelfTest, RefusesUnsignedForeignOldAndDamagedFilesAndChangesNothing) {
    auto shelf = open().value();
    auto good = file("1.1.0", kAsksForMore);
    auto size = ledger_.size();
    EXPECT_EQ(
        shelf->import(file("1.1.0", kAsksForMore, false), officer_).error().kind(),
        ErrorKind::Forbidden
    );
    EXPECT_EQ(
        shelf->import(file("1.0.0", kAsksForMore), officer_).error().kind(), ErrorKind::Conflict
    );
    auto stranger = crypto::SigningKey::generate();
    std::swap(stranger, key_);
    EXPECT_EQ(
        shelf->import(file("1.1.0", kAsksForMore), officer_).error().kind(), ErrorKind::Forbidden
    );
    std::swap(stranger, key_);
    EXPECT_FALSE(shelf->import("", officer_));
    EXPECT_FALSE(shelf->import("{}", officer_));
    for (std::size_t at = 0; at < good.size(); at += 3) {
        auto bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 1);
        EXPECT_FALSE(shelf->import(bad, officer_)) << "byte " << at;
    }
    EXPECT_EQ(ledger_.size(), size);
    EXPECT_EQ(shelf->list().size(), 1U);
    EXPECT_TRUE(shelf->import(good, officer_));
}

TEST_F(PackShelfTest, RefusesAPackWhoseOwnCasesFailHere) {
    auto shelf = open().value();
    auto refused = shelf->import(
        file(
            "1.1.0",
            "id: T-NONE\ntitle: Nothing\ncite: none\nstatus: in_force\nconfidence: V\n"
            "effect: {during: [{duty: d, text: Do it}]}\n"
        ),
        officer_
    );
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().story(), HasSubstr("nothing on record"));
}

TEST_F(PackShelfTest, DoesNotStartWithAKeptPackThatWasChanged) {
    ASSERT_TRUE(open());
    for (const auto& entry : fs::directory_iterator(folder_ / "kept")) {
        if (entry.path().extension() != ".pack") continue;
        auto text = read_file(entry.path()).value();
        text.replace(text.find("notice"), 6, "dpia  ");
        ASSERT_TRUE(write_file_atomic(entry.path(), as_bytes(text)));
    }
    auto refused = open();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::Corrupt);
}

TEST_F(PackShelfTest, ChangesNothingWhenTheLedgerCannotWrite) {
    auto shelf = open().value();
    ledger_.broken = true;
    EXPECT_FALSE(shelf->import(file("1.1.0", kAsksForMore), officer_));
    ledger_.broken = false;
    EXPECT_TRUE(permits(*shelf, {"notice"}));
    EXPECT_TRUE(permits(*open().value(), {"notice"}));
}

TEST_F(PackShelfTest, SaysWhenAReviewIsLate) {
    auto shelf = open().value();
    EXPECT_FALSE(shelf->overdue());
    clock_.advance(std::chrono::hours(24 * 80));
    EXPECT_TRUE(shelf->overdue());
    EXPECT_TRUE(shelf->list()[0].overdue);
}

TEST(PackVersion, IsThreeNumbers) {
    EXPECT_TRUE(is_newer("1.10.0", "1.9.9").value());
    EXPECT_FALSE(is_newer("1.9.9", "1.9.9").value());
    for (auto bad : {"", "1", "1.2", "1.2.3.4", "1.2.x", "-1.0.0", "1..2", "1.2.3 "}) {
        EXPECT_FALSE(is_newer(bad, "1.0.0")) << bad;
    }
}

}  // namespace
}  // namespace proviso::law
