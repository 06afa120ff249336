#include "signs.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <proviso/behaviour/appearance.h>

namespace proviso::behaviour {

namespace {

constexpr double kSlow = 0.25;  // own heights a second: no way to speak of
constexpr std::array<double, 7> kPaces{0.15, 0.4, 0.7, 1.0, 1.4, 1.9, 2.6};
constexpr std::array<float, 5> kShapes{0.6F, 1.0F, 1.5F, 2.0F, 2.8F};

template <class List, class Value>
std::size_t bin_of(const List& edges, Value value) {
    return static_cast<std::size_t>(
        std::upper_bound(edges.begin(), edges.end(), value) - edges.begin()
    );
}

}  // namespace

std::size_t tile(float fraction, std::size_t count) {
    float inside = std::clamp(fraction, 0.0F, 0.9999F);
    return static_cast<std::size_t>(inside * static_cast<float>(count));
}

Signs signs_of(const Subject& subject, std::size_t hour) {
    const auto& now = subject.trail.back();
    Signs signs;
    signs.hour = hour;
    signs.place =
        tile(subject.foot.y, Usual::kGrid) * Usual::kGrid + tile(subject.foot.x, Usual::kGrid);
    signs.part =
        tile(subject.foot.y, Usual::kParts) * Usual::kParts + tile(subject.foot.x, Usual::kParts);
    constexpr double kWindow = 0.6;
    if (auto moved = subject.moved(kWindow)) {
        signs.paced = true;
        signs.speed = std::hypot(moved->x, moved->y) / kWindow;
        signs.pace = bin_of(kPaces, signs.speed);
        signs.moving = signs.speed >= kSlow;
        double turn = std::atan2(moved->x, -moved->y) / (2 * std::numbers::pi) * 8;
        signs.way = static_cast<std::size_t>(std::lround(turn + 8)) % 8;
    }
    signs.whole = !now.cut;
    double octaves = std::log2(std::max(now.height, 0.01F) / 0.02F) * 1.5;
    signs.size = static_cast<std::size_t>(std::clamp(octaves, 0.0, 9.0));
    signs.shape = bin_of(kShapes, now.height / std::max(now.width, 1e-4F));
    signs.kind = std::min<std::size_t>(static_cast<std::size_t>(subject.kind), 7);
    auto colour = std::find(kColours.begin(), kColours.end(), subject.colour);
    signs.coloured = colour != kColours.end();
    signs.colour = static_cast<std::size_t>(colour - kColours.begin());
    return signs;
}

}  // namespace proviso::behaviour
