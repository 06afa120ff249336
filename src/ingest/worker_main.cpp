#include <csignal>

#include <proviso/base/log.h>
#include <proviso/ingest/worker.h>
#include <proviso/workers/sandbox.h>

#include "worker_loop.h"

namespace proviso::ingest {
namespace {

Result<> run(int control_fd, const Clock& clock) {
    PROVISO_TRY(workers::shed_inheritance(control_fd));
    auto loop = PROVISO_TRY(WorkerLoop::create(UniqueFd(control_fd), clock));
    PROVISO_TRY(workers::enter_sandbox(workers::Reach::Network));
    loop->run();
    return {};
}

}  // namespace

int run_ingest_worker(int control_fd) {
    // A terminal's Ctrl-C goes to the whole group; the server decides when the worker ends.
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);
    SystemClock clock;
    auto result = run(control_fd, clock);
    if (result) return 0;
    log_error("the camera reader cannot run: {}", result.error().story());
    return 1;
}

}  // namespace proviso::ingest
