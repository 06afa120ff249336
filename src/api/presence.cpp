#include "presence.h"

#include <proviso/base/bytes.h>

namespace proviso::api {

std::shared_ptr<Ticket> Presence::enter(
    const UserId& user, std::string_view token, std::size_t most
) {
    auto ticket = std::make_shared<Ticket>(user, crypto::sha256(as_bytes(token)));
    std::lock_guard lock(mutex_);
    std::size_t open = 0;
    std::erase_if(tickets_, [&](const auto& known) {
        auto other = known.lock();
        if (other && other->token_ == ticket->token_) ++open;
        return !other;
    });
    if (open >= most) return nullptr;
    tickets_.push_back(ticket);
    return ticket;
}

void Presence::end_session(std::string_view token) {
    auto digest = crypto::sha256(as_bytes(token));
    std::lock_guard lock(mutex_);
    for (const auto& known : tickets_) {
        auto ticket = known.lock();
        if (ticket && ticket->token_ == digest) ticket->end();
    }
}

void Presence::end_user(const UserId& user, std::string_view except) {
    auto digest = crypto::sha256(as_bytes(except));
    std::lock_guard lock(mutex_);
    for (const auto& known : tickets_) {
        auto ticket = known.lock();
        if (ticket && ticket->user_ == user && ticket->token_ != digest) ticket->end();
    }
}

}  // namespace proviso::api
