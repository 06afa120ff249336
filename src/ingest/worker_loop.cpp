#include "worker_loop.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

namespace proviso::ingest {
namespace {

constexpr std::chrono::seconds kHelloTimeout{10};
constexpr int kMaxEvents = 256;
constexpr std::uint32_t kNoStream = RingWriter::kNobody;
constexpr std::uint8_t kControlRole = 0;
constexpr std::uint8_t kResolverRole = 1;

std::uint64_t pack(std::uint32_t stream, std::uint8_t role) {
    return std::uint64_t{stream} << 8U | role;
}

}  // namespace

Result<std::unique_ptr<WorkerLoop>> WorkerLoop::create(UniqueFd control, const Clock& clock) {
    ControlChannel channel(std::move(control));
    pollfd ready{channel.fd(), POLLIN, 0};
    ::poll(&ready, 1, static_cast<int>(milliseconds(kHelloTimeout).count()));
    auto received = PROVISO_TRY(channel.receive());
    if (!received) return Error(ErrorKind::Timeout, "the server does not say hello");
    auto message = PROVISO_TRY(decode_message(received->bytes));
    const auto* hello = std::get_if<Hello>(&message);
    if (hello == nullptr || hello->version != kControlVersion || received->fds.size() != 2) {
        return Error(ErrorKind::Internal, "the server and the worker are of different versions");
    }
    auto ring = PROVISO_TRY(RingMemory::open(std::move(received->fds[0])));
    UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
    if (!epoll.valid()) return errno_error("make an epoll", errno);
    std::unique_ptr<WorkerLoop> loop(new WorkerLoop(
        std::move(channel), std::move(epoll), std::move(ring), std::move(received->fds[1]), clock
    ));
    loop->tls_ = PROVISO_TRY(TlsContext::create());
    loop->resolver_ = PROVISO_TRY(Resolver::create());
    PROVISO_TRY(loop->watch(loop->control_.fd(), kNoStream, kControlRole, false));
    PROVISO_TRY(loop->watch(loop->resolver_->fd(), kNoStream, kResolverRole, false));
    return loop;
}

WorkerLoop::WorkerLoop(
    ControlChannel control, UniqueFd epoll, RingMemory ring, UniqueFd wake, const Clock& clock
)
    : clock_(clock),
      control_(std::move(control)),
      epoll_(std::move(epoll)),
      ring_(std::move(ring)),
      wake_(std::move(wake)),
      random_(std::random_device{}()),
      scratch_(kScratch) {}

WorkerLoop::~WorkerLoop() = default;

void WorkerLoop::run() {
    std::array<epoll_event, kMaxEvents> events{};
    for (;;) {
        auto begun = clock_.monotonic();
        auto wait = std::chrono::ceil<milliseconds>(std::min(next_tick_, next_heartbeat_) - begun);
        auto timeout = std::clamp<std::int64_t>(wait.count(), 0, 1000);
        auto count =
            ::epoll_wait(epoll_.get(), events.data(), kMaxEvents, static_cast<int>(timeout));
        auto now = clock_.monotonic();
        bool server_there = true;
        for (int i = 0; i < count; ++i) {
            auto data = events[static_cast<std::size_t>(i)].data.u64;
            if (data == pack(kNoStream, kControlRole)) {
                server_there = read_control();
            } else {
                on_event(data, now);
            }
        }
        if (!server_there) return;
        if (now >= next_tick_) tick(now);
        wake_server();
        // Many small pieces arrive one by one; a breath between the rounds lets them gather.
        auto spent = clock_.monotonic() - now;
        if (count > 0 && spent < kRound) {
            auto rest = std::chrono::nanoseconds(kRound - spent);
            timespec pause{0, static_cast<long>(rest.count())};
            ::nanosleep(&pause, nullptr);
        }
    }
}

bool WorkerLoop::read_control() {
    for (;;) {
        auto received = control_.receive();
        if (!received) return false;
        if (!*received) return true;
        auto message = decode_message((*received)->bytes);
        ::explicit_bzero((*received)->bytes.data(), (*received)->bytes.size());
        if (!message) return false;
        obey(std::move(*message));
    }
}

void WorkerLoop::obey(Message message) {
    if (auto* wanted = std::get_if<StartStream>(&message)) start(std::move(*wanted));
    if (auto* unwanted = std::get_if<StopStream>(&message)) entries_.erase(unwanted->stream);
    if (auto* sound = std::get_if<SetSound>(&message)) {
        auto entry = entries_.find(sound->stream);
        if (entry != entries_.end()) entry->second.source->want_sound(sound->wanted);
    }
}

void WorkerLoop::start(StartStream start) {
    auto source = make_source(start.stream, std::move(start.spec), *this);
    if (!source) return;  // the server checked the URL before
    Entry entry;
    entry.source = std::move(*source);
    entries_.insert_or_assign(start.stream, std::move(entry));
    next_tick_ = MonoTime();
}

Result<> WorkerLoop::watch(int fd, std::uint32_t stream, std::uint8_t role, bool write) {
    epoll_event event{};
    event.events = EPOLLIN | (write ? EPOLLOUT : 0U);
    event.data.u64 = pack(stream, role);
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0) return {};
    if (errno == ENOENT && ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0) return {};
    return errno_error("watch a socket", errno);
}

void WorkerLoop::resolve(
    std::uint32_t stream, std::uint64_t question, const std::string& host, std::uint16_t port
) {
    resolver_->ask(stream, question, host, port);
}

Result<std::unique_ptr<TlsClient>> WorkerLoop::make_tls(TlsTrust trust) {
    return TlsClient::create(tls_, std::move(trust));
}

void WorkerLoop::on_event(std::uint64_t data, MonoTime now) {
    auto stream = static_cast<std::uint32_t>(data >> 8U);
    auto role = static_cast<std::uint8_t>(data & 0xFFU);
    if (stream == kNoStream) return read_answers(now);
    auto entry = entries_.find(stream);
    if (entry == entries_.end()) return;
    ring_.working_on(stream);
    entry->second.source->ready(role, now);
    ring_.working_on(kNoStream);
}

void WorkerLoop::read_answers(MonoTime now) {
    while (auto answer = resolver_->next()) {
        auto entry = entries_.find(answer->stream);
        if (entry == entries_.end()) continue;
        entry->second.source->resolved(answer->question, answer->endpoint, now);
    }
}

void WorkerLoop::tick(MonoTime now) {
    next_tick_ = now + std::chrono::seconds(1);
    for (auto& [stream, entry] : entries_) {
        ring_.working_on(stream);
        next_tick_ = std::min(next_tick_, entry.source->tick(now));
        ring_.working_on(kNoStream);
        bool changed = entry.source->changes() != entry.reported_changes;
        if (changed || now >= entry.next_report) report(stream, entry, now);
    }
    if (now >= next_heartbeat_) {
        next_heartbeat_ = now + kHeartbeatEvery;
        (void)control_.send(encode(Heartbeat{}), milliseconds(0)).has_value();
    }
    next_tick_ = std::min(next_tick_, next_heartbeat_);
}

void WorkerLoop::report(std::uint32_t stream, Entry& entry, MonoTime now) {
    auto report = entry.source->report();
    report.stream = stream;
    report.dropped = entry.dropped;
    // If the server does not listen now, the next tick tries again.
    if (!control_.send(encode(report), milliseconds(0))) return;
    entry.reported_changes = entry.source->changes();
    entry.next_report = now + kReportEvery;
}

}  // namespace proviso::ingest
