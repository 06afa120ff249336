#pragma once

#include <future>
#include <map>
#include <set>

#include <proviso/base/worker.h>
#include <proviso/vision/pool.h>
#include <proviso/workers/process.h>
#include <proviso/workers/ring.h>

#include "eye_messages.h"
#include "look_record.h"

namespace proviso::vision {

using LookPtr = std::shared_ptr<LookRecord>;

/// The place of one vision worker: keeps one running, gives it the cameras to look at, brings it
/// their packets and takes its answers. Replaces it when it dies, stands still, takes too long over
/// one look, or lies. Thread-safe.
class EyeSlot {
public:
    /// Told on the pump thread of a camera over which workers die again and again; it is out of
    /// this slot by then.
    using Isolate = std::function<void(LookPtr)>;

    /// Fails if the first worker cannot be started at all. Without `isolate` suspects stay here.
    static Result<std::unique_ptr<EyeSlot>> open(
        const PoolOptions& options, std::string name, const Clock& clock, Isolate isolate
    );
    EyeSlot(const EyeSlot&) = delete;
    EyeSlot& operator=(const EyeSlot&) = delete;
    ~EyeSlot();

    void add(LookPtr look);
    void remove(std::uint32_t look);
    std::size_t size() const;
    /// Of the running process; -1 while there is none.
    pid_t pid() const;

    /// Never waits for the worker.
    void push(LookRecord& look, const media::Packet& packet);
    void ask(WantPicture want);
    /// The answer comes within a second or so, or never; empty if there are no faces to tell of.
    std::future<Bytes> ask(ReadFaces faces, std::vector<UniqueFd> fds);

private:
    struct Errand {
        ReadFaces faces;
        std::vector<UniqueFd> fds;
        std::promise<Bytes> answer;
    };

    using Wish = std::variant<LookPtr, StopLook, WantPicture, Errand>;

    struct Shared {
        std::map<std::uint32_t, LookPtr> looks;
        std::vector<Wish> wishes;
        pid_t pid = -1;
    };

    /// Where packets go in, and for which looks the worker knows what they are.
    struct Door {
        std::optional<workers::RingWriter> ring;
        std::set<std::uint32_t> open;
    };

    EyeSlot(
        const PoolOptions& options,
        const Clock& clock,
        Isolate isolate,
        UniqueFd wake_server,
        UniqueFd wake_worker
    );

    void run(const std::stop_token& stop);
    Result<> pump();
    Result<> obey(Wish& wish);
    Result<> send_start(LookRecord& look);
    Result<> read_answers();
    Result<> take(const workers::RingReader::Record& record);
    Result<> check_pulse();
    Result<> start_worker();
    void lose_worker(const Error& why);
    void suspect(LookPtr look, MonoTime now);
    void tick();
    void wait();
    void wake_pump() const;

    const PoolOptions options_;
    const Clock& clock_;
    const SystemClock real_;  // of processes: a test's clock does not move them
    const Isolate isolate_;
    const UniqueFd wake_server_;
    const UniqueFd wake_worker_;
    mutable Guarded<Shared> shared_;
    Guarded<Door> door_;

    // of the pump thread
    std::map<std::uint32_t, LookPtr> looks_;
    std::map<std::uint64_t, std::promise<Bytes>> errands_;
    std::optional<workers::RingReader> answers_;
    std::optional<workers::WorkerProcess> process_;
    MonoTime started_at_;
    MonoTime start_again_at_;
    milliseconds restart_pause_{0};
    bool alive_ = false;  ///< the worker has beaten once
    std::uint32_t beats_ = 0;
    MonoTime beat_at_;
    std::optional<milliseconds> cpu_then_;
    MonoTime next_tick_;

    Worker worker_;
};

}  // namespace proviso::vision
