#include <chrono>

#include <fcntl.h>
#include <fmt/format.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/file.h>
#include <sys/vfs.h>

#include <proviso/base/file.h>
#include <proviso/base/log.h>
#include <proviso/base/unique_fd.h>

#include "engine.h"

namespace proviso::store {

namespace {

namespace sqlite = ::sqlite_api;

constexpr int kApplicationId = 0x50525653;  // "PRVS"
constexpr std::chrono::seconds kCheckBudget{2};
constexpr std::string_view kDamaged =
    "stop the server, keep the file aside and restore the newest backup; for the catalog run "
    "'proviso rebuild'";

sqlite::sqlite3* handle(soci::session& session) {
    return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

std::string pragma(soci::session& session, const std::string& text) {
    std::string answer;
    session << "PRAGMA " + text, soci::into(answer);
    return answer;
}

/// Interrupts a statement on one connection when its time is over.
class Budget {
public:
    Budget(sqlite::sqlite3* connection, std::chrono::steady_clock::duration budget)
        : connection_(connection), end_(std::chrono::steady_clock::now() + budget) {
        sqlite::sqlite3_progress_handler(connection_, 10'000, &Budget::over, this);
    }

    Budget(const Budget&) = delete;
    Budget& operator=(const Budget&) = delete;

    ~Budget() { sqlite::sqlite3_progress_handler(connection_, 0, nullptr, nullptr); }

    bool used_up() const { return used_up_; }

private:
    static int over(void* self) {
        auto* budget = static_cast<Budget*>(self);
        budget->used_up_ = std::chrono::steady_clock::now() >= budget->end_;
        return budget->used_up_ ? 1 : 0;
    }

    sqlite::sqlite3* connection_;
    std::chrono::steady_clock::time_point end_;
    bool used_up_ = false;
};

Result<> check_with(soci::session& session, const char* how) {
    // SQLite's findings name pages and indices, never values.
    auto finding = pragma(session, how);
    if (finding == "ok") return {};
    return Error(
        ErrorKind::Corrupt,
        fmt::format("the database is damaged: {}", finding.substr(0, 200)),
        std::string(kDamaged)
    );
}

Result<> refuse_network_file_system(const std::string& path) {
    struct statfs found {};

    if (::statfs(path.c_str(), &found) != 0) return errno_error("look at " + path, errno);
    if (!is_network_file_system(found.f_type)) return {};
    return Error(
        ErrorKind::Unavailable,
        fmt::format("the database {} is on a network file system", path),
        "put it on a local disk: locks do not hold over the network"
    );
}

class SqliteDoor final : public EngineDoor {
public:
    SqliteDoor(std::string path, Access access, UniqueFd lock)
        : path_(std::move(path)), access_(access), lock_(std::move(lock)) {}

    Engine engine() const override { return Engine::Sqlite; }

    Result<std::unique_ptr<soci::session>> connect(Duty duty) override {
        std::unique_ptr<soci::session> session;
        PROVISO_TRY(guard([&]() -> Result<> {
            auto options = fmt::format(
                "dbname=\"{}\" timeout=10 shared_cache=false{}",
                path_,
                duty == Duty::Read ? " readonly=true" : ""
            );
            session = std::make_unique<soci::session>(soci::sqlite3, options);
            return settle(*session, duty);
        }));
        return session;
    }

    Result<> begin(soci::session& session, Duty duty) override {
        session << (duty == Duty::Write ? "BEGIN IMMEDIATE" : "BEGIN");
        return {};
    }

    Result<> snapshot(soci::session& session, std::string_view label) override {
        auto copy = fmt::format("{}.before-{}", path_, label);
        ::unlink(copy.c_str());
        session << "VACUUM INTO :copy", soci::use(copy);
        return {};
    }

    Result<> check(soci::session& session) override {
        return check_with(session, "integrity_check(1)");
    }

private:
    Result<> settle(soci::session& session, Duty duty) {
        auto* connection = handle(session);
        pragma(session, "foreign_keys=ON");
        pragma(session, "trusted_schema=OFF");
        pragma(session, "cell_size_check=ON");
        pragma(session, "temp_store=MEMORY");
        pragma(session, "mmap_size=0");
        if (duty == Duty::Read) {
            // Two connections that checkpoint can corrupt a WAL in SQLite before 3.51.3, so only
            // the writer does. A read-only tool is refused by SQLite itself.
            pragma(session, "query_only=ON");
            pragma(session, "wal_autocheckpoint=0");
            sqlite::sqlite3_db_config(
                connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, static_cast<int*>(nullptr)
            );
            if (access_ == Access::ReadOnly) PROVISO_TRY(recognise(session));
        } else {
            PROVISO_TRY(recognise(session));
            pragma(session, "secure_delete=ON");
            pragma(session, "synchronous=FULL");
            pragma(session, "journal_size_limit=67108864");
            if (pragma(session, "journal_mode=WAL") != "wal") {
                return Error(
                    ErrorKind::Unavailable,
                    "the database cannot use a write-ahead log here",
                    "put it on a local disk"
                );
            }
            pragma(session, fmt::format("application_id={}", kApplicationId));
            PROVISO_TRY(quick_check(session));
        }
        sqlite::sqlite3_db_config(
            connection, SQLITE_DBCONFIG_DEFENSIVE, 1, static_cast<int*>(nullptr)
        );
        return {};
    }

    Result<> recognise(soci::session& session) const {
        auto id = pragma(session, "application_id");
        if (id == std::to_string(kApplicationId)) return {};
        int tables = 0;
        session << "SELECT count(*) FROM sqlite_master", soci::into(tables);
        if (id == "0" && tables == 0) return {};
        return Error(
            ErrorKind::Conflict,
            fmt::format("{} is a database of another program", path_),
            "give another file"
        );
    }

    Result<> quick_check(soci::session& session) const {
        Budget budget(handle(session), kCheckBudget);
        try {
            return check_with(session, "quick_check(1)");
        } catch (const soci::sqlite3_soci_error&) {
            if (!budget.used_up()) throw;
            log_info("the database is large: its check at start ended after {} s", 2);
            return {};
        }
    }

    std::string path_;
    Access access_;
    UniqueFd lock_;
};

/// One process writes. The lock is on a file of its own because closing any descriptor of the
/// database would drop SQLite's locks on it.
Result<UniqueFd> lock_for_writing(const std::string& path) {
    auto lock = PROVISO_TRY(open_file(path + ".lock", O_RDWR | O_CREAT, 0640));
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno != EWOULDBLOCK) return errno_error("lock " + path, errno);
    return Error(
        ErrorKind::Conflict,
        fmt::format("another process uses the database {}", path),
        "stop the other server first"
    );
}

}  // namespace

bool is_network_file_system(long magic) {
    switch (static_cast<unsigned long>(magic) & 0xFFFFFFFFUL) {
        case 0x6969UL:      // NFS
        case 0x517BUL:      // SMB
        case 0xFE534D42UL:  // SMB2
        case 0xFF534D42UL:  // CIFS
        case 0x5346414FUL:  // AFS
        case 0x73757245UL:  // Coda
        case 0x01021997UL:  // 9P
        case 0x00C36400UL:  // Ceph
        case 0x0BD00BD0UL:  // Lustre
        case 0x01161970UL:  // GFS2
        case 0x7461636FUL:  // OCFS2
        case 0x65735546UL:  // FUSE: sshfs, GlusterFS and others behind one number
            return true;
        default: return false;
    }
}

Result<std::unique_ptr<EngineDoor>> make_sqlite_door(std::string path, Access access) {
    if (path.empty() || path.front() != '/' || path.find_first_of("\"'?#") != std::string::npos ||
        path.find('\0') != std::string::npos) {
        return invalid_input(
            "the path of the database is not usable", "give an absolute path without quotes"
        );
    }
    UniqueFd lock;
    if (access == Access::ReadWrite) {
        lock = PROVISO_TRY(lock_for_writing(path));
        PROVISO_TRY(open_file(path, O_RDWR | O_CREAT, 0640));
    }
    PROVISO_TRY(refuse_network_file_system(path));
    return std::unique_ptr<EngineDoor>(
        std::make_unique<SqliteDoor>(std::move(path), access, std::move(lock))
    );
}

}  // namespace proviso::store
