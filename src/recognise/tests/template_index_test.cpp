#include "template_index.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace proviso::recognise {
namespace {

std::vector<float> random_vector(std::mt19937& random, std::size_t dimensions) {
    std::normal_distribution<float> normal;
    std::vector<float> made(dimensions);
    for (auto& number : made) number = normal(random);
    return made;
}

float cosine(const std::vector<float>& a, const std::vector<float>& b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ab += double{a[i]} * b[i];
        aa += double{a[i]} * a[i];
        bb += double{b[i]} * b[i];
    }
    return static_cast<float>(ab / std::sqrt(aa * bb));
}

bool everybody(std::uint32_t) { return true; }

TEST(TemplateIndex, FindsWhatAnExactScanFindsAtEverySize) {
    for (std::size_t dimensions : {3U, 32U, 100U, 256U}) {
        std::mt19937 random(static_cast<unsigned>(dimensions));
        TemplateIndex index(dimensions);
        std::vector<std::vector<float>> all;
        for (std::uint32_t owner = 0; owner < 1500; ++owner) {
            all.push_back(random_vector(random, dimensions));
            index.add(owner, *Query::from(all.back(), dimensions));
        }
        for (int trial = 0; trial < 60; ++trial) {
            auto wanted = random_vector(random, dimensions);
            float best = -2;
            for (const auto& each : all) best = std::max(best, cosine(wanted, each));
            auto query = *Query::from(wanted, dimensions);
            for (float threshold : {-1.0F, 0.1F, best - 1e-4F, best + 1e-4F}) {
                auto hit = index.best(query, threshold, everybody);
                ASSERT_EQ(hit.has_value(), best >= threshold) << dimensions << ' ' << threshold;
                if (hit) {
                    ASSERT_NEAR(hit->score, best, 1e-5);
                }
            }
        }
    }
}

TEST(TemplateIndex, ForgetsExactlyWhoIsRemoved) {
    constexpr std::size_t kSize = 64;
    std::mt19937 random(1);
    TemplateIndex index(kSize);
    std::vector<std::vector<float>> all;
    for (std::uint32_t i = 0; i < 300; ++i) {
        all.push_back(random_vector(random, kSize));
        index.add(i / 3, *Query::from(all.back(), kSize));
    }
    EXPECT_EQ(index.remove(7), 3U);
    EXPECT_EQ(index.remove(99), 3U) << "the last ones";
    EXPECT_EQ(index.remove(99), 0U);
    EXPECT_EQ(index.size(), 294U);
    for (std::uint32_t i = 0; i < 300; ++i) {
        auto hit = index.best(*Query::from(all[i], kSize), 0.99F, everybody);
        bool gone = i / 3 == 7 || i / 3 == 99;
        ASSERT_EQ(hit.has_value(), !gone) << i;
        if (hit) {
            ASSERT_EQ(hit->owner, i / 3);
        }
    }
}

TEST(TemplateIndex, LooksOnlyAtThoseWhoCount) {
    constexpr std::size_t kSize = 32;
    std::mt19937 random(2);
    auto same = random_vector(random, kSize);
    TemplateIndex index(kSize);
    index.add(1, *Query::from(same, kSize));
    index.add(2, *Query::from(same, kSize));
    auto query = *Query::from(same, kSize);
    auto hit = index.best(query, 0.5F, [](std::uint32_t owner) { return owner == 2; });
    ASSERT_TRUE(hit);
    EXPECT_EQ(hit->owner, 2U);
    EXPECT_FALSE(index.best(query, 0.5F, [](std::uint32_t) { return false; }));
    EXPECT_NEAR(*index.best_of(query, 1), 1, 1e-5);
    EXPECT_FALSE(index.best_of(query, 3));
}

TEST(Query, RefusesWhatIsNoDirection) {
    std::vector<float> fine(8, 0.5F);
    EXPECT_TRUE(Query::from(fine, 8));
    EXPECT_FALSE(Query::from(fine, 9));
    EXPECT_FALSE(Query::from({}, 8));
    EXPECT_FALSE(Query::from({}, 0));
    EXPECT_FALSE(Query::from(std::vector<float>(8, 0), 8));
    for (float bad : {std::nanf(""), INFINITY, -INFINITY}) {
        auto broken = fine;
        broken[3] = bad;
        EXPECT_FALSE(Query::from(broken, 8)) << bad;
    }
    EXPECT_TRUE(Query::from(std::vector<float>(8, 3e38F), 8)) << "large, but a direction";
    EXPECT_FALSE(Query::from(std::vector<float>(8, 1e-30F), 8));
}

TEST(TemplateIndex, IsEmptyWithoutHarm) {
    TemplateIndex index(16);
    auto query = *Query::from(std::vector<float>(16, 1), 16);
    EXPECT_FALSE(index.best(query, -1, everybody));
    EXPECT_EQ(index.remove(1), 0U);
}

}  // namespace
}  // namespace proviso::recognise
