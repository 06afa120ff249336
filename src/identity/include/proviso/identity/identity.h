#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
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
/// account within five minutes make it wait, a known and an unknown login take equally long and
/// get the same answer.
///
/// Ledger entries, with user ids in the body and the login in the erasable part: "sign_in"
/// {ok, user if known}, "sign_out", "password.changed", "user.created", "user.changed"
/// {user, what, by, ...}. What changes somebody's rights, and the sign-in of anybody above
/// operator, is refused while the ledger cannot write; viewers and operators may still sign in
/// (they see states and gaps; every picture needs an entry of its own).
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

    /// Unauthorized for any wrong pair, whatever is wrong with it; Forbidden, with the time in the
    /// next step, after ten failures; Unavailable if too many sign in at once, or if the ledger
    /// cannot record one that must be recorded.
    Result<SignedIn> sign_in(std::string_view login, std::string_view password);
    /// Unauthorized if unknown, expired (idle 15 min for roles above viewer, 8 h for viewers;
    /// absolute 12 h), or the user changed since. Counts as activity.
    Result<Session> session(std::string_view token);
    /// As session(), but not as activity: for open streams that ask whether they may go on.
    Result<Session> glance(std::string_view token) const;
    /// Also if the ledger cannot write: ending access never waits.
    Result<> sign_out(std::string_view token);
    /// At least 12 characters, at most 128, not among the commonest, not the login. Ends all other
    /// sessions of the user. A wrong old password is Unauthorized and counts as a failure.
    Result<> change_password(
        std::string_view token, std::string_view old_password, std::string_view new_password
    );

    Result<std::vector<User>> users() const;
    /// Returns a one-time password. A login is 1 to 64 of letters, digits and . _ @ + -, unique
    /// whatever its case.
    Result<std::string> create_user(
        std::string_view login,
        Role role,
        std::optional<std::vector<CameraId>> cameras,
        const UserId& by
    );
    /// Ends the sessions of the user. Conflict if it would leave no active administrator.
    Result<> update_user(
        const UserId& id,
        Role role,
        std::optional<std::vector<CameraId>> cameras,
        bool disabled,
        const UserId& by
    );
    /// A new one-time password; ends the sessions of the user.
    Result<std::string> reset_password(const UserId& id, const UserId& by);
    Result<std::optional<User>> user(const UserId& id) const;

private:
    Identity();
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::identity
