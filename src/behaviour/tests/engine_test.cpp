#include <limits>
#include <random>

#include "stage.h"

namespace proviso::behaviour {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TEST(Engine, ASchedulePastMidnightBelongsToTheDayItBegan) {
    auto rule = a_rule("intrusion", "yard");
    rule.schedule.emplace();
    rule.schedule->days = {true, false, false, false, false, false, false};  // Monday
    rule.schedule->from = 22 * 60;
    rule.schedule->to = 6 * 60;
    auto tells_at = [&](int day, int hour) {
        Stage stage({kYard}, {rule}, "Europe/Berlin");
        // 2 March 2026 is a Monday; Berlin is one hour ahead.
        stage.wall = stage.began + std::chrono::days(day) + hours(hour) - hours(1);
        stage.put(1, 0.7F, 0.8F);
        stage.pass(3);
        return !stage.all.empty();
    };
    EXPECT_FALSE(tells_at(0, 21));
    EXPECT_TRUE(tells_at(0, 22));
    EXPECT_TRUE(tells_at(1, 5));
    EXPECT_FALSE(tells_at(1, 6));
    EXPECT_FALSE(tells_at(1, 23));
    EXPECT_FALSE(tells_at(0, 5));  // that is Sunday's night
    EXPECT_FALSE(tells_at(7 - 1, 23));
}

TEST(Engine, AScheduleFollowsTheClockOnTheWallThroughTheYear) {
    auto rule = a_rule("intrusion", "yard");
    rule.schedule.emplace();
    rule.schedule->from = 20 * 60;
    rule.schedule->to = 21 * 60;
    rule.schedule->timezone = "Europe/Berlin";
    auto tells_at = [&](std::string_view text) {
        Stage stage({kYard}, {rule}, "America/New_York");  // the rule's own zone counts
        stage.wall = *parse_timestamp(text);
        stage.put(1, 0.7F, 0.8F);
        stage.pass(3);
        return !stage.all.empty();
    };
    EXPECT_TRUE(tells_at("2026-03-28T19:30:00Z"));
    EXPECT_FALSE(tells_at("2026-03-29T19:30:00Z"));  // summer time began that morning
    EXPECT_TRUE(tells_at("2026-03-29T18:30:00Z"));
    EXPECT_TRUE(tells_at("2026-10-25T19:30:00Z"));  // and ended
}

TEST(Engine, WhatIsOpenEndsWithItsHours) {
    auto rule = a_rule("intrusion", "yard");
    rule.schedule.emplace();
    rule.schedule->from = 0;
    rule.schedule->to = 12 * 60;
    Stage stage({kYard}, {rule});
    stage.wall = stage.began + hours(12) - seconds(5);
    stage.put(1, 0.7F, 0.8F);
    stage.pass(20);
    EXPECT_EQ(stage.begun.size(), 1U);
    EXPECT_EQ(stage.ended.size(), 1U);
}

TEST(Engine, ARuleStopsWhenItsPermitGoesAndEndsWhatItHadOpen) {
    Stage stage({kYard}, {a_rule("intrusion", "yard")});
    stage.put(1, 0.7F, 0.8F);
    stage.pass(3);
    ASSERT_EQ(stage.begun.size(), 1U);
    auto ended = stage.engine.set_running("intrusion", false);
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_TRUE(ended[0].ended);
    EXPECT_EQ(ended[0].id, stage.begun[0].id);
    stage.pass(20);
    EXPECT_EQ(stage.all.size(), 1U);
    EXPECT_TRUE(stage.engine.set_running("intrusion", true).empty());
    stage.pass(3);
    EXPECT_EQ(stage.begun.size(), 2U);
    EXPECT_EQ(stage.engine.finish().size(), 1U);
    EXPECT_TRUE(stage.engine.set_running("nobody", false).empty());
}

TEST(Engine, AWallClockThatIsSetChangesNoDuration) {
    auto rule = a_rule("loitering", "yard");
    rule.seconds = 10;
    Stage stage({kYard}, {rule});
    stage.put(1, 0.7F, 0.8F);
    stage.pass(5);
    stage.wall += hours(10);
    stage.pass(4);
    EXPECT_TRUE(stage.all.empty());
    stage.wall -= hours(20);
    stage.pass(2);
    ASSERT_EQ(stage.begun.size(), 1U);
    stage.hide(1);
    stage.wall -= hours(20);
    stage.pass(10);
    ASSERT_EQ(stage.ended.size(), 1U);
    EXPECT_GE(stage.ended[0].to, stage.ended[0].from);
}

TEST(Engine, APictureOutOfOrderIsDropped) {
    auto rule = a_rule("loitering", "yard");
    rule.seconds = 10;
    Stage stage({kYard}, {rule});
    stage.put(1, 0.7F, 0.8F);
    stage.pass(5);
    for (int i = 0; i < 20; ++i) {
        auto old = stage.observe();
        old.mono -= seconds(3);
        old.wall -= seconds(3);
        old.tracks[0].box.x = 0.1F;
        stage.take(stage.engine.take(old));
        stage.tick();
    }
    EXPECT_TRUE(stage.all.empty());
    stage.pass(4);
    EXPECT_EQ(stage.begun.size(), 1U);
}

TEST(Engine, WorksByTheWallClockWhereThereIsNoOther) {
    Stage stage({kYard}, {a_rule("intrusion", "yard")});
    stage.put(1, 0.7F, 0.8F);
    for (int i = 0; i < 30; ++i) {
        stage.wall += milliseconds(100);
        auto one = stage.observe();
        one.mono = {};
        stage.take(stage.engine.take(one));
    }
    EXPECT_EQ(stage.begun.size(), 1U);
}

TEST(Engine, RefusesWhatCannotWork) {
    EXPECT_FALSE(Engine::make({}, {a_rule("intrusion", "nowhere")}));
    EXPECT_FALSE(Engine::make({kYard, kYard}, {}));
    EXPECT_FALSE(Engine::make({}, {a_rule("fall"), a_rule("fall")}));
    EXPECT_FALSE(Engine::make({}, {}, "Europe/Atlantis"));
    EXPECT_FALSE(Engine::make(std::vector<Zone>(65, kYard), {}));
    EXPECT_FALSE(Engine::make({{"bow", {{0, 0}, {1, 1}, {1, 0}, {0, 1}}}}, {}));
}

TEST(Engine, TakesNoHarmFromHostileObservations) {
    std::vector<RuleSpec> rules;
    for (auto kind : kRuleKinds) {
        auto rule = a_rule(std::string(kind), needs_line(kind) ? "door" : "yard");
        if (kind == "wrong_way") rule.heading = 90;
        rules.push_back(rule);
    }
    Stage stage({kYard, kDoor}, rules);
    std::mt19937 random(9);
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    constexpr float kInf = std::numeric_limits<float>::infinity();
    const std::vector<float> odd{kNan, kInf, -kInf, 1e38F, -1e38F, 0, -1, 1e-38F, 0.5F, 0.6F, 2};
    auto any = [&] { return odd[random() % odd.size()]; };
    std::size_t told = 0;
    for (int round = 0; round < 150; ++round) {
        Observation one;
        one.wall = Timestamp(microseconds(static_cast<std::int64_t>(random()) * 1'000'000));
        one.mono = MonoTime(microseconds(static_cast<std::int64_t>(random() % 100) * 1'000'000));
        one.width = static_cast<int>(random() % 3) - 1;
        one.height = static_cast<int>(random() % 3) - 1;
        for (int i = 0; i < 300; ++i) {
            TrackView view;
            view.id = random() % 50;
            view.kind = static_cast<ObjectClass>(random() % 256);
            view.box = {any(), any(), any(), any()};
            view.confirmed = random() % 4 != 0;
            view.velocity = {any(), any()};
            view.colour = std::string(random() % 100, 'x');
            one.tracks.push_back(view);
            StaticObject object;
            object.box = {any(), any(), any(), any()};
            object.removed = random() % 2 == 0;
            one.objects.push_back(object);
        }
        for (const auto& finding : stage.engine.take(one)) {
            ++told;
            EXPECT_LE(finding.from, finding.to);
            EXPECT_LE(finding.why.size(), 400U);
        }
    }
    for (const auto& finding : stage.engine.finish()) EXPECT_LE(finding.from, finding.to);
    EXPECT_LT(told, 20'000U);
}

}  // namespace
}  // namespace proviso::behaviour
