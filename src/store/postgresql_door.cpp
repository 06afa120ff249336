#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include "engine.h"

namespace proviso::store {

namespace {

class PostgresqlDoor final : public EngineDoor {
public:
    explicit PostgresqlDoor(std::string connection) : connection_(std::move(connection)) {}

    Engine engine() const override { return Engine::Postgresql; }

    Result<std::unique_ptr<soci::session>> connect(Duty duty) override {
        std::unique_ptr<soci::session> session;
        auto opened = guard([&]() -> Result<> {
            session = std::make_unique<soci::session>(soci::postgresql, connection_);
            *session << "SET client_min_messages = warning";
            // A commit that is acknowledged survives, whatever the server's default.
            *session << "SET synchronous_commit = on";
            if (duty == Duty::Read) *session << "SET default_transaction_read_only = on";
            return {};
        });
        if (opened) return session;
        return Error(
            ErrorKind::Unavailable,
            "cannot connect to PostgreSQL",
            "check that it runs, and the address, user and password in the configuration"
        );
    }

    Result<> begin(soci::session& session, Duty duty) override {
        if (duty == Duty::Read) {
            session << "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
            return {};
        }
        session << "BEGIN";
        // One writer, as with SQLite, also when several servers share the database.
        session << "SET LOCAL lock_timeout = '30s'";
        session << "SELECT pg_advisory_xact_lock(1347571283)";
        return {};
    }

    Result<> snapshot(soci::session& /*session*/, std::string_view /*label*/) override {
        return {};  // PostgreSQL changes schemas in transactions; its backups are its operator's
    }

    Result<> check(soci::session& session) override {
        int one = 0;
        session << "SELECT 1", soci::into(one);
        return {};
    }

private:
    std::string connection_;
};

}  // namespace

Result<std::unique_ptr<EngineDoor>> make_postgresql_door(std::string connection) {
    if (connection.empty()) {
        return invalid_input(
            "the address of PostgreSQL is empty",
            "write postgresql:dbname=proviso host=/run/postgresql"
        );
    }
    return std::unique_ptr<EngineDoor>(std::make_unique<PostgresqlDoor>(std::move(connection)));
}

}  // namespace proviso::store
