#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

#include <proviso/workers/channel.h>

namespace proviso::workers {

/// The descriptor on which a worker process finds its control channel.
inline constexpr int kControlFd = 3;

/// What to run, and how to call it in errors and the log.
struct Program {
    std::filesystem::path file = "/proc/self/exe";
    std::vector<std::string> arguments;
    std::string called = "worker";
};

/// One running worker as the server holds it. Killed and reaped when it goes. Not thread-safe.
class WorkerProcess {
public:
    /// Starts `program` with the control channel as kControlFd and nothing else inherited but the
    /// standard streams, and sends `hello` with the descriptors.
    static Result<WorkerProcess> start(
        const Program& program, ByteView hello, std::span<const int> fds
    );
    WorkerProcess(WorkerProcess&&) noexcept = default;
    WorkerProcess& operator=(WorkerProcess&&) = delete;
    ~WorkerProcess();

    pid_t pid() const { return pid_; }

    /// Readable once the process has ended.
    int ended_fd() const { return pidfd_.get(); }

    /// How it is, as the kernel sees it.
    struct Pulse {
        bool runnable = false;  ///< it runs, or would if it got a processor
        milliseconds cpu{0};    ///< processor time used so far
    };

    Pulse pulse() const;

    /// How it ended, in words ("signal 11"). Waits for the end.
    std::string reap();
    void kill() const;

    ControlChannel& control() { return control_; }

private:
    WorkerProcess(pid_t pid, UniqueFd pidfd, ControlChannel control)
        : pid_(pid), pidfd_(std::move(pidfd)), control_(std::move(control)) {}

    pid_t pid_;
    UniqueFd pidfd_;  // none once reaped
    ControlChannel control_;
};

}  // namespace proviso::workers
