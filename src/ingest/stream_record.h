#pragma once

#include <atomic>
#include <mutex>

#include <proviso/base/guarded.h>
#include <proviso/ingest/pool.h>
#include <proviso/workers/ring.h>

#include "control.h"

namespace proviso::ingest {

using workers::RingReader;

/// One started stream as the server knows it: turns what a worker claims into packets and states.
/// Whoever delivers holds `delivering`, so that stop() can wait for the last one.
class StreamRecord {
public:
    StreamRecord(std::uint32_t id, SourceSpec spec, PacketSink& sink, const Clock& clock);

    std::uint32_t id() const { return id_; }

    const media::StreamKey& key() const { return spec_.stream; }

    const SourceSpec& spec() const { return spec_; }

    SourceStatus status() const { return status_.copy(); }

    // On the pump thread.

    /// Corrupt if the worker says something that cannot be.
    Result<> on_parameters(const RingReader::Record& record);
    Result<> on_picture(const RingReader::Record& record);
    Result<> on_sound_format(const RingReader::Record& record);
    Result<> on_sound(const RingReader::Record& record);
    void on_report(const StreamReport& report);
    /// The worker is gone: what follows comes from another one.
    void on_worker_lost(const std::string& cause);
    /// Tells the counts, about once a second.
    void tick();

    /// After want_sound(false) no sound is delivered, whatever the worker still sends. On any
    /// thread but inside the sink.
    void want_sound(bool wanted);

    bool sound_wanted() const { return sound_wanted_; }

    /// After this nothing is delivered. On any thread but inside the sink.
    void stop();

    /// How often a worker died over this stream, and until when it is left alone.
    int crashes = 0;
    MonoTime held_until;

private:
    /// How long ago something arrived: only that is believed of a worker's times, within limits.
    static microseconds age_of(const workers::RecordHeader& header);
    void tell();

    const std::uint32_t id_;
    const SourceSpec spec_;
    PacketSink& sink_;
    const Clock& clock_;
    Guarded<SourceStatus> status_;
    std::mutex delivering_;
    bool stopped_ = false;
    std::atomic<bool> sound_wanted_;

    // of the pump thread
    std::shared_ptr<const media::CodecParameters> codec_;
    bool after_loss_ = true;
    std::optional<std::int64_t> last_dts_;
    std::shared_ptr<const media::SoundParameters> sound_format_;
    std::optional<std::int64_t> last_sound_;
    bool sound_after_loss_ = true;
    std::uint64_t lost_before_ = 0;
    std::uint64_t dropped_before_ = 0;
    std::uint64_t reconnects_before_ = 0;
    std::uint64_t window_frames_ = 0;
    std::uint64_t window_bytes_ = 0;
    MonoTime window_since_;
    Timestamp last_wall_;
};

}  // namespace proviso::ingest
