#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <soci/soci.h>

#include "engine.h"

namespace proviso::store {

namespace {

constexpr std::size_t kMostReaders = 8;
using SessionPtr = std::unique_ptr<soci::session>;

/// Begins a transaction, on a new connection if the old one was lost since its last use.
Result<> begin(EngineDoor& door, SessionPtr& session, Duty duty) {
    auto begun = guard([&] { return door.begin(*session, duty); });
    if (begun || !connection_lost(begun.error())) return begun;
    session = PROVISO_TRY(door.connect(duty));
    return guard([&] { return door.begin(*session, duty); });
}

/// Runs `work` between begin and commit; after any failure nothing of it remains.
Result<> in_transaction(
    EngineDoor& door,
    SessionPtr& session,
    Duty duty,
    const std::function<Result<>(soci::session&)>& work
) {
    PROVISO_TRY(begin(door, session, duty));
    auto done = guard([&]() -> Result<> {
        PROVISO_TRY(work(*session));
        *session << "COMMIT";
        return {};
    });
    if (done) return done;
    // SQLite ends the transaction by itself after some errors: then there is nothing to roll back.
    auto back = guard([&]() -> Result<> {
        *session << "ROLLBACK";
        return {};
    });
    static_cast<void>(back);
    return done;
}

/// "a;\nb;\n" as its statements. The text is ours, so a ';' ends a statement only at a line's end.
std::vector<std::string> statements_of(const std::string& text) {
    std::vector<std::string> statements;
    std::size_t from = 0;
    while (from < text.size()) {
        auto end = text.find(";\n", from);
        auto one = text.substr(from, end == std::string::npos ? end : end - from);
        while (!one.empty() && (one.back() == ';' || one.back() == '\n' || one.back() == ' ')) {
            one.pop_back();
        }
        if (one.find_first_not_of(" \n") != std::string::npos) statements.push_back(one);
        if (end == std::string::npos) break;
        from = end + 2;
    }
    return statements;
}

int newest_version(const std::vector<Migration>& steps) {
    int newest = 0;
    for (const auto& step : steps) newest = std::max(newest, step.version);
    return newest;
}

}  // namespace

struct Database::Inside {
    std::unique_ptr<EngineDoor> door;
    Access access = Access::ReadWrite;

    std::mutex writing;
    std::atomic<std::thread::id> writer_thread;
    SessionPtr writer;

    std::mutex pool;
    std::condition_variable returned;
    std::deque<SessionPtr> idle;
    std::size_t readers = 0;

    Result<SessionPtr> borrow() {
        std::unique_lock lock(pool);
        returned.wait(lock, [&] { return !idle.empty() || readers < kMostReaders; });
        if (!idle.empty()) {
            auto session = std::move(idle.front());
            idle.pop_front();
            return session;
        }
        ++readers;
        lock.unlock();
        auto session = door->connect(Duty::Read);
        if (!session) give_back(nullptr);
        return session;
    }

    /// Null: the session is gone and a new one may be opened.
    void give_back(SessionPtr session) {
        {
            std::lock_guard lock(pool);
            if (session == nullptr) {
                --readers;
            } else {
                idle.push_front(std::move(session));
            }
        }
        returned.notify_one();
    }

    /// Runs `use` on the writing connection, opened again if it was lost.
    Result<> with_writer(const std::function<Result<>(SessionPtr&)>& use) {
        if (access == Access::ReadOnly) {
            return Error(ErrorKind::Forbidden, "the database is open for reading only");
        }
        if (writer_thread.load(std::memory_order_relaxed) == std::this_thread::get_id()) {
            return Error(ErrorKind::Internal, "a write to the database within a write");
        }
        std::lock_guard lock(writing);
        if (writer == nullptr) writer = PROVISO_TRY(door->connect(Duty::Write));
        writer_thread.store(std::this_thread::get_id(), std::memory_order_relaxed);

        struct Leave {
            std::atomic<std::thread::id>& thread;

            ~Leave() { thread.store({}, std::memory_order_relaxed); }
        } leave{writer_thread};

        auto done = use(writer);
        if (!done && connection_lost(done.error())) writer.reset();
        return done;
    }

    Result<int> version_of(std::string_view module) {
        int version = 0;
        auto name = std::string(module);
        auto find = [&](soci::session& session) -> Result<> {
            session << "SELECT version FROM schema_versions WHERE module = :module",
                soci::use(name), soci::into(version);
            return {};
        };
        if (access == Access::ReadOnly) {
            auto session = PROVISO_TRY(borrow());
            auto read = guard([&] { return find(*session); });
            give_back(std::move(session));
            if (!read && read.error().kind() == ErrorKind::Internal) return 0;  // no such table
            PROVISO_TRY(std::move(read));
            return version;
        }
        PROVISO_TRY(with_writer([&](SessionPtr& session) {
            return in_transaction(*door, session, Duty::Write, [&](soci::session& inside) {
                inside << "CREATE TABLE IF NOT EXISTS schema_versions ("
                          "module TEXT PRIMARY KEY, version INTEGER NOT NULL)";
                return find(inside);
            });
        }));
        return version;
    }

    Result<> apply(std::string_view module, const Migration& step) {
        const auto& text = door->engine() == Engine::Postgresql && !step.postgresql.empty()
                               ? step.postgresql
                               : step.sqlite;
        return with_writer([&](SessionPtr& session) {
            return in_transaction(
                *door,
                session,
                Duty::Write,
                [&](soci::session& inside) -> Result<> {
                    auto name = std::string(module);
                    int have = 0;
                    inside << "SELECT version FROM schema_versions WHERE module = :module",
                        soci::use(name), soci::into(have);
                    if (have >= step.version) return {};  // another server was quicker
                    for (const auto& statement : statements_of(text)) inside << statement;
                    auto version = step.version;
                    inside << "DELETE FROM schema_versions WHERE module = :module", soci::use(name);
                    inside << "INSERT INTO schema_versions (module, version) "
                              "VALUES (:module, :version)",
                        soci::use(name), soci::use(version);
                    return {};
                }
            );
        });
    }
};

Database::Database() : inside_(std::make_unique<Inside>()) {}

Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(std::string_view url, Access access) {
    std::unique_ptr<Database> database(new Database());
    auto& inside = *database->inside_;
    inside.access = access;
    constexpr std::string_view kSqlite = "sqlite:";
    constexpr std::string_view kPostgresql = "postgresql:";
    if (url.starts_with(kSqlite)) {
        inside.door = PROVISO_TRY(make_sqlite_door(std::string(url.substr(kSqlite.size())), access)
                                      .while_doing("open the database"));
    } else if (url.starts_with(kPostgresql)) {
        inside.door =
            PROVISO_TRY(make_postgresql_door(std::string(url.substr(kPostgresql.size()))));
    } else {
        // The address may hold a password: it is not repeated.
        return invalid_input(
            "the address of the database begins with neither sqlite: nor postgresql:",
            "write sqlite:/var/lib/proviso/proviso.db"
        );
    }
    auto opened = access == Access::ReadWrite
                      ? inside.with_writer([](SessionPtr&) { return Result<>(); })
                      : database->read([](soci::session&) { return Result<>(); });
    PROVISO_TRY(std::move(opened).while_doing("open the database"));
    return database;
}

Engine Database::engine() const { return inside_->door->engine(); }

Result<> Database::migrate(std::string_view module, const std::vector<Migration>& steps) {
    auto doing = fmt::format("bring the tables of {} up to date", module);
    auto have = PROVISO_TRY(inside_->version_of(module).while_doing(doing));
    auto want = newest_version(steps);
    if (have > want) {
        return Error(
            ErrorKind::Conflict,
            fmt::format(
                "the database is newer than this program ({}: version {}, known up to {})",
                module,
                have,
                want
            ),
            "install the newer Proviso again, or restore the copy made before it was installed"
        );
    }
    if (have == want) return {};
    if (inside_->access == Access::ReadOnly) {
        return Error(
            ErrorKind::Forbidden,
            fmt::format("the tables of {} are older than this program", module),
            "start the server once: it brings them up to date"
        );
    }
    if (have > 0) {
        PROVISO_TRY(inside_
                        ->with_writer([&](SessionPtr& session) {
                            return guard([&] {
                                return inside_->door->snapshot(
                                    *session, fmt::format("{}-{}", module, want)
                                );
                            });
                        })
                        .while_doing("copy the database before a change of its tables"));
    }
    for (const auto& step : steps) {
        if (step.version <= have) continue;
        PROVISO_TRY(inside_->apply(module, step).while_doing(doing));
    }
    return {};
}

Result<> Database::write(const std::function<Result<>(soci::session&)>& work) {
    return inside_->with_writer([&](SessionPtr& session) {
        return in_transaction(*inside_->door, session, Duty::Write, work);
    });
}

Result<> Database::read(const std::function<Result<>(soci::session&)>& work) const {
    auto session = PROVISO_TRY(inside_->borrow());
    auto done = in_transaction(*inside_->door, session, Duty::Read, work);
    bool lost = !done && connection_lost(done.error());
    inside_->give_back(lost ? nullptr : std::move(session));
    return done;
}

Result<> Database::check() const {
    // A connection of its own: the pages must come from the disk, not from a cache.
    auto session = PROVISO_TRY(inside_->door->connect(Duty::Read));
    return guard([&] { return inside_->door->check(*session); });
}

}  // namespace proviso::store
