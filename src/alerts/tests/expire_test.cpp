#include <soci/soci.h>

#include "alerts_fixture.h"

namespace proviso::alerts {
namespace {

class ExpireTest : public AlertsTest {
protected:
    /// An alert with a picture, an object and motion, now.
    void happen() {
        auto at = clock.now() - kNoon;
        auto finding = intrusion(++number_, at, at);
        alerts->observed(kGate, look(at, {person(number_, 0.5F)}));
        alerts->found(kGate, finding);
        alerts->pictured(kGate, {clock.now(), {number_}, {number_}, Bytes(100, 'J')});
        flush();
        alerts->closed(kGate, clock.now());
        flush();
    }

    void expire(std::int64_t days, bool hold = false) {
        Keep keep{kGate, days, hold};
        auto done = alerts->expire(std::span(&keep, 1), 3);
        ASSERT_TRUE(done) << done.error().story();
    }

    std::size_t files() {
        std::size_t count = 0;
        std::error_code none;
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(folder.path() / "pictures", none)) {
            if (entry.is_regular_file()) ++count;
        }
        return count;
    }

    std::size_t minutes() {
        std::size_t count = 0;
        auto values =
            *alerts->activity(kGate, kNoon - 24h, clock.now() + 1min, std::chrono::minutes(1));
        for (const auto& value : values) count += value ? 1 : 0;
        return count;
    }

private:
    std::uint64_t number_ = 0;
};

TEST_P(ExpireTest, NothingOutlivesItsDays) {
    happen();
    clock.advance(24h);
    happen();
    EXPECT_EQ(items().size(), 2U);
    EXPECT_EQ(files(), 4U);
    clock.advance(24h);
    expire(2);
    EXPECT_EQ(items().size(), 1U) << "the first one is two days old now";
    EXPECT_EQ(alerts->tracks({})->items.size(), 1U);
    EXPECT_EQ(files(), 2U);
    EXPECT_EQ(minutes(), 1U);
    EXPECT_EQ(alerts->heat(kGate, kNoon, kNoon + 1h)->pictures, 0U);
    clock.advance(24h);
    expire(2);
    EXPECT_TRUE(items().empty());
    EXPECT_EQ(files(), 0U);
    EXPECT_EQ(minutes(), 0U);
    ASSERT_TRUE(database().read([](soci::session& session) {
        int findings = -1;
        int tracks = -1;
        session << "SELECT COUNT(*) FROM review_findings", soci::into(findings);
        session << "SELECT COUNT(*) FROM review_tracks", soci::into(tracks);
        EXPECT_EQ(findings, 0);
        EXPECT_EQ(tracks, 0);
        return Result<>();
    }));
}

TEST_P(ExpireTest, WithTheKeyOfItsDayEverythingOfTheDayGoes) {
    happen();
    auto first = keys->list().front().id;
    clock.advance(24h);
    happen();
    ASSERT_TRUE(keys->shred(std::span(&first, 1), "test"));
    expire(30);
    auto left = items();
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].from, kNoon + 24h);
    EXPECT_EQ(files(), 2U);
    EXPECT_EQ(minutes(), 1U);
    EXPECT_EQ(alerts->tracks({})->items.size(), 1U);
}

TEST_P(ExpireTest, AHoldKeepsEverything) {
    happen();
    clock.advance(std::chrono::days(100));
    expire(2, true);
    EXPECT_EQ(items().size(), 1U);
    EXPECT_EQ(files(), 2U);
}

TEST_P(ExpireTest, ACameraNobodyKnowsKeepsThreeDays) {
    happen();
    ASSERT_TRUE(alerts->expire({}, 3));
    EXPECT_EQ(items().size(), 1U);
    clock.advance(std::chrono::days(3));
    ASSERT_TRUE(alerts->expire({}, 3));
    EXPECT_TRUE(items().empty());
}

TEST_P(ExpireTest, AKeyThatIsGoneIsNotMadeAgainForAnOldDay) {
    happen();
    auto first = keys->list().front().id;
    clock.advance(12h + 30min);
    ASSERT_TRUE(keys->shred(std::span(&first, 1), "test"));
    // Late news of yesterday evening.
    alerts->observed(kGate, look(11h + 50min, {person(70, 0.1F)}));
    flush();
    for (const auto& key : keys->list()) EXPECT_NE(key.day, day_of(kNoon)) << key.id;
    expire(30);
    EXPECT_TRUE(items().empty());
}

TEST_P(ExpireTest, TheAccuracyOfARuleOutlivesTheAlerts) {
    watch();
    happen();
    ASSERT_TRUE(alerts->judge(items().front().id, Judgement::True, ""));
    clock.advance(std::chrono::days(10));
    expire(2);
    EXPECT_TRUE(items().empty());
    EXPECT_EQ(alerts->accuracy({})->front().right, 1U);
}

PROVISO_ON_BOTH_ENGINES(ExpireTest);

}  // namespace
}  // namespace proviso::alerts
