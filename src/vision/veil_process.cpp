#include "veil_process.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <proviso/base/file.h>

namespace proviso::vision {
namespace {

using workers::RingMemory;

constexpr milliseconds kPatience{500};
/// A busy machine may take its time to load a program.
constexpr milliseconds kStartPatience{15'000};
/// Who spends less than this in half of `still_for` does nothing.
constexpr milliseconds kLeastLife{20};
/// Longer than this nobody waits, whatever the reason.
constexpr milliseconds kMostStill{30'000};

Result<UniqueFd> event() {
    UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!fd.valid()) return errno_error("make an event descriptor", errno);
    return fd;
}

void signal(const UniqueFd& event) {
    std::uint64_t one = 1;
    (void)!::write(event.get(), &one, sizeof(one));
}

Result<UniqueFd> in_memory(ByteView bytes) {
    UniqueFd fd(::memfd_create("proviso-veil", MFD_CLOEXEC));
    if (!fd.valid()) return errno_error("make room for a message", errno);
    PROVISO_TRY(write_all(fd.get(), bytes));
    return fd;
}

}  // namespace

Result<std::unique_ptr<VeilProcess>> VeilProcess::start(const VeilPoolOptions& options) {
    auto wake_server = PROVISO_TRY(event());
    auto wake_worker = PROVISO_TRY(event());
    auto orders = PROVISO_TRY(RingMemory::create(options.ring_bytes));
    auto answers = PROVISO_TRY(RingMemory::create(options.ring_bytes));
    std::array fds{orders.fd(), answers.fd(), wake_worker.get(), wake_server.get()};
    auto process = PROVISO_TRY(workers::WorkerProcess::start(
        {options.worker_program, options.arguments, "veil worker"}, encode(VeilGreeting{}), fds
    ));
    return std::unique_ptr<VeilProcess>(new VeilProcess(
        std::move(process),
        std::move(orders),
        std::move(answers),
        std::move(wake_worker),
        std::move(wake_server)
    ));
}

VeilProcess::VeilProcess(
    workers::WorkerProcess process,
    RingMemory orders,
    RingMemory answers,
    UniqueFd wake_worker,
    UniqueFd wake_server
)
    : process_(std::move(process)),
      orders_(std::move(orders)),
      answers_(std::move(answers)),
      wake_worker_(std::move(wake_worker)),
      wake_server_(std::move(wake_server)),
      beat_at_(real_.monotonic()) {}

/// The worker may open nothing, so everything is opened for it here.
template <class Message>
Result<> VeilProcess::send(const VeilConfig& config) {
    auto bytes = encode(config);
    auto paths = PROVISO_TRY(files_of(config));
    std::vector<UniqueFd> opened;
    opened.push_back(PROVISO_TRY(in_memory(bytes)));
    Message message{bytes.size(), {}};
    for (const auto& path : paths) {
        auto name = path.filename().string();
        auto given = config.files.find(name);
        if (given != config.files.end() && given->second) {
            message.files.push_back({name, given->second->size()});
            opened.push_back(PROVISO_TRY(in_memory(*given->second)));
            continue;
        }
        auto fd = PROVISO_TRY(open_file(path, O_RDONLY));

        struct stat facts {};

        if (::fstat(fd.get(), &facts) != 0) return errno_error("look at a model file", errno);
        message.files.push_back({name, static_cast<std::uint64_t>(facts.st_size)});
        opened.push_back(std::move(fd));
    }
    std::vector<int> fds;
    for (const auto& fd : opened) fds.push_back(fd.get());
    PROVISO_TRY(process_.control().send(encode(VeilMessage(std::move(message))), kPatience, fds));
    signal(wake_worker_);
    return {};
}

Result<> VeilProcess::warm(const VeilConfig& config) { return send<VeilWarm>(config); }

Result<> VeilProcess::begin(const VeilConfig& config, int niceness) {
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(process_.pid()), std::clamp(niceness, 0, 19));
    beat_at_ = real_.monotonic();
    return send<VeilBegin>(config);
}

bool VeilProcess::write(const workers::RecordHeader& header, ByteView payload) {
    std::lock_guard lock(writing_);
    if (!orders_.write(header, payload)) return false;
    if (orders_.reader_must_be_woken()) signal(wake_worker_);
    return true;
}

/// A worker that wants to run but gets no processor is not hung; one that does not want to, or has
/// spent enough on one packet, is.
Result<> VeilProcess::check(const VeilPoolOptions& options) {
    if (PROVISO_TRY(process_.control().receive())) {
        return Error(ErrorKind::Corrupt, "a message from a veil worker");
    }
    auto now = real_.monotonic();
    auto beats = answers_.beats();
    if (beats != beats_) {
        beats_ = beats;
        beat_at_ = now;
        alive_ = true;
        cpu_then_.reset();
        return {};
    }
    auto still = now - beat_at_;
    if (still > options.still_for / 2 && !cpu_then_) cpu_then_ = process_.pulse().cpu;
    if (still <= (alive_ ? options.still_for : kStartPatience) || !cpu_then_) return {};
    auto pulse = process_.pulse();
    auto spent = pulse.cpu - *cpu_then_;
    if (!pulse.runnable && spent < kLeastLife) {
        return Error(ErrorKind::Timeout, "it stood still");
    }
    if (spent > options.longest_packet) {
        return Error(ErrorKind::Timeout, "one packet took too long");
    }
    if (still > kMostStill) return Error(ErrorKind::Timeout, "it hung");
    return {};
}

void VeilProcess::wait(milliseconds patience) {
    if (!answers_.may_sleep()) return;
    std::array<pollfd, 3> ready{
        pollfd{wake_server_.get(), POLLIN, 0},
        pollfd{process_.control().fd(), POLLIN, 0},
        pollfd{process_.ended_fd(), POLLIN, 0}};
    ::poll(ready.data(), ready.size(), static_cast<int>(patience.count()));
    std::uint64_t count = 0;
    (void)!::read(wake_server_.get(), &count, sizeof(count));
    answers_.awake();
    ended_ = ended_ || ready[2].revents != 0;
}

void VeilProcess::wake() const { signal(wake_server_); }

std::string VeilProcess::end() {
    process_.kill();
    return process_.reap();
}

}  // namespace proviso::vision
