#include "wall_track.h"

#include <algorithm>

namespace proviso::record {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kWindowTicks = 5 * 90'000;
constexpr microseconds kDeadBand = 5ms;
constexpr microseconds kFarOff = 200ms;
constexpr microseconds kForwardStep = 1s;
constexpr microseconds kBackwardStep = 1h;

}  // namespace

void WallTrack::restart(Timestamp wall, std::optional<Timestamp> not_before) {
    next_ = wall;
    if (not_before && *not_before > wall && *not_before - wall <= kBackwardStep) {
        next_ = *not_before;
    }
    window_.reset();
    before_.reset();
    window_ticks_ = 0;
}

void WallTrack::observe(std::int64_t ticks, Timestamp wall) {
    const auto late = wall - (next_ + ticks_to_us(ticks));
    window_ = window_ ? std::min(*window_, late) : late;
}

std::optional<microseconds> WallTrack::lateness() const {
    if (window_ && before_) return std::min(*window_, *before_);
    return window_ ? window_ : before_;
}

Timestamp WallTrack::advance(std::int64_t ticks) {
    const auto length = ticks_to_us(ticks);
    microseconds pull{0};
    if (const auto late = lateness(); late && std::chrono::abs(*late) > kDeadBand) {
        const auto most = std::chrono::abs(*late) > kFarOff ? length / 50 : length / 2000;
        pull = std::clamp(*late, -most, most);
        if (window_) *window_ -= pull;
        if (before_) *before_ -= pull;
    }
    next_ += length + pull;
    window_ticks_ += ticks;
    if (window_ticks_ >= kWindowTicks) {
        before_ = window_;
        window_.reset();
        window_ticks_ = 0;
    }
    return next_;
}

std::optional<Timestamp> WallTrack::wants_restart() const {
    // Only a whole window tells a clock that was set from a network that stood still.
    if (!before_) return std::nullopt;
    const auto late = *lateness();
    if (late > kForwardStep || late < -kBackwardStep) return next_ + late;
    return std::nullopt;
}

}  // namespace proviso::record
