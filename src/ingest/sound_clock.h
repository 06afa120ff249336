#pragma once

#include <optional>

#include <proviso/media/sound.h>

#include "rtp.h"

namespace proviso::ingest {

/// Where the pictures of a stream stand in time, for its sound to be put beside them.
struct PictureTimes {
    std::int64_t lateness = 0;  ///< Timeline::lateness()

    /// The camera's own word for when a picture was taken.
    struct Reported {
        std::uint64_t ntp = 0;
        std::int64_t pts = 0;
    };

    std::optional<Reported> reported;
};

/// Times of sound on the timeline of the same camera's pictures, in 90 kHz. By the clock of the
/// camera, if sender reports of both tracks give it; else by arrival, where what comes fastest was
/// least delayed. Small errors are pulled straight by at most 1 %, large ones become a jump. Times
/// only grow. Pure: time comes in with the packets. Not thread-safe.
class SoundClock {
public:
    explicit SoundClock(const media::SoundParameters& format) : format_(format) {}

    struct Place {
        std::int64_t pts = 0;
        bool jump = false;
    };

    /// Nothing for sound that belongs before what was already handed on.
    std::optional<Place> place(
        std::uint32_t rtp, std::uint32_t samples, MonoTime arrived, const PictureTimes& pictures
    );

    void note(const SenderReport& report) { report_ = report; }

    /// Another sender began: its times and reports have nothing to do with the ones before.
    void restart() {
        started_ = false;
        report_.reset();
    }

private:
    std::optional<std::int64_t> by_report(std::uint32_t rtp, const PictureTimes& pictures) const;

    const media::SoundParameters format_;
    std::optional<SenderReport> report_;
    bool started_ = false;
    bool placed_ = false;
    bool reported_ = false;  // the offset came from the camera's clock
    std::uint32_t last_rtp_ = 0;
    MonoTime last_arrived_;
    std::uint64_t position_ = 0;  // samples since the start
    std::int64_t lateness_ = 0;
    std::int64_t offset_ = 0;  // from the position to the time
    std::optional<std::int64_t> last_pts_;
};

}  // namespace proviso::ingest
