#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/base/result.h>

namespace soci {
class session;
}

namespace proviso::store {

/// One step of a schema, applied once, in order, each in its own transaction. Statements end with
/// ';' at the end of a line. `postgresql` may be empty where the text is the same.
struct Migration {
    int version = 0;
    std::string sqlite;
    std::string postgresql;
};

enum class Engine { Sqlite, Postgresql };

enum class Access {
    ReadWrite,  ///< the one process that owns the database; Conflict if there is one already
    ReadOnly,   ///< beside it, for tools: write() and pending migrations are Forbidden
};

/// The relational face: one writer, many readers, SQLite or PostgreSQL behind it. Thread-safe.
/// SOCI's exceptions end here: they become errors that carry no values.
class Database {
public:
    /// "sqlite:/path/file.db" or "postgresql:dbname=...". For SQLite: Corrupt if the file is
    /// damaged (a check of at most two seconds; check() does all of it), Unavailable on a network
    /// file system, Conflict if another process holds it for writing.
    static Result<std::unique_ptr<Database>> open(
        std::string_view url, Access access = Access::ReadWrite
    );
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    Engine engine() const;

    /// Brings one module's tables up to date. `module` names its row in `schema_versions`.
    /// Conflict if the tables are newer than the program. Before an SQLite file that holds older
    /// tables is touched, it is copied to "<file>.before-<module>-<version>".
    Result<> migrate(std::string_view module, const std::vector<Migration>& steps);

    /// Runs `work` in a transaction on the one writing connection; committed (durable) if it
    /// returns success, rolled back if it returns an error or throws. Not from within itself.
    Result<> write(const std::function<Result<>(soci::session&)>& work);

    /// Runs `work` on a reading connection of its own, over one unchanging state. At most eight at
    /// once; further ones wait.
    Result<> read(const std::function<Result<>(soci::session&)>& work) const;

    /// Walks every page and index (SQLite); Corrupt names what is wrong. May take minutes.
    Result<> check() const;

private:
    Database();
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::store
