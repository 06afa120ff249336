#include "worker_slot.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <proviso/base/log.h>

namespace proviso::ingest {
namespace {

constexpr milliseconds kPatience{500};
constexpr milliseconds kTick{100};
/// A worker that lived this long did not die of being started.
constexpr std::chrono::seconds kGoodLife{5};
constexpr milliseconds kMostRestartPause{5000};
/// A busy machine may take its time to load a program.
constexpr milliseconds kStartPatience{15'000};
/// Records between two looks at the control channel.
constexpr int kBatch = 512;

Error lie(const char* what) { return {ErrorKind::Corrupt, what}; }

}  // namespace

Result<std::unique_ptr<WorkerSlot>> WorkerSlot::open(const PoolOptions& options, std::string name) {
    UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake.valid()) return errno_error("make an event descriptor", errno);
    std::unique_ptr<WorkerSlot> slot(new WorkerSlot(options, std::move(wake)));
    PROVISO_TRY(slot->start_worker());
    slot->worker_ = Worker(std::move(name), [inside = slot.get()](const std::stop_token& stop) {
        inside->run(stop);
    });
    return slot;
}

WorkerSlot::WorkerSlot(const PoolOptions& options, UniqueFd wake)
    : options_(options), wake_(std::move(wake)) {}

WorkerSlot::~WorkerSlot() {
    worker_.request_stop();
    wake();
    worker_.stop();
}

void WorkerSlot::add(std::shared_ptr<StreamRecord> stream) {
    shared_.with([&](Shared& shared) {
        shared.streams.emplace(stream->id(), stream);
        shared.wishes.push_back({std::move(stream), Wish::What::Start});
    });
    wake();
}

void WorkerSlot::set_sound(std::shared_ptr<StreamRecord> stream) {
    shared_.with([&](Shared& shared) {
        shared.wishes.push_back({std::move(stream), Wish::What::Sound});
    });
    wake();
}

void WorkerSlot::remove(std::uint32_t stream) {
    auto removed = shared_.with([&](Shared& shared) -> std::shared_ptr<StreamRecord> {
        auto node = shared.streams.extract(stream);
        if (node.empty()) return nullptr;
        shared.wishes.push_back({node.mapped(), Wish::What::Stop});
        return std::move(node.mapped());
    });
    if (removed) removed->stop();
    wake();
}

std::size_t WorkerSlot::size() const {
    return shared_.with([](const Shared& shared) { return shared.streams.size(); });
}

pid_t WorkerSlot::pid() const {
    return shared_.with([](const Shared& shared) { return shared.pid; });
}

void WorkerSlot::wake() const {
    std::uint64_t one = 1;
    (void)!::write(wake_.get(), &one, sizeof(one));
}

void WorkerSlot::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        if (!process_ && clock_.monotonic() >= start_again_at_) {
            if (auto started = start_worker(); !started) lose_worker(started.error());
        }
        if (auto pumped = pump(); !pumped) lose_worker(pumped.error());
        tick();
        wait();
    }
    process_.reset();
}

Result<> WorkerSlot::start_worker() {
    started_at_ = heard_at_ = clock_.monotonic();
    greeted_ = false;
    first_pulse_.reset();
    ring_.emplace(PROVISO_TRY(workers::RingMemory::create(options_.ring_bytes)));
    process_.emplace(PROVISO_TRY(WorkerProcess::start(
        {options_.worker_program, options_.arguments, "camera reader"},
        encode(Hello{}),
        std::array{ring_->fd(), wake_.get()}
    )));
    shared_.with([this](Shared& shared) { shared.pid = process_->pid(); });
    for (const auto& [id, stream] : streams_) {
        if (stream->held_until <= started_at_) PROVISO_TRY(send_start(*stream));
    }
    return {};
}

Result<> WorkerSlot::pump() {
    PROVISO_TRY(obey_wishes());
    if (!process_) return {};
    PROVISO_TRY(read_ring());
    PROVISO_TRY(read_control());
    return check_pulse();
}

/// Judged only after everything that was said has been heard, however late that was. A worker
/// that wants to run but gets no processor is not hung: killing it would make things worse.
Result<> WorkerSlot::check_pulse() {
    auto silent = clock_.monotonic() - heard_at_;
    auto patience = greeted_ ? options_.hung_after : std::max(options_.hung_after, kStartPatience);
    if (silent > patience / 2 && !first_pulse_) first_pulse_ = process_->pulse();
    if (silent <= patience) return {};
    auto pulse = process_->pulse();
    bool spins = pulse.cpu - first_pulse_->cpu > patience / 4;
    bool starves = pulse.runnable && !spins;
    if (starves && silent <= patience * 10) return {};
    return Error(ErrorKind::Timeout, "it hung");
}

Result<> WorkerSlot::obey_wishes() {
    auto wishes = shared_.with([](Shared& shared) { return std::exchange(shared.wishes, {}); });
    for (auto& wish : wishes) {
        auto id = wish.stream->id();
        if (wish.what == Wish::What::Sound) {
            if (!process_ || !streams_.contains(id)) continue;
            auto set = encode(SetSound{id, wish.stream->sound_wanted()});
            PROVISO_TRY(process_->control().send(set, kPatience));
            continue;
        }
        if (wish.what == Wish::What::Stop) {
            streams_.erase(id);
            if (process_) PROVISO_TRY(process_->control().send(encode(StopStream{id}), kPatience));
            continue;
        }
        auto& stream = *wish.stream;
        streams_.insert_or_assign(id, std::move(wish.stream));
        if (process_) PROVISO_TRY(send_start(stream));
    }
    return {};
}

Result<> WorkerSlot::send_start(StreamRecord& stream) {
    const auto& spec = stream.spec();
    StartStream start;
    start.stream = stream.id();
    start.spec.url = spec.url;
    start.spec.user = spec.user;
    start.spec.password = spec.password.copy();
    start.spec.transport = spec.transport;
    start.spec.certificate_sha256 = spec.certificate_sha256;
    start.spec.accept_any_certificate = spec.accept_any_certificate;
    start.spec.sound = stream.sound_wanted();
    auto message = encode(std::move(start));
    auto sent = process_->control().send(message, kPatience);
    ::explicit_bzero(message.data(), message.size());
    stream.held_until = MonoTime();
    return sent;
}

Result<> WorkerSlot::read_ring() {
    for (int i = 0; i < kBatch; ++i) {
        auto record = PROVISO_TRY(ring_->next());
        if (!record) return {};
        auto stream = streams_.find(record->header.stream);
        // Of a stream that was stopped meanwhile: passed over.
        if (stream != streams_.end()) {
            switch (RecordKind(record->header.kind)) {
                case RecordKind::Parameters:
                    PROVISO_TRY(stream->second->on_parameters(*record));
                    break;
                case RecordKind::Picture: PROVISO_TRY(stream->second->on_picture(*record)); break;
                case RecordKind::SoundFormat:
                    PROVISO_TRY(stream->second->on_sound_format(*record));
                    break;
                case RecordKind::Sound: PROVISO_TRY(stream->second->on_sound(*record)); break;
                default: return lie("a record of no known kind");
            }
        }
        ring_->done();
    }
    return {};
}

Result<> WorkerSlot::read_control() {
    for (;;) {
        auto received = PROVISO_TRY(process_->control().receive());
        if (!received) return {};
        heard_at_ = clock_.monotonic();
        greeted_ = true;
        first_pulse_.reset();
        auto message = PROVISO_TRY(decode_message(received->bytes));
        if (const auto* report = std::get_if<StreamReport>(&message)) {
            auto stream = streams_.find(report->stream);
            if (stream != streams_.end()) stream->second->on_report(*report);
        } else if (!std::holds_alternative<Heartbeat>(message)) {
            return lie("a message that only the server sends");
        }
    }
}

void WorkerSlot::lose_worker(const Error& why) {
    auto now = clock_.monotonic();
    // One that dies young is started again ever more slowly.
    bool young = now - started_at_ < kGoodLife;
    restart_pause_ = young ? std::min(restart_pause_ * 2 + milliseconds(100), kMostRestartPause)
                           : milliseconds(0);
    start_again_at_ = now + restart_pause_;
    if (!process_) {
        log_error("a camera reader cannot be started: {}", why.story());
        return;
    }
    process_->kill();
    auto end = process_->reap();
    auto suspect = streams_.find(ring_->suspect());
    process_.reset();
    shared_.with([](Shared& shared) { shared.pid = -1; });
    log_error(
        "a camera reader is replaced: {} ({}), while reading {}",
        why.story(),
        end,
        suspect == streams_.end() ? "none" : suspect->second->key().camera.text()
    );
    if (suspect != streams_.end()) {
        // A second death over the same stream is no accident: the others go on without it.
        auto crashes = ++suspect->second->crashes;
        if (crashes > 1) {
            suspect->second->held_until = now + std::chrono::seconds(1U << std::min(crashes, 6));
        }
    }
    for (const auto& [id, stream] : streams_) {
        stream->on_worker_lost(
            stream->held_until > now
                ? "what this camera sends broke its reader; it is left alone for a while"
                : "the process that reads this camera is being replaced"
        );
    }
}

void WorkerSlot::tick() {
    auto now = clock_.monotonic();
    if (now < next_tick_) return;
    next_tick_ = now + kTick;
    for (const auto& [id, stream] : streams_) {
        stream->tick();
        bool held = stream->held_until != MonoTime();
        if (held && process_ && now >= stream->held_until && !send_start(*stream)) return;
    }
}

void WorkerSlot::wait() {
    bool sleeping = !process_ || ring_->may_sleep();
    if (!sleeping) return;
    std::array<pollfd, 3> ready{
        pollfd{wake_.get(), POLLIN, 0},
        pollfd{process_ ? process_->control().fd() : -1, POLLIN, 0},
        pollfd{process_ ? process_->ended_fd() : -1, POLLIN, 0}};
    ::poll(ready.data(), ready.size(), static_cast<int>(kTick.count()));
    std::uint64_t count = 0;
    (void)!::read(wake_.get(), &count, sizeof(count));
    if (!process_) return;
    ring_->awake();
    // Read out what it still wrote, then take leave.
    if (ready[2].revents != 0) {
        auto last = read_ring();
        for (int i = 0; last && i < 64; ++i) last = read_ring();
        lose_worker(last ? Error(ErrorKind::Unavailable, "it ended") : last.error());
    }
}

}  // namespace proviso::ingest
