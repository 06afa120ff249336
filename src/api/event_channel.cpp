#include "event_channel.h"

namespace proviso::api {

namespace {

/// The browser comes back by itself; a stream that ends now and then cannot outlive its session
/// by an oversight of ours.
constexpr std::chrono::minutes kLongest{15};
/// So that a proxy or a browser does not take silence for death.
constexpr std::chrono::seconds kSignOfLife{15};

}  // namespace

EventChannel::EventChannel(Call& call, SessionGuard guard)
    : guard_(std::move(guard)), ear_(call.state.changes.listen()) {
    auto now = call.rooms().clock.monotonic();
    ends_ = now + kLongest;
    next_sign_ = now + kSignOfLife;
    waiting_ = "retry: 1000\n\n";
}

void EventChannel::tick(MonoTime now) {
    guard_.tick(now);
    auto changed = ear_->take();
    if (!changed.empty()) {
        waiting_ += "event: changed\ndata: " + Json{{"what", std::move(changed)}}.dump() + "\n\n";
    } else if (now >= next_sign_) {
        waiting_ += ":\n\n";
    }
    if (!waiting_.empty()) next_sign_ = now + kSignOfLife;
    over_ = guard_.ended() || now >= ends_;
    if (!waiting_.empty() || over_) wake_();
}

std::optional<Message> EventChannel::next() {
    if (waiting_.empty()) return std::nullopt;
    return Message{std::exchange(waiting_, {}), nullptr};
}

std::optional<int> EventChannel::over() { return over_ ? std::optional<int>(200) : std::nullopt; }

}  // namespace proviso::api
