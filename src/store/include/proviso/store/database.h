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

/// One step of a schema, applied once, in order, each in its own transaction. `postgresql` may be
/// empty where the text is the same.
struct Migration {
    int version = 0;
    std::string sqlite;
    std::string postgresql;
};

enum class Engine { Sqlite, Postgresql };

/// The relational face: one writer, many readers, SQLite or PostgreSQL behind it. Thread-safe.
/// SOCI's exceptions end here: they become errors that carry no values.
class Database {
public:
    /// "sqlite:/path/file.db" or "postgresql:dbname=...". Refuses a newer schema, a damaged file
    /// and, for SQLite, a network file system.
    static Result<std::unique_ptr<Database>> open(std::string_view url);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    Engine engine() const;

    /// Brings one module's tables up to date. `module` names its row in `schema_versions`.
    Result<> migrate(std::string_view module, const std::vector<Migration>& steps);

    /// Runs `work` in a transaction on the one writing connection; committed (durable) if it
    /// returns success, rolled back if it returns an error or throws.
    Result<> write(const std::function<Result<>(soci::session&)>& work);

    /// Runs `work` on a reading connection of its own.
    Result<> read(const std::function<Result<>(soci::session&)>& work) const;

private:
    Database();
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::store
