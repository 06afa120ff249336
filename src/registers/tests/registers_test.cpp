#include "proviso/registers/registers.h"

#include <atomic>
#include <thread>

#include <soci/soci.h>

#include "registers_fixture.h"

namespace proviso::registers {

PROVISO_ON_BOTH_ENGINES(RegistersTest);

using Whats = std::vector<std::string>;

TEST_P(RegistersTest, PutsDocumentsOnRecord) {
    apply_all();
    auto state = registers().snapshot();
    EXPECT_EQ(state->version, 1U);
    const auto& site = state->sites.at(SiteId::literal("berlin"));
    EXPECT_EQ(site.controller.name, "Parkhaus GmbH");
    EXPECT_EQ(site.capacity, 120);
    EXPECT_TRUE(site.controller.exempt && site.controller.exempt->empty());
    const auto& camera = state->cameras.at(CameraId::literal("gate-1"));
    EXPECT_EQ(camera.sub->transport, "udp");
    EXPECT_EQ(camera.space.overlooks, Words({"street"}));
    EXPECT_FALSE(camera.onboard_analytics) << "what nobody stated is unknown";
    EXPECT_FALSE(camera.ptz);
    EXPECT_EQ(camera.sealed_password, "sealed-gate-1-13-1");
    EXPECT_EQ(state->purposes.at(PurposeId::literal("security")).code, "property_protection");
    const auto& record = state->records.at("sign-2026");
    EXPECT_EQ(record.kind, "notice");
    EXPECT_EQ(record.fields, Json({{"covers", 0.85}, {"entrances", 2}}));
    EXPECT_EQ(record.valid_until, *parse_day("2027-06-01"));
}

TEST_P(RegistersTest, KeepsThemOverARestart) {
    apply_all();
    auto before = *registers().get("", "");
    restart();
    EXPECT_EQ(*registers().get("", ""), before);
    EXPECT_EQ(registers().snapshot()->version, 1U);
    EXPECT_EQ(
        registers().snapshot()->cameras.at(CameraId::literal("gate-1")).sealed_password,
        "sealed-gate-1-13-1"
    );
}

TEST_P(RegistersTest, TakesBackWhatItGivesAsUnchanged) {
    apply_all();
    auto entries = ledger_.size();
    auto given = *registers().get("", "");
    EXPECT_EQ(given.find("correct horse"), std::string::npos);
    EXPECT_EQ(given.find("sealed"), std::string::npos);
    EXPECT_NE(given.find("password_set: true"), std::string::npos);
    EXPECT_NE(given.find("covers: 0.85\n"), std::string::npos) << given;
    EXPECT_EQ(whats(apply(given)), (Whats{"unchanged", "unchanged", "unchanged", "unchanged"}));
    EXPECT_EQ(ledger_.size(), entries);
    EXPECT_EQ(registers().snapshot()->version, 1U);
}

TEST_P(RegistersTest, GivesOneKindOrOneDocument) {
    apply_all();
    EXPECT_EQ(registers().get("site", "")->find("kind: camera"), std::string::npos);
    EXPECT_EQ(registers().get("camera", "gate-1")->rfind("kind: camera\nname: gate-1\n", 0), 0U);
    EXPECT_EQ(registers().get("camera", "gate-9").error().kind(), ErrorKind::NotFound);
    auto wrong = registers().get("cameras", "");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().next_step(), "did you mean 'camera'?");
}

TEST_P(RegistersTest, WritesEachChangeIntoTheLedgerBeforeItIsVisible) {
    std::uint64_t visible_at_append = 99;
    ledger_.before = [&] { visible_at_append = registers().snapshot()->version; };
    apply_all();
    EXPECT_EQ(visible_at_append, 0U);
    ASSERT_EQ(ledger_.size(), 4U);
    auto body = entry(2);
    EXPECT_EQ(body["type"], "config");
    EXPECT_EQ(body["kind"], "camera");
    EXPECT_EQ(body["name"], "gate-1");
    EXPECT_EQ(body["what"], "created");
    EXPECT_EQ(body["by"], "u-0123456789abcdef");
    EXPECT_EQ(body["digest"].get<std::string>().size(), 64U);
    EXPECT_EQ(body.dump().find("because"), std::string::npos);
    EXPECT_EQ(ledger_.personal(2)->at("reason"), "because");
}

TEST_P(RegistersTest, ChangesNothingIfTheLedgerCannotRecordIt) {
    apply_all();
    auto before = *registers().get("", "");
    ledger_.broken = true;
    auto refused = apply("{kind: purpose, name: other, code: evidence, basis: public_task}");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::NoSpace);
    EXPECT_FALSE(registers().withdraw("sign-2026", author_));
    EXPECT_FALSE(registers().remove("camera", "gate-1", author_));
    EXPECT_EQ(*registers().get("", ""), before);
    restart();
    EXPECT_EQ(*registers().get("", ""), before);
    ledger_.broken = false;
    EXPECT_TRUE(apply("{kind: purpose, name: other, code: evidence, basis: public_task}"));
}

TEST_P(RegistersTest, SaysInTheLedgerThatAChangeCouldNotBeStored) {
    apply_all();
    auto rename = [&](const char* from, const char* to) {
        ASSERT_TRUE(database().write([&](soci::session& session) -> Result<> {
            session << std::string("ALTER TABLE ") + from + " RENAME TO " + to;
            return {};
        }));
    };
    ledger_.after = [&] {
        ledger_.after = nullptr;
        rename("documents", "elsewhere");
    };
    auto failed = registers().withdraw("sign-2026", author_);
    rename("elsewhere", "documents");
    ASSERT_FALSE(failed);
    EXPECT_FALSE(registers().snapshot()->records.at("sign-2026").withdrawn);
    auto last = entry(ledger_.size() - 1);
    EXPECT_EQ(last["type"], "config.not_applied");
    EXPECT_EQ(last["change"], entry(ledger_.size() - 2)["change"]);

    restart();
    EXPECT_FALSE(registers().snapshot()->records.at("sign-2026").withdrawn);
    EXPECT_TRUE(registers().withdraw("sign-2026", author_));
}

TEST_P(RegistersTest, CompletesAfterARestartWhatTheLedgerSaysHasHappened) {
    apply_all();
    auto rename = [&](const char* from, const char* to) {
        ASSERT_TRUE(database().write([&](soci::session& session) -> Result<> {
            session << std::string("ALTER TABLE ") + from + " RENAME TO " + to;
            return {};
        }));
    };
    // As if the machine stopped between the ledger and the tables.
    ledger_.after = [&] {
        ledger_.after = nullptr;
        ledger_.broken = true;
        rename("documents", "elsewhere");
    };
    ASSERT_FALSE(registers().withdraw("sign-2026", author_));
    rename("elsewhere", "documents");
    ledger_.broken = false;

    restart();
    EXPECT_TRUE(registers().snapshot()->records.at("sign-2026").withdrawn);
    EXPECT_EQ(registers().snapshot()->version, 2U);
    EXPECT_EQ(registers().history("record", "sign-2026")->back().ledger_index, ledger_.size() - 1);
    restart();
    EXPECT_EQ(registers().snapshot()->version, 2U);
}

TEST_P(RegistersTest, ForgetsAfterARestartWhatNeverReachedTheLedger) {
    apply_all();
    ASSERT_TRUE(database().write([&](soci::session& session) -> Result<> {
        session << "INSERT INTO pending (id, ledger_size, version, user_id, operations) "
                   "VALUES ('x', 0, 2, 'u', '[]')";
        return {};
    }));
    restart();
    EXPECT_EQ(registers().snapshot()->version, 1U);
    EXPECT_TRUE(registers().withdraw("sign-2026", author_));
}

TEST_P(RegistersTest, ChecksReferencesAgainstTheStateAfterTheChange) {
    auto dangling = apply(kCamera);
    ASSERT_FALSE(dangling);
    EXPECT_EQ(dangling.error().kind(), ErrorKind::InvalidInput);
    EXPECT_NE(dangling.error().story().find("berlin"), std::string::npos);
    EXPECT_FALSE(apply(std::string(kSite) + "---" + kCamera));
    EXPECT_FALSE(apply("{kind: record, name: n, record: notice, site: nowhere}"));
    EXPECT_FALSE(apply("{kind: record, name: n, record: notice, camera: nothing}"));
    EXPECT_EQ(registers().snapshot()->version, 0U);
    EXPECT_EQ(ledger_.size(), 0U);
    // In any order within one apply.
    EXPECT_TRUE(apply(std::string(kCamera) + "---" + kPurpose + "---" + kSite));
}

TEST_P(RegistersTest, AppliesAllOrNothing) {
    auto applied = apply(all_documents() + "\n---\nkind: camera\nname: broken\n");
    ASSERT_FALSE(applied);
    EXPECT_NE(applied.error().story().find("document 5"), std::string::npos);
    EXPECT_TRUE(registers().snapshot()->sites.empty());
    EXPECT_EQ(ledger_.size(), 0U);
    EXPECT_EQ(sealed_, 0);

    sealing_works_ = false;
    EXPECT_FALSE(apply(all_documents()));
    EXPECT_TRUE(registers().snapshot()->sites.empty());
    EXPECT_EQ(ledger_.size(), 0U);
}

TEST_P(RegistersTest, TriesOutWithoutATrace) {
    auto tried = apply(all_documents(), true);
    EXPECT_EQ(whats(tried), (Whats{"created", "created", "created", "created"}));
    EXPECT_EQ(registers().snapshot()->version, 0U);
    EXPECT_EQ(ledger_.size(), 0U);
    EXPECT_EQ(sealed_, 0);
}

TEST_P(RegistersTest, RefusesADocumentThatStandsTwice) {
    auto twice = apply(std::string(kSite) + "---" + kSite);
    ASSERT_FALSE(twice);
    EXPECT_NE(twice.error().story().find("stands twice"), std::string::npos);
}

TEST_P(RegistersTest, KeepsEveryRevision) {
    apply_all();
    clock_.advance(1h);
    auto changed = std::string(kSite);
    changed.replace(changed.find("120"), 3, "121");
    EXPECT_EQ(whats(apply(changed)), (Whats{"changed"}));
    EXPECT_EQ(whats(apply(changed)), (Whats{"unchanged"}));
    auto history = registers().history("site", "berlin");
    ASSERT_TRUE(history);
    ASSERT_EQ(history->size(), 2U);
    EXPECT_EQ((*history)[0].what, "created");
    EXPECT_EQ((*history)[1].what, "changed");
    EXPECT_EQ((*history)[1].version, 2U);
    EXPECT_EQ((*history)[1].user, author_.user);
    EXPECT_EQ((*history)[1].at - (*history)[0].at, microseconds(1h));
    EXPECT_EQ((*history)[1].digest, entry((*history)[1].ledger_index)["digest"]);
    EXPECT_NE((*history)[0].digest, (*history)[1].digest);
    EXPECT_EQ(registers().history("site", "paris").error().kind(), ErrorKind::NotFound);
}

TEST_P(RegistersTest, WithdrawsARecordForGood) {
    apply_all();
    ASSERT_TRUE(registers().withdraw("sign-2026", author_));
    EXPECT_TRUE(registers().snapshot()->records.at("sign-2026").withdrawn);
    EXPECT_EQ(registers().withdraw("sign-2026", author_).error().kind(), ErrorKind::Conflict);
    EXPECT_EQ(registers().withdraw("nothing", author_).error().kind(), ErrorKind::NotFound);
    auto again = apply(kRecord);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind(), ErrorKind::Conflict);
    EXPECT_EQ(whats(apply(*registers().get("record", "sign-2026"))), (Whats{"unchanged"}));
    restart();
    EXPECT_TRUE(registers().snapshot()->records.at("sign-2026").withdrawn);
}

TEST_P(RegistersTest, WithdrawsARecordThroughItsDocumentToo) {
    apply_all();
    EXPECT_EQ(whats(apply(std::string(kRecord) + "withdrawn: true\n")), (Whats{"withdrawn"}));
    EXPECT_TRUE(registers().snapshot()->records.at("sign-2026").withdrawn);
}

TEST_P(RegistersTest, RemovesWhatNothingNeeds) {
    apply_all();
    ASSERT_TRUE(apply("{kind: record, name: cam-dpia, record: dpia, camera: gate-1}"));
    EXPECT_EQ(registers().remove("site", "berlin", author_).error().kind(), ErrorKind::Conflict);
    EXPECT_EQ(
        registers().remove("purpose", "security", author_).error().kind(), ErrorKind::Conflict
    );
    EXPECT_EQ(
        registers().remove("record", "sign-2026", author_).error().kind(), ErrorKind::InvalidInput
    );
    EXPECT_EQ(registers().remove("camera", "gate-9", author_).error().kind(), ErrorKind::NotFound);
    EXPECT_EQ(registers().remove("door", "x", author_).error().kind(), ErrorKind::InvalidInput);

    ASSERT_TRUE(registers().remove("camera", "gate-1", author_));
    EXPECT_TRUE(registers().snapshot()->cameras.empty());
    EXPECT_TRUE(registers().snapshot()->records.at("cam-dpia").withdrawn);
    EXPECT_FALSE(registers().snapshot()->records.at("sign-2026").withdrawn);
    EXPECT_EQ(registers().history("camera", "gate-1")->back().what, "removed");
    ASSERT_TRUE(registers().remove("purpose", "security", author_));
    ASSERT_TRUE(registers().remove("site", "berlin", author_));
    EXPECT_TRUE(registers().snapshot()->records.at("sign-2026").withdrawn);
    restart();
    EXPECT_TRUE(registers().snapshot()->sites.empty());
    EXPECT_TRUE(apply(std::string(kSite) + "---" + kPurpose + "---" + kCamera));
}

TEST_P(RegistersTest, TellsListenersAfterTheChangeIsVisible) {
    std::vector<std::uint64_t> heard;
    registers().on_change([&](const SnapshotPtr& state) {
        EXPECT_EQ(registers().snapshot(), state);
        heard.push_back(state->version);
    });
    apply_all();
    ASSERT_TRUE(apply(all_documents(), true));
    ASSERT_TRUE(apply(kSite));
    ASSERT_TRUE(registers().withdraw("sign-2026", author_));
    ASSERT_FALSE(apply("nonsense"));
    EXPECT_EQ(heard, (std::vector<std::uint64_t>{1, 2}));
}

TEST_P(RegistersTest, LeavesASnapshotAsItWas) {
    apply_all();
    auto before = registers().snapshot();
    ASSERT_TRUE(registers().remove("camera", "gate-1", author_));
    EXPECT_EQ(before->cameras.size(), 1U);
}

TEST_P(RegistersTest, RefusesAReasonThatIsNotText) {
    author_.reason = "\x1b[31mred";
    EXPECT_FALSE(apply(kSite));
    author_.reason = std::string(501, 'x');
    EXPECT_FALSE(apply(kSite));
    EXPECT_EQ(ledger_.size(), 0U);
}

TEST_P(RegistersTest, ServesReadersWhileItChanges) {
    apply_all();
    std::atomic<int> failures{0};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 3; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < 10; ++i) {
                    auto yaml = "{kind: purpose, name: p" + std::to_string(t) +
                                ", code: evidence, basis: public_task, text: v" +
                                std::to_string(i) + "}";
                    if (!registers().apply(yaml, author_)) ++failures;
                }
            });
        }
        threads.emplace_back([&](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                auto state = registers().snapshot();
                if (state->purposes.empty() || !registers().get("", "")) ++failures;
            }
        });
        for (int t = 0; t < 3; ++t) threads[static_cast<std::size_t>(t)].join();
    }
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(registers().snapshot()->version, 31U);
}

}  // namespace proviso::registers
