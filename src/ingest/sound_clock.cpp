#include "sound_clock.h"

#include <algorithm>
#include <cstdlib>

#include "timeline.h"

namespace proviso::ingest {
namespace {

constexpr std::int64_t kSecond = 90'000;
/// A step forward by more than this and the time that really passed is a jump.
constexpr std::int64_t kTolerance = 2 * kSecond;
/// Reports of two tracks further apart than this from what arrival says are of two clocks.
constexpr std::int64_t kBelievable = 2 * kSecond;
constexpr std::int64_t kJump = kSecond * 150 / 1000;
/// The first report of the camera's clock is followed at once if it differs by more than this.
constexpr std::int64_t kFirstReportJump = kSecond * 40 / 1000;

std::int64_t ticks_of(microseconds time) { return time.count() * 9 / 100; }

}  // namespace

std::optional<std::int64_t> SoundClock::by_report(std::uint32_t rtp, const PictureTimes& pictures)
    const {
    if (!report_ || !pictures.reported) return std::nullopt;
    auto apart = static_cast<std::int64_t>(report_->ntp - pictures.reported->ntp);
    constexpr std::int64_t kHour = std::int64_t{3600} << 32U;
    if (apart > kHour || apart < -kHour) return std::nullopt;
    // 32.32 seconds, without overflow: the fraction to a millionth is plenty.
    auto since_picture = (apart / 4096) * kSecond / (std::int64_t{1} << 20U);
    auto since_report = std::int64_t{static_cast<std::int32_t>(rtp - report_->timestamp)};
    return pictures.reported->pts + since_picture +
           since_report * kSecond / static_cast<std::int64_t>(format_.sample_rate);
}

std::optional<SoundClock::Place> SoundClock::place(
    std::uint32_t rtp, std::uint32_t samples, MonoTime arrived, const PictureTimes& pictures
) {
    const auto now = ticks_of(arrived.time_since_epoch());
    bool restarted = !started_;
    if (started_) {
        std::int64_t step = static_cast<std::int32_t>(rtp - last_rtp_);
        auto passed = ticks_of(arrived - last_arrived_);
        auto length = step < 0 ? 0 : format_.ticks(static_cast<std::uint64_t>(step));
        restarted = step < 0 || length > passed + kTolerance;
        if (!restarted) position_ += static_cast<std::uint64_t>(step);
    }
    if (restarted) {
        position_ = 0;
        started_ = true;
        placed_ = reported_ = false;
    }
    last_rtp_ = rtp;
    last_arrived_ = arrived;
    const auto own = format_.ticks(position_);
    // A packet can be sent only when its last sample has been heard.
    const auto late = now - format_.ticks(position_ + samples);
    restarted ? void(lateness_ = late) : follow_least(lateness_, late);

    auto wanted = lateness_ - pictures.lateness;
    auto jump_at = kJump;
    if (auto reported = by_report(rtp, pictures);
        reported && std::abs(*reported - own - wanted) < kBelievable) {
        wanted = *reported - own;
        if (!std::exchange(reported_, true)) jump_at = kFirstReportJump;
    }
    Place place;
    place.jump = !placed_ || std::abs(wanted - offset_) > jump_at;
    if (place.jump) {
        offset_ = wanted;
    } else {
        const auto most = std::max<std::int64_t>(format_.ticks(samples) / 100, 1);
        offset_ += std::clamp(wanted - offset_, -most, most);
    }
    placed_ = true;
    place.pts = own + offset_;
    if (place.pts < 0 || (last_pts_ && place.pts <= *last_pts_)) return std::nullopt;
    last_pts_ = place.pts;
    return place;
}

}  // namespace proviso::ingest
