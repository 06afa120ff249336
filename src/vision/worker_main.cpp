#include <csignal>

#include <sys/resource.h>

#include <proviso/base/log.h>
#include <proviso/workers/sandbox.h>

#include "eye_worker.h"

namespace proviso::vision {
namespace {

/// Recording comes first when the processors do not suffice for all.
constexpr int kNiceness = 5;

Result<> run(int control_fd, const EyeMaker& make_eye, const Clock& clock) {
    PROVISO_TRY(workers::shed_inheritance(control_fd));
    ::setpriority(PRIO_PROCESS, 0, kNiceness);
    auto worker = PROVISO_TRY(EyeWorker::create(UniqueFd(control_fd), make_eye, clock));
    PROVISO_TRY(workers::enter_sandbox(workers::Reach::Nothing));
    worker->run();
    return {};
}

}  // namespace

int run_vision_worker(int control_fd, const EyeMaker& make_eye) {
    // A terminal's Ctrl-C goes to the whole group; the server decides when the worker ends.
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);
    SystemClock clock;
    auto result = run(control_fd, make_eye, clock);
    if (result) return 0;
    log_error("the vision worker cannot run: {}", result.error().story());
    return 1;
}

}  // namespace proviso::vision
