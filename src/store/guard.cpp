#include <fmt/format.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "engine.h"

namespace proviso::store {

namespace {

constexpr std::string_view kLost = "the connection to the database is lost";
constexpr std::string_view kDamaged =
    "stop the server, keep the file aside and restore the newest backup; for the catalog run "
    "'proviso rebuild'";

Error damaged() { return {ErrorKind::Corrupt, "the database is damaged", std::string(kDamaged)}; }

Error constraint() {
    return {ErrorKind::Conflict, "the change contradicts what is in the database"};
}

Error full() {
    return {ErrorKind::NoSpace, "the disk of the database is full", "free space on its disk"};
}

Error from_sqlite(int code) {
    switch (code & 0xFF) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return damaged();
        case SQLITE_FULL: return full();
        case SQLITE_CONSTRAINT: return constraint();
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {
                ErrorKind::Unavailable, "the database is busy", "stop other programs that hold it"};
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
            return {
                ErrorKind::Unavailable,
                "the database file cannot be opened for this",
                "check the owner and the permissions of the file and its folder"};
        case SQLITE_IOERR:
            return {
                ErrorKind::Unavailable,
                "the disk of the database fails",
                "check the disk and the system log"};
        default:
            return {ErrorKind::Internal, fmt::format("the database refused (SQLite {})", code)};
    }
}

Error from_postgresql(const soci::postgresql_soci_error& problem) {
    auto state = problem.sqlstate();
    auto sort = state.substr(0, 2);
    if (state == "53100") return full();
    if (state == "42501" || state == "25006") {
        return {
            ErrorKind::Unavailable,
            "the database does not allow this to its user",
            "grant the user of Proviso the rights on its database"};
    }
    if (sort == "23") return constraint();
    if (sort == "XX" && state != "XX000") return damaged();
    if (sort == "08" || sort == "57" || state.find_first_not_of(" \0") == std::string::npos ||
        problem.get_error_category() == soci::soci_error::connection_error) {
        return {ErrorKind::Unavailable, std::string(kLost), "check that PostgreSQL is running"};
    }
    if (sort == "40" || sort == "55" || sort == "53") {
        return {ErrorKind::Unavailable, "the database is busy", "try again"};
    }
    return {ErrorKind::Internal, fmt::format("the database refused (SQLSTATE {})", state)};
}

}  // namespace

Result<> guard(const std::function<Result<>()>& work) {
    try {
        return work();
    } catch (const soci::sqlite3_soci_error& problem) {
        return from_sqlite(problem.result());
    } catch (const soci::postgresql_soci_error& problem) {
        return from_postgresql(problem);
    } catch (const soci::soci_error&) {
        // SOCI's own words may quote values, so they stay here.
        return Error(ErrorKind::Internal, "the database layer refused");
    } catch (const std::bad_alloc&) {
        return Error(ErrorKind::Unavailable, "out of memory");
    } catch (const std::exception&) {
        return Error(ErrorKind::Internal, "the work on the database failed");
    }
}

bool connection_lost(const Error& error) { return error.message() == kLost; }

}  // namespace proviso::store
