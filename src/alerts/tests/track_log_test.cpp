#include "track_log.h"

#include <cmath>

#include <gtest/gtest.h>

#include "sightings.h"

namespace proviso::alerts {
namespace {

struct TrackLogTest : testing::Test {
    TrackLog log{kGate};

    TrackRecord last() {
        auto changes = log.take_changes(true);
        EXPECT_FALSE(changes.empty());
        return changes.empty() ? TrackRecord{} : changes.back().after;
    }
};

TEST_F(TrackLogTest, TellsNewThenUpdateThenEndOfOneObject) {
    log.take(look(0s, {person(7, 0.1F)}));
    auto changes = log.take_changes(false);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].stage, Stage::New);
    auto id = changes[0].after.id;
    EXPECT_EQ(id.substr(0, 17), "1795348800.000000");

    log.take(look(1s, {person(7, 0.2F)}));
    EXPECT_TRUE(log.take_changes(false).empty()) << "it only moved";
    log.take(look(2s, {person(7, 0.3F)}));
    changes = log.take_changes(true);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].stage, Stage::Update);
    EXPECT_EQ(changes[0].after.path.size(), 3U);

    auto gone = look(3s, {});
    gone.ended = {7};
    log.take(gone);
    changes = log.take_changes(false);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].stage, Stage::End);
    EXPECT_EQ(changes[0].after.id, id);
    EXPECT_TRUE(changes[0].after.ended);
    EXPECT_EQ(changes[0].after.last, kNoon + 2s);
    EXPECT_EQ(changes[0].after.direction, "right");
}

TEST_F(TrackLogTest, KnowsTheZonesAFootStoodIn) {
    log.watch(
        {{"drive", {{0.4F, 0.4F}, {0.6F, 0.4F}, {0.6F, 0.6F}, {0.4F, 0.6F}}},
         {"gate", {{0, 0.5F}, {1, 0.5F}}},
         {"roof", {{0, 0}, {1, 0}, {1, 0.1F}}}}
    );
    log.take(look(0s, {person(1, 0.1F), person(2, 0.3F)}));
    log.take(look(1s, {person(1, 0.5F), person(2, 0.35F)}));
    log.take(look(2s, {person(1, 0.9F), person(2, 0.3F)}));
    auto changes = log.take_changes(true);
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[0].after.zones, std::set<std::string>{"drive"});
    EXPECT_TRUE(changes[1].after.zones.empty());
}

TEST_F(TrackLogTest, SaysWhichWayAnObjectWent) {
    auto walk = [&](float dx, float dy) {
        log.take(look(0s, {person(1, 0.5F, 0.5F)}));
        log.take(look(1s, {person(1, 0.5F + dx, 0.5F + dy)}));
        log.close();
        return last().direction;
    };
    EXPECT_EQ(walk(0.2F, 0.1F), "right");
    EXPECT_EQ(walk(-0.2F, 0.1F), "left");
    EXPECT_EQ(walk(0.1F, 0.2F), "down");
    EXPECT_EQ(walk(0.1F, -0.2F), "up");
    EXPECT_EQ(walk(0.01F, 0.02F), "still");
}

TEST_F(TrackLogTest, WhatIsNotBelievedYetIsNotLogged) {
    auto view = person(1, 0.5F);
    view.confirmed = false;
    log.take(look(0s, {view}));
    EXPECT_TRUE(log.take_changes(true).empty());
}

TEST_F(TrackLogTest, ALongPathKeepsItsEndsAndItsShapeInAFewPoints) {
    for (int i = 0; i <= 1000; ++i) {
        log.take(look(std::chrono::seconds(i), {person(1, static_cast<float>(i) / 1000)}));
    }
    auto path = last().path;
    EXPECT_LE(path.size(), 128U);
    EXPECT_NEAR(path.front().x, 0, 1e-6);
    EXPECT_NEAR(path.back().x, 1, 0.02);
    for (std::size_t i = 1; i < path.size(); ++i) EXPECT_GT(path[i].seconds, path[i - 1].seconds);
}

TEST_F(TrackLogTest, AfterAnHourARecordEndsAndTheNextBegins) {
    log.take(look(0s, {person(1, 0.5F)}));
    log.take(look(61min, {person(1, 0.5F)}));
    auto changes = log.take_changes(true);
    ASSERT_EQ(changes.size(), 3U);
    auto ended = changes[1].stage == Stage::End ? changes[1] : changes[2];
    EXPECT_TRUE(ended.after.ended);
    std::set<std::string> ids;
    for (const auto& change : changes) ids.insert(change.after.id);
    EXPECT_EQ(ids.size(), 2U);
}

TEST_F(TrackLogTest, AsksForAPictureAtFirstAndWhenItIsMuchBetter) {
    auto near = [](float size) {
        auto view = person(1, 0.5F);
        view.box = {0.5F - size / 2, 0.5F, size, size};
        return view;
    };
    EXPECT_EQ(log.take(look(0s, {near(0.1F)})).wanted, std::vector<behaviour::TrackId>{1});
    EXPECT_TRUE(log.take(look(1s, {near(0.3F)})).wanted.empty()) << "too soon";
    EXPECT_TRUE(log.take(look(3s, {near(0.11F)})).wanted.empty()) << "hardly better";
    EXPECT_EQ(log.take(look(5s, {near(0.2F)})).wanted.size(), 1U);
    auto guessed = near(0.9F);
    guessed.predicted = true;
    EXPECT_TRUE(log.take(look(9s, {guessed})).wanted.empty()) << "nothing is seen there";
}

TEST_F(TrackLogTest, NonsenseFromAWorkerIsPassedOver) {
    auto nan = person(1, 0.5F);
    nan.box.x = std::nanf("");
    auto huge = person(2, 0.5F);
    huge.box.w = 1e30F;
    log.take(look(0s, {nan, huge}));
    EXPECT_TRUE(log.take_changes(true).empty());
    std::vector<behaviour::TrackView> many;
    for (behaviour::TrackId id = 1; id <= 5000; ++id) many.push_back(person(id, 0.5F));
    log.take(look(1s, many));
    EXPECT_LE(log.take_changes(true).size(), 256U);
    auto future = person(9999, 0.5F);
    log.close();
    log.take_changes(true);
    auto seen = look(2s, {future});
    seen.tracks[0].first_seen = kNoon + 10h;
    log.take(seen);
    EXPECT_EQ(last().from, kNoon + 2s);
}

TEST_F(TrackLogTest, RestingAndPartialThingsAreInSightButNotActive) {
    auto parked = person(1, 0.5F);
    parked.kind = behaviour::ObjectClass::Vehicle;
    parked.stationary = true;
    auto face = person(2, 0.5F);
    face.kind = behaviour::ObjectClass::Face;
    auto seen = log.take(look(0s, {parked, face, person(3, 0.2F)}));
    ASSERT_EQ(seen.active.size(), 1U);
    EXPECT_EQ(seen.active[0].track, 3U);
    EXPECT_EQ(seen.in_sight.at("vehicle"), 1);
}

}  // namespace
}  // namespace proviso::alerts
