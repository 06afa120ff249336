#include <algorithm>
#include <limits>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include <proviso/behaviour/appearance.h>
#include <proviso/behaviour/tracker.h>

namespace proviso::behaviour {
namespace {

using std::chrono::seconds;

Appearance colours_of(float hue) {
    Appearance colours{};
    colours[appearance_bin(hue, 0.8F, 0.8F)] = 0.7F;
    colours[appearance_bin(0, 0, 0.5F)] = 0.3F;
    return colours;
}

/// A person whose feet stand at (x, y).
Detection person(float x, float y, float score = 0.9F, float hue = 0) {
    Detection one{{x - 0.03F, y - 0.2F, 0.06F, 0.2F}, ObjectClass::Person, score};
    one.appearance = colours_of(hue);
    return one;
}

struct TrackerTest : testing::Test {
    Tracker tracker;
    Timestamp now{std::chrono::sys_days(std::chrono::year(2026) / 3 / 1)};
    microseconds step = milliseconds(100);

    Tracks see(const std::vector<Detection>& seen, std::vector<Box> regions = {}) {
        now += step;
        return tracker.take({now, 16.0F / 9, seen, regions});
    }

    static const TrackView* find(const Tracks& tracks, TrackId id) {
        for (const auto& one : tracks.tracks) {
            if (one.id == id) return &one;
        }
        return nullptr;
    }

    /// Lets one person walk; the last answer.
    Tracks walk(float from, float to, int looks, float y = 0.8F, float hue = 0) {
        Tracks last;
        for (int i = 0; i < looks; ++i) {
            float share = static_cast<float>(i) / static_cast<float>(looks);
            last = see({person(from + share * (to - from), y, 0.9F, hue)});
        }
        return last;
    }
};

TEST_F(TrackerTest, BelievesAThingWhenItWasSeenThreeTimes) {
    auto first = see({person(0.5F, 0.8F)});
    ASSERT_EQ(first.tracks.size(), 1U);
    EXPECT_FALSE(first.tracks[0].confirmed);
    EXPECT_FALSE(see({person(0.5F, 0.8F)}).tracks[0].confirmed);
    EXPECT_TRUE(see({person(0.5F, 0.8F)}).tracks[0].confirmed);
}

TEST_F(TrackerTest, AFlickerEndsAtOnce) {
    auto id = see({person(0.5F, 0.8F)}).tracks.at(0).id;
    auto after = see({});
    EXPECT_TRUE(after.tracks.empty());
    EXPECT_EQ(after.ended, std::vector<TrackId>{id});
    EXPECT_TRUE(see({}).ended.empty());
}

TEST_F(TrackerTest, KnowsPaceAndColour) {
    auto last = walk(0.2F, 0.6F, 20);  // 0.4 in 2 s
    ASSERT_EQ(last.tracks.size(), 1U);
    EXPECT_NEAR(last.tracks[0].velocity.x, 0.2, 0.03);
    EXPECT_NEAR(last.tracks[0].velocity.y, 0, 0.03);
    EXPECT_EQ(last.tracks[0].colour, "red");
    EXPECT_FALSE(last.tracks[0].predicted);
}

TEST_F(TrackerTest, TwoWhoCrossKeepTheirIds) {
    Tracks last;
    TrackId left = 0;
    TrackId right = 0;
    for (int i = 0; i <= 40; ++i) {
        float share = static_cast<float>(i) / 40;
        std::vector<Detection> seen{person(0.2F + 0.6F * share, 0.8F, 0.9F, 0)};
        // The one behind vanishes while the other stands in front of it.
        float behind = 0.8F - 0.6F * share;
        if (std::abs(behind - (0.2F + 0.6F * share)) > 0.06F) {
            seen.push_back(person(behind, 0.79F, 0.9F, 200));
        }
        last = see(seen);
        if (i == 3) {
            ASSERT_EQ(last.tracks.size(), 2U);
            left =
                last.tracks[0].box.x < last.tracks[1].box.x ? last.tracks[0].id : last.tracks[1].id;
            right = last.tracks[0].id + last.tracks[1].id - left;
        }
    }
    ASSERT_NE(find(last, left), nullptr);
    ASSERT_NE(find(last, right), nullptr);
    EXPECT_GT(find(last, left)->box.x, 0.7F);
    EXPECT_LT(find(last, right)->box.x, 0.25F);
    EXPECT_EQ(last.tracks.size(), 2U);
}

TEST_F(TrackerTest, ComesBackUnderItsIdAfterSecondsBehindAColumn) {
    auto id = walk(0.2F, 0.4F, 20).tracks.at(0).id;
    Tracks hidden;
    for (int i = 0; i < 25; ++i) hidden = see({});
    EXPECT_TRUE(hidden.tracks.empty());  // too long to be shown
    EXPECT_TRUE(hidden.ended.empty());   // not too long to come back
    auto back = walk(0.52F, 0.6F, 3);
    ASSERT_EQ(back.tracks.size(), 1U);
    EXPECT_EQ(back.tracks[0].id, id);
    EXPECT_FALSE(back.tracks[0].predicted);
}

TEST_F(TrackerTest, AnotherCoatIsAnotherPerson) {
    auto id = walk(0.2F, 0.4F, 20, 0.8F, 0).tracks.at(0).id;
    for (int i = 0; i < 15; ++i) see({});
    auto other = walk(0.45F, 0.5F, 3, 0.8F, 200);
    ASSERT_EQ(other.tracks.size(), 1U);
    EXPECT_NE(other.tracks[0].id, id);
}

TEST_F(TrackerTest, IsShownAsPredictedAndThenEndsExactlyOnce) {
    auto id = walk(0.2F, 0.4F, 20).tracks.at(0).id;
    auto first = see({});
    ASSERT_EQ(first.tracks.size(), 1U);
    EXPECT_TRUE(first.tracks[0].predicted);
    int ended = 0;
    for (int i = 0; i < 200; ++i) {
        auto later = see({});
        ended += static_cast<int>(std::count(later.ended.begin(), later.ended.end(), id));
        EXPECT_TRUE(ended == 0 || find(later, id) == nullptr);
    }
    EXPECT_EQ(ended, 1);
}

TEST_F(TrackerTest, AWeakBoxContinuesButNeverBegins) {
    EXPECT_TRUE(see({person(0.5F, 0.8F, 0.25F)}).tracks.empty());
    auto id = walk(0.5F, 0.52F, 4).tracks.at(0).id;
    auto weak = see({person(0.52F, 0.8F, 0.25F)});
    ASSERT_NE(find(weak, id), nullptr);
    EXPECT_FALSE(find(weak, id)->predicted);
    for (int i = 0; i < 40; ++i) weak = see({person(0.52F, 0.8F, 0.25F)});
    EXPECT_TRUE(weak.tracks.empty());  // nothing but weak boxes is not a person
}

TEST_F(TrackerTest, OneThingSeenTwiceIsOneTrack) {
    Tracks last;
    for (int i = 0; i < 10; ++i) last = see({person(0.5F, 0.8F), person(0.505F, 0.8F, 0.6F)});
    EXPECT_EQ(last.tracks.size(), 1U);
}

TEST_F(TrackerTest, HoldsAnIdAtAnyFrameRate) {
    for (int per_second : {2, 5, 12, 30}) {
        tracker = Tracker();
        step = microseconds(1'000'000 / per_second);
        std::set<TrackId> ids;
        std::mt19937 random(5);
        std::normal_distribution<float> jitter(0, 0.003F);
        for (int i = 0; i < 8 * per_second; ++i) {
            float x = 0.1F + 0.09F * static_cast<float>(i) / static_cast<float>(per_second);
            auto seen = person(x + jitter(random), 0.8F + jitter(random));
            for (const auto& one : see({seen}).tracks) ids.insert(one.id);
        }
        EXPECT_EQ(ids.size(), 1U) << per_second << " pictures a second";
    }
}

TEST_F(TrackerTest, WhatStandsBecomesStationaryAndStaysThroughIdleHours) {
    Tracks last;
    for (int i = 0; i < 60; ++i) last = see({person(0.5F, 0.8F)});
    ASSERT_EQ(last.tracks.size(), 1U);
    EXPECT_TRUE(last.tracks[0].stationary);
    auto id = last.tracks[0].id;
    for (int i = 0; i < 7200; ++i) {
        now += seconds(1);
        last = tracker.idle(now);
    }
    ASSERT_EQ(last.tracks.size(), 1U);
    EXPECT_FALSE(last.tracks[0].predicted);
    last = see({person(0.5F, 0.8F)});
    EXPECT_EQ(last.tracks.at(0).id, id);
    for (int i = 0; i < 30; ++i) last = see({person(0.5F + 0.01F * static_cast<float>(i), 0.8F)});
    EXPECT_FALSE(last.tracks.at(0).stationary);
    EXPECT_EQ(last.tracks.at(0).id, id);
}

TEST_F(TrackerTest, WhatWasNotLookedForIsNotMissed) {
    TrackId id = 0;
    for (int i = 0; i < 60; ++i) id = see({person(0.2F, 0.8F)}).tracks.at(0).id;
    Tracks last;
    for (int i = 0; i < 300; ++i) {
        last = see({person(0.8F, 0.8F, 0.9F, 200)}, {{0.6F, 0.4F, 0.4F, 0.6F}});
    }
    ASSERT_EQ(last.tracks.size(), 2U);
    ASSERT_NE(find(last, id), nullptr);
    EXPECT_FALSE(find(last, id)->predicted);
    // Looked for and not there: gone in the end.
    for (int i = 0; i < 700; ++i) last = see({person(0.8F, 0.8F, 0.9F, 200)});
    EXPECT_EQ(find(last, id), nullptr);
}

TEST_F(TrackerTest, SurvivesAClockThatIsSet) {
    auto id = walk(0.2F, 0.4F, 20).tracks.at(0).id;
    now -= std::chrono::hours(1);
    EXPECT_EQ(walk(0.4F, 0.45F, 5).tracks.at(0).id, id);
    see({});
    EXPECT_EQ(walk(0.46F, 0.5F, 5).tracks.at(0).id, id);
    now += std::chrono::hours(24 * 365);
    auto later = walk(0.5F, 0.55F, 5);
    EXPECT_EQ(later.tracks.size(), 1U);
}

TEST_F(TrackerTest, ForgetsWhoWalkedOutOfThePicture) {
    auto id = walk(0.8F, 0.99F, 10).tracks.at(0).id;
    bool ended = false;
    for (int i = 0; i < 10; ++i) {
        auto after = see({});
        ended = ended || std::count(after.ended.begin(), after.ended.end(), id) == 1;
    }
    EXPECT_TRUE(ended);
}

TEST_F(TrackerTest, TakesNoHarmFromHostileNumbers) {
    float nan = std::numeric_limits<float>::quiet_NaN();
    float big = std::numeric_limits<float>::max();
    float inf = std::numeric_limits<float>::infinity();
    std::vector<Detection> hostile;
    for (float a : {nan, inf, -inf, big, -big, 0.0F, 1e-30F, 0.5F}) {
        for (float b : {nan, inf, -1.0F, 0.0F, 1e-30F, 0.5F, big}) {
            hostile.push_back({{a, b, b, a}, ObjectClass::Person, 0.9F});
            hostile.push_back({{0.5F, 0.5F, 0.1F, 0.1F}, static_cast<ObjectClass>(77), a});
            hostile.push_back({{0.2F, 0.2F, a, b}, ObjectClass::Vehicle, b});
        }
    }
    hostile.push_back(person(0.5F, 0.5F));
    hostile.back().appearance->fill(nan);
    for (int i = 0; i < 20; ++i) {
        now += step;
        float aspect = i % 2 == 0 ? nan : 0;
        for (const auto& one : tracker.take({now, aspect, hostile}).tracks) {
            EXPECT_TRUE(std::isfinite(one.box.x + one.box.y + one.box.w + one.box.h));
            EXPECT_TRUE(std::isfinite(one.velocity.x + one.velocity.y));
            EXPECT_GE(one.box.x, 0);
            EXPECT_LE(one.box.x + one.box.w, 1.0001F);
        }
    }
}

TEST_F(TrackerTest, TenThousandBoxesAPictureStayBounded) {
    std::mt19937 random(3);
    std::uniform_real_distribution<float> anywhere(0, 1);
    std::set<TrackId> all;
    std::set<TrackId> over;
    for (int i = 0; i < 12; ++i) {
        std::vector<Detection> many;
        for (int j = 0; j < 10'000; ++j) {
            many.push_back(person(anywhere(random), anywhere(random), anywhere(random)));
        }
        auto tracks = see(many);
        EXPECT_LE(tracks.tracks.size(), 256U);
        for (const auto& one : tracks.tracks) {
            EXPECT_FALSE(over.contains(one.id));
            all.insert(one.id);
        }
        for (auto id : tracks.ended) EXPECT_TRUE(over.insert(id).second);
    }
    EXPECT_GT(all.size(), 100U);
}

}  // namespace
}  // namespace proviso::behaviour
