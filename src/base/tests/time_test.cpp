#include <gtest/gtest.h>

#include <proviso/base/time.h>

namespace proviso {
namespace {

TEST(Timestamp, IsWrittenAndReadInOneForm) {
    auto at = parse_timestamp("2026-11-22T13:05:07.250000Z");
    ASSERT_TRUE(at);
    EXPECT_EQ(to_iso8601(*at), "2026-11-22T13:05:07.250000Z");
    EXPECT_EQ(parse_timestamp("2026-11-22T13:05:07.25Z").value(), *at);
    EXPECT_EQ(to_iso8601(day_of(*at)), "2026-11-22");
    EXPECT_EQ(
        to_iso8601(parse_timestamp("1969-12-31T23:59:59Z").value()), "1969-12-31T23:59:59.000000Z"
    );
}

TEST(Timestamp, RefusesWhatIsNotExactlyATime) {
    for (const auto* text :
         {"",
          "2026-02-30",
          "2026-11-22T25:00:00Z",
          "2026-11-22T13:05:07",
          "2026-11-22T13:05:07.Z",
          "2026-11-22 13:05:07Z",
          "2026-1-2",
          "2026-11-22T13:05:07+01:00",
          "22.11.2026"}) {
        EXPECT_FALSE(parse_timestamp(text)) << text;
    }
}

TEST(FakeClock, StepsTheWallWithoutTheMonotonicHand) {
    FakeClock clock(parse_timestamp("2026-11-22").value());
    auto start = clock.monotonic();
    clock.step_wall(std::chrono::hours(-1));
    EXPECT_EQ(clock.monotonic(), start);
    clock.advance(std::chrono::seconds(2));
    EXPECT_EQ(clock.monotonic() - start, std::chrono::seconds(2));
    EXPECT_EQ(to_iso8601(clock.now()), "2026-11-21T23:00:02.000000Z");
}

}  // namespace
}  // namespace proviso
