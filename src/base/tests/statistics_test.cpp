#include "proviso/base/statistics.h"

#include <cmath>

#include <gtest/gtest.h>

namespace proviso {
namespace {

TEST(ClopperPearson, GivesTheTabulatedIntervals) {
    // Checked against the sums of binomial probabilities.
    auto interval = clopper_pearson(8, 10);
    EXPECT_NEAR(interval.low, 0.4439045, 1e-6);
    EXPECT_NEAR(interval.high, 0.9747893, 1e-6);
    interval = clopper_pearson(15, 30);
    EXPECT_NEAR(interval.low, 0.3129703, 1e-6);
    EXPECT_NEAR(interval.high, 0.6870297, 1e-6);
    interval = clopper_pearson(3, 1000);
    EXPECT_NEAR(interval.low, 0.0006190999, 1e-9);
    EXPECT_NEAR(interval.high, 0.0087420235, 1e-9);
}

TEST(ClopperPearson, NoSuccessFollowsTheRuleOfThree) {
    // 1 - (tail)^(1/n), exactly.
    EXPECT_NEAR(clopper_pearson(0, 100).high, 1 - std::pow(0.025, 0.01), 1e-9);
    EXPECT_EQ(clopper_pearson(0, 100).low, 0);
    EXPECT_NEAR(clopper_pearson(100, 100).low, std::pow(0.025, 0.01), 1e-9);
    EXPECT_EQ(clopper_pearson(100, 100).high, 1);
}

TEST(ClopperPearson, NothingTriedTellsNothing) {
    EXPECT_EQ(clopper_pearson(0, 0).low, 0);
    EXPECT_EQ(clopper_pearson(0, 0).high, 1);
    EXPECT_EQ(clopper_pearson(5, 0).high, 1);
}

TEST(ClopperPearson, HoldsForMillionsOfTrials) {
    auto interval = clopper_pearson(1000, 1'000'000);
    EXPECT_GT(interval.low, 0.00093);
    EXPECT_LT(interval.low, 0.00094);
    EXPECT_GT(interval.high, 0.00106);
    EXPECT_LT(interval.high, 0.00107);
}

TEST(ClopperPearson, AWiderConfidenceIsAWiderInterval) {
    EXPECT_LT(clopper_pearson(8, 10, 0.99).low, clopper_pearson(8, 10, 0.9).low);
    EXPECT_GT(clopper_pearson(8, 10, 0.99).high, clopper_pearson(8, 10, 0.9).high);
}

}  // namespace
}  // namespace proviso
