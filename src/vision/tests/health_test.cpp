#include "health.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace proviso::vision {
namespace {

constexpr int kSeenWide = 640;
constexpr int kSeenHigh = 360;

/// A wall of boards of many widths and greys, as doubles so that it can be worked on.
std::vector<double> scene() {
    std::mt19937 random(5);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same scene every time
    std::vector<double> picture(std::size_t{kSeenWide} * kSeenHigh);
    for (int row = 0; row < kSeenHigh;) {
        auto high = std::min(kSeenHigh - row, 8 + static_cast<int>(random() % 40));
        for (int x = 0; x < kSeenWide;) {
            auto wide = std::min(kSeenWide - x, 6 + static_cast<int>(random() % 60));
            auto grey = 40.0 + static_cast<double>(random() % 170);
            for (int y = row; y < row + high; ++y) {
                std::fill_n(picture.begin() + std::ptrdiff_t(y) * kSeenWide + x, wide, grey);
            }
            x += wide;
        }
        row += high;
    }
    return picture;
}

/// Every row smeared over `radius` to both sides.
std::vector<double> blurred(const std::vector<double>& from, int radius) {
    auto to = from;
    for (int row = 0; row < kSeenHigh; ++row) {
        for (int x = 0; x < kSeenWide; ++x) {
            double sum = 0;
            for (int by = -radius; by <= radius; ++by) {
                auto at = std::clamp(x + by, 0, kSeenWide - 1);
                sum += from[std::size_t(row) * kSeenWide + std::size_t(at)];
            }
            to[std::size_t(row) * kSeenWide + std::size_t(x)] = sum / (2 * radius + 1);
        }
    }
    return to;
}

std::vector<double> turned(const std::vector<double>& from, int by) {
    auto to = from;
    for (int row = 0; row < kSeenHigh; ++row) {
        auto begin = to.begin() + std::ptrdiff_t(row) * kSeenWide;
        std::rotate(begin, begin + by, begin + kSeenWide);
    }
    return to;
}

std::vector<double> lit(std::vector<double> picture, double times) {
    for (auto& value : picture) value *= times;
    return picture;
}

/// A gauge that knows the scene, through a camera whose sensor makes noise.
class HealthGaugeTest : public testing::Test {
protected:
    void SetUp() override {
        for (int i = 0; i < 60; ++i) usual_ = look(scene());
    }

    behaviour::PictureHealth look(const std::vector<double>& picture) {
        std::normal_distribution<double> noise(0, 2);
        Bytes luma;
        luma.reserve(picture.size());
        for (auto value : picture) {
            luma.push_back(static_cast<std::uint8_t>(std::clamp(value + noise(random_), 0.0, 255.0))
            );
        }
        Planes planes;
        planes.width = kSeenWide;
        planes.height = kSeenHigh;
        planes.y = luma.data();
        planes.y_stride = kSeenWide;
        at_ += std::chrono::seconds(2);
        return gauge_.take(planes, at_);
    }

    behaviour::PictureHealth usual_;

private:
    HealthGauge gauge_;
    Timestamp at_{std::chrono::seconds(1'800'000'000)};
    std::mt19937 random_{3};  // NOLINT(cert-msc32-c,cert-msc51-cpp)
};

TEST_F(HealthGaugeTest, NoiseIsNoDetail) {
    EXPECT_LT(look(blurred(scene(), 12)).sharpness, 0.4F * usual_.sharpness);
    EXPECT_LT(look(std::vector<double>(scene().size(), 90.0)).sharpness, 0.1F * usual_.sharpness);
}

TEST_F(HealthGaugeTest, ATurnedCameraSeesAnotherScene) {
    auto health = look(turned(scene(), kSeenWide / 10));
    EXPECT_GT(health.changed, 0.55F);
    EXPECT_GT(health.sharpness, 0.8F * usual_.sharpness) << "as sharp as before";
}

TEST_F(HealthGaugeTest, LightLeavesTheSceneWhatItIs) {
    EXPECT_LT(look(lit(scene(), 0.5)).changed, 0.1F);
    EXPECT_LT(look(lit(scene(), 1.2)).changed, 0.1F);
}

TEST_F(HealthGaugeTest, AClothIsNothingLikeTheScene) {
    std::vector<double> cloth(scene().size());
    for (std::size_t i = 0; i < cloth.size(); ++i) {
        cloth[i] = 70 + 12 * std::sin(static_cast<double>(i % kSeenWide) / 90);
    }
    auto health = look(cloth);
    EXPECT_GT(health.changed, 0.55F);
    EXPECT_LT(health.contrast, 0.45F * usual_.contrast);
}

TEST_F(HealthGaugeTest, APictureThatNeverChangesIsFrozen) {
    HealthGauge gauge;
    Bytes luma(std::size_t{kSeenWide} * kSeenHigh, 90);
    Planes planes;
    planes.width = kSeenWide;
    planes.height = kSeenHigh;
    planes.y = luma.data();
    planes.y_stride = kSeenWide;
    Timestamp at{std::chrono::seconds(1'800'000'000)};
    EXPECT_FALSE(gauge.take(planes, at).frozen);
    EXPECT_FALSE(gauge.take(planes, at + std::chrono::seconds(10)).frozen);
    EXPECT_TRUE(gauge.take(planes, at + std::chrono::seconds(14)).frozen);
    luma[100] = 91;
    EXPECT_FALSE(gauge.take(planes, at + std::chrono::seconds(16)).frozen);
}

}  // namespace
}  // namespace proviso::vision
