#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <proviso/identity/identity.h>
#include <proviso/store/database.h>

namespace proviso::identity {

/// A user with what only this module sees.
struct StoredUser {
    User user;
    std::string password_hash;
    std::int64_t version = 0;  ///< a session holds the one it was opened under
};

struct StoredSession {
    StoredUser owner;
    std::int64_t owner_version = 0;  ///< when the session was opened
    Timestamp opened;
    Timestamp used;
};

/// The tables of people and sessions.
class PeopleTable {
public:
    explicit PeopleTable(store::Database& database) : database_(database) {}

    Result<> prepare();
    Result<bool> empty() const;
    Result<std::vector<StoredUser>> users() const;
    Result<std::optional<StoredUser>> by_login(std::string_view login) const;
    Result<std::optional<StoredUser>> by_id(const UserId& id) const;
    Result<std::optional<StoredSession>> session(const std::string& token_hash) const;

    /// Runs once more within the transaction, just before it is committed: an error undoes all.
    using Before = std::function<Result<>()>;

    /// Conflict if the login is taken, in whatever case; with `only_first`, if there is anybody.
    Result<> add(const StoredUser& user, bool only_first, const Before& before);
    /// Stores everything but login and creation, as a new version, and ends the sessions of the
    /// user but `kept`. Conflict if the user changed since `user` was read, or if no active
    /// administrator would be left.
    Result<> change(const StoredUser& user, const std::string& kept, const Before& before);

    /// Opens a session, drops those opened before `oldest`, and the user's own beyond twenty.
    Result<> open_session(
        const std::string& token_hash, const StoredUser& user, Timestamp now, Timestamp oldest
    );
    Result<> touch_session(const std::string& token_hash, Timestamp now);
    Result<> close_session(const std::string& token_hash);

private:
    store::Database& database_;
};

}  // namespace proviso::identity
