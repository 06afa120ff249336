#include "eye_slot.h"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <proviso/base/file.h>
#include <proviso/base/log.h>

#include "observation_message.h"

namespace proviso::vision {
namespace {

using workers::RingMemory;
using workers::WorkerProcess;

constexpr milliseconds kPatience{500};
constexpr milliseconds kTick{50};
constexpr std::size_t kAnswerBytes = 4U << 20U;
/// A worker that lived this long did not die of being started.
constexpr std::chrono::seconds kGoodLife{5};
constexpr milliseconds kMostRestartPause{5000};
/// A busy machine may take its time to load a program.
constexpr milliseconds kStartPatience{15'000};
/// Who spends less than this in half of `still_for` does nothing.
constexpr milliseconds kLeastLife{20};
/// Longer than this nobody waits, whatever the reason.
constexpr milliseconds kMostStill{30'000};
/// Deaths further apart than this have nothing to do with each other.
constexpr std::chrono::minutes kMemory{10};

Error lie(const char* what) { return {ErrorKind::Corrupt, what}; }

Result<UniqueFd> event() {
    UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!fd.valid()) return errno_error("make an event descriptor", errno);
    return fd;
}

void signal(const UniqueFd& event) {
    std::uint64_t one = 1;
    (void)!::write(event.get(), &one, sizeof(one));
}

}  // namespace

Result<std::unique_ptr<EyeSlot>> EyeSlot::open(
    const PoolOptions& options, std::string name, const Clock& clock, Isolate isolate
) {
    auto wake_server = PROVISO_TRY(event());
    auto wake_worker = PROVISO_TRY(event());
    std::unique_ptr<EyeSlot> slot(new EyeSlot(
        options, clock, std::move(isolate), std::move(wake_server), std::move(wake_worker)
    ));
    PROVISO_TRY(slot->start_worker());
    slot->worker_ = Worker(std::move(name), [inside = slot.get()](const std::stop_token& stop) {
        inside->run(stop);
    });
    return slot;
}

EyeSlot::EyeSlot(
    const PoolOptions& options,
    const Clock& clock,
    Isolate isolate,
    UniqueFd wake_server,
    UniqueFd wake_worker
)
    : options_(options),
      clock_(clock),
      isolate_(std::move(isolate)),
      wake_server_(std::move(wake_server)),
      wake_worker_(std::move(wake_worker)) {}

EyeSlot::~EyeSlot() {
    worker_.request_stop();
    wake_pump();
    worker_.stop();
}

void EyeSlot::add(LookPtr look) {
    shared_.with([&](Shared& shared) {
        shared.looks.emplace(look->id(), look);
        shared.wishes.emplace_back(std::move(look));
    });
    wake_pump();
}

void EyeSlot::remove(std::uint32_t look) {
    door_.with([&](Door& door) { door.open.erase(look); });
    shared_.with([&](Shared& shared) {
        shared.looks.erase(look);
        shared.wishes.emplace_back(StopLook{look});
    });
    wake_pump();
}

std::size_t EyeSlot::size() const {
    return shared_.with([](const Shared& shared) { return shared.looks.size(); });
}

pid_t EyeSlot::pid() const {
    return shared_.with([](const Shared& shared) { return shared.pid; });
}

void EyeSlot::push(LookRecord& look, const media::Packet& packet) {
    bool wake = door_.with([&](Door& door) {
        if (!door.ring || !door.open.contains(look.id())) return look.shed();
        return look.send(*door.ring, packet) && door.ring->reader_must_be_woken();
    });
    if (wake) signal(wake_worker_);
}

void EyeSlot::ask(WantPicture want) {
    shared_.with([&](Shared& shared) { shared.wishes.emplace_back(std::move(want)); });
    wake_pump();
}

std::future<Bytes> EyeSlot::ask(ReadFaces faces, std::vector<UniqueFd> fds) {
    Errand errand{std::move(faces), std::move(fds), {}};
    auto answer = errand.answer.get_future();
    shared_.with([&](Shared& shared) { shared.wishes.emplace_back(std::move(errand)); });
    wake_pump();
    return answer;
}

void EyeSlot::wake_pump() const { signal(wake_server_); }

void EyeSlot::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        if (!process_ && real_.monotonic() >= start_again_at_) {
            if (auto started = start_worker(); !started) lose_worker(started.error());
        }
        if (auto pumped = pump(); !pumped) lose_worker(pumped.error());
        tick();
        wait();
    }
    door_.with([](Door& door) { door.ring.reset(); });
    process_.reset();
}

Result<> EyeSlot::start_worker() {
    started_at_ = beat_at_ = real_.monotonic();
    alive_ = false;
    beats_ = 0;
    cpu_then_.reset();
    auto packets = PROVISO_TRY(RingMemory::create(options_.ring_bytes));
    answers_.emplace(PROVISO_TRY(RingMemory::create(kAnswerBytes)));
    process_.emplace(PROVISO_TRY(WorkerProcess::start(
        {options_.worker_program, options_.arguments, "vision worker"},
        encode(Greeting{}),
        std::array{packets.fd(), answers_->fd(), wake_worker_.get(), wake_server_.get()}
    )));
    door_.with([&](Door& door) {
        door.open.clear();
        door.ring.emplace(std::move(packets));
    });
    shared_.with([this](Shared& shared) { shared.pid = process_->pid(); });
    for (const auto& [id, look] : looks_) {
        if (look->held_until <= started_at_) PROVISO_TRY(send_start(*look));
    }
    return {};
}

Result<> EyeSlot::pump() {
    auto wishes = shared_.with([](Shared& shared) { return std::exchange(shared.wishes, {}); });
    for (auto& wish : wishes) PROVISO_TRY(obey(wish));
    if (!process_) return {};
    PROVISO_TRY(read_answers());
    // It never speaks here; but its end shows.
    if (PROVISO_TRY(process_->control().receive())) return lie("a message from a vision worker");
    return check_pulse();
}

Result<> EyeSlot::obey(Wish& wish) {
    if (auto* look = std::get_if<LookPtr>(&wish)) {
        auto& record = **look;
        looks_.insert_or_assign(record.id(), std::move(*look));
        if (process_ && record.held_until <= real_.monotonic()) return send_start(record);
        return {};
    }
    if (auto* stop = std::get_if<StopLook>(&wish)) {
        looks_.erase(stop->look);
        return process_ ? process_->control().send(encode(*stop), kPatience) : Result<>();
    }
    if (auto* want = std::get_if<WantPicture>(&wish)) {
        return process_ ? process_->control().send(encode(*want), kPatience) : Result<>();
    }
    auto& errand = std::get<Errand>(wish);
    if (!process_) return {};  // a broken promise tells
    std::vector<int> fds;
    for (const auto& fd : errand.fds) fds.push_back(fd.get());
    errands_.insert_or_assign(errand.faces.request, std::move(errand.answer));
    return process_->control().send(encode(std::move(errand.faces)), kPatience, fds);
}

/// The worker may open nothing, so everything is opened for it here.
Result<> EyeSlot::send_start(LookRecord& look) {
    StartLook start{look.id(), look.config(), {}};
    std::vector<UniqueFd> opened;
    std::vector<int> fds;
    auto open_files = [&]() -> Result<> {
        for (const auto& path : PROVISO_TRY(files_of(look.config()))) {
            auto fd = PROVISO_TRY(open_file(path, O_RDONLY));
            struct stat facts {};
            if (::fstat(fd.get(), &facts) != 0) return errno_error("look at a model file", errno);
            start.files.push_back(
                {path.filename().string(), static_cast<std::uint64_t>(facts.st_size)}
            );
            fds.push_back(fd.get());
            opened.push_back(std::move(fd));
        }
        return {};
    }();
    look.held_until = MonoTime();
    if (!open_files) {
        look.on_broken(open_files.error().story());
        return {};
    }
    start.config.card_folder.clear();
    start.config.model_folder.clear();
    PROVISO_TRY(process_->control().send(encode(std::move(start)), kPatience, fds));
    if (alive_) look.on_started();
    door_.with([&](Door& door) {
        look.forget_worker();
        door.open.insert(look.id());
    });
    signal(wake_worker_);
    return {};
}

Result<> EyeSlot::read_answers() {
    for (int i = 0; i < 256; ++i) {
        auto record = PROVISO_TRY(answers_->next());
        if (!record) return {};
        PROVISO_TRY(take(*record));
        answers_->done();
    }
    return {};
}

Result<> EyeSlot::take(const workers::RingReader::Record& record) {
    const auto& header = record.header;
    if (AnswerRecord(header.kind) == AnswerRecord::Faces) {
        auto errand = errands_.extract(static_cast<std::uint64_t>(header.pts));
        if (errand.empty()) return lie("faces that nobody asked for");
        errand.mapped().set_value(record.copy());
        return {};
    }
    auto look = looks_.find(header.stream);
    // Of a look that was stopped meanwhile: passed over.
    return look == looks_.end() ? Result<>() : look->second->on_answer(record);
}

/// A worker that wants to run but gets no processor is not hung: killing it would make things
/// worse. One that does not want to, or has spent enough on one look, is.
Result<> EyeSlot::check_pulse() {
    auto now = real_.monotonic();
    auto beats = answers_->beats();
    if (beats != beats_) {
        beats_ = beats;
        beat_at_ = now;
        if (!std::exchange(alive_, true)) {
            auto open = door_.with([](Door& door) { return door.open; });
            for (const auto& [id, look] : looks_) {
                if (open.contains(id)) look->on_started();
            }
        }
        cpu_then_.reset();
        return {};
    }
    auto still = now - beat_at_;
    auto patience = alive_ ? options_.still_for : kStartPatience;
    if (still > options_.still_for / 2 && !cpu_then_) cpu_then_ = process_->pulse().cpu;
    if (still <= patience || !cpu_then_) return {};
    auto pulse = process_->pulse();
    auto spent = pulse.cpu - *cpu_then_;
    if (!pulse.runnable && spent < kLeastLife) {
        return Error(ErrorKind::Timeout, "it stood still");
    }
    if (spent > options_.longest_look) {
        return Error(ErrorKind::Timeout, "one look took too long");
    }
    if (still > kMostStill) return Error(ErrorKind::Timeout, "it hung");
    return {};
}

void EyeSlot::lose_worker(const Error& why) {
    auto now = real_.monotonic();
    bool young = now - started_at_ < kGoodLife;
    restart_pause_ = young ? std::min(restart_pause_ * 2 + milliseconds(100), kMostRestartPause)
                           : milliseconds(0);
    start_again_at_ = now + restart_pause_;
    errands_.clear();
    if (!process_) {
        log_error("a vision worker cannot be started: {}", why.story());
        return;
    }
    door_.with([](Door& door) {
        door.ring.reset();
        door.open.clear();
    });
    process_->kill();
    auto end = process_->reap();
    auto found = looks_.find(answers_->suspect());
    process_.reset();
    shared_.with([](Shared& shared) { shared.pid = -1; });
    log_error(
        "a vision worker is replaced: {} ({}), while looking at {}",
        why.story(),
        end,
        found == looks_.end() ? "none" : found->second->camera().text()
    );
    if (found != looks_.end()) suspect(found->second, now);
    for (const auto& [id, look] : looks_) {
        look->on_worker_lost(
            look->held_until > now
                ? "what this camera sends broke its worker; it is left alone for a while"
                : "the process that looks at this camera is being replaced"
        );
    }
}

void EyeSlot::suspect(LookPtr look, MonoTime now) {
    if (now - look->last_crash > kMemory) look->crashes = 0;
    look->last_crash = now;
    // A second death over the same camera is no accident: the others go on without it.
    if (++look->crashes < 2) return;
    look->held_until = now + std::chrono::seconds(1U << std::min(look->crashes, 6));
    if (!isolate_) return;
    looks_.erase(look->id());
    shared_.with([&](Shared& shared) { shared.looks.erase(look->id()); });
    look->on_worker_lost("what this camera sends broke its worker; it gets one of its own");
    look->set_isolated();
    isolate_(look);
}

void EyeSlot::tick() {
    auto now = real_.monotonic();
    if (now < next_tick_) return;
    next_tick_ = now + kTick;
    for (auto it = looks_.begin(); it != looks_.end();) {
        auto look = it->second;
        ++it;
        if (!look->permitted()) {
            look->end(LookState::Ended, "what it was permitted for has changed");
            remove(look->id());
            looks_.erase(look->id());
            continue;
        }
        look->tick();
        bool held = look->held_until != MonoTime();
        if (held && process_ && now >= look->held_until && !send_start(*look)) return;
    }
}

void EyeSlot::wait() {
    bool sleeping = !process_ || answers_->may_sleep();
    if (!sleeping) return;
    std::array<pollfd, 3> ready{
        pollfd{wake_server_.get(), POLLIN, 0},
        pollfd{process_ ? process_->control().fd() : -1, POLLIN, 0},
        pollfd{process_ ? process_->ended_fd() : -1, POLLIN, 0}};
    ::poll(ready.data(), ready.size(), static_cast<int>(kTick.count()));
    std::uint64_t count = 0;
    (void)!::read(wake_server_.get(), &count, sizeof(count));
    if (!process_) return;
    answers_->awake();
    if (ready[2].revents != 0) {
        auto last = read_answers();
        lose_worker(last ? Error(ErrorKind::Unavailable, "it ended") : last.error());
    }
}

}  // namespace proviso::vision
