#include "proviso/identity/identity.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <proviso/base/log.h>
#include <proviso/crypto/hash.h>

#include "hash_gate.h"
#include "password_policy.h"
#include "people_table.h"
#include "session_clock.h"
#include "throttle.h"

namespace proviso::identity {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kMostLogin = 64;
constexpr std::size_t kMostPasswordBytes = 1024;
constexpr std::size_t kMostListedCameras = 60;

Error wrong() {
    return {
        ErrorKind::Unauthorized,
        "login or password is wrong",
        "try again, or ask an administrator for a new one-time password"};
}

Error no_session() {
    return {ErrorKind::Unauthorized, "nobody is signed in, or the session has ended", "sign in"};
}

Error no_user() { return {ErrorKind::NotFound, "there is no such user"}; }

std::string account_of(std::string_view login) {
    std::string account(login.substr(0, kMostLogin + 1));
    std::transform(account.begin(), account.end(), account.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return account;
}

Result<> check_login(std::string_view login) {
    bool plain = std::all_of(login.begin(), login.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '@' || c == '+' || c == '-';
    });
    if (plain && !login.empty() && login.size() <= kMostLogin) return {};
    return invalid_input(
        "the login is not valid", "use 1 to 64 letters, digits and . _ @ + - without accents"
    );
}

bool is_token(std::string_view token) {
    return token.size() == 2 * kTokenBytes &&
           token.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string hash_of(std::string_view token) { return to_hex(crypto::sha256(as_bytes(token))); }

/// Derived, so that it need not be stored: who has the token could ask for it anyway.
std::string csrf_of(std::string_view token) {
    return to_hex(crypto::hmac_sha256(as_bytes(token), as_bytes("csrf")));
}

std::string random_hex(std::size_t size) {
    Bytes bytes(size);
    crypto::fill_random(bytes);
    return to_hex(bytes);
}

/// A long list would not fit into an entry: then its digest stands for it.
Json scope_of(const std::optional<std::vector<CameraId>>& cameras) {
    if (!cameras) return "all";
    auto list = Json::array();
    for (const auto& camera : *cameras) list.push_back(camera.text());
    if (list.size() <= kMostListedCameras) return list;
    return {
        {"count", list.size()}, {"sha256", to_hex(crypto::sha256(as_bytes(canonical_json(list))))}};
}

ledger::Draft entry(std::string type, Json body) {
    ledger::Draft draft;
    draft.type = std::move(type);
    draft.body = std::move(body);
    return draft;
}

Json user_body(const User& user, std::string_view what, const UserId& by) {
    return {
        {"by", by.text()},
        {"cameras", scope_of(user.cameras)},
        {"disabled", user.disabled},
        {"role", to_string(user.role)},
        {"user", user.id.text()},
        {"what", what}};
}

}  // namespace

struct Identity::Inside {
    Inside(store::Database& database, ledger::Ledger& log, const Clock& now, bool cheap)
        : ledger(log), clock(now), table(database), hashing(cheap) {}

    ledger::Ledger& ledger;
    const Clock& clock;
    PeopleTable table;
    HashGate hashing;
    Throttle throttle{clock};
    Allowance failures_to_record{clock, 100, 10min};
    SessionClock sessions{clock};

    /// A change of `type` stands in the ledger before it is committed. If the commit fails after
    /// that, the ledger says so too.
    Result<> recorded(
        const std::function<Result<>(const PeopleTable::Before&)>& change, ledger::Draft draft
    ) {
        std::optional<std::uint64_t> written;
        auto done = change([&]() -> Result<> {
            written = PROVISO_TRY(ledger.append(std::move(draft))).index;
            return {};
        });
        if (!done && written) {
            auto undone = ledger.append(entry("identity.not_applied", {{"entry", *written}}));
            if (!undone) log_warning("a change of a user failed after its ledger entry");
        }
        return done;
    }

    Result<> check_wait(std::string_view account) const {
        auto left = throttle.wait(account);
        if (!left) return {};
        return Error(
            ErrorKind::Forbidden,
            "too many failed attempts",
            fmt::format("try again in {} seconds", left->count())
        );
    }

    /// Says nothing of the login; a flood of failures is counted instead of written.
    void record_failure(const std::optional<StoredUser>& user) {
        auto held_back = failures_to_record.take();
        if (!held_back) return;
        Json body = {{"ok", false}};
        if (user) body["user"] = user->user.id.text();
        if (*held_back > 0) body["not_recorded"] = *held_back;
        if (!ledger.append(entry("sign_in", std::move(body)))) {
            log_warning("a failed sign-in could not be written into the ledger");
        }
    }

    Result<> record_success(const User& user) {
        auto body = Json{{"ok", true}, {"role", to_string(user.role)}, {"user", user.id.text()}};
        auto written = ledger.append(entry("sign_in", std::move(body)));
        if (written) return {};
        if (user.role == Role::Viewer || user.role == Role::Operator) {
            log_warning("a sign-in could not be written into the ledger");
            return {};
        }
        return Error(
            ErrorKind::Unavailable,
            "the sign-in cannot be recorded, so it is refused",
            "see to the ledger's storage"
        );
    }

    Result<StoredSession> find_session(std::string_view token) const {
        if (!is_token(token)) return no_session();
        auto found = PROVISO_TRY(table.session(hash_of(token)));
        if (!found || found->owner.user.disabled || found->owner.version != found->owner_version) {
            return no_session();
        }
        return *std::move(found);
    }

    Result<Session> look(std::string_view token, bool counts) {
        auto stored = PROVISO_TRY(find_session(token));
        auto hash = hash_of(token);
        auto standing = sessions.look(hash, stored, counts);
        if (standing.expired) {
            PROVISO_TRY(table.close_session(hash));
            return no_session();
        }
        if (standing.note_use && !table.touch_session(hash, clock.now())) {
            log_warning("the use of a session could not be stored");
        }
        return Session{std::move(stored.owner.user), csrf_of(token), standing.expires};
    }

    Result<std::string> add_user(
        std::string_view login,
        Role role,
        std::optional<std::vector<CameraId>> cameras,
        const std::optional<UserId>& by
    ) {
        PROVISO_TRY(check_login(login));
        auto password = make_one_time_password();
        StoredUser stored;
        stored.user.id = UserId::literal("u-" + random_hex(8));
        stored.user.login = login;
        stored.user.role = role;
        stored.user.cameras = std::move(cameras);
        stored.user.must_change_password = true;
        stored.user.created = clock.now();
        stored.password_hash = PROVISO_TRY(hashing.hash(password));
        bool first = !by;
        auto draft =
            entry("user.created", user_body(stored.user, "created", by.value_or(UserId())));
        if (first) draft.body["by"] = "first_start";
        draft.personal = {{"login", login}};
        PROVISO_TRY(recorded(
            [&](const auto& before) { return table.add(stored, first, before); }, std::move(draft)
        ));
        return password;
    }

    Result<StoredUser> known(const UserId& id) const {
        auto stored = PROVISO_TRY(table.by_id(id));
        if (!stored) return no_user();
        return *std::move(stored);
    }
};

Identity::Identity() = default;

Identity::~Identity() = default;

Result<std::unique_ptr<Identity>> Identity::open(
    store::Database& database, ledger::Ledger& ledger, const Clock& clock, bool cheap_hash
) {
    std::unique_ptr<Identity> identity(new Identity());
    identity->inside_ = std::make_unique<Inside>(database, ledger, clock, cheap_hash);
    PROVISO_TRY(identity->inside_->table.prepare());
    return identity;
}

Result<bool> Identity::empty() const { return inside_->table.empty(); }

Result<std::string> Identity::create_first_admin(std::string_view login) {
    return inside_->add_user(login, Role::Admin, std::nullopt, std::nullopt);
}

Result<SignedIn> Identity::sign_in(std::string_view login, std::string_view password) {
    if (password.size() > kMostPasswordBytes) return wrong();
    auto account = account_of(login);
    PROVISO_TRY(inside_->check_wait(account));
    std::optional<StoredUser> user;
    if (check_login(login)) user = PROVISO_TRY(inside_->table.by_login(account));
    auto stored = user ? user->password_hash : std::string();
    bool right = PROVISO_TRY(inside_->hashing.verify(stored, password));
    if (!user || !right || user->user.disabled) {
        inside_->throttle.failed(account);
        inside_->record_failure(user);
        return wrong();
    }
    inside_->throttle.succeeded(account);
    PROVISO_TRY(inside_->record_success(user->user));
    SignedIn signed_in;
    signed_in.token = random_hex(kTokenBytes);
    PROVISO_TRY(
        inside_->table
            .open_session(
                hash_of(signed_in.token), *user, inside_->clock.now(), inside_->sessions.oldest()
            )
            .while_doing("open a session")
    );
    signed_in.session = PROVISO_TRY(session(signed_in.token));
    return signed_in;
}

Result<Session> Identity::session(std::string_view token) { return inside_->look(token, true); }

Result<Session> Identity::glance(std::string_view token) const {
    return inside_->look(token, false);
}

Result<> Identity::sign_out(std::string_view token) {
    auto stored = PROVISO_TRY(inside_->find_session(token));
    PROVISO_TRY(inside_->table.close_session(hash_of(token)));
    inside_->sessions.forget(hash_of(token));
    auto written =
        inside_->ledger.append(entry("sign_out", {{"user", stored.owner.user.id.text()}}));
    if (!written) log_warning("a sign-out could not be written into the ledger");
    return {};
}

Result<> Identity::change_password(
    std::string_view token, std::string_view old_password, std::string_view new_password
) {
    PROVISO_TRY(inside_->look(token, true));
    auto owner = PROVISO_TRY(inside_->find_session(token)).owner;
    auto account = account_of(owner.user.login);
    PROVISO_TRY(inside_->check_wait(account));
    PROVISO_TRY(check_password(new_password, owner.user.login));
    bool right = old_password.size() <= kMostPasswordBytes &&
                 PROVISO_TRY(inside_->hashing.verify(owner.password_hash, old_password));
    if (!right) {
        inside_->throttle.failed(account);
        return Error(ErrorKind::Unauthorized, "the old password is wrong", "try again");
    }
    if (old_password == new_password) {
        return invalid_input("the new password is the old one", "choose another one");
    }
    owner.password_hash = PROVISO_TRY(inside_->hashing.hash(new_password));
    owner.user.must_change_password = false;
    return inside_->recorded(
        [&](const auto& before) { return inside_->table.change(owner, hash_of(token), before); },
        entry("password.changed", {{"user", owner.user.id.text()}})
    );
}

Result<std::vector<User>> Identity::users() const {
    std::vector<User> users;
    for (auto& stored : PROVISO_TRY(inside_->table.users())) {
        users.push_back(std::move(stored.user));
    }
    return users;
}

Result<std::string> Identity::create_user(
    std::string_view login,
    Role role,
    std::optional<std::vector<CameraId>> cameras,
    const UserId& by
) {
    return inside_->add_user(login, role, std::move(cameras), by);
}

Result<> Identity::update_user(
    const UserId& id,
    Role role,
    std::optional<std::vector<CameraId>> cameras,
    bool disabled,
    const UserId& by
) {
    auto stored = PROVISO_TRY(inside_->known(id));
    auto& user = stored.user;
    if (user.role == role && user.cameras == cameras && user.disabled == disabled) return {};
    user.role = role;
    user.cameras = std::move(cameras);
    user.disabled = disabled;
    return inside_->recorded(
        [&](const auto& before) { return inside_->table.change(stored, "", before); },
        entry("user.changed", user_body(user, "changed", by))
    );
}

Result<std::string> Identity::reset_password(const UserId& id, const UserId& by) {
    auto stored = PROVISO_TRY(inside_->known(id));
    auto password = make_one_time_password();
    stored.password_hash = PROVISO_TRY(inside_->hashing.hash(password));
    stored.user.must_change_password = true;
    PROVISO_TRY(inside_->recorded(
        [&](const auto& before) { return inside_->table.change(stored, "", before); },
        entry("user.changed", user_body(stored.user, "password_reset", by))
    ));
    inside_->throttle.succeeded(account_of(stored.user.login));
    return password;
}

Result<std::optional<User>> Identity::user(const UserId& id) const {
    auto stored = PROVISO_TRY(inside_->table.by_id(id));
    if (!stored) return std::optional<User>();
    return std::optional(std::move(stored->user));
}

}  // namespace proviso::identity
