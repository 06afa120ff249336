#include "review_maker.h"

#include <gtest/gtest.h>

#include "sightings.h"

namespace proviso::alerts {
namespace {

struct ReviewMakerTest : testing::Test {
    ReviewMaker maker{kGate};

    static ActiveObject object(behaviour::TrackId id, const std::string& kind = "person") {
        return {id, {"1795348800.00000" + std::to_string(id) + "-aaaaaa", kind, "red"}};
    }

    static Sighted alert(std::uint64_t id, microseconds from, bool lasting = false) {
        Sighted sighted;
        sighted.id = id;
        sighted.record.rule = "after-hours";
        sighted.record.kind = "intrusion";
        sighted.record.zone = "drive";
        sighted.record.severity = Severity::Alert;
        sighted.record.title = "Person in drive";
        sighted.record.from = kNoon + from;
        if (!lasting) sighted.record.to = kNoon + from;
        return sighted;
    }
};

TEST_F(ReviewMakerTest, ObjectsThatOverlapBecomeOneDetection) {
    maker.use_model("embedded");
    maker.objects(kNoon, {object(1)});
    maker.objects(kNoon + 3s, {object(1), object(2)});
    maker.objects(kNoon + 8s, {object(3, "vehicle")});
    auto changes = maker.take_changes();
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].stage, Stage::New);
    const auto& item = changes[0].after;
    EXPECT_EQ(item.severity(), Severity::Detection);
    EXPECT_EQ(item.tracks.size(), 3U);
    EXPECT_EQ(item.leading().title, "2 persons, 1 vehicle");
    EXPECT_EQ(item.leading().model, "embedded");
    EXPECT_FALSE(item.to);
    maker.tick(kNoon + 18s);
    EXPECT_TRUE(maker.take_changes().empty()) << "ten seconds are not over";
    maker.tick(kNoon + 19s);
    changes = maker.take_changes();
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].stage, Stage::End);
    EXPECT_EQ(changes[0].after.to, kNoon + 8s);
    EXPECT_EQ(changes[0].after.findings[0].to, kNoon + 8s);
}

TEST_F(ReviewMakerTest, AnAlertRaisesTheItemItFallsInto) {
    maker.objects(kNoon, {object(1)});
    maker.take_changes();
    EXPECT_TRUE(maker.finding(kNoon + 2s, alert(5, 2s)));
    auto changes = maker.take_changes();
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].stage, Stage::Update);
    EXPECT_EQ(changes[0].before.severity(), Severity::Detection);
    EXPECT_EQ(changes[0].after.severity(), Severity::Alert);
    EXPECT_EQ(changes[0].after.leading().rule, "after-hours");
    EXPECT_EQ(changes[0].after.from, kNoon);
    EXPECT_EQ(maker.open_severity(), Severity::Alert);
}

TEST_F(ReviewMakerTest, WhatComesLaterThanTenSecondsIsAnotherItem) {
    maker.finding(kNoon, alert(1, 0s));
    maker.finding(kNoon + 11s, alert(2, 11s));
    EXPECT_EQ(maker.take_changes().size(), 2U);
}

TEST_F(ReviewMakerTest, AFindingThatGoesOnUpdatesItsOwnPlace) {
    EXPECT_TRUE(maker.finding(kNoon, alert(1, 0s, true)));
    EXPECT_TRUE(maker.finding(kNoon + 1s, alert(2, 1s)));
    auto more = alert(1, 0s, true);
    more.record.why = "longer";
    EXPECT_FALSE(maker.finding(kNoon + 5s, more));
    auto changes = maker.take_changes();
    ASSERT_EQ(changes.size(), 1U);
    ASSERT_EQ(changes[0].after.findings.size(), 2U);
    EXPECT_EQ(changes[0].after.findings[0].why, "longer");
}

TEST_F(ReviewMakerTest, AnItemLastsAsLongAsAFindingInItDoes) {
    maker.finding(kNoon, alert(1, 0s, true));
    maker.tick(kNoon + 5min);
    EXPECT_EQ(maker.take_changes().size(), 1U);
    auto end = alert(1, 0s);
    end.record.to = kNoon + 6min;
    maker.finding(kNoon + 6min, end);
    maker.tick(kNoon + 6min + 11s);
    auto changes = maker.take_changes();
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].stage, Stage::End);
    EXPECT_EQ(changes[0].after.to, kNoon + 6min);
}

TEST_F(ReviewMakerTest, ABusyPlaceGivesAnItemEveryTenMinutesNotOneForEver) {
    std::set<std::string> ids;
    for (int second = 0; second < 3600; second += 5) {
        maker.objects(kNoon + std::chrono::seconds(second), {object(1)});
        for (const auto& change : maker.take_changes()) ids.insert(change.after.id);
    }
    EXPECT_EQ(ids.size(), 6U);
}

TEST_F(ReviewMakerTest, ALastingFindingDoesNotSwallowTheWholeDay) {
    maker.finding(kNoon, alert(1, 0s, true));  // a bag that stays
    std::set<std::string> ids;
    for (int minute = 0; minute < 60; ++minute) {
        maker.objects(kNoon + std::chrono::minutes(minute), {object(1)});
        for (const auto& change : maker.take_changes()) ids.insert(change.after.id);
    }
    EXPECT_GT(ids.size(), 40U);
    EXPECT_TRUE(maker.item_of(1) != nullptr) << "its own item is still open";
}

TEST_F(ReviewMakerTest, EverythingEndsWhenNobodyLooksAnyMore) {
    maker.finding(kNoon, alert(1, 0s, true));
    maker.close(kNoon + 30s);
    auto changes = maker.take_changes();
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[1].stage, Stage::End);
    EXPECT_EQ(changes[1].after.to, kNoon + 30s);
    EXPECT_EQ(changes[1].after.findings[0].to, kNoon + 30s);
    EXPECT_EQ(maker.item_of(1), nullptr);
    EXPECT_FALSE(maker.open_severity());
}

TEST_F(ReviewMakerTest, AFloodOfFindingsStaysBounded) {
    for (std::uint64_t id = 1; id <= 5000; ++id) maker.finding(kNoon, alert(id, 0s, true));
    auto changes = maker.take_changes();
    std::size_t open = 0;
    for (const auto& change : changes) {
        EXPECT_LE(change.after.findings.size(), 50U);
        if (!change.after.to) ++open;
    }
    EXPECT_LE(open, 100U);
}

TEST_F(ReviewMakerTest, TheFirstOfTheGravestLeads) {
    ReviewItem item;
    item.findings.resize(4);
    item.findings[0].kind = kObjectKind;
    item.findings[1].rule = "first detection";
    item.findings[2].rule = "first alert";
    item.findings[2].severity = Severity::Alert;
    item.findings[3].rule = "second alert";
    item.findings[3].severity = Severity::Alert;
    EXPECT_EQ(item.leading().rule, "first alert");
    item.findings.resize(2);
    EXPECT_EQ(item.leading().rule, "first detection");
}

}  // namespace
}  // namespace proviso::alerts
