#include "person_height.h"

#include <algorithm>
#include <cmath>

namespace proviso::vision {
namespace {

constexpr double kEnough = 20;
constexpr double kMost = 600;        // older sightings weigh less
constexpr double kPlausible = 1.5;   // times or part of what was learned
constexpr double kStiffness = 0.02;  // how much spread of rows a slope needs

}  // namespace

void PersonHeight::learn(float foot, float height) {
    if (auto known = at(foot)) {
        if (height > *known * kPlausible || height * kPlausible < *known) return;
    }
    if (count_ >= kMost) {
        auto part = 1 - 1 / kMost;
        count_ *= part;
        foot_ *= part;
        foot_foot_ *= part;
        height_ *= part;
        foot_height_ *= part;
    }
    count_ += 1;
    foot_ += foot;
    foot_foot_ += double{foot} * foot;
    height_ += height;
    foot_height_ += double{foot} * height;
    fit();
}

void PersonHeight::fit() {
    auto mean_foot = foot_ / count_;
    auto mean_height = height_ / count_;
    auto spread = foot_foot_ / count_ - mean_foot * mean_foot;
    auto together = foot_height_ / count_ - mean_foot * mean_height;
    // All in one row tell nothing about the others: the slope stays near none.
    slope_ = together / (spread + kStiffness * kStiffness);
    base_ = mean_height - slope_ * mean_foot;
}

std::optional<float> PersonHeight::at(float foot) const {
    if (count_ < kEnough) return std::nullopt;
    return static_cast<float>(std::clamp(base_ + slope_ * foot, 0.04, 1.2));
}

}  // namespace proviso::vision
