#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <proviso/base/result.h>
#include <proviso/store/database.h>

namespace proviso::store {

enum class Duty { Write, Read };

/// What differs between the engines. Each call may be made by one thread per session.
class EngineDoor {
public:
    EngineDoor() = default;
    EngineDoor(const EngineDoor&) = delete;
    EngineDoor& operator=(const EngineDoor&) = delete;
    virtual ~EngineDoor() = default;

    virtual Engine engine() const = 0;
    virtual Result<std::unique_ptr<soci::session>> connect(Duty duty) = 0;
    /// Begins a transaction: the only writer, or a reader of one unchanging state.
    virtual Result<> begin(soci::session& session, Duty duty) = 0;
    /// A copy of everything before a change of schema.
    virtual Result<> snapshot(soci::session& session, std::string_view label) = 0;
    virtual Result<> check(soci::session& session) = 0;
};

Result<std::unique_ptr<EngineDoor>> make_sqlite_door(std::string path, Access access);
Result<std::unique_ptr<EngineDoor>> make_postgresql_door(std::string connection);

/// Runs `work` and turns what it throws into an error without values in it.
Result<> guard(const std::function<Result<>()>& work);

/// True if the connection behind the last error cannot be used again.
bool connection_lost(const Error& error);

/// By the magic number of statfs(2): SQLite's locks and shared memory do not hold there.
bool is_network_file_system(long magic);

}  // namespace proviso::store
