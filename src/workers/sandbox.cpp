#include <algorithm>
#include <cerrno>
#include <memory>
#include <span>

#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <proviso/workers/sandbox.h>

namespace proviso::workers {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

constexpr rlim_t kSockets = 16'384;

/// What any worker takes. Everything else answers EPERM.
constexpr int kAllowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(close),
    SCMP_SYS(lseek),
    SCMP_SYS(pread64),
    SCMP_SYS(fstat),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(sendmsg),
    SCMP_SYS(recvmsg),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(mprotect),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(getrandom),
    SCMP_SYS(sched_yield),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getcpu),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(dup),
};

/// What reading cameras takes beyond that.
constexpr int kNetwork[] = {
    SCMP_SYS(newfstatat),  SCMP_SYS(statx),      SCMP_SYS(stat),       SCMP_SYS(lstat),
    SCMP_SYS(access),      SCMP_SYS(faccessat),  SCMP_SYS(faccessat2), SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),  SCMP_SYS(getdents64), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait),
    SCMP_SYS(epoll_ctl),   SCMP_SYS(connect),    SCMP_SYS(bind),       SCMP_SYS(getsockname),
    SCMP_SYS(getpeername), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt), SCMP_SYS(sendto),
    SCMP_SYS(recvfrom),    SCMP_SYS(sendmmsg),   SCMP_SYS(recvmmsg),   SCMP_SYS(shutdown),
    SCMP_SYS(ioctl),       SCMP_SYS(fcntl),
};

/// The filter being made; the first error stays.
class Filter {
public:
    Filter() : filter_(seccomp_init(SCMP_ACT_ERRNO(EPERM)), &seccomp_release) {
        if (filter_) seccomp_attr_set(filter_.get(), SCMP_FLTATR_CTL_TSYNC, 1);
    }

    bool made() const { return filter_ != nullptr; }

    void allow(std::span<const int> calls) {
        for (auto call : calls) note(seccomp_rule_add(filter_.get(), SCMP_ACT_ALLOW, call, 0));
    }

    void allow(int call, scmp_arg_cmp condition) {
        note(seccomp_rule_add(filter_.get(), SCMP_ACT_ALLOW, call, 1, condition));
    }

    int load() {
        note(error_ == 0 ? seccomp_load(filter_.get()) : 0);
        return error_;
    }

private:
    void note(int error) {
        if (error_ == 0) error_ = error;
    }

    std::unique_ptr<void, decltype(&seccomp_release)> filter_;
    int error_ = 0;
};

Error cannot(int error) { return errno_error("enter the sandbox", -error); }

}  // namespace

Result<> shed_inheritance(int control_fd) {
    // Standard input goes, standard error stays for the log.
    if (control_fd > 3) ::close_range(3, static_cast<unsigned>(control_fd) - 1, 0);
    ::close_range(static_cast<unsigned>(control_fd) + 1, ~0U, 0);
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno_error("shed privileges", errno);
    if (!kSanitized) ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    rlimit sockets{};
    ::getrlimit(RLIMIT_NOFILE, &sockets);
    sockets.rlim_cur = std::min(kSockets, sockets.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &sockets);
    return {};
}

Result<> enter_sandbox(Reach reach) {
    if (kSanitized) return {};
    Filter filter;
    if (!filter.made()) return Error(ErrorKind::Internal, "cannot make a system call filter");
    filter.allow(kAllowed);
    if (reach == Reach::Network) {
        filter.allow(kNetwork);
        // Files for reading only; sockets of the internet, and of the resolver's helpers.
        constexpr auto kWriteFlags = O_ACCMODE | O_CREAT | O_TRUNC;
        filter.allow(SCMP_SYS(openat), SCMP_A2(SCMP_CMP_MASKED_EQ, kWriteFlags, O_RDONLY));
        filter.allow(SCMP_SYS(open), SCMP_A1(SCMP_CMP_MASKED_EQ, kWriteFlags, O_RDONLY));
        for (auto family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK}) {
            filter.allow(SCMP_SYS(socket), SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(family)));
        }
    }
    if (auto error = filter.load()) return cannot(error);
    return {};
}

}  // namespace proviso::workers
