#include "outbox.h"

#include <condition_variable>

#include <proviso/base/log.h>

namespace proviso::alerts {

namespace {

bool worth_another_try(const Error& error) {
    return error.kind() == ErrorKind::Unavailable || error.kind() == ErrorKind::Timeout;
}

void pause(const std::stop_token& stop, std::chrono::milliseconds length) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, length, [] { return false; });
}

}  // namespace

Outbox::Outbox(
    Destination to,
    std::unique_ptr<Sender> sender,
    MaySend may_send,
    NoticeTiming timing,
    const Clock& clock
)
    : to_(std::move(to)),
      sender_(std::move(sender)),
      may_send_(std::move(may_send)),
      timing_(timing),
      clock_(clock) {
    worker_ = Worker("notices", [this](const std::stop_token& stop) {
        while (auto waiting = queue_.pop(stop)) deliver(*waiting, stop);
    });
}

void Outbox::put(Notice notice) { queue_.push({std::move(notice), clock_.monotonic()}); }

void Outbox::deliver(const Waiting& waiting, const std::stop_token& stop) {
    auto length = timing_.first_pause;
    bool told = false;
    while (!stop.stop_requested()) {
        const auto& notice = waiting.notice;
        // Asked again before every try: the answer may have changed meanwhile.
        bool abroad = !to_.country.empty() && !notice.camera.empty();
        if (abroad && !may_send_(notice.camera, to_.country, notice.from)) {
            ++refused_;
            return;
        }
        auto sent = sender_->send(notice);
        if (sent) {
            ++sent_;
            if (notice.outcome) notice.outcome->told = true;
            return;
        }
        bool old = clock_.monotonic() - waiting.since >= timing_.give_up_after;
        if (old || !worth_another_try(sent.error())) {
            ++failed_;
            log_warning("notices: '{}' given up: {}", to_.name, sent.error().story());
            return;
        }
        if (!told) log_warning("notices: '{}' waits: {}", to_.name, sent.error().story());
        told = true;
        pause(stop, length);
        length = std::min(length * 2, timing_.longest_pause);
    }
}

NoticeHealth Outbox::health() const {
    NoticeHealth health;
    health.name = to_.name;
    health.sent = sent_;
    health.failed = failed_;
    health.refused = refused_;
    health.dropped = queue_.dropped();
    health.waiting = queue_.size();
    return health;
}

}  // namespace proviso::alerts
