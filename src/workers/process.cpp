#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <sstream>

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <proviso/workers/process.h>

extern "C" {  // glibc 2.36 forgot to say so
#include <sys/pidfd.h>
}

#include <proviso/base/file.h>

extern char** environ;

namespace proviso::workers {
namespace {

/// No secret of the server's environment goes to a worker; what instruments need does.
std::vector<std::string> worker_environment() {
    static constexpr std::array<std::string_view, 7> kKept{
        "PATH=",
        "TZ=",
        "ASAN_OPTIONS=",
        "UBSAN_OPTIONS=",
        "TSAN_OPTIONS=",
        "LSAN_OPTIONS=",
        "GCOV_"};
    std::vector<std::string> kept;
    for (auto** variable = environ; *variable != nullptr; ++variable) {
        std::string_view text(*variable);
        for (auto name : kKept) {
            if (text.starts_with(name)) kept.emplace_back(text);
        }
    }
    return kept;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (auto& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

/// posix_spawn with everything closed but the standard streams and `control` as descriptor 3.
Result<pid_t> spawn(const Program& program, int control) {
    auto arguments = program.arguments;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, control, kControlFd);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, kControlFd + 1);
    // A fresh start: the server may block signals in its threads.
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setflags(
        &attributes, static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
    );
    arguments.insert(arguments.begin(), program.file.filename().string());
    auto environment = worker_environment();
    auto argument_pointers = pointers(arguments);
    auto environment_pointers = pointers(environment);
    pid_t pid = 0;
    auto error = ::posix_spawn(
        &pid,
        program.file.c_str(),
        &actions,
        &attributes,
        argument_pointers.data(),
        environment_pointers.data()
    );
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    if (error != 0) return errno_error("start a " + program.called, error);
    return pid;
}

}  // namespace

Result<WorkerProcess> WorkerProcess::start(
    const Program& program, ByteView hello, std::span<const int> fds
) {
    auto [own, theirs] = PROVISO_TRY(ControlChannel::make_pair());
    auto pid = PROVISO_TRY(spawn(program, theirs.get()));
    UniqueFd pidfd(::pidfd_open(pid, 0));
    WorkerProcess process(pid, std::move(pidfd), std::move(own));
    theirs.reset();
    if (!process.pidfd_.valid()) return errno_error("watch a " + program.called, errno);
    PROVISO_TRY(process.control_.send(hello, milliseconds(1000), fds)
                    .while_doing("greet a " + program.called));
    return process;
}

WorkerProcess::~WorkerProcess() {
    if (pidfd_.valid()) {
        kill();
        reap();
    }
}

void WorkerProcess::kill() const {
    if (pidfd_.valid()) ::pidfd_send_signal(pidfd_.get(), SIGKILL, nullptr, 0);
}

WorkerProcess::Pulse WorkerProcess::pulse() const {
    auto text = read_file(fmt::format("/proc/{}/stat", pid_));
    if (!text) return {};
    // The name in parentheses may hold anything; the state follows it, the times 11 fields later.
    std::istringstream fields(text->substr(std::min(text->rfind(')') + 2, text->size())));
    std::string state;
    fields >> state;
    std::string skipped;
    for (int i = 0; i < 10; ++i) fields >> skipped;
    std::int64_t user = 0;
    std::int64_t system = 0;
    fields >> user >> system;
    return {state == "R", milliseconds((user + system) * 1000 / ::sysconf(_SC_CLK_TCK))};
}

std::string WorkerProcess::reap() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pidfd_.reset();
    if (WIFSIGNALED(status)) return fmt::format("signal {}", WTERMSIG(status));
    return fmt::format("exit code {}", WEXITSTATUS(status));
}

}  // namespace proviso::workers
