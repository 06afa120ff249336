#include "timeline.h"

#include <algorithm>

namespace proviso::ingest {
namespace {

std::int64_t ticks(microseconds time) { return time.count() * 9 / 100; }

}  // namespace

void follow_least(std::int64_t& least, std::int64_t seen) {
    least = seen < least ? seen : least + (seen - least) / 1024;
}

Timeline::Times Timeline::place(
    std::uint32_t rtp,
    MonoTime arrived,
    std::optional<std::uint32_t> reorder,
    std::optional<std::uint32_t> frame_duration
) {
    if (frame_duration) duration_ = *frame_duration;
    Times times;
    if (started_) {
        std::int64_t step = static_cast<std::int32_t>(rtp - last_rtp_);
        auto passed = std::max<std::int64_t>(0, ticks(arrived - last_arrived_));
        auto pts = last_pts_ + step;
        times.jump = pts < highest_pts_ - duration_ * static_cast<std::int64_t>(kMaxDepth) ||
                     step > passed + kTolerance;
        if (!times.jump) last_pts_ = pts;
    }
    if (!started_ || times.jump) begin(rtp, arrived);
    last_rtp_ = rtp;
    last_arrived_ = arrived;
    follow_least(lateness_, ticks(arrived.time_since_epoch()) - last_pts_);
    times.pts = last_pts_;
    // A stream that does not say how far it is out of order shows it.
    if (reorder) depth_ = std::max<std::size_t>(depth_, std::min<std::size_t>(*reorder, kMaxDepth));
    if (times.pts < highest_pts_ && depth_ == 0) depth_ = 1;
    highest_pts_ = std::max(highest_pts_, times.pts);
    times.dts = decoding_time(times.pts);
    if (times.dts > times.pts && depth_ > 0 && depth_ < kMaxDepth && !reorder) ++depth_;
    return times;
}

void Timeline::begin(std::uint32_t rtp, MonoTime arrived) {
    auto now = ticks(arrived.time_since_epoch());
    last_pts_ = last_dts_ ? std::max(now, *last_dts_ + duration_) : now;
    highest_pts_ = last_pts_;
    lateness_ = now - last_pts_;
    last_rtp_ = rtp;
    started_ = true;
    depth_ = 0;
    pending_.clear();
}

/// The n-th picture is decoded at the n-th smallest display time, `depth_` pictures later: that
/// is never after its display time.
std::int64_t Timeline::decoding_time(std::int64_t pts) {
    pending_.insert(pts);
    std::int64_t dts = 0;
    if (pending_.size() > depth_) {
        dts = *pending_.begin();
        pending_.erase(pending_.begin());
    } else {
        // The first pictures of a run: before the first display time, one duration apart.
        dts =
            *pending_.begin() - static_cast<std::int64_t>(depth_ - pending_.size() + 1) * duration_;
    }
    // Equal and senseless times still go forward.
    if (last_dts_ && dts <= *last_dts_) dts = *last_dts_ + 1;
    last_dts_ = dts;
    return dts;
}

}  // namespace proviso::ingest
