// Does what somebody would try who has taken over a worker, and says what worked.
#include <cstdio>
#include <string>

#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <proviso/workers/sandbox.h>

namespace {

std::string worked;

void attempt(const char* name, bool success) {
    if (success) worked += std::string(name) + " ";
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    using proviso::workers::Reach;
    auto reach = std::string(argv[2]) == "network" ? Reach::Network : Reach::Nothing;
    auto inherited = ::open("/dev/null", O_RDONLY);
    if (!proviso::workers::shed_inheritance(2)) return 2;
    if (!proviso::workers::enter_sandbox(reach)) return 2;
    std::string folder(argv[1]);
    attempt("inherited", ::fcntl(inherited, F_GETFD) >= 0);
    attempt("write", ::open((folder + "/new").c_str(), O_WRONLY | O_CREAT, 0600) >= 0);
    attempt("append", ::open((folder + "/old").c_str(), O_WRONLY | O_APPEND) >= 0);
    attempt("rdwr", ::open((folder + "/old").c_str(), O_RDWR) >= 0);
    attempt("truncate", ::truncate((folder + "/old").c_str(), 0) == 0);
    attempt("unlink", ::unlink((folder + "/old").c_str()) == 0);
    attempt("rename", ::rename((folder + "/old").c_str(), (folder + "/b").c_str()) == 0);
    attempt("mkdir", ::mkdir((folder + "/d").c_str(), 0700) == 0);
    attempt("symlink", ::symlink("/etc/passwd", (folder + "/l").c_str()) == 0);
    attempt("chmod", ::chmod((folder + "/old").c_str(), 0777) == 0);
    attempt("fork", ::fork() >= 0);
    attempt("vfork", ::syscall(SYS_vfork) >= 0);
    attempt("clone", ::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) >= 0);
    attempt("clone3", ::syscall(SYS_clone3, nullptr, 0) >= 0);
    attempt("kill", ::kill(::getppid(), 0) == 0);
    attempt("tgkill", ::syscall(SYS_tgkill, ::getppid(), ::getppid(), 0) == 0);
    attempt("ptrace", ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0);
    attempt(
        "process_vm", ::syscall(SYS_process_vm_readv, ::getppid(), nullptr, 0, nullptr, 0, 0) >= 0
    );
    attempt("pidfd", ::syscall(SYS_pidfd_open, ::getppid(), 0) >= 0);
    attempt("mount", ::mount("none", folder.c_str(), "tmpfs", 0, nullptr) == 0);
    attempt("unshare", ::syscall(SYS_unshare, 0x10000000) == 0);
    attempt("setuid", ::syscall(SYS_setuid, 0) == 0);
    attempt("chroot", ::chroot(folder.c_str()) == 0);
    attempt("bpf", ::syscall(SYS_bpf, 0, nullptr, 0) >= 0);
    attempt("perf", ::syscall(SYS_perf_event_open, nullptr, 0, -1, -1, 0) >= 0);
    attempt("io_uring", ::syscall(SYS_io_uring_setup, 4, nullptr) >= 0);
    attempt("userfaultfd", ::syscall(SYS_userfaultfd, 0) >= 0);
    attempt("memfd", ::syscall(SYS_memfd_create, "x", 0) >= 0);
    attempt("keyctl", ::syscall(SYS_keyctl, 0, 0, 0, 0, 0) >= 0);
    attempt("raw", ::socket(AF_PACKET, SOCK_RAW, 0) >= 0);
    attempt("listen", [] {
        auto fd = ::socket(AF_INET, SOCK_STREAM, 0);
        return fd >= 0 && ::listen(fd, 1) == 0;
    }());
    attempt("setrlimit", ::syscall(SYS_prlimit64, 0, 4, nullptr, nullptr) == 0);
    if (reach == Reach::Nothing) {
        attempt("read", ::open((folder + "/old").c_str(), O_RDONLY) >= 0);
        attempt("stat", [&] {
            struct stat facts {};
            return ::stat((folder + "/old").c_str(), &facts) == 0;
        }());
        attempt("inet", ::socket(AF_INET, SOCK_STREAM, 0) >= 0);
        attempt("unix", ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
    }
    char* const arguments[] = {const_cast<char*>("/bin/true"), nullptr};
    ::execve("/bin/true", arguments, nullptr);  // returns only if it was refused
    std::puts(worked.empty() ? "nothing" : worked.c_str());
    return 0;
}
