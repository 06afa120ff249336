#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <proviso/base/time.h>
#include <proviso/ingest/source.h>
#include <proviso/law/act.h>
#include <proviso/law/permit.h>

namespace proviso::ingest {

/// Who gets the pictures. Called on the pool's pump threads (one for each worker process; the
/// calls for one stream never overlap) and must return quickly: while it does not, whole groups
/// of pictures are dropped at the door and counted.
class PacketSink {
public:
    PacketSink() = default;
    PacketSink(const PacketSink&) = delete;
    PacketSink& operator=(const PacketSink&) = delete;
    virtual ~PacketSink() = default;

    virtual void on_packet(const media::StreamKey& stream, media::PacketPtr packet) = 0;

    /// Only where sound was permitted. NOLINTNEXTLINE(performance-unnecessary-value-param)
    virtual void on_sound(const media::StreamKey& /*stream*/, media::SoundPtr /*sound*/) {}

    /// When the state or its cause changes, and about once a second with fresh counts.
    virtual void on_source_state(const media::StreamKey& stream, const SourceStatus& status) = 0;
};

struct PoolOptions {
    /// What to run as worker, so that it calls run_ingest_worker(kWorkerControlFd).
    std::filesystem::path worker_program = "/proc/self/exe";
    std::vector<std::string> arguments{"worker", "ingest"};
    /// Processes for cameras. Files get one of their own, started when the first file comes.
    int workers = 1;
    /// Shared memory between a worker and the server; a power of two.
    std::size_t ring_bytes = 32U << 20U;
    /// A worker that says nothing for this long is replaced. (A dead one is replaced at once.)
    milliseconds hung_after{2000};
};

/// The worker processes that read cameras, which hold no key and no database, and the pumps that
/// turn what they say into packets, believing nothing. Thread-safe.
class Pool {
public:
    static Result<std::unique_ptr<Pool>> open(
        PoolOptions options, PacketSink& sink, const Clock& clock
    );
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    ~Pool();

    /// Begins to read a stream and keeps at it until stop(); with sound if `spec` and the permit
    /// say so. Refused if the permit is for another camera or no longer valid; InvalidInput for a
    /// bad URL; Conflict if the stream runs already.
    Result<> start(const law::Permit<law::Capture>& permit, SourceSpec spec);

    /// Lets sound in or keeps it out, while the pictures go on: without it the camera is not asked
    /// for its sound track, and after this returns none is delivered. Refused if it is wanted and
    /// the permit does not say so; nothing happens for a stream that does not run.
    Result<> set_sound(
        const law::Permit<law::Capture>& permit, const media::StreamKey& stream, bool wanted
    );

    /// No packet of the stream is delivered after this returns. Not from inside the sink.
    void stop(const media::StreamKey& stream);

    /// All started streams.
    std::vector<SourceStatus> status() const;

private:
    struct Inside;
    explicit Pool(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::ingest
