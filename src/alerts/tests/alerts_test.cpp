#include <fstream>

#include <soci/soci.h>

#include "alerts_fixture.h"
#include "proviso/alerts/event_id.h"

namespace proviso::alerts {
namespace {

TEST_P(AlertsTest, KeepsWhatWasSeenAndGivesItBackNewestFirst) {
    watch();
    alerts->observed(kGate, look(0s, {person(1, 0.5F)}));
    EXPECT_TRUE(alerts->found(kGate, [] {
        auto finding = intrusion(9, 1s, 3s);
        finding.tracks = {1};
        return finding;
    }()));
    alerts->observed(kGate, look(20s, {}));
    alerts->found(kYard, intrusion(1, 21s, 21s));
    auto all = items();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].camera, kYard);
    const auto& item = all[1];
    EXPECT_EQ(item.camera, kGate);
    EXPECT_EQ(item.from, kNoon);
    EXPECT_EQ(item.to, kNoon + 3s);
    EXPECT_EQ(item.severity(), Severity::Alert);
    EXPECT_EQ(item.leading().model, "embedded");
    EXPECT_EQ(item.leading().numbers["seconds"], 2.0);
    ASSERT_EQ(item.tracks.size(), 1U);
    auto track = *alerts->track(item.tracks[0].id);
    ASSERT_TRUE(track);
    EXPECT_EQ(track->kind, "person");
    EXPECT_EQ(track->zones, std::set<std::string>{"drive"});
    ASSERT_EQ(track->path.size(), 1U);
    EXPECT_NEAR(track->path[0].x, 0.5, 1e-4);
    EXPECT_EQ(*alerts->review(item.id), item);
}

TEST_P(AlertsTest, FiltersByEverythingAndPages) {
    for (std::uint64_t i = 1; i <= 5; ++i) alert(i);
    alerts->observed(kYard, look(200s, {person(1, 0.2F)}));
    ReviewQuery query;
    EXPECT_EQ(items(query).size(), 6U);
    query.camera = kGate;
    EXPECT_EQ(items(query).size(), 5U);
    query = {};
    query.severity = Severity::Detection;
    EXPECT_EQ(items(query).size(), 1U);
    query = {};
    query.kind = "intrusion";
    query.zone = "drive";
    EXPECT_EQ(items(query).size(), 5U);
    query.zone = "roof";
    EXPECT_TRUE(items(query).empty());
    query = {};
    query.scope = std::vector<CameraId>{kYard};
    EXPECT_EQ(items(query).size(), 1U);
    query.scope = std::vector<CameraId>{};
    EXPECT_TRUE(items(query).empty()) << "nobody's cameras are not everybody's";
    query = {};
    query.from = kNoon + 61s;
    query.to = kNoon + 100s;
    EXPECT_EQ(items(query).size(), 1U);
    query = {};
    query.limit = 4;
    auto first = items(query);
    query.before = first.back().id;
    auto second = items(query);
    EXPECT_EQ(first.size(), 4U);
    ASSERT_EQ(second.size(), 2U);
    EXPECT_LT(second[0].id, first.back().id);
    query = {};
    query.kind = "'; DROP TABLE reviews; --";
    EXPECT_TRUE(items(query).empty());
    EXPECT_EQ(items().size(), 6U);
}

TEST_P(AlertsTest, FindsObjectsByZoneColourDirectionAndTime) {
    watch();
    auto red = person(1, 0.5F);
    red.colour = "red";
    alerts->observed(kGate, look(0s, {red, person(2, 0.1F)}));
    red.box.x += 0.3F;
    alerts->observed(kGate, look(5s, {red, person(2, 0.1F)}));
    alerts->closed(kGate, kNoon + 6s);
    flush();
    auto count = [&](TrackQuery query) { return alerts->tracks(query)->items.size(); };
    TrackQuery query;
    EXPECT_EQ(count(query), 2U);
    query.zone = "drive";
    EXPECT_EQ(count(query), 1U);
    query.zone = "driv_";
    EXPECT_EQ(count(query), 0U) << "a name, not a pattern";
    query = {};
    query.colour = "red";
    query.direction = "right";
    query.kind = "person";
    query.min_seconds = 5;
    EXPECT_EQ(count(query), 1U);
    query.min_seconds = 6;
    EXPECT_EQ(count(query), 0U);
    query = {};
    query.from = kNoon + 6s;
    EXPECT_EQ(count(query), 0U);
}

TEST_P(AlertsTest, ViewedStaysWhenTheItemGoesOnAndRespectsTheScope) {
    alerts->found(kGate, intrusion(1, 0s, 0s, false));
    auto id = items().front().id;
    EXPECT_EQ(*alerts->mark_viewed({id, "nonsense"}, true, std::vector<CameraId>{kYard}), 0U);
    EXPECT_EQ(*alerts->mark_viewed({id, id, "nonsense"}, true, {}), 1U);
    alerts->found(kGate, intrusion(1, 0s, 4s));
    EXPECT_TRUE(items().front().viewed);
    ReviewQuery query;
    query.viewed = false;
    EXPECT_TRUE(items(query).empty());
    EXPECT_EQ(*alerts->mark_viewed({id}, false, {}), 1U);
}

TEST_P(AlertsTest, APictureIsSealedAtRestAndGoneWithItsKey) {
    alerts->found(kGate, intrusion(3, 0s, 0s));
    MaskedPicture picture;
    picture.at = kNoon;
    picture.findings = {3};
    picture.jpeg.assign(5000, 'J');
    alerts->pictured(kGate, picture);
    auto item = items().front();
    ASSERT_TRUE(item.has_picture);
    EXPECT_EQ(*alerts->picture(item.id), picture.jpeg);
    int files = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(folder.path() / "pictures")) {
        if (!entry.is_regular_file()) continue;
        ++files;
        std::ifstream file(entry.path(), std::ios::binary);
        std::string bytes((std::istreambuf_iterator<char>(file)), {});
        EXPECT_EQ(bytes.find("JJJJ"), std::string::npos);
        EXPECT_GE(bytes.size(), 5000U);
    }
    EXPECT_EQ(files, 1);
    auto key = keys->list().front().id;
    ASSERT_TRUE(keys->shred(std::span(&key, 1), "test"));
    auto gone = alerts->picture(item.id);
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().kind(), ErrorKind::NotFound);
}

TEST_P(AlertsTest, APictureThatWasTouchedIsNotShown) {
    alerts->found(kGate, intrusion(3, 0s, 0s));
    alerts->pictured(kGate, {kNoon, {3}, {}, Bytes(500, 'J')});
    auto id = items().front().id;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(folder.path() / "pictures")) {
        if (!entry.is_regular_file()) continue;
        store::flip_bit(entry.path(), 100);
    }
    auto picture = alerts->picture(id);
    ASSERT_FALSE(picture);
    EXPECT_EQ(picture.error().kind(), ErrorKind::Corrupt);
}

TEST_P(AlertsTest, PicturesOfObjectsServeTheItemThatHasNoOther) {
    auto wanted = alerts->observed(kGate, look(0s, {person(1, 0.5F)}));
    ASSERT_EQ(wanted.size(), 1U);
    alerts->pictured(kGate, {kNoon, {}, wanted, Bytes(100, 'J')});
    auto item = items().front();
    EXPECT_TRUE(item.has_picture);
    EXPECT_TRUE(alerts->track(item.tracks[0].id)->value().has_picture);
    EXPECT_TRUE(alerts->picture(item.tracks[0].id));
    alerts->pictured(kGate, {kNoon, {}, {1}, Bytes(kMostPictureBytes + 1, 'J')});
    flush();
    EXPECT_EQ(alerts->picture(item.tracks[0].id)->size(), 100U) << "too large: passed over";
}

TEST_P(AlertsTest, ActivityIsTheLargestOfEachStepAndNothingWhereNobodyLooked) {
    alerts->observed(kGate, look(0s, {}, 0.1F));
    alerts->observed(kGate, look(30s, {}, 0.4F));
    alerts->observed(kGate, look(61s, {}, 0.2F));
    flush();
    alerts->observed(kGate, look(65s, {}, 0.1F));
    flush();
    using Values = std::vector<std::optional<double>>;
    EXPECT_EQ(*alerts->activity(kGate, kNoon, kNoon + 3min, 1min), (Values{0.4, 0.2, {}}));
    EXPECT_EQ(*alerts->activity(kGate, kNoon, kNoon + 3min, 2min), (Values{0.4, {}}));
    EXPECT_EQ(*alerts->activity(kGate, kNoon + 90s, kNoon + 95s, 1min), Values{0.2});
    EXPECT_EQ(*alerts->activity(kYard, kNoon, kNoon + 1min, 1min), Values{{}});
}

TEST_P(AlertsTest, HeatIsTheMeanOverPicturesAndHours) {
    auto seen = look(0s, {});
    seen.heat[0] = 255;
    seen.heat[17] = 51;
    alerts->observed(kGate, seen);
    flush();
    alerts->observed(kGate, look(1s, {}));
    flush();
    clock.advance(1h);
    seen.wall = kNoon + 1h;
    alerts->observed(kGate, seen);
    alerts->observed(kGate, look(1h, {}));
    flush();
    auto heat = *alerts->heat(kGate, kNoon, kNoon + 2h);
    EXPECT_EQ(heat.pictures, 4U);
    EXPECT_NEAR(heat.cells[0], 0.5, 1e-9);
    EXPECT_NEAR(heat.cells[17], 0.1, 1e-9);
    EXPECT_EQ(heat.cells[1], 0);
    EXPECT_EQ(alerts->heat(kGate, kNoon, kNoon + 10min)->pictures, 2U);
}

TEST_P(AlertsTest, PassagesAddUpAcrossRestartsOfTheEngine) {
    std::vector<PassageCount> counts{{"gate", 3, 1, 2}};
    alerts->counted(kGate, kNoon, counts);
    counts[0] = {"gate", 4, 1, 3};
    alerts->counted(kGate, kNoon + 1s, counts);
    flush();
    alerts->closed(kGate, kNoon + 2s);
    counts[0] = {"gate", 1, 0, 1};
    alerts->counted(kGate, kNoon + 3s, counts);
    flush();
    auto passed = *alerts->passages(kGate, day_of(kNoon));
    ASSERT_EQ(passed.size(), 1U);
    EXPECT_EQ(passed[0].in, 5U);
    EXPECT_EQ(passed[0].out, 1U);
    EXPECT_EQ(passed[0].inside, 1);
}

TEST_P(AlertsTest, TellsListenersAfterItIsStored) {
    bool stored = false;
    alerts->on_change([&](const Change& change) {
        if (const auto* review = std::get_if<ReviewChange>(&change)) {
            stored = alerts->review(review->after.id)->has_value();
        }
    });
    alerts->found(kGate, intrusion(1, 0s, 0s));
    flush();
    EXPECT_TRUE(stored);
}

TEST_P(AlertsTest, WhatACrashLeftOpenIsClosedAtTheNextStart) {
    alerts->found(kGate, intrusion(1, 0s, 0s, false));
    alerts->observed(kGate, look(1s, {person(1, 0.5F)}));
    EXPECT_FALSE(items().front().to);
    // A second one on the same tables, as after a kill: the first never got to end anything.
    AlertsOptions options;
    options.pictures = folder.path() / "pictures";
    auto second = *Alerts::open(options, database(), *keys, ledger, clock);
    auto item = second->reviews({})->items.front();
    ASSERT_TRUE(item.to);
    EXPECT_TRUE(second->tracks({})->items.front().ended);
}

TEST_P(AlertsTest, AWorkerWithAWrongClockDoesNotWriteIntoAnotherCentury) {
    auto seen = look(0s, {person(1, 0.5F)});
    seen.wall = *parse_timestamp("1971-01-01");
    alerts->observed(kGate, seen);
    auto all = items();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].from, kNoon);
}

TEST_P(AlertsTest, WhatTheDatabaseCannotTakeNowIsWrittenLater) {
    ASSERT_TRUE(database().write([](soci::session& session) {
        session << "ALTER TABLE reviews RENAME TO away";
        return Result<>();
    }));
    alerts->found(kGate, intrusion(1, 0s, 0s));
    EXPECT_FALSE(alerts->flush());
    ASSERT_TRUE(database().write([](soci::session& session) {
        session << "ALTER TABLE away RENAME TO reviews";
        return Result<>();
    }));
    EXPECT_EQ(items().size(), 1U);
}

PROVISO_ON_BOTH_ENGINES(AlertsTest);

}  // namespace
}  // namespace proviso::alerts
