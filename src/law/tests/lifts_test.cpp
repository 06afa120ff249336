#include "proviso/law/lifts.h"

#include <gtest/gtest.h>

#include <proviso/store/test_database.h>

#include "hand_registers.h"

namespace proviso::law {

using namespace std::chrono_literals;

class LiftsTest : public store::EngineTest {
protected:
    void SetUp() override {
        EngineTest::SetUp();
        if (!IsSkipped()) open();
    }

    void open() { lifts_ = Lifts::open(database(), ledger_, clock_).value(); }

    LiftDraft draft() const {
        LiftDraft draft;
        draft.cameras = {camera("berlin-1"), camera("berlin-2")};
        draft.user = anna_;
        draft.reason = "somebody fell";
        return draft;
    }

    Lift begun() { return lifts_->begin(draft()).value(); }

    Lift broken_glass() {
        auto what = draft();
        what.break_glass = true;
        return lifts_->begin(std::move(what)).value();
    }

    std::vector<Json> entries(std::string_view type) const {
        std::vector<Json> found;
        for (const auto& stored : *ledger_.read(0, ledger_.size())) {
            if (stored.entry.type == type) found.push_back(stored.entry.body);
        }
        return found;
    }

    template <class T>
    static ErrorKind kind_of(const Result<T>& result) {
        return result ? ErrorKind::Internal : result.error().kind();
    }

    FakeClock clock_{at("2026-11-22T12:00:00Z")};
    BreakableLedger ledger_{clock_};
    std::unique_ptr<Lifts> lifts_;
    const UserId anna_ = UserId::literal("u-anna");
    const UserId bert_ = UserId::literal("u-bert");
};

TEST_P(LiftsTest, LetsOnePersonSeeSomeCamerasForItsTime) {
    EXPECT_FALSE(lifts_->clearance(camera("berlin-1"), anna_));
    auto lift = begun();
    auto cleared = lifts_->clearance(camera("berlin-1"), anna_);
    ASSERT_TRUE(cleared);
    EXPECT_EQ(cleared->lift, lift.id);
    EXPECT_FALSE(cleared->exports);
    EXPECT_FALSE(lifts_->clearance(camera("paris-1"), anna_));
    EXPECT_FALSE(lifts_->clearance(camera("berlin-1"), bert_));
    clock_.advance(10min - 1us);
    EXPECT_TRUE(lifts_->clearance(camera("berlin-1"), anna_));
    clock_.advance(1us);
    EXPECT_FALSE(lifts_->clearance(camera("berlin-1"), anna_));
}

TEST_P(LiftsTest, BeginAndEndStandInTheLedgerAndTheReasonWhereItCanBeErased) {
    auto lift = begun();
    clock_.advance(10min);
    lifts_->settle();
    auto begun = entries("lift.begun");
    ASSERT_EQ(begun.size(), 1U);
    EXPECT_EQ(begun[0]["lift"], lift.id);
    EXPECT_EQ(begun[0]["cameras"], (Json{"berlin-1", "berlin-2"}));
    EXPECT_EQ(begun[0]["until"], "2026-11-22T12:10:00.000000Z");
    EXPECT_EQ(begun[0].dump().find("somebody fell"), std::string::npos);
    EXPECT_EQ(ledger_.personal(0).value()["reason"], "somebody fell");
    auto ended = entries("lift.ended");
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0]["how"], "time");
    EXPECT_EQ(ended[0]["seconds"], 600);
    EXPECT_EQ(lifts_->find(lift.id).value()->how, "time");
}

TEST_P(LiftsTest, EndsEarlyAtOnceAndOnlyOnce) {
    auto lift = begun();
    clock_.advance(2min);
    ASSERT_TRUE(lifts_->end(lift.id, bert_));
    EXPECT_FALSE(lifts_->clearance(camera("berlin-1"), anna_));
    EXPECT_EQ(kind_of(lifts_->end(lift.id, anna_)), ErrorKind::Conflict);
    auto ended = entries("lift.ended");
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0]["how"], "early");
    EXPECT_EQ(ended[0]["by"], "u-bert");
    EXPECT_EQ(ended[0]["seconds"], 120);
}

TEST_P(LiftsTest, AClockSetBackDoesNotProlongIt) {
    begun();
    clock_.advance(9min);
    clock_.step_wall(-1h);
    clock_.advance(1min);
    EXPECT_FALSE(lifts_->clearance(camera("berlin-1"), anna_));
}

TEST_P(LiftsTest, WithoutTheLedgerNothingBeginsButEverythingEnds) {
    ledger_.broken = true;
    EXPECT_FALSE(lifts_->begin(draft()));
    EXPECT_FALSE(lifts_->clearance(camera("berlin-1"), anna_));
    ledger_.broken = false;
    auto lift = begun();
    ledger_.broken = true;
    EXPECT_FALSE(lifts_->end(lift.id, anna_));
    EXPECT_FALSE(lifts_->clearance(camera("berlin-1"), anna_));
    ledger_.broken = false;
    lifts_->settle();
    EXPECT_EQ(entries("lift.ended").at(0)["how"], "early");
}

TEST_P(LiftsTest, DoesNotOutliveTheProcess) {
    auto lift = begun();
    clock_.advance(1min);
    lifts_.reset();
    test_database().reopen();
    open();
    EXPECT_FALSE(lifts_->clearance(camera("berlin-1"), anna_));
    auto known = lifts_->recent().value();
    ASSERT_EQ(known.size(), 1U);
    EXPECT_EQ(known[0].how, "stopped");
    EXPECT_EQ(known[0].what.reason, "somebody fell");
    EXPECT_EQ(known[0].what.cameras, lift.what.cameras);
    EXPECT_EQ(entries("lift.ended").at(0)["how"], "stopped");
}

TEST_P(LiftsTest, BreakGlassHasToBeReviewedBySomebodyElse) {
    auto lift = broken_glass();
    EXPECT_EQ(lift.review_due, clock_.now() + 24h);
    EXPECT_EQ(
        kind_of(lifts_->review(lift.id, bert_, "justified", "too early")), ErrorKind::Conflict
    );
    ASSERT_TRUE(lifts_->end(lift.id, anna_));
    EXPECT_EQ(kind_of(lifts_->review(lift.id, anna_, "justified", "by me")), ErrorKind::Forbidden);
    auto reviewed = lifts_->review(lift.id, bert_, "unjustified", "nobody had fallen");
    ASSERT_TRUE(reviewed) << reviewed.error().story();
    EXPECT_EQ(reviewed->reviewed_by, bert_);
    EXPECT_EQ(kind_of(lifts_->review(lift.id, bert_, "justified", "again")), ErrorKind::Conflict);
    EXPECT_EQ(entries("lift.reviewed").at(0)["finding"], "unjustified");
    EXPECT_EQ(entries("lift.reviewed").at(0)["late"], false);
}

TEST_P(LiftsTest, WhoseLastBreakGlassIsOverdueForReviewGetsNoOther) {
    auto lift = broken_glass();
    clock_.advance(24h + 1us);
    lifts_->settle();
    auto again = draft();
    again.break_glass = true;
    EXPECT_EQ(kind_of(lifts_->begin(again)), ErrorKind::Conflict);
    EXPECT_TRUE(lifts_->begin(draft())) << "what another person agreed to is no break-glass";
    ASSERT_TRUE(lifts_->review(lift.id, bert_, "justified", "an ambulance came"));
    EXPECT_TRUE(lifts_->begin(again));
    EXPECT_EQ(entries("lift.reviewed").at(0)["late"], true);
}

TEST_P(LiftsTest, TellsWhatBeganAndEnded) {
    std::vector<std::string> told;
    lifts_->on_change([&](const Lift& lift) { told.push_back(lift.how); });
    auto lift = begun();
    ASSERT_TRUE(lifts_->end(lift.id, anna_));
    EXPECT_EQ(told, (std::vector<std::string>{"", "early"}));
}

TEST_P(LiftsTest, KnowsWhatRanAtACameraAtATime) {
    begun();
    clock_.advance(1h);
    lifts_->settle();
    auto noon = at("2026-11-22T12:00:00Z");
    EXPECT_EQ(lifts_->of_camera(camera("berlin-2"), noon, noon + 5min)->size(), 1U);
    EXPECT_TRUE(lifts_->of_camera(camera("paris-1"), noon, noon + 5min)->empty());
    EXPECT_TRUE(lifts_->of_camera(camera("berlin-2"), noon + 10min, noon + 1h)->empty());
    EXPECT_TRUE(lifts_->of_camera(camera("berlin-2"), noon - 1h, noon)->empty());
}

TEST_P(LiftsTest, AReasonACameraAndABoundedTimeAreNeeded) {
    for (auto bend : std::vector<std::function<void(LiftDraft&)>>{
             [](auto& draft) { draft.cameras.clear(); },
             [](auto& draft) { draft.reason = "x"; },
             [](auto& draft) { draft.reason.assign(501, 'x'); },
             [](auto& draft) { draft.length = 0min; },
             [](auto& draft) { draft.length = 481min; }}) {
        auto bent = draft();
        bend(bent);
        EXPECT_EQ(kind_of(lifts_->begin(bent)), ErrorKind::InvalidInput);
    }
}

PROVISO_ON_BOTH_ENGINES(LiftsTest);

namespace {

class HandClearances final : public Clearances {
public:
    std::optional<Clearance> clearance(const CameraId& camera, const UserId& user) const override {
        if (given && camera == CameraId::literal("berlin-1") && user == UserId::literal("u-anna")) {
            return given;
        }
        return std::nullopt;
    }

    void on_end(std::function<void()> listener) override { ended = std::move(listener); }

    std::optional<Clearance> given;
    std::function<void()> ended;
};

/// A gate that knows lifts.
struct ClearScene : Scene {
    HandClearances clearances;
    Gate clear_gate{packs, registers, ledger, clock, {std::chrono::minutes(5), "DE", &clearances}};
    View act{camera("berlin-1"), UserId::literal("u-anna"), true, true};

    void lift(std::chrono::minutes length, bool exports = false) {
        clearances.given =
            Clearance{"l-1", clock.now() + length, clock.monotonic() + length, exports};
    }

    Permit<View> see() { return std::get<Permit<View>>(clear_gate.ask(act).value()); }
};

}  // namespace

TEST(ClearPictures, AreRefusedWithoutALiftWhereMaskedOnesArePermitted) {
    ClearScene scene;
    auto answer = scene.clear_gate.ask(scene.act).value();
    auto* refusal = std::get_if<Refusal>(&answer);
    ASSERT_NE(refusal, nullptr);
    EXPECT_TRUE(refusal->pending);
    EXPECT_EQ(refusal->missing.at(0).what, "lift");
    auto masked = scene.act;
    masked.clear = false;
    EXPECT_TRUE(std::holds_alternative<Permit<View>>(scene.clear_gate.ask(masked).value()));
}

TEST(ClearPictures, AreRefusedByAGateThatKnowsOfNoLifts) {
    ClearScene scene;
    scene.lift(10min);
    EXPECT_TRUE(std::holds_alternative<Refusal>(scene.gate.ask(scene.act).value()));
}

TEST(ClearPictures, EndWithTheirLiftEvenIfNobodyDoesAnything) {
    ClearScene scene;
    scene.lift(2min);
    auto permit = scene.see();
    EXPECT_EQ(scene.ledger.body(permit.decision().ledger_index).at("clear"), true);
    scene.clock.advance(2min - 1us);
    EXPECT_TRUE(permit.valid(scene.clock.monotonic()));
    scene.clock.advance(1us);
    EXPECT_FALSE(permit.valid(scene.clock.monotonic()));
}

TEST(ClearPictures, EndAtOnceWithALiftThatEndsEarly) {
    ClearScene scene;
    scene.lift(10min);
    auto permit = scene.see();
    auto act = scene.act;
    act.clear = false;
    auto masked = std::get<Permit<View>>(scene.clear_gate.ask(act).value());
    scene.clearances.given.reset();
    scene.clearances.ended();
    EXPECT_FALSE(permit.valid(scene.clock.monotonic()));
    EXPECT_TRUE(masked.valid(scene.clock.monotonic()));
    EXPECT_EQ(scene.clear_gate.renew(permit).value()->missing.at(0).what, "lift");
}

TEST(ClearPictures, AreNotProlongedBeyondTheirLift) {
    ClearScene scene;
    scene.lift(6min);
    auto permit = scene.see();
    scene.clock.advance(4min);
    ASSERT_FALSE(scene.clear_gate.renew(permit).value());
    scene.clock.advance(2min);
    EXPECT_FALSE(permit.valid(scene.clock.monotonic()));
}

TEST(ClearPictures, AreTakenOutOnlyByALiftThatSaysSo) {
    ClearScene scene;
    Export act{camera("berlin-1"), UserId::literal("u-anna"), {}, {}, "evidence", "", true};
    scene.lift(10min);
    EXPECT_TRUE(std::holds_alternative<Refusal>(scene.clear_gate.ask(act).value()));
    scene.lift(10min, true);
    EXPECT_TRUE(std::holds_alternative<Permit<Export>>(scene.clear_gate.ask(act).value()));
}

}  // namespace proviso::law
