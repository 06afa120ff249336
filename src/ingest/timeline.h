#pragma once

#include <optional>
#include <set>

#include <proviso/base/time.h>

namespace proviso::ingest {

/// What arrives fastest was least delayed: takes a smaller value at once, and follows larger ones
/// slowly.
void follow_least(std::int64_t& least, std::int64_t seen);

/// Times of one stream in 90 kHz, made from RTP times. They begin at the machine's monotonic
/// clock, so that they go on growing when a camera reboots; wraps vanish, jumps become a
/// discontinuity, and decoding times are derived where pictures come out of order.
/// Not thread-safe.
class Timeline {
public:
    struct Times {
        std::int64_t dts = 0;
        std::int64_t pts = 0;
        bool jump = false;
    };

    /// A step forward by more than this and the time that really passed is a jump.
    static constexpr std::int64_t kTolerance = 5 * 90'000;
    /// A step back by more pictures than any decoder holds back is a jump.
    static constexpr std::size_t kMaxDepth = 16;

    /// `reorder` and `frame_duration` as the stream says, nothing if it does not.
    Times place(
        std::uint32_t rtp,
        MonoTime arrived,
        std::optional<std::uint32_t> reorder,
        std::optional<std::uint32_t> frame_duration
    );

    /// The source of the times changed (another SSRC, a new session).
    void restart() { started_ = false; }

    /// How long after its time a picture arrives at best, lately, in 90 kHz: 0 for the first one.
    /// Nothing before that.
    std::optional<std::int64_t> lateness() const {
        return started_ ? std::optional(lateness_) : std::nullopt;
    }

    /// The display time that belongs to an RTP time near the last picture's. After lateness().
    std::int64_t time_at(std::uint32_t rtp) const {
        return last_pts_ + static_cast<std::int32_t>(rtp - last_rtp_);
    }

private:
    void begin(std::uint32_t rtp, MonoTime arrived);
    std::int64_t decoding_time(std::int64_t pts);

    bool started_ = false;
    std::uint32_t last_rtp_ = 0;
    std::int64_t last_pts_ = 0;  // of the picture before, in decoding order
    std::int64_t highest_pts_ = 0;
    MonoTime last_arrived_;
    std::optional<std::int64_t> last_dts_;
    std::int64_t lateness_ = 0;

    std::size_t depth_ = 0;  // pictures held back by a decoder
    std::int64_t duration_ = 3600;
    std::multiset<std::int64_t> pending_;  // display times not yet used as decoding times
};

}  // namespace proviso::ingest
