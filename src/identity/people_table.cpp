#include "people_table.h"

#include <algorithm>

#include <soci/soci.h>

#include <proviso/base/document.h>

namespace proviso::identity {

namespace {

constexpr long long kMostSessions = 20;

// `login_key` is the login in lower case; passwords and tokens stand here as hashes only.
const std::vector<store::Migration>& schema() {
    static const std::vector<store::Migration> steps = {
        {1,
         "CREATE TABLE users (\n"
         "    id TEXT PRIMARY KEY,\n"
         "    login TEXT NOT NULL,\n"
         "    login_key TEXT NOT NULL UNIQUE,\n"
         "    role TEXT NOT NULL,\n"
         "    cameras TEXT,\n"
         "    password_hash TEXT NOT NULL,\n"
         "    must_change_password INTEGER NOT NULL,\n"
         "    disabled INTEGER NOT NULL,\n"
         "    created_us BIGINT NOT NULL,\n"
         "    version BIGINT NOT NULL\n"
         ");\n"
         "CREATE TABLE sessions (\n"
         "    token_hash TEXT PRIMARY KEY,\n"
         "    user_id TEXT NOT NULL REFERENCES users (id),\n"
         "    user_version BIGINT NOT NULL,\n"
         "    opened_us BIGINT NOT NULL,\n"
         "    used_us BIGINT NOT NULL\n"
         ");\n"
         "CREATE INDEX sessions_by_user ON sessions (user_id, opened_us);\n"
         "CREATE INDEX sessions_by_age ON sessions (opened_us);\n",
         ""}};
    return steps;
}

std::string key_of(std::string_view login) {
    std::string key(login);
    std::transform(key.begin(), key.end(), key.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return key;
}

long long count_of(Timestamp at) { return at.time_since_epoch().count(); }

constexpr const char* kColumns =
    "u.id, u.login, u.role, u.cameras, u.password_hash, u.must_change_password, u.disabled, "
    "u.created_us, u.version";

/// The variables that a row of users is read into and written from.
struct Row {
    std::string id;
    std::string login;
    std::string login_key;
    std::string role;
    std::string cameras;
    soci::indicator cameras_given = soci::i_null;
    std::string password_hash;
    int must_change = 0;
    int disabled = 0;
    long long created = 0;
    long long version = 0;

    Row() = default;

    explicit Row(const StoredUser& from)
        : id(from.user.id.text()),
          login(from.user.login),
          login_key(key_of(from.user.login)),
          role(to_string(from.user.role)),
          password_hash(from.password_hash),
          must_change(from.user.must_change_password ? 1 : 0),
          disabled(from.user.disabled ? 1 : 0),
          created(count_of(from.user.created)),
          version(from.version) {
        if (!from.user.cameras) return;
        auto list = Json::array();
        for (const auto& camera : *from.user.cameras) list.push_back(camera.text());
        cameras = list.dump();
        cameras_given = soci::i_ok;
    }

    void exchange_into(soci::statement& statement) {
        statement.exchange(soci::into(id));
        statement.exchange(soci::into(login));
        statement.exchange(soci::into(role));
        statement.exchange(soci::into(cameras, cameras_given));
        statement.exchange(soci::into(password_hash));
        statement.exchange(soci::into(must_change));
        statement.exchange(soci::into(disabled));
        statement.exchange(soci::into(created));
        statement.exchange(soci::into(version));
    }

    Result<StoredUser> to_user() const {
        StoredUser stored;
        stored.user.id = PROVISO_TRY(UserId::parse(id));
        stored.user.login = login;
        stored.user.role = PROVISO_TRY(parse_role(role));
        if (cameras_given == soci::i_ok) {
            stored.user.cameras.emplace();
            for (const auto& camera : PROVISO_TRY(parse_json(cameras))) {
                if (!camera.is_string()) return Error(ErrorKind::Corrupt, "a user is damaged");
                stored.user.cameras->push_back(PROVISO_TRY(CameraId::parse(camera.get<std::string>()
                )));
            }
        }
        stored.user.must_change_password = must_change != 0;
        stored.user.disabled = disabled != 0;
        stored.user.created = Timestamp(microseconds(created));
        stored.password_hash = password_hash;
        stored.version = version;
        return stored;
    }
};

Result<std::vector<StoredUser>> select_users(
    soci::session& session, const std::string& where, const std::string* text
) {
    Row row;
    soci::statement statement(session);
    row.exchange_into(statement);
    if (text != nullptr) statement.exchange(soci::use(*text, "text"));
    statement.alloc();
    statement.prepare(std::string("SELECT ") + kColumns + " FROM users u " + where);
    statement.define_and_bind();
    statement.execute(false);
    std::vector<StoredUser> users;
    while (statement.fetch()) users.push_back(PROVISO_TRY(row.to_user()));
    return users;
}

Result<std::optional<StoredUser>> one_user(
    const store::Database& database, const std::string& where, const std::string& text
) {
    std::vector<StoredUser> users;
    PROVISO_TRY(database.read([&](soci::session& session) -> Result<> {
        users = PROVISO_TRY(select_users(session, where, &text));
        return {};
    }));
    if (users.empty()) return std::optional<StoredUser>();
    return std::optional(std::move(users.front()));
}

long long count(soci::session& session, const std::string& what) {
    long long number = 0;
    session << "SELECT count(*) FROM " + what, soci::into(number);
    return number;
}

}  // namespace

Result<> PeopleTable::prepare() { return database_.migrate("identity", schema()); }

Result<bool> PeopleTable::empty() const {
    bool empty = false;
    PROVISO_TRY(database_.read([&](soci::session& session) -> Result<> {
        empty = count(session, "users") == 0;
        return {};
    }));
    return empty;
}

Result<std::vector<StoredUser>> PeopleTable::users() const {
    std::vector<StoredUser> users;
    PROVISO_TRY(database_.read([&](soci::session& session) -> Result<> {
        users = PROVISO_TRY(select_users(session, "ORDER BY u.login_key", nullptr));
        return {};
    }));
    return users;
}

Result<std::optional<StoredUser>> PeopleTable::by_login(std::string_view login) const {
    return one_user(database_, "WHERE u.login_key = :text", key_of(login));
}

Result<std::optional<StoredUser>> PeopleTable::by_id(const UserId& id) const {
    return one_user(database_, "WHERE u.id = :text", id.text());
}

Result<std::optional<StoredSession>> PeopleTable::session(const std::string& token_hash) const {
    std::optional<StoredSession> found;
    PROVISO_TRY(database_.read([&](soci::session& session) -> Result<> {
        Row row;
        long long version = 0;
        long long opened = 0;
        long long used = 0;
        soci::statement statement(session);
        row.exchange_into(statement);
        statement.exchange(soci::into(version));
        statement.exchange(soci::into(opened));
        statement.exchange(soci::into(used));
        statement.exchange(soci::use(token_hash, "token_hash"));
        statement.alloc();
        statement.prepare(
            std::string("SELECT ") + kColumns +
            ", s.user_version, s.opened_us, s.used_us FROM sessions s "
            "JOIN users u ON u.id = s.user_id WHERE s.token_hash = :token_hash"
        );
        statement.define_and_bind();
        if (!statement.execute(true)) return {};
        found = StoredSession{
            PROVISO_TRY(row.to_user()),
            version,
            Timestamp(microseconds(opened)),
            Timestamp(microseconds(used))};
        return {};
    }));
    return found;
}

Result<> PeopleTable::add(const StoredUser& user, bool only_first, const Before& before) {
    return database_.write([&](soci::session& session) -> Result<> {
        Row row(user);
        if (only_first && count(session, "users") > 0) {
            return Error(ErrorKind::Conflict, "there is an administrator already");
        }
        long long same = 0;
        session << "SELECT count(*) FROM users WHERE login_key = :login_key",
            soci::use(row.login_key, "login_key"), soci::into(same);
        if (same > 0) {
            return Error(ErrorKind::Conflict, "this login is taken", "choose another one");
        }
        session << "INSERT INTO users (id, login, login_key, role, cameras, password_hash, "
                   "must_change_password, disabled, created_us, version) VALUES (:id, :login, "
                   ":login_key, :role, :cameras, :hash, :must_change, :disabled, :created, "
                   ":version)",
            soci::use(row.id, "id"), soci::use(row.login, "login"),
            soci::use(row.login_key, "login_key"), soci::use(row.role, "role"),
            soci::use(row.cameras, row.cameras_given, "cameras"),
            soci::use(row.password_hash, "hash"), soci::use(row.must_change, "must_change"),
            soci::use(row.disabled, "disabled"), soci::use(row.created, "created"),
            soci::use(row.version, "version");
        return before();
    });
}

Result<> PeopleTable::change(
    const StoredUser& user, const std::string& kept, const Before& before
) {
    return database_.write([&](soci::session& session) -> Result<> {
        Row row(user);
        auto next = row.version + 1;
        soci::statement update =
            (session.prepare
                 << "UPDATE users SET role = :role, cameras = :cameras, password_hash = :hash, "
                    "must_change_password = :must_change, disabled = :disabled, version = :next "
                    "WHERE id = :id AND version = :version",
             soci::use(row.role, "role"),
             soci::use(row.cameras, row.cameras_given, "cameras"),
             soci::use(row.password_hash, "hash"),
             soci::use(row.must_change, "must_change"),
             soci::use(row.disabled, "disabled"),
             soci::use(next, "next"),
             soci::use(row.id, "id"),
             soci::use(row.version, "version"));
        update.execute(true);
        if (update.get_affected_rows() != 1) {
            return Error(ErrorKind::Conflict, "this user changed meanwhile", "look and try again");
        }
        if (count(session, "users WHERE role = 'admin' AND disabled = 0") == 0) {
            return Error(
                ErrorKind::Conflict,
                "no active administrator would be left",
                "make somebody else administrator first"
            );
        }
        session << "DELETE FROM sessions WHERE user_id = :id AND token_hash <> :kept",
            soci::use(row.id, "id"), soci::use(kept, "kept");
        session << "UPDATE sessions SET user_version = :next WHERE token_hash = :kept",
            soci::use(next, "next"), soci::use(kept, "kept");
        return before();
    });
}

Result<> PeopleTable::open_session(
    const std::string& token_hash, const StoredUser& user, Timestamp now, Timestamp oldest
) {
    return database_.write([&](soci::session& session) -> Result<> {
        auto id = user.user.id.text();
        auto at = count_of(now);
        auto limit = count_of(oldest);
        auto most = kMostSessions - 1;
        session << "DELETE FROM sessions WHERE opened_us < :limit", soci::use(limit, "limit");
        session << "DELETE FROM sessions WHERE user_id = :id AND token_hash NOT IN (SELECT "
                   "token_hash FROM sessions WHERE user_id = :id2 ORDER BY opened_us DESC, "
                   "token_hash LIMIT :most)",
            soci::use(id, "id"), soci::use(id, "id2"), soci::use(most, "most");
        // Only if the user is still who signed in.
        long long same = 0;
        long long version = user.version;
        session << "SELECT count(*) FROM users WHERE id = :id AND version = :version "
                   "AND disabled = 0",
            soci::use(id, "id"), soci::use(version, "version"), soci::into(same);
        if (same == 0) return Error(ErrorKind::Conflict, "this user changed meanwhile");
        session << "INSERT INTO sessions (token_hash, user_id, user_version, opened_us, used_us) "
                   "VALUES (:token_hash, :id, :version, :at, :at2)",
            soci::use(token_hash, "token_hash"), soci::use(id, "id"), soci::use(version, "version"),
            soci::use(at, "at"), soci::use(at, "at2");
        return {};
    });
}

Result<> PeopleTable::touch_session(const std::string& token_hash, Timestamp now) {
    return database_.write([&](soci::session& session) -> Result<> {
        auto at = count_of(now);
        session << "UPDATE sessions SET used_us = :at WHERE token_hash = :token_hash",
            soci::use(at, "at"), soci::use(token_hash, "token_hash");
        return {};
    });
}

Result<> PeopleTable::close_session(const std::string& token_hash) {
    return database_.write([&](soci::session& session) -> Result<> {
        session << "DELETE FROM sessions WHERE token_hash = :token_hash",
            soci::use(token_hash, "token_hash");
        return {};
    });
}

}  // namespace proviso::identity
