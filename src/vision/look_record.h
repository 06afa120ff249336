#pragma once

#include <deque>
#include <map>
#include <mutex>

#include <proviso/base/guarded.h>
#include <proviso/vision/pool.h>
#include <proviso/workers/ring.h>

namespace proviso::vision {

/// One look as the server knows it: what was sent, what may be believed of what comes back. Packets
/// come on other threads than answers.
class LookRecord {
public:
    LookRecord(
        std::uint32_t id,
        media::StreamKey stream,
        std::shared_ptr<const LookPermits> permits,
        EyeConfig config,
        LookSink& sink,
        const Clock& clock
    );

    std::uint32_t id() const { return id_; }

    const CameraId& camera() const { return stream_.camera; }

    const media::StreamKey& stream() const { return stream_; }

    const EyeConfig& config() const { return config_; }

    bool permitted() const { return permits_->valid(clock_.monotonic()); }

    // By whoever holds the door of the slot, one at a time.

    /// Writes it to the worker, with its parameters if they are new. False if there was no room.
    bool send(workers::RingWriter& ring, const media::Packet& packet);
    /// Counts a packet that could not be sent; the rest of its group is no use without it.
    bool shed();
    /// The next worker knows nothing of it yet.
    void forget_worker();

    // On the pump thread.

    /// Corrupt if the worker says something that cannot be.
    Result<> on_answer(const workers::RingReader::Record& record);
    void on_worker_lost(std::string words);
    void on_started();
    /// It cannot be looked at as configured.
    void on_broken(std::string words);
    /// Counts, and answers to pictures that never came.
    void tick();

    void expect_picture(std::uint64_t request);

    /// Nothing is told after this. On any thread but inside the sink.
    void end(LookState state, std::string words);

    LookStatus status() const;
    void set_isolated();

    /// How often a worker died over this camera, and until when it is left alone. Of the pump.
    int crashes = 0;
    MonoTime last_crash;
    MonoTime held_until;

private:
    struct Sent {
        std::int64_t pts = 0;
        Timestamp wall;
        MonoTime mono;
    };

    struct Traffic {
        std::deque<Sent> sent;
        std::uint64_t shed = 0;
        std::uint64_t packets = 0;
    };

    Result<> on_observation(Observation observation);
    Result<> on_picture(std::uint64_t request, Bytes jpeg);
    void on_trouble(ByteView bytes);
    Result<> place(Observation& observation);

    const std::uint32_t id_;
    const media::StreamKey stream_;
    const std::shared_ptr<const LookPermits> permits_;
    const EyeConfig config_;
    LookSink& sink_;
    const Clock& clock_;
    const Timestamp begun_;
    Guarded<LookStatus> status_;
    Guarded<Traffic> traffic_;
    Guarded<std::map<std::uint64_t, MonoTime>> pictures_;
    std::mutex telling_;
    bool ended_ = false;

    // of whoever holds the door of the slot
    std::shared_ptr<const media::CodecParameters> told_codec_;
    bool need_key_ = true;

    // of the pump thread
    std::optional<std::int64_t> last_pts_;
    std::uint64_t skipped_before_ = 0;
    std::uint64_t skipped_here_ = 0;
    std::uint64_t window_looks_ = 0;
    std::uint64_t window_packets_ = 0;
    std::uint64_t window_skipped_ = 0;
    MonoTime window_since_;
};

}  // namespace proviso::vision
