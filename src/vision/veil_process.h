#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include <proviso/base/time.h>
#include <proviso/vision/veil_pool.h>
#include <proviso/workers/process.h>
#include <proviso/workers/ring.h>

#include "veil_messages.h"

namespace proviso::vision {

/// A veil worker process as the server holds it: killed and reaped when it goes. Orders may be
/// written on one thread while another reads the answers.
class VeilProcess {
public:
    static Result<std::unique_ptr<VeilProcess>> start(const VeilPoolOptions& options);

    /// Loads detectors before anybody knows for which stream.
    Result<> warm(const VeilConfig& config);
    Result<> begin(const VeilConfig& config, int niceness);

    /// False if there is no room.
    bool write(const workers::RecordHeader& header, ByteView payload);

    workers::RingReader& answers() { return answers_; }

    /// The error that ends it: it spoke out of turn, stands still, or takes too long.
    Result<> check(const VeilPoolOptions& options);

    /// Waits for answers, for its end or for wake().
    void wait(milliseconds patience);
    void wake() const;

    bool ended() const { return ended_; }

    /// How it ended, in words. Kills it if it has not.
    std::string end();

    pid_t pid() const { return process_.pid(); }

private:
    VeilProcess(
        workers::WorkerProcess process,
        workers::RingMemory orders,
        workers::RingMemory answers,
        UniqueFd wake_worker,
        UniqueFd wake_server
    );

    template <class Message>
    Result<> send(const VeilConfig& config);

    workers::WorkerProcess process_;
    std::mutex writing_;
    workers::RingWriter orders_;
    workers::RingReader answers_;
    UniqueFd wake_worker_;
    UniqueFd wake_server_;
    const SystemClock real_;
    std::uint32_t beats_ = 0;
    MonoTime beat_at_;
    bool alive_ = false;
    bool ended_ = false;
    std::optional<milliseconds> cpu_then_;
};

}  // namespace proviso::vision
