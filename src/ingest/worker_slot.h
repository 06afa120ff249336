#pragma once

#include <map>
#include <mutex>

#include <proviso/base/worker.h>
#include <proviso/ingest/pool.h>
#include <proviso/workers/process.h>

#include "stream_record.h"

namespace proviso::ingest {

using workers::WorkerProcess;

/// The place of one worker process: keeps one running, gives it the streams that it is to read,
/// and pumps what it writes to the sink. Replaces it when it dies, hangs or lies. Thread-safe.
class WorkerSlot {
public:
    /// Fails if the first worker cannot be started at all.
    static Result<std::unique_ptr<WorkerSlot>> open(const PoolOptions& options, std::string name);
    WorkerSlot(const WorkerSlot&) = delete;
    WorkerSlot& operator=(const WorkerSlot&) = delete;
    ~WorkerSlot();

    void add(std::shared_ptr<StreamRecord> stream);
    /// Passes on whether its sound is wanted now.
    void set_sound(std::shared_ptr<StreamRecord> stream);
    /// After this nothing of it is delivered.
    void remove(std::uint32_t stream);
    std::size_t size() const;
    /// Of the running process; -1 while there is none.
    pid_t pid() const;

private:
    using Streams = std::map<std::uint32_t, std::shared_ptr<StreamRecord>>;

    /// What add(), set_sound() and remove() want done, in their order.
    struct Wish {
        enum class What { Start, Sound, Stop };

        std::shared_ptr<StreamRecord> stream;
        What what = What::Start;
    };

    struct Shared {
        Streams streams;
        std::vector<Wish> wishes;
        pid_t pid = -1;
    };

    WorkerSlot(const PoolOptions& options, UniqueFd wake);

    void run(const std::stop_token& stop);
    Result<> pump();
    Result<> read_ring();
    Result<> read_control();
    Result<> check_pulse();
    Result<> obey_wishes();
    Result<> send_start(StreamRecord& stream);
    Result<> start_worker();
    void lose_worker(const Error& why);
    void wait();
    void tick();
    void wake() const;
    std::shared_ptr<StreamRecord> find(std::uint32_t stream) const;

    const PoolOptions options_;
    SystemClock clock_;  // of processes: a test's clock does not move them
    UniqueFd wake_;
    mutable Guarded<Shared> shared_;

    // of the pump thread
    Streams streams_;
    std::optional<RingReader> ring_;  // of the process
    std::optional<WorkerProcess> process_;
    MonoTime started_at_;
    MonoTime start_again_at_;
    milliseconds restart_pause_{0};
    MonoTime heard_at_;
    bool greeted_ = false;                             // the worker has said something
    std::optional<WorkerProcess::Pulse> first_pulse_;  // when it had been silent for a while
    MonoTime next_tick_;

    Worker worker_;
};

}  // namespace proviso::ingest
