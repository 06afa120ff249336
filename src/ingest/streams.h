#pragma once

#include "worker_slot.h"

namespace proviso::ingest {

/// What Pool is inside, once the law has been asked. Thread-safe.
class Streams {
public:
    static Result<std::unique_ptr<Streams>> open(
        PoolOptions options, PacketSink& sink, const Clock& clock
    );

    Result<> start(SourceSpec spec);
    void set_sound(const media::StreamKey& stream, bool wanted);
    void stop(const media::StreamKey& stream);
    std::vector<SourceStatus> status() const;

    /// The running worker processes.
    std::vector<pid_t> pids() const;

private:
    struct Running {
        std::shared_ptr<StreamRecord> record;
        WorkerSlot* slot = nullptr;
    };

    struct State {
        std::map<media::StreamKey, Running> running;
        std::uint32_t next_id = 1;
        std::unique_ptr<WorkerSlot> file_slot;
    };

    Streams(PoolOptions options, PacketSink& sink, const Clock& clock)
        : options_(std::move(options)), sink_(sink), clock_(clock) {}

    Result<WorkerSlot*> slot_for(const SourceSpec& spec, State& state);

    const PoolOptions options_;
    PacketSink& sink_;
    const Clock& clock_;
    std::vector<std::unique_ptr<WorkerSlot>> slots_;
    Guarded<State> state_;
};

}  // namespace proviso::ingest
