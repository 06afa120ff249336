#include "timeline.h"

#include <gtest/gtest.h>

#include "backoff.h"

namespace proviso::ingest {
namespace {

constexpr MonoTime kStart{std::chrono::seconds(1000)};

TEST(Timeline, BeginsAtTheMonotonicClockAndUnwraps) {
    Timeline timeline;
    auto arrived = kStart;
    std::uint32_t rtp = 0xFFFFFFFFU - 7000;
    std::int64_t expected = 1000 * 90'000;
    for (int i = 0; i < 10; ++i) {
        auto times = timeline.place(rtp, arrived, 0, 3600);
        EXPECT_FALSE(times.jump);
        EXPECT_EQ(times.dts, expected);
        EXPECT_EQ(times.pts, expected);
        rtp += 3600;
        expected += 3600;
        arrived += milliseconds(40);
    }
}

TEST(Timeline, DerivesGrowingDecodingTimesForPicturesOutOfOrder) {
    // display order of I P B B P B B ..., two pictures held back
    for (auto reorder : {std::optional<std::uint32_t>(2), std::optional<std::uint32_t>()}) {
        Timeline timeline;
        auto arrived = kStart;
        std::int64_t last = -1;
        int late = 0;
        std::vector<int> order{0};
        for (int group = 0; group < 30; ++group) {
            for (int place : {3, 1, 2}) order.push_back(group * 3 + place);
        }
        for (auto place : order) {
            auto times =
                timeline.place(static_cast<std::uint32_t>(place * 3600), arrived, reorder, 3600);
            EXPECT_FALSE(times.jump);
            EXPECT_GT(times.dts, last);
            late += times.dts > times.pts ? 1 : 0;
            last = times.dts;
            arrived += milliseconds(40);
        }
        // Without a word from the stream, the depth is learned from the first few pictures.
        EXPECT_LE(late, reorder ? 0 : 4);
        EXPECT_GE(last, 1000 * 90'000 + 85 * 3600);
    }
}

TEST(Timeline, TellsJumpsFromStallsAndGoesOn) {
    Timeline timeline;
    auto first = timeline.place(1000, kStart, 0, 3600);
    // 20 s of silence, in which the camera's time went on
    auto stalled = timeline.place(1000 + 20 * 90'000, kStart + std::chrono::seconds(20), 0, 3600);
    EXPECT_FALSE(stalled.jump);
    EXPECT_EQ(stalled.dts - first.dts, 20 * 90'000);
    // an hour ahead at once
    auto arrived = kStart + std::chrono::seconds(20) + milliseconds(40);
    auto jumped = timeline.place(1000 + 3600 * 90'000, arrived, 0, 3600);
    EXPECT_TRUE(jumped.jump);
    EXPECT_EQ(jumped.dts, stalled.dts + 3600);
    // back to zero: the camera rebooted
    auto reset = timeline.place(0, arrived + std::chrono::seconds(9), 0, 3600);
    EXPECT_TRUE(reset.jump);
    EXPECT_EQ(reset.dts - jumped.dts, 9 * 90'000);
}

TEST(Timeline, TakesABacklogAfterAStallForWhatItIs) {
    Timeline timeline;
    std::uint32_t rtp = 0;
    timeline.place(rtp, kStart, 0, 3600);
    auto arrived = kStart + std::chrono::seconds(10);
    std::int64_t last = 0;
    for (int i = 0; i < 250; ++i) {
        rtp += 3600;
        auto times = timeline.place(rtp, arrived, 0, 3600);
        EXPECT_FALSE(times.jump);
        last = times.dts;
    }
    EXPECT_EQ(last, 1000 * 90'000 + 250 * 3600);
}

TEST(Timeline, GoesForwardThroughEqualTimesAndSmallStepsBack) {
    Timeline timeline;
    std::int64_t last = 0;
    auto arrived = kStart;
    for (auto rtp : {9000U, 9000U, 9000U, 12600U, 10000U, 16200U}) {
        auto times = timeline.place(rtp, arrived, 0, 3600);
        EXPECT_FALSE(times.jump);
        EXPECT_GT(times.dts, last);
        last = times.dts;
        arrived += milliseconds(40);
    }
    EXPECT_TRUE(timeline.place(16200U - 90'000U, arrived, 0, 3600).jump);  // a second back
}

TEST(Backoff, DoublesToItsLimitWithJitterAndKnowsWhy) {
    std::uint64_t random = 0;
    Backoff backoff([&random] { return random; });
    EXPECT_EQ(backoff.next(ErrorKind::InvalidInput), milliseconds(250));
    random = ~std::uint64_t{0} - 15;  // a multiple of most things less one
    for (int i = 0; i < 10; ++i) {
        auto pause = backoff.next(ErrorKind::InvalidInput);
        EXPECT_LE(pause, Backoff::kMost);
        EXPECT_GE(pause, milliseconds(500));
    }
    EXPECT_GE(backoff.next(ErrorKind::InvalidInput), Backoff::kMost / 2);
    EXPECT_LE(backoff.next(ErrorKind::Unavailable), Backoff::kMostIfSilent);
    EXPECT_GE(backoff.next(ErrorKind::Unauthorized), Backoff::kIfUnauthorized / 2);
    backoff.reset();
    EXPECT_LE(backoff.next(ErrorKind::InvalidInput), Backoff::kFirst);
}

}  // namespace
}  // namespace proviso::ingest
