#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <proviso/base/id.h>
#include <proviso/base/time.h>
#include <proviso/crypto/secret.h>
#include <proviso/ledger/ledger.h>
#include <proviso/store/database.h>

namespace proviso::identity {

enum class Role { Viewer, Operator, Officer, Auditor, Admin };

std::string_view to_string(Role role);
Result<Role> parse_role(std::string_view text);

struct User {
    UserId id;          ///< "u-<16 hex>", what the ledger sees
    std::string login;  ///< what the person types; personal data
    Role role = Role::Viewer;
    /// Cameras this person may see; none: all.
    std::optional<std::vector<CameraId>> cameras;
    bool must_change_password = false;
    bool disabled = false;
    Timestamp created;

    bool may_see(const CameraId& camera) const;
};

/// An open sign-in. The tokens themselves are stored only as hashes.
struct Session {
    User user;
    std::string csrf;  ///< to be sent back in a header with every unsafe request
    Timestamp expires;
};

struct SignedIn {
    std::string token;  ///< for the cookie; 256 random bits
    Session session;
};

/// People and sessions. Thread-safe. At most two password hashes run at once; ten failures for an
/// account within five minutes make it wait (with a time in the error), a known and an unknown
/// login take equally long and get the same answer.
class Identity {
public:
    static Result<std::unique_ptr<Identity>> open(
        store::Database& database,
        ledger::Ledger& ledger,
        const Clock& clock,
        bool cheap_hash = false
    );
    Identity(const Identity&) = delete;
    Identity& operator=(const Identity&) = delete;
    ~Identity();

    /// True while there is nobody.
    Result<bool> empty() const;
    /// The first administrator with a one-time password that must be changed at first sign-in.
    /// Conflict if there is somebody already.
    Result<std::string> create_first_admin(std::string_view login);

    Result<SignedIn> sign_in(std::string_view login, std::string_view password);
    /// Unauthorized if unknown, expired (idle 15 min for roles above viewer, 8 h for viewers;
    /// absolute 12 h), or the user changed since.
    Result<Session> session(std::string_view token);
    Result<> sign_out(std::string_view token);
    /// At least 12 characters, at most 128, not among the commonest, not the login. Ends all other
    /// sessions of the user.
    Result<> change_password(
        std::string_view token, std::string_view old_password, std::string_view new_password
    );

    Result<std::vector<User>> users() const;
    /// Returns a one-time password.
    Result<std::string> create_user(
        std::string_view login,
        Role role,
        std::optional<std::vector<CameraId>> cameras,
        const UserId& by
    );
    Result<> update_user(
        const UserId& id,
        Role role,
        std::optional<std::vector<CameraId>> cameras,
        bool disabled,
        const UserId& by
    );
    Result<std::string> reset_password(const UserId& id, const UserId& by);
    Result<std::optional<User>> user(const UserId& id) const;

private:
    Identity();
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::identity
