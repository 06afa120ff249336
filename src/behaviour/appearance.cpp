#include <algorithm>
#include <cmath>

#include <proviso/behaviour/appearance.h>

namespace proviso::behaviour {

namespace {

constexpr std::size_t kHues = 12;
constexpr std::size_t kGreys = 8;
constexpr std::size_t kFirstGrey = 2 * kHues;
/// Below these a pixel's hue is noise of the sensor and of the compression.
constexpr float kLeastSaturation = 0.2F;
constexpr float kLeastValue = 0.2F;
constexpr float kStrong = 0.55F;

/// The colour word of each 30 degree sector centred on 0, 30, 60 ...
constexpr auto kHueWords = std::to_array<std::string_view>(
    {"red",
     "orange",
     "yellow",
     "green",
     "green",
     "green",
     "cyan",
     "blue",
     "blue",
     "purple",
     "purple",
     "pink"}
);

}  // namespace

std::size_t appearance_bin(float hue, float saturation, float value) {
    saturation = std::clamp(saturation, 0.0F, 1.0F);
    value = std::clamp(value, 0.0F, 1.0F);
    if (!std::isfinite(hue) || saturation < kLeastSaturation || value < kLeastValue) {
        auto grey = static_cast<std::size_t>(value * kGreys);
        return kFirstGrey + std::min(grey, kGreys - 1);
    }
    float turned = std::fmod(hue + 15, 360.0F);
    if (turned < 0) turned += 360;
    auto sector = std::min(static_cast<std::size_t>(turned / 30), kHues - 1);
    return 2 * sector + (saturation >= kStrong ? 1 : 0);
}

float appearance_distance(const Appearance& a, const Appearance& b) {
    float common = 0;
    for (std::size_t i = 0; i < a.size(); ++i) common += std::sqrt(std::max(0.0F, a[i] * b[i]));
    return std::clamp(1 - common, 0.0F, 1.0F);
}

std::string_view dominant_colour(const Appearance& appearance) {
    std::array<float, kColours.size()> weights{};
    auto add = [&](std::string_view word, float weight) {
        auto found = std::find(kColours.begin(), kColours.end(), word);
        weights[static_cast<std::size_t>(found - kColours.begin())] += weight;
    };
    for (std::size_t i = 0; i < kFirstGrey; ++i) {
        // Clothes and cars show their colour on a part only; streets and shadows are grey.
        add(kHueWords[i / 2], appearance[i] * (i % 2 == 1 ? 2.0F : 1.0F));
    }
    for (std::size_t i = 0; i < kGreys; ++i) {
        add(i < 2 ? "black" : i < 6 ? "grey" : "white", appearance[kFirstGrey + i]);
    }
    auto best = std::max_element(weights.begin(), weights.end());
    constexpr float kStandsOut = 0.3F;
    if (!(*best >= kStandsOut)) return {};
    return kColours[static_cast<std::size_t>(best - weights.begin())];
}

}  // namespace proviso::behaviour
