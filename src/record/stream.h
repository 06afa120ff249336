#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <mutex>

#include <proviso/law/permit.h>
#include <proviso/record/recorder.h>

#include "segment_file.h"
#include "segmenter.h"
#include "sound_weaver.h"

namespace proviso::record {

struct Stream;

/// What the packet side asks a writer to do, in the order it was asked.
struct Job {
    enum class What {
        Store,    ///< write the fragment
        Begin,    ///< the stream is recorded up to `at`; `loss` is the gap since
        End,      ///< the segment is over; `loss` is the gap that begins, or nobody waits any more
        Barrier,  ///< pass it on
    };

    What what = What::Store;
    std::shared_ptr<Stream> stream;
    Fragment fragment;
    std::uint64_t decision = 0;
    std::string why;
    std::optional<Loss> loss;
    Timestamp at;
    std::shared_ptr<std::promise<void>> barrier;
};

/// Where the packet side puts jobs. Never blocks.
class JobSink {
public:
    virtual ~JobSink() = default;
    /// False if there is no room for a fragment.
    virtual bool store(Job job) = 0;
    /// Everything else is always taken.
    virtual void tell(Job job) = 0;
};

/// One stream being recorded.
class Stream : public std::enable_shared_from_this<Stream> {
public:
    using PermitPtr = std::shared_ptr<law::Permit<law::Capture>>;

    Stream(
        media::StreamKey key,
        const RecorderOptions& options,
        JobSink& sink,
        std::optional<Timestamp> covered_to
    );

    const media::StreamKey& key() const { return key_; }

    // The packet side; thread-safe.

    void start(PermitPtr permit, MonoTime now, Timestamp wall);
    void on_packet(media::PacketPtr packet);
    void on_sound(media::SoundPtr sound);
    /// Without a loss nobody expects pictures any more.
    void stop(std::optional<Loss> loss, Timestamp wall);
    void interrupted(Loss loss, Timestamp wall);
    /// Looks at what passes without packets: the permit, silence, a fragment that waits.
    void tick(MonoTime now, Timestamp wall);
    void storage_is_back(Timestamp wall);
    void storage_is_full(Timestamp wall);

    /// The recorder ends: a gap begins, unless nothing was being recorded.
    void shut_down(Timestamp wall);

    /// The permit to ask for again, if it is time.
    PermitPtr due_permit();
    /// The law's answer about this permit.
    void permitted(const PermitPtr& permit, MonoTime now, Timestamp wall);
    void refused(const PermitPtr& permit, Loss why, Timestamp wall);
    /// There is no answer now: fail closed when the lease ends, and ask again.
    void unanswered(const PermitPtr& permit, Loss why, MonoTime now, Timestamp wall);

    StreamStatus status() const;

    // Shared with the writer.

    std::atomic<std::uint32_t> waiting_fragments{0};
    std::atomic<bool> storage_failed{false};  ///< set by the writer, cleared by storage_is_back()
    std::atomic<std::uint64_t> segments{0};
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::int64_t> durable_to_us{INT64_MIN};

    /// Belongs to the one writer thread that the stream is pinned to.
    struct Writing {
        std::shared_ptr<SegmentFile> file;
        std::optional<Timestamp> covered_to;
        std::optional<Loss> gap;  ///< one has begun
        bool broken = false;      ///< what comes before the next segment cannot be stored
        std::optional<Day> key_day;
        keys::CameraDayKey day_key;
    };

    Writing writing;

private:
    enum class State { Stopped, Running, Asking, Refused, NoStorage };

    void set_state(State state, std::string cause, Timestamp wall);
    void submit(Fragment fragment);
    void flush();
    void check_sound(MonoTime now);
    void end(std::string_view why, std::optional<Loss> loss, Timestamp wall);
    bool lapsed(MonoTime now, Timestamp wall);

    const media::StreamKey key_;
    const RecorderOptions options_;
    JobSink& sink_;

    mutable std::mutex mutex_;
    State state_ = State::Stopped;
    std::string cause_;
    Timestamp since_;
    PermitPtr permit_;
    bool ask_ = false;
    MonoTime asked_;
    Segmenter segmenter_;
    SoundWeaver weaver_;
    MonoTime last_sound_;
    MonoTime sound_asked_;
    MonoTime last_kept_;
    bool silent_ = false;    ///< the silence has been told
    bool overload_ = false;  ///< the overload has been told
    std::uint64_t dropped_ = 0;
};

}  // namespace proviso::record
