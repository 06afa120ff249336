#include <random>
#include <set>

#include "stage.h"

namespace proviso::behaviour {
namespace {

using std::chrono::hours;

TEST(EngineRules, TellsOfAnIntrusionOnceAndWhenItIsOver) {
    auto rule = a_rule("intrusion", "yard");
    rule.seconds = 2;
    Stage stage({kYard}, {rule});
    stage.put(12, 0.2F, 0.8F);
    stage.pass(5);
    EXPECT_TRUE(stage.all.empty());
    stage.put(12, 0.7F, 0.8F);
    stage.pass(1.9);
    EXPECT_TRUE(stage.all.empty());
    stage.pass(10);
    ASSERT_EQ(stage.all.size(), 1U);
    const auto& begun = stage.begun.at(0);
    EXPECT_EQ(begun.rule, "intrusion");
    EXPECT_EQ(begun.kind, "intrusion");
    EXPECT_EQ(begun.zone, "yard");
    EXPECT_EQ(begun.tracks, std::vector<TrackId>{12});
    EXPECT_EQ(
        begun.why,
        "person 12 was in zone 'yard' for 2.0 s since 12:00:05; the rule tells from 2 s on"
    );
    EXPECT_EQ(begun.numbers["seconds"], 2.0);
    stage.put(12, 0.2F, 0.8F);
    stage.pass(6);
    ASSERT_EQ(stage.ended.size(), 1U);
    EXPECT_EQ(stage.ended[0].id, begun.id);
    EXPECT_EQ(stage.ended[0].from, begun.from);
    EXPECT_NEAR(
        std::chrono::duration<double>(stage.ended[0].to - stage.ended[0].from).count(), 11.8, 0.3
    );
}

TEST(EngineRules, AGroupIsOneIntrusion) {
    Stage stage({kYard}, {a_rule("intrusion", "yard")});
    for (TrackId id = 1; id <= 5; ++id) {
        stage.put(id, 0.5F + 0.08F * static_cast<float>(id), 0.8F);
        stage.pass(0.5);
    }
    stage.pass(5);
    EXPECT_EQ(stage.begun.size(), 1U);
    for (TrackId id = 1; id <= 5; ++id) stage.hide(id);
    stage.pass(5);
    ASSERT_EQ(stage.ended.size(), 1U);
    EXPECT_EQ(stage.ended[0].tracks.size(), 5U);
    // Somebody else is another event, cooldown or not.
    stage.put(77, 0.9F, 0.3F);
    stage.pass(3);
    EXPECT_EQ(stage.begun.size(), 2U);
}

TEST(EngineRules, WhoHoversAtTheEdgeIsToldOfOnce) {
    Stage stage({kYard}, {a_rule("intrusion", "yard")});
    for (int i = 0; i < 200; ++i) {
        stage.put(1, i % 2 == 0 ? 0.495F : 0.505F, 0.8F);
        stage.tick();
    }
    EXPECT_EQ(stage.begun.size(), 1U);
    EXPECT_TRUE(stage.ended.empty());
    // In and out within the cooldown.
    for (int i = 0; i < 2; ++i) {
        stage.put(1, 0.2F, 0.8F);
        stage.pass(4);
        stage.put(1, 0.7F, 0.8F);
        stage.pass(1.5);
    }
    EXPECT_EQ(stage.begun.size(), 1U);
}

TEST(EngineRules, APredictedOrUnbelievedTrackBeginsNothing) {
    Stage stage({kYard}, {a_rule("intrusion", "yard")});
    stage.put(1, 0.7F, 0.8F).predicted = true;
    stage.put(2, 0.8F, 0.8F).confirmed = false;
    stage.put(3, 0.9F, 0.8F, ObjectClass::Animal);
    stage.pass(10);
    EXPECT_TRUE(stage.all.empty());
}

TEST(EngineRules, LoiteringGoesOnThroughAChangeOfTheTrackId) {
    auto rule = a_rule("loitering", "yard");
    rule.seconds = 20;
    Stage stage({kYard}, {rule});
    stage.put(1, 0.7F, 0.8F);
    stage.pass(12);
    stage.hide(1);
    stage.pass(1);
    stage.put(9, 0.71F, 0.8F);
    stage.pass(6);
    EXPECT_TRUE(stage.all.empty());
    stage.pass(3);
    ASSERT_EQ(stage.begun.size(), 1U);
    EXPECT_EQ(stage.begun[0].tracks, (std::vector<TrackId>{1, 9}));
    stage.pass(120);
    EXPECT_EQ(stage.all.size(), 1U);
}

TEST(EngineRules, WhoOnlyPassesThroughDoesNotLoiter) {
    auto rule = a_rule("loitering", "yard");
    rule.seconds = 10;
    Stage stage({kYard}, {rule});
    for (TrackId id = 1; id <= 12; ++id) {
        stage.walk(id, 0.4F, 0.8F, 0.98F, 0.8F, 6);
        stage.hide(id);
        stage.pass(1);
    }
    EXPECT_TRUE(stage.all.empty());
}

TEST(EngineRules, ANewLifeOfTheTrackerIsNotTheOldOne) {
    auto rule = a_rule("loitering", "yard");
    rule.seconds = 10;
    Stage stage({kYard}, {rule});
    stage.put(1, 0.55F, 0.5F);
    stage.pass(8);
    stage.hide(1);
    stage.pass(0.5);
    stage.began += hours(1);  // another track with the same number, far away
    stage.put(1, 0.95F, 0.95F);
    stage.pass(8);
    EXPECT_TRUE(stage.all.empty());
}

TEST(EngineRules, ALineIsCrossedInTheDirectionAskedFor) {
    for (std::string direction : {"any", "in", "out"}) {
        auto rule = a_rule("line_crossing", "door");
        rule.direction = direction;
        Stage stage({kDoor}, {rule});
        stage.walk(1, 0.5F, 0.4F, 0.5F, 0.8F, 3);
        stage.pass(5);
        EXPECT_EQ(stage.all.size(), direction == "out" ? 0U : 1U);
        stage.walk(1, 0.5F, 0.8F, 0.5F, 0.4F, 3);
        EXPECT_EQ(stage.all.size(), direction == "any" ? 2U : 1U);
        EXPECT_TRUE(stage.all.back().ended);
        EXPECT_EQ(stage.all.back().numbers["direction"], direction == "in" ? "in" : "out");
    }
}

TEST(EngineRules, WhoStandsOnTheLineHasNotCrossedIt) {
    Stage stage({kDoor}, {a_rule("line_crossing", "door"), a_rule("counting", "door")});
    std::mt19937 random(1);
    std::normal_distribution<float> sway(0, 0.004F);
    stage.walk(1, 0.5F, 0.4F, 0.5F, 0.6F, 2);
    for (int i = 0; i < 600; ++i) {
        stage.put(1, 0.5F + sway(random), 0.6F + sway(random));
        stage.tick();
    }
    EXPECT_LE(stage.all.size(), 1U);
    stage.walk(1, 0.5F, 0.6F, 0.5F, 0.4F, 2);
    auto counts = stage.engine.counts();
    EXPECT_EQ(counts.at(0).in, counts.at(0).out);
}

TEST(EngineRules, WhoWalksAroundTheEndOfALineHasNotCrossedIt) {
    Stage stage({kDoor}, {a_rule("line_crossing", "door")});
    stage.walk(1, 0.7F, 0.4F, 0.9F, 0.4F, 2);
    stage.walk(1, 0.9F, 0.4F, 0.9F, 0.8F, 2);
    stage.walk(1, 0.9F, 0.8F, 0.5F, 0.8F, 2);
    EXPECT_TRUE(stage.all.empty());
}

TEST(EngineRules, ALineIsCrossedThoughNobodySawTheMomentAndTheIdChanged) {
    Stage stage({kDoor}, {a_rule("line_crossing", "door")});
    stage.walk(1, 0.5F, 0.45F, 0.5F, 0.56F, 2);
    stage.hide(1);
    stage.pass(0.8);
    stage.walk(2, 0.5F, 0.64F, 0.5F, 0.8F, 2);
    EXPECT_EQ(stage.all.size(), 1U);
}

TEST(EngineRules, CountsInAndOutOverALineAndInAnArea) {
    auto at_door = a_rule("counting", "door");
    at_door.name = "at-door";
    auto in_yard = a_rule("counting", "yard");
    in_yard.name = "in-yard";
    Stage stage({kDoor, kYard}, {at_door, in_yard});
    for (TrackId id = 1; id <= 5; ++id) {
        stage.walk(id, 0.3F, 0.4F, 0.4F, 0.8F, 2);
        if (id <= 2) stage.walk(id, 0.4F, 0.8F, 0.6F, 0.8F, 2);
        if (id > 2) stage.hide(id);
        stage.pass(5);
    }
    stage.walk(1, 0.6F, 0.8F, 0.4F, 0.8F, 2);
    stage.walk(1, 0.4F, 0.8F, 0.4F, 0.4F, 2);
    stage.pass(2);
    auto counts = stage.engine.counts();
    ASSERT_EQ(counts.size(), 2U);
    EXPECT_EQ(counts[0].rule, "at-door");
    EXPECT_EQ(counts[0].in, 5U);
    EXPECT_EQ(counts[0].out, 1U);
    EXPECT_EQ(counts[0].inside, 4U);
    EXPECT_EQ(counts[1].in, 2U);
    EXPECT_EQ(counts[1].out, 1U);
    EXPECT_EQ(counts[1].inside, 1U);
    EXPECT_TRUE(stage.all.empty());
}

TEST(EngineRules, ACrowdIsToldOfWhenItHasLastedAndEndsWhenItBreaksUp) {
    auto rule = a_rule("crowd", "yard");
    rule.count = 4;
    rule.seconds = 3;
    Stage stage({kYard}, {rule});
    for (TrackId id = 1; id <= 3; ++id) stage.put(id, 0.5F + 0.1F * static_cast<float>(id), 0.7F);
    stage.pass(20);
    EXPECT_TRUE(stage.all.empty());
    stage.put(4, 0.95F, 0.7F);
    stage.pass(2.5);
    EXPECT_TRUE(stage.all.empty());
    stage.pass(1);
    ASSERT_EQ(stage.begun.size(), 1U);
    EXPECT_EQ(stage.begun[0].numbers["count"], 4);
    EXPECT_EQ(stage.begun[0].tracks.size(), 4U);
    // One flickers: it is the same crowd.
    for (int i = 0; i < 20; ++i) {
        i % 2 == 0 ? stage.hide(4) : static_cast<void>(stage.put(4, 0.95F, 0.7F));
        stage.pass(0.4);
    }
    EXPECT_EQ(stage.all.size(), 1U);
    stage.hide(3);
    stage.hide(4);
    stage.pass(6);
    EXPECT_EQ(stage.ended.size(), 1U);
}

TEST(EngineRules, TellsRunningFromWalkingNearAndFar) {
    Stage stage({}, {a_rule("running")});
    // 0.2 high; aspect 16:9. Walking at 0.8 heights a second: 0.09 of the width each second.
    stage.walk(1, 0.1F, 0.8F, 0.55F, 0.8F, 5);
    stage.hide(1);
    stage.pass(12);
    EXPECT_TRUE(stage.all.empty());
    stage.walk(2, 0.1F, 0.8F, 0.9F, 0.8F, 3);  // 2.4 heights a second
    ASSERT_EQ(stage.begun.size(), 1U);
    EXPECT_NEAR(stage.begun[0].numbers["speed"].get<double>(), 2.4, 0.3);
}

TEST(EngineRules, AJumpingFootIsNotRunning) {
    Stage stage({}, {a_rule("running")});
    for (int i = 0; i < 100; ++i) {
        // Half hidden and back: the foot jumps, the head stays.
        auto& view = stage.put(1, 0.5F, 0.8F);
        if (i / 5 % 2 == 0) view.box.h = 0.1F;
        stage.tick();
    }
    EXPECT_TRUE(stage.all.empty());
}

TEST(EngineRules, WrongWayInAnAreaAndOverALine) {
    auto area = a_rule("wrong_way", "yard");
    area.name = "area";
    area.heading = 0;  // up is right
    auto line = a_rule("wrong_way", "door");
    line.name = "line";
    line.direction = "in";  // downwards is wrong
    Stage stage({kYard, kDoor}, {area, line});
    stage.walk(1, 0.7F, 0.95F, 0.7F, 0.3F, 6);
    stage.hide(1);
    stage.pass(12);
    EXPECT_TRUE(stage.all.empty());
    stage.walk(2, 0.7F, 0.3F, 0.7F, 0.95F, 6);
    std::set<std::string> rules;
    for (const auto& one : stage.all) rules.insert(one.rule);
    EXPECT_EQ(rules, (std::set<std::string>{"area", "line"}));
    EXPECT_EQ(stage.begun.size(), 1U);
    stage.hide(2);
    stage.pass(12);
    auto before = stage.all.size();
    stage.put(3, 0.7F, 0.8F);  // stands and shifts
    for (int i = 0; i < 100; ++i) {
        stage.put(3, 0.7F, 0.8F + (i % 2 == 0 ? 0.005F : 0));
        stage.tick();
    }
    EXPECT_EQ(stage.all.size(), before);
}

TEST(EngineRules, TailgatingIsTheSecondWithinSeconds) {
    auto rule = a_rule("tailgating", "door");
    rule.direction = "in";
    rule.seconds = 2;
    Stage stage({kDoor}, {rule});
    stage.walk(1, 0.4F, 0.4F, 0.4F, 0.8F, 2);
    stage.pass(5);
    stage.walk(2, 0.5F, 0.4F, 0.5F, 0.8F, 2);
    EXPECT_TRUE(stage.all.empty());
    stage.walk(3, 0.6F, 0.8F, 0.6F, 0.4F, 1);  // out does not count
    EXPECT_TRUE(stage.all.empty());
    stage.walk(4, 0.4F, 0.4F, 0.4F, 0.8F, 1);
    stage.walk(5, 0.5F, 0.4F, 0.5F, 0.8F, 1);
    ASSERT_EQ(stage.all.size(), 1U);
    EXPECT_EQ(stage.all[0].tracks, (std::vector<TrackId>{4, 5}));
}

StaticObject thing(std::uint64_t id, float x, float y, bool removed = false) {
    StaticObject one;
    one.id = id;
    one.box = {x, y, 0.05F, 0.06F};
    one.removed = removed;
    return one;
}

TEST(EngineRules, AThingIsLeftBehindWhenItsOwnerHasGone) {
    auto rule = a_rule("abandoned_object", "yard");
    rule.seconds = 10;
    rule.classes.clear();
    Stage stage({kYard}, {rule});
    stage.put(7, 0.7F, 0.8F);
    stage.pass(2);
    stage.objects = {thing(1, 0.74F, 0.75F)};
    stage.pass(30);
    EXPECT_TRUE(stage.all.empty());  // the owner stands beside it
    stage.walk(7, 0.7F, 0.8F, 0.2F, 0.8F, 4);
    stage.hide(7);
    stage.pass(5);
    stage.objects = {thing(2, 0.741F, 0.751F)};  // the same thing under another number
    stage.pass(6);
    ASSERT_EQ(stage.begun.size(), 1U);
    EXPECT_EQ(stage.begun[0].tracks, std::vector<TrackId>{7});
    // Somebody walks by: it is still the same event.
    stage.walk(8, 0.98F, 0.8F, 0.6F, 0.8F, 4);
    stage.hide(8);
    stage.pass(60);
    EXPECT_EQ(stage.all.size(), 1U);
    stage.objects.clear();
    stage.pass(10);
    EXPECT_EQ(stage.ended.size(), 1U);
}

TEST(EngineRules, AStandingPersonOrAParkedCarIsNoAbandonedThing) {
    auto rule = a_rule("abandoned_object");
    rule.seconds = 5;
    rule.classes.clear();
    Stage stage({}, {rule});
    stage.put(1, 0.3F, 0.8F);
    auto& car = stage.put(2, 0.8F, 0.8F, ObjectClass::Vehicle);
    car.box = {0.6F, 0.6F, 0.3F, 0.2F};
    car.stationary = true;
    stage.objects = {thing(1, 0.28F, 0.7F), thing(2, 0.7F, 0.65F), thing(3, 0.1F, 0.1F, true)};
    stage.pass(60);
    EXPECT_TRUE(stage.all.empty());
    stage.hide(2);  // what stood under the car counts from now on
    stage.pass(4);
    EXPECT_TRUE(stage.all.empty());
    stage.pass(4);
    EXPECT_EQ(stage.begun.size(), 1U);
}

TEST(EngineRules, AThingTakenAwayIsToldOf) {
    auto rule = a_rule("removed_object", "yard");
    rule.seconds = 5;
    rule.classes.clear();
    Stage stage({kYard}, {rule});
    stage.objects = {thing(1, 0.2F, 0.5F, true), thing(2, 0.7F, 0.5F)};
    stage.pass(20);
    EXPECT_TRUE(stage.all.empty());
    stage.objects.push_back(thing(3, 0.7F, 0.3F, true));
    stage.pass(6);
    EXPECT_EQ(stage.begun.size(), 1U);
}

/// A standing person who becomes low within so many seconds.
void go_down(Stage& stage, double within) {
    stage.walk(1, 0.4F, 0.7F, 0.5F, 0.7F, 2);
    int steps = std::max(1, static_cast<int>(within * 10));
    for (int i = 1; i <= steps; ++i) {
        float share = static_cast<float>(i) / static_cast<float>(steps);
        auto& view = stage.put(1, 0.5F, 0.7F);
        float height = 0.2F - 0.14F * share;
        float width = 0.04F + 0.08F * share;
        view.box = {0.5F - width / 2, 0.7F - height, width, height};
        stage.tick();
    }
    stage.pass(6);
}

TEST(EngineRules, AFallIsQuickAndStaysDown) {
    Stage fall({}, {a_rule("fall")});
    go_down(fall, 0.8);
    ASSERT_EQ(fall.begun.size(), 1U);
    EXPECT_LE(fall.begun[0].numbers["went_down_in"].get<double>(), 1);
    fall.put(1, 0.5F, 0.7F);  // up again
    fall.pass(6);
    EXPECT_EQ(fall.ended.size(), 1U);

    Stage lies_down({}, {a_rule("fall")});
    go_down(lies_down, 5);
    EXPECT_TRUE(lies_down.all.empty());
}

TEST(EngineRules, WhoBendsDownAndComesUpHasNotFallen) {
    Stage stage({}, {a_rule("fall")});
    for (int i = 0; i < 5; ++i) {
        stage.put(1, 0.5F, 0.7F);
        stage.pass(2);
        stage.put(1, 0.5F, 0.7F).box = {0.44F, 0.64F, 0.12F, 0.06F};
        stage.pass(1.5);
    }
    EXPECT_TRUE(stage.all.empty());
}

}  // namespace
}  // namespace proviso::behaviour
