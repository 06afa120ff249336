#include "session_guard.h"

namespace proviso::api {

namespace {

constexpr std::chrono::seconds kLook{15};

}  // namespace

SessionGuard::SessionGuard(Call& call, std::shared_ptr<Ticket> ticket, bool counts_as_use)
    : state_(call.state),
      token_(call.token),
      ticket_(std::move(ticket)),
      counts_as_use_(counts_as_use),
      next_look_(call.rooms().clock.monotonic() + kLook) {}

void SessionGuard::tick(MonoTime now) {
    if (now < next_look_) return;
    next_look_ = now + kLook;
    state_.quick.post([&identity = state_.rooms.identity,
                       token = token_,
                       ticket = ticket_,
                       counts_as_use = counts_as_use_] {
        auto session = counts_as_use ? identity.session(token) : identity.glance(token);
        if (!session && session.error().kind() == ErrorKind::Unauthorized) ticket->end();
    });
}

}  // namespace proviso::api
