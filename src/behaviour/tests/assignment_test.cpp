#include "assignment.h"

#include <algorithm>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

namespace proviso::behaviour {
namespace {

double total(const CostMatrix& costs, const std::vector<int>& chosen, double unmatched) {
    double sum = 0;
    for (std::size_t row = 0; row < chosen.size(); ++row) {
        sum += chosen[row] < 0 ? unmatched : costs.at(row, chosen[row]);
    }
    return sum;
}

/// Every way to give rows a column or none.
double cheapest(
    const CostMatrix& costs, double unmatched, std::size_t row, std::vector<bool>& taken
) {
    if (row == costs.rows()) return 0;
    double best = unmatched + cheapest(costs, unmatched, row + 1, taken);
    for (std::size_t j = 0; j < costs.columns(); ++j) {
        if (taken[j]) continue;
        taken[j] = true;
        best = std::min(best, costs.at(row, j) + cheapest(costs, unmatched, row + 1, taken));
        taken[j] = false;
    }
    return best;
}

TEST(Assignment, TakesTheBestSumNotTheBestFirst) {
    CostMatrix costs(2, 2);
    costs.at(0, 0) = 1;
    costs.at(0, 1) = 2;
    costs.at(1, 0) = 2;
    costs.at(1, 1) = 10;
    EXPECT_EQ(assign(costs, 100), (std::vector<int>{1, 0}));
}

TEST(Assignment, LeavesARowAloneWhenItsColumnsCostMore) {
    CostMatrix costs(2, 1);
    costs.at(0, 0) = 0.9;
    costs.at(1, 0) = 0.2;
    EXPECT_EQ(assign(costs, 0.5), (std::vector<int>{-1, 0}));
    costs.at(1, 0) = CostMatrix::kForbidden;
    EXPECT_EQ(assign(costs, 0.5), (std::vector<int>{-1, -1}));
}

TEST(Assignment, IsNeverBeatenByTryingEverything) {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> cost(0, 1);
    for (int round = 0; round < 300; ++round) {
        CostMatrix costs(random() % 6, random() % 6);
        for (std::size_t i = 0; i < costs.rows(); ++i) {
            for (std::size_t j = 0; j < costs.columns(); ++j) {
                if (random() % 4 != 0) costs.at(i, j) = cost(random);
            }
        }
        auto chosen = assign(costs, 0.6);
        std::vector<int> used;
        for (int column : chosen) {
            if (column >= 0) used.push_back(column);
        }
        std::sort(used.begin(), used.end());
        EXPECT_EQ(std::adjacent_find(used.begin(), used.end()), used.end());
        std::vector<bool> taken(costs.columns(), false);
        EXPECT_NEAR(total(costs, chosen, 0.6), cheapest(costs, 0.6, 0, taken), 1e-9);
    }
}

TEST(Assignment, OfNothingIsNothing) {
    EXPECT_TRUE(assign(CostMatrix(0, 5), 1).empty());
    EXPECT_EQ(assign(CostMatrix(3, 0), 1), (std::vector<int>{-1, -1, -1}));
}

}  // namespace
}  // namespace proviso::behaviour
