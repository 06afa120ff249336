#include <gtest/gtest.h>

#include "hand_registers.h"

namespace proviso::law {
namespace {

TEST(Gate, PermitsRecordingWhenEverythingIsOnRecord) {
    Scene scene;
    auto permit = scene.permit(Capture{camera("berlin-1")});
    EXPECT_TRUE(permit.valid(scene.clock.monotonic()));
    EXPECT_EQ(permit.act().camera, camera("berlin-1"));
    const auto& duties = permit.conditions().duties;
    EXPECT_NE(std::find(duties.begin(), duties.end(), "notice"), duties.end());
    EXPECT_FALSE(permit.conditions().audio);
}

TEST(Gate, CapsTheRetentionOfARecordingThatAsksForMore) {
    Scene scene;
    EXPECT_EQ(scene.permit(Capture{camera("berlin-1")}).conditions().footage_days_cap, 3);
    EXPECT_EQ(scene.permit(Capture{camera("paris-1")}).conditions().footage_days_cap, 30);
}

TEST(Gate, RefusesWithArticleAndNextStepWhenTheNoticeIsMissing) {
    Scene scene;
    scene.withdraw("berlin-notice");
    auto refusal = scene.refusal(Capture{camera("berlin-1")});
    EXPECT_TRUE(refusal.pending);
    auto words = refusal.words();
    EXPECT_EQ(words.rfind("Recording is refused: ", 0), 0U) << words;
    EXPECT_NE(
        words.find("People must be told before they are filmed (GDPR Arts. 12 and 13"),
        std::string::npos
    ) << words;
    EXPECT_NE(words.find("Put a notice on record"), std::string::npos) << words;
    ASSERT_TRUE(refusal.decision);
    EXPECT_EQ(scene.ledger.body(refusal.decision->ledger_index).at("verdict"), "refuse");
}

TEST(Gate, DoesNotKnowACameraThatIsNotOnRecord) {
    Scene scene;
    auto answer = scene.gate.ask(Capture{camera("nowhere")});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::NotFound);
}

TEST(Gate, RecordsTheDecisionBeforeThePermitAndRefersToIt) {
    Scene scene;
    auto permit = scene.permit(Capture{camera("paris-2")});
    auto body = scene.ledger.body(permit.decision().ledger_index);
    EXPECT_EQ(body.at("act"), "capture");
    EXPECT_EQ(body.at("camera"), "paris-2");
    EXPECT_EQ(body.at("verdict"), "permit_with_duties");
    EXPECT_EQ(body.at("day"), "2026-11-22");
    EXPECT_EQ(body.at("pack"), scene.packs->digest());
    EXPECT_EQ(body.at("facts").get<std::string>().size(), 64U);
    EXPECT_EQ(body.at("footage_days_cap"), 30);
    auto rules = body.at("rules").get<std::vector<std::string>>();
    EXPECT_NE(std::find(rules.begin(), rules.end(), "FR-CSI-L251-2"), rules.end());
}

TEST(Gate, PermitsNothingWhenTheDecisionCannotBeRecorded) {
    Scene scene;
    scene.ledger.broken = true;
    for (const auto* name : {"berlin-1", "paris-1"}) {
        auto capture = scene.gate.ask(Capture{camera(name)});
        ASSERT_FALSE(capture);
        EXPECT_EQ(capture.error().kind(), ErrorKind::NoSpace);
        EXPECT_FALSE(scene.gate.ask(View{camera(name), {}, true}));
        EXPECT_FALSE(scene.gate.ask(Export{camera(name), {}, {}, {}, "evidence", ""}));
    }
}

TEST(Gate, StillSaysNoWhenTheNoCannotBeRecorded) {
    Scene scene;
    scene.withdraw("berlin-notice");
    scene.ledger.broken = true;
    EXPECT_FALSE(scene.refusal(Capture{camera("berlin-1")}).decision);
}

TEST(Gate, WritesAnIdenticalDecisionOnceADay) {
    Scene scene;
    auto first = scene.permit(View{camera("berlin-1"), UserId::literal("u-1"), true});
    auto second = scene.permit(View{camera("berlin-1"), UserId::literal("u-2"), true});
    EXPECT_EQ(first.decision().ledger_index, second.decision().ledger_index);
    EXPECT_EQ(scene.ledger.size(), 1U);
    auto archive = scene.permit(View{camera("berlin-1"), UserId::literal("u-1"), false});
    EXPECT_NE(archive.decision().ledger_index, first.decision().ledger_index);
    scene.clock.advance(std::chrono::hours(12));
    auto tomorrow = scene.permit(View{camera("berlin-1"), UserId::literal("u-1"), true});
    EXPECT_NE(tomorrow.decision().ledger_index, first.decision().ledger_index);
}

TEST(Gate, WritesANewDecisionWhenAFactChangedButNotTheVerdict) {
    Scene scene;
    auto permit = scene.permit(Capture{camera("paris-1")});
    auto before = permit.decision().ledger_index;
    scene.registers.change([](auto& state) { state.cameras.at(camera("paris-1")).footage_days = 7; }
    );
    EXPECT_TRUE(permit.valid(scene.clock.monotonic()));
    ASSERT_FALSE(scene.gate.renew(permit).value());
    EXPECT_NE(permit.decision().ledger_index, before);
}

TEST(Gate, LeasesEndByThemselves) {
    Scene scene;
    auto permit = scene.permit(Capture{camera("berlin-1")});
    scene.clock.advance(std::chrono::minutes(5) - microseconds(1));
    EXPECT_TRUE(permit.valid(scene.clock.monotonic()));
    scene.clock.advance(microseconds(1));
    EXPECT_FALSE(permit.valid(scene.clock.monotonic()));
}

TEST(Gate, ARenewalThatDecidesAsBeforeRefersToTheSameEntry) {
    Scene scene;
    auto permit = scene.permit(Capture{camera("berlin-1")});
    auto index = permit.decision().ledger_index;
    scene.clock.advance(std::chrono::minutes(4));
    ASSERT_FALSE(scene.gate.renew(permit).value());
    scene.clock.advance(std::chrono::minutes(4));
    EXPECT_TRUE(permit.valid(scene.clock.monotonic()));
    EXPECT_EQ(permit.decision().ledger_index, index);
    EXPECT_EQ(scene.ledger.size(), 1U);
}

TEST(Gate, RenewsNothingWhileTheLedgerIsKnownNotToWrite) {
    Scene scene;
    auto permit = scene.permit(Capture{camera("berlin-1")});
    scene.ledger.broken = true;
    EXPECT_FALSE(scene.gate.ask(Capture{camera("berlin-2")}));
    EXPECT_FALSE(scene.gate.renew(permit));
    scene.ledger.broken = false;
    EXPECT_TRUE(scene.gate.renew(permit));
    EXPECT_TRUE(permit.valid(scene.clock.monotonic()));
}

TEST(Gate, TheReviewNoticesALedgerThatNoLongerWrites) {
    Scene scene;
    auto permit = scene.permit(Capture{camera("berlin-1")});
    scene.ledger.broken = true;
    scene.gate.review();
    EXPECT_FALSE(scene.gate.renew(permit));
}

TEST(Gate, ARefusedRenewalRevokes) {
    Scene scene;
    auto permit = scene.permit(Capture{camera("paris-1")});
    scene.registers.change_untold([](auto& state) {
        state.records.at("paris-prefect").withdrawn = true;
    });
    EXPECT_TRUE(permit.valid(scene.clock.monotonic()));
    auto refused = scene.gate.renew(permit).value();
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->missing.at(0).what, "prefect_authorisation");
    EXPECT_FALSE(permit.valid(scene.clock.monotonic()));
}

TEST(Gate, ARevokedPermitIsNotRenewedEvenIfTheFactComesBack) {
    Scene scene;
    auto permit = scene.permit(Capture{camera("berlin-1")});
    scene.withdraw("berlin-notice");
    scene.registers.change([](auto& state) { state.records.at("berlin-notice").withdrawn = false; }
    );
    auto refused = scene.gate.renew(permit).value();
    ASSERT_TRUE(refused);
    EXPECT_TRUE(refused->pending);
    EXPECT_FALSE(permit.valid(scene.clock.monotonic()));
    EXPECT_TRUE(scene.permit(Capture{camera("berlin-1")}).valid(scene.clock.monotonic()));
}

TEST(Gate, KeepsSoundOnlyWhereEveryoneAgreedAndCounselAttested) {
    Scene scene;
    scene.registers.change([](auto& state) { state.cameras.at(camera("berlin-1")).audio = true; });
    auto silent = scene.permit(Capture{camera("berlin-1")});
    EXPECT_FALSE(silent.sound(scene.clock.monotonic()));
    EXPECT_EQ(
        scene.ledger.body(silent.decision().ledger_index).at("sound").at("verdict"), "refuse"
    );
    scene.registers.change([](auto& state) {
        auto consent = record("consent", "consent", SiteId::literal("berlin"));
        consent.fields = {{"covers", "all"}};
        auto counsel = record("counsel", "counsel_attestation", SiteId::literal("berlin"));
        counsel.fields = {{"question", "X-AUDIO"}};
        state.records["consent"] = consent;
        state.records["counsel"] = counsel;
    });
    auto permit = scene.permit(Capture{camera("berlin-1")});
    EXPECT_TRUE(permit.sound(scene.clock.monotonic()));
    EXPECT_FALSE(scene.permit(Capture{camera("berlin-2")}).sound(scene.clock.monotonic()));
    // Sound that is no longer allowed ends at once and on record; the picture goes on.
    scene.withdraw("consent");
    EXPECT_FALSE(permit.sound(scene.clock.monotonic()));
    EXPECT_TRUE(permit.valid(scene.clock.monotonic()));
    EXPECT_EQ(
        scene.ledger.body(permit.decision().ledger_index).at("sound").at("verdict"), "refuse"
    );
    EXPECT_TRUE(silent.valid(scene.clock.monotonic()));
}

TEST(Gate, GivesSoundBackOnlyToWhoAsksAgain) {
    Scene scene;
    scene.registers.change([](auto& state) {
        state.cameras.at(camera("berlin-1")).audio = true;
        auto consent = record("consent", "consent", SiteId::literal("berlin"));
        consent.fields = {{"covers", "all"}};
        auto counsel = record("counsel", "counsel_attestation", SiteId::literal("berlin"));
        counsel.fields = {{"question", "X-AUDIO"}};
        state.records["consent"] = consent;
        state.records["counsel"] = counsel;
    });
    auto permit = scene.permit(Capture{camera("berlin-1")});
    ASSERT_TRUE(permit.sound(scene.clock.monotonic()));
    scene.withdraw("consent");
    ASSERT_FALSE(permit.sound(scene.clock.monotonic()));
    scene.registers.change([](auto& state) { state.records.at("consent").withdrawn = false; });
    EXPECT_FALSE(permit.sound(scene.clock.monotonic()));
    ASSERT_FALSE(scene.gate.renew(permit).value());
    EXPECT_TRUE(permit.sound(scene.clock.monotonic()));
    // A permit that has lapsed permits no sound either.
    scene.clock.advance(std::chrono::hours(1));
    EXPECT_FALSE(permit.sound(scene.clock.monotonic()));
}

TEST(Gate, LookingFromAbroadIsATransfer) {
    Scene scene;
    FakeClock clock{at("2026-11-22T12:00:00Z")};
    auto view = View{camera("berlin-1"), {}, true};
    Gate india{scene.packs, scene.registers, scene.ledger, clock, {std::chrono::minutes(5), "IN"}};
    auto refusal = std::get<Refusal>(india.ask(view).value());
    EXPECT_EQ(refusal.reasons.at(0).rule, "EU-GDPR-A44-46");
    Gate austria{
        scene.packs, scene.registers, scene.ledger, clock, {std::chrono::minutes(5), "AT"}};
    EXPECT_TRUE(std::holds_alternative<Permit<View>>(austria.ask(view).value()));
}

TEST(Gate, AnExportAbroadNeedsAToolAndOneAtHomeDoesNot) {
    Scene scene;
    auto clip = Export{camera("berlin-1"), {}, {}, {}, "evidence", ""};
    EXPECT_TRUE(scene.permit(clip).valid(scene.clock.monotonic()));
    clip.recipient_country = "US";
    EXPECT_EQ(scene.refusal(clip).reasons.at(0).rule, "EU-GDPR-A44-46");
    clip.recipient_country = "";
    clip.purpose_code = "marketing";
    EXPECT_EQ(scene.refusal(clip).reasons.at(0).rule, "EU-GDPR-A5-1b");
    clip.purpose_code = "fun";
    EXPECT_EQ(scene.gate.ask(clip).error().kind(), ErrorKind::InvalidInput);
}

TEST(Facts, HoldOnlyWhatIsOnRecordForTheCameraAndNotWithdrawn) {
    auto state = two_sites();
    state.records.at("berlin-lia").withdrawn = true;
    auto other = record("other", "fria", SiteId::literal("berlin"));
    other.camera = camera("berlin-2");
    state.records["other"] = other;
    auto facts = facts_of({}, day_of(Timestamp{}), state, camera("berlin-1")).value();
    std::vector<std::string> kinds;
    for (const auto& each : facts.at("records")) kinds.push_back(each.at("kind"));
    EXPECT_EQ(kinds, (std::vector<std::string>{"dpia", "notice"}));
    EXPECT_EQ(facts.at("controller").at("kind"), "private");
    EXPECT_EQ(facts.at("places").at(0).at("country"), "DE");
    EXPECT_EQ(facts.at("camera").at("audio"), false);
}

TEST(Facts, ARecordThatSaysNothingOfItsReachIsStatedToHaveNone) {
    auto state = two_sites();
    state.records.clear();
    auto berlin = SiteId::literal("berlin");
    state.records["one"] = record("one", "consent", berlin);
    state.records["two"] = record("two", "counsel_attestation", berlin);
    auto records =
        facts_of({}, day_of(Timestamp{}), state, camera("berlin-1")).value().at("records");
    ASSERT_EQ(records.size(), 2);
    EXPECT_EQ(records.at(0).at("covers"), 0);
    EXPECT_EQ(records.at(1).at("question"), "none on record");
}

}  // namespace
}  // namespace proviso::law
