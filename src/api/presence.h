#pragma once

#include <atomic>
#include <list>
#include <memory>
#include <mutex>

#include <proviso/crypto/hash.h>
#include <proviso/identity/identity.h>

namespace proviso::api {

/// One open channel of a session. It ends when the session does (API-5).
class Ticket {
public:
    Ticket(UserId user, crypto::Digest token) : user_(std::move(user)), token_(token) {}

    bool ended() const { return ended_; }

    void end() { ended_ = true; }

private:
    friend class Presence;
    const UserId user_;
    const crypto::Digest token_;  ///< hashed: the token itself is nowhere but in the cookie
    std::atomic<bool> ended_{false};
};

/// Who has channels open. Thread-safe.
class Presence {
public:
    /// Null if the session has `most` open already.
    std::shared_ptr<Ticket> enter(const UserId& user, std::string_view token, std::size_t most);
    void end_session(std::string_view token);
    /// All channels of a person but those of the session `except`.
    void end_user(const UserId& user, std::string_view except = {});

private:
    std::mutex mutex_;
    std::list<std::weak_ptr<Ticket>> tickets_;
};

}  // namespace proviso::api
