#pragma once

#include <filesystem>
#include <map>

#include <proviso/base/bounded_queue.h>
#include <proviso/base/worker.h>
#include <proviso/keys/key_store.h>

#include "events.h"
#include "stream.h"

namespace proviso::record {

/// Takes what happened to segments and gaps, in order. May block.
class EventSink {
public:
    virtual ~EventSink() = default;
    virtual void push(Event event) = 0;
};

/// A thread that encrypts and writes, and one that makes durable, for the streams pinned to them.
class Lane final : public JobSink {
public:
    Lane(
        int number,
        const RecorderOptions& options,
        Disk& disk,
        keys::KeyStore& keys,
        EventSink& events
    );
    /// All jobs are done, all files closed that were told to.
    ~Lane() override;

    bool store(Job job) override;
    void tell(Job job) override;

private:
    struct SyncItem {
        enum class What { Now, Later, Close, Pass };

        What what = What::Pass;
        std::shared_ptr<Stream> stream;
        std::shared_ptr<SegmentFile> file;
        std::string why;             ///< Close
        Timestamp written_to;        ///< Close: what the writer believes to have stored
        std::optional<Event> event;  ///< Pass
    };

    using Steady = std::chrono::steady_clock;

    void write(Job& job);
    void write_fragment(Stream& stream, Job& job);
    Result<std::shared_ptr<SegmentFile>> open_file(Stream& stream, const Job& job);
    void trouble(Stream& stream, const Error& error, Timestamp at);
    void close_file(Stream& stream, std::string_view why);
    void begin_gap(Stream& stream, Loss loss, Timestamp at);
    void end_gap(Stream& stream, Timestamp at);
    void cover(Stream& stream, const Fragment& fragment);
    void push_sync(SyncItem::What what, Stream& stream);
    void push_close(
        Stream& stream, std::shared_ptr<SegmentFile> file, std::string_view why, Timestamp to
    );
    void pass(Event event);

    void run_writer(const std::stop_token& stop);
    void run_syncer(const std::stop_token& stop);
    void sync(const SyncItem& item);
    void close(const SyncItem& item);

    const RecorderOptions options_;
    Disk& disk_;
    keys::KeyStore& keys_;
    EventSink& events_;
    std::atomic<std::uint64_t> waiting_bytes_{0};
    BoundedQueue<Job> jobs_;
    SealingBuffer buffer_;  // of the writer
    BoundedQueue<SyncItem> syncs_;
    std::multimap<Steady::time_point, SyncItem> later_;  // of the syncer
    Worker syncer_;
    Worker writer_;
};

}  // namespace proviso::record
