#pragma once

#include <filesystem>
#include <vector>

#include <sys/types.h>

#include "control.h"
#include "ring.h"

namespace proviso::ingest {

/// One running worker as the server holds it. Killed and reaped when it goes. Not thread-safe.
class WorkerProcess {
public:
    /// Starts `program` with the control channel as descriptor 3 and nothing else inherited but
    /// the standard streams, and says hello.
    static Result<WorkerProcess> start(
        const std::filesystem::path& program,
        const std::vector<std::string>& arguments,
        std::size_t ring_bytes,
        int wake_fd
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

    RingReader& ring() { return ring_; }

private:
    WorkerProcess(pid_t pid, UniqueFd pidfd, ControlChannel control, RingMemory ring)
        : pid_(pid),
          pidfd_(std::move(pidfd)),
          control_(std::move(control)),
          ring_(std::move(ring)) {}

    pid_t pid_;
    UniqueFd pidfd_;  // none once reaped
    ControlChannel control_;
    RingReader ring_;
};

}  // namespace proviso::ingest
