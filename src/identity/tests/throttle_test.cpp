#include "throttle.h"

#include <gtest/gtest.h>

namespace proviso::identity {

using namespace std::chrono_literals;

class ThrottleTest : public testing::Test {
protected:
    void fail(int times, std::string_view account = "anna") {
        for (int i = 0; i < times; ++i) throttle_.failed(account);
    }

    FakeClock clock_{*parse_timestamp("2026-11-22T12:00:00Z")};
    Throttle throttle_{clock_};
};

TEST_F(ThrottleTest, MakesAnAccountWaitAfterTenFailures) {
    fail(9);
    EXPECT_FALSE(throttle_.wait("anna"));
    fail(1);
    EXPECT_EQ(throttle_.wait("anna"), 300s);
    EXPECT_FALSE(throttle_.wait("bert"));
    clock_.advance(299s + 500ms);
    EXPECT_EQ(throttle_.wait("anna"), 1s);
    clock_.advance(500ms);
    EXPECT_FALSE(throttle_.wait("anna"));
}

TEST_F(ThrottleTest, LetsOneInWhenTheOldestOfTenIsFiveMinutesAgo) {
    for (int i = 0; i < 10; ++i) {
        fail(1);
        clock_.advance(20s);
    }
    EXPECT_EQ(throttle_.wait("anna"), 100s);
    clock_.advance(100s);
    EXPECT_FALSE(throttle_.wait("anna"));
    fail(1);
    EXPECT_EQ(throttle_.wait("anna"), 20s);
}

TEST_F(ThrottleTest, ForgivesAfterSuccess) {
    fail(9);
    throttle_.succeeded("anna");
    fail(9);
    EXPECT_FALSE(throttle_.wait("anna"));
}

TEST_F(ThrottleTest, IsNotShortenedByTheWallClock) {
    fail(10);
    clock_.step_wall(1h);
    EXPECT_EQ(throttle_.wait("anna"), 300s);
}

TEST_F(ThrottleTest, KeepsAnAccountWaitingThroughManyOthers) {
    fail(10);
    for (int i = 0; i < 9'900; ++i) fail(1, "other-" + std::to_string(i));
    EXPECT_TRUE(throttle_.wait("anna"));
    clock_.advance(10min);
    for (int i = 0; i < 20'000; ++i) fail(1, "more-" + std::to_string(i));
    EXPECT_FALSE(throttle_.wait("anna"));
}

TEST_F(ThrottleTest, AllowsSoManyAndCountsTheRest) {
    Allowance allowance(clock_, 2, 10min);
    EXPECT_EQ(allowance.take(), 0U);
    EXPECT_EQ(allowance.take(), 0U);
    EXPECT_FALSE(allowance.take());
    EXPECT_FALSE(allowance.take());
    clock_.advance(10min);
    EXPECT_EQ(allowance.take(), 2U);
    EXPECT_EQ(allowance.take(), 0U);
}

}  // namespace proviso::identity
