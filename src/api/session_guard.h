#pragma once

#include "state.h"

namespace proviso::api {

/// Keeps an open channel no longer than its session: at once when somebody signs out or is changed
/// through this server, within 15 s when the session runs out by itself (API-5).
class SessionGuard {
public:
    /// `counts_as_use`: a person watches, so the session does not go idle meanwhile.
    SessionGuard(Call& call, std::shared_ptr<Ticket> ticket, bool counts_as_use);

    /// Looks after the session now and then; never blocks.
    void tick(MonoTime now);

    bool ended() const { return ticket_->ended(); }

private:
    State& state_;
    const std::string token_;
    const std::shared_ptr<Ticket> ticket_;
    const bool counts_as_use_;
    MonoTime next_look_;
};

}  // namespace proviso::api
