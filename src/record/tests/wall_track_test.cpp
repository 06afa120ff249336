#include "wall_track.h"

#include <gtest/gtest.h>

namespace proviso::record {
namespace {

using namespace std::chrono_literals;

const Timestamp kStart = Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22));
constexpr std::int64_t kHalf = 45'000;

/// One fragment of half a second whose pictures arrive `late` after they should.
void half_second(WallTrack& track, Timestamp arrival, std::initializer_list<microseconds> late) {
    std::int64_t ticks = 0;
    for (const auto delay : late) {
        track.observe(ticks, arrival + ticks_to_us(ticks) + delay);
        ticks += kHalf / static_cast<std::int64_t>(late.size());
    }
    track.advance(kHalf);
}

TEST(WallTrack, IsNotMovedByPacketsThatWereOnlyLate) {
    WallTrack track;
    track.restart(kStart, {});
    auto arrival = kStart;
    for (int i = 0; i < 200; ++i, arrival += 500ms) half_second(track, arrival, {300ms, 0ms, 90ms});
    EXPECT_EQ(track.next(), kStart + 100s);
}

TEST(WallTrack, FollowsACameraWhoseClockDriftsWithinFiveHundredPpm) {
    WallTrack track;
    track.restart(kStart, {});
    auto arrival = kStart;
    for (int i = 0; i < 20'000; ++i) {
        half_second(track, arrival, {0ms, 0ms});
        arrival += 500ms + 100us;  // 200 ppm slow
    }
    EXPECT_LT(std::chrono::abs(track.next() - arrival), 10ms);
}

TEST(WallTrack, HealsABurstOfOldPicturesAtTheBeginning) {
    WallTrack track;
    track.restart(kStart, {});
    for (int i = 0; i < 4; ++i) {  // two seconds arrive at once
        track.observe(0, kStart);
        track.advance(kHalf);
    }
    auto arrival = kStart;
    auto before = track.next();
    for (int i = 0; i < 400; ++i, arrival += 500ms) {
        half_second(track, arrival, {0ms});
        EXPECT_GT(track.next(), before);
        before = track.next();
    }
    EXPECT_LT(std::chrono::abs(track.next() - arrival), 200ms);
}

TEST(WallTrack, NeverOverlapsWhatIsRecordedWhenTheClockIsSetBackALittle) {
    WallTrack track;
    track.restart(kStart - 10s, kStart);
    EXPECT_EQ(track.next(), kStart);
}

TEST(WallTrack, TakesTheClockAsItIsWhenItWasSetBackByMoreThanAnHour) {
    WallTrack track;
    track.restart(kStart - 2h, kStart);
    EXPECT_EQ(track.next(), kStart - 2h);
}

TEST(WallTrack, AsksForANewRunOnlyWhenAWholeWindowSaysThatTheClockWasSetForward) {
    WallTrack track;
    track.restart(kStart, {});
    auto arrival = kStart;
    for (int i = 0; i < 20; ++i, arrival += 500ms) half_second(track, arrival, {0ms});
    // The network stands still for three seconds, then all of it comes.
    for (int i = 0; i < 6; ++i, arrival += 500ms) half_second(track, arrival, {3s});
    EXPECT_FALSE(track.wants_restart());
    for (int i = 0; i < 20; ++i, arrival += 500ms) half_second(track, arrival, {0ms});
    EXPECT_FALSE(track.wants_restart());
    // The clock is set forward.
    for (int i = 0; i < 25; ++i, arrival += 500ms) half_second(track, arrival, {30s});
    ASSERT_TRUE(track.wants_restart());
    EXPECT_LT(std::chrono::abs(*track.wants_restart() - (arrival + 30s)), 300ms);
}

}  // namespace
}  // namespace proviso::record
