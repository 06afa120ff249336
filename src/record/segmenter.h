#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/media/fmp4.h>
#include <proviso/media/packet.h>
#include <proviso/media/sound.h>

#include "wall_track.h"

namespace proviso::record {

/// Some of a stream is not in the recording, and why. Causes are those of catalog::Gap.
struct Loss {
    std::string cause;
    std::string detail;  ///< words for a person
};

/// What a segment begins with.
struct SegmentStart {
    std::shared_ptr<const media::CodecParameters> codec;
    std::shared_ptr<const media::SoundParameters> sound;  ///< null: a segment without sound
    Timestamp wall;
    MonoTime mono;
};

/// Pictures to be stored together: the packets as they came, and where they belong.
struct Fragment {
    std::optional<SegmentStart> start;  ///< this one opens a new segment
    std::string end_of_previous;        ///< why the one before ended, if `start`
    std::optional<Loss> hole;           ///< what the time before this fragment was lost to
    std::vector<media::PacketPtr> packets;
    std::vector<media::Sample> samples;
    std::uint64_t base = 0;      ///< 90 kHz since the segment's first picture
    std::uint32_t duration = 0;  ///< 90 kHz
    Timestamp wall_start;
    Timestamp wall_end;
    std::uint64_t bytes = 0;
    std::int64_t from = 0;  ///< the same stretch on the stream's own timeline, 90 kHz
    std::int64_t to = 0;
    std::vector<media::SoundPtr> sound;  ///< what begins in it
    std::vector<media::SoundSample> sound_samples;

    /// The sound with its times since the segment's first picture.
    media::SoundRun sound_run() const {
        if (sound.empty()) return {};
        return {base + static_cast<std::uint64_t>(sound.front()->pts - from), sound_samples};
    }

    bool key_frame() const { return !samples.empty() && samples.front().key_frame; }
};

struct SegmenterOptions {
    std::chrono::seconds segment_length{60};
    milliseconds fragment_length{500};
};

/// Cuts one stream into fragments and segments without touching its bytes. Pure: no clock, no
/// file, no thread; all time comes with the packets. A segment begins with a key frame; a
/// fragment begins with every key frame and wherever it would become longer than allowed.
class Segmenter {
public:
    explicit Segmenter(SegmenterOptions options, std::optional<Timestamp> not_before = {});

    struct Step {
        std::optional<Fragment> finished;  ///< complete now; comes before the loss
        std::optional<Loss> lost;          ///< from here on nothing is kept until a key frame
        bool segment_ended = false;        ///< with `lost`: the next fragment opens a new segment
    };

    Step push(media::PacketPtr packet);

    /// What is pending, the last picture's length guessed; the segment goes on.
    std::optional<Fragment> flush();

    /// Drops the rest of the stream until a key frame, which opens a new segment. What is pending
    /// must have been flushed.
    void end_segment(std::string_view why, std::optional<Loss> hole);

    /// What is heard besides the pictures, from now on; null for nothing. Where it changes, a new
    /// segment begins with the next key frame.
    void set_sound(std::shared_ptr<const media::SoundParameters> sound) {
        sound_ = std::move(sound);
    }

    bool has_sound() const { return sound_ != nullptr; }

    bool in_segment() const { return start_.has_value(); }

    /// The segment being recorded has a sound track.
    bool in_sound() const { return start_ && start_->sound; }

    /// When the oldest packet not yet handed out arrived; nothing if there is none.
    std::optional<MonoTime> pending_since() const;

    /// Packets passed over while waiting for a key frame.
    std::uint64_t dropped() const { return dropped_; }

private:
    enum class Waiting { No, ForKeyFrame, ForSegment };

    Step lose(std::string detail, bool end_segment);
    void begin_segment(const media::PacketPtr& packet, bool continuous);
    void begin_fragment(media::PacketPtr packet, std::int64_t time);
    void add(media::PacketPtr packet, std::int64_t time);
    std::optional<Fragment> finish(std::int64_t end);
    std::optional<std::string> broken(const media::Packet& packet) const;
    std::string_view cut_reason(const media::Packet& packet, std::int64_t time) const;

    SegmenterOptions options_;
    std::optional<Timestamp> not_before_;
    WallTrack wall_;
    Waiting waiting_ = Waiting::ForSegment;
    std::shared_ptr<const media::SoundParameters> sound_;
    std::optional<SegmentStart> start_;  ///< of the segment being recorded
    bool announced_ = false;             ///< its first fragment has been handed out
    std::string end_of_previous_;
    std::optional<Loss> hole_;
    std::int64_t first_dts_ = 0;
    Fragment pending_;
    std::vector<std::int64_t> times_;  ///< of the pending packets, ticks since the segment began
    std::int64_t next_time_ = 0;       ///< end of what was handed out
    std::int64_t last_dts_ = 0;
    MonoTime last_mono_;
    std::int64_t usual_ = 3600;  ///< ticks between the last two pictures
    std::uint64_t dropped_ = 0;
};

}  // namespace proviso::record
