#pragma once

#include <cstdint>
#include <optional>

#include <proviso/base/time.h>

namespace proviso::record {

/// 90 kHz ticks as microseconds.
constexpr microseconds ticks_to_us(std::int64_t ticks) { return microseconds(ticks * 100 / 9); }

/// Which wall time a stream's media time is. Pure: time comes in with the packets.
///
/// A picture's wall time is when the fastest packets arrive; late ones were only on their way for
/// longer. Media time runs on and is pulled to that by at most 500 ppm, or 2 % while it is off by
/// more than 200 ms, so fragments of a run follow each other without overlap or hole whatever the
/// network, the camera's clock or ours does. A clock set forward by more than a second (or
/// back by more than an hour) asks for a new run instead.
class WallTrack {
public:
    /// A new run: its first picture arrived at `wall`. It begins no earlier than `not_before`,
    /// unless that is more than an hour ahead (the clock was set back).
    void restart(Timestamp wall, std::optional<Timestamp> not_before);

    /// The wall time of the next fragment's first picture.
    Timestamp next() const { return next_; }

    /// A packet `ticks` (90 kHz) after the next fragment's first picture arrived at `wall`.
    void observe(std::int64_t ticks, Timestamp wall);

    /// A fragment of this length is complete; the wall time of its end.
    Timestamp advance(std::int64_t ticks);

    /// Media time passed without pictures.
    void skip(std::int64_t ticks) { next_ += ticks_to_us(ticks); }

    /// Set when the run is so far off that a new one should begin at the next key frame: the
    /// wall time belonging to next().
    std::optional<Timestamp> wants_restart() const;

private:
    std::optional<microseconds> lateness() const;

    Timestamp next_;
    /// The least lateness seen, in this window and in the one before.
    std::optional<microseconds> window_;
    std::optional<microseconds> before_;
    std::int64_t window_ticks_ = 0;
};

}  // namespace proviso::record
