#include "registers_table.h"

#include <soci/soci.h>

namespace proviso::registers {

namespace {

// The texts of `documents` and `revisions` are canonical JSON; sealed passwords stand only in
// `documents` (and for a moment in `pending`), so that a replaced one is gone.
const std::vector<store::Migration>& schema() {
    static const std::vector<store::Migration> steps = {
        {1,
         "CREATE TABLE documents (\n"
         "    kind TEXT NOT NULL,\n"
         "    name TEXT NOT NULL,\n"
         "    body TEXT NOT NULL,\n"
         "    sealed_password TEXT NOT NULL,\n"
         "    PRIMARY KEY (kind, name)\n"
         ");\n"
         "CREATE TABLE revisions (\n"
         "    kind TEXT NOT NULL,\n"
         "    name TEXT NOT NULL,\n"
         "    version BIGINT NOT NULL,\n"
         "    at_us BIGINT NOT NULL,\n"
         "    user_id TEXT NOT NULL,\n"
         "    what TEXT NOT NULL,\n"
         "    digest TEXT NOT NULL,\n"
         "    body TEXT NOT NULL,\n"
         "    ledger_index BIGINT NOT NULL,\n"
         "    PRIMARY KEY (kind, name, version)\n"
         ");\n"
         "CREATE INDEX revisions_by_version ON revisions (version);\n"
         "CREATE TABLE pending (\n"
         "    id TEXT PRIMARY KEY,\n"
         "    ledger_size BIGINT NOT NULL,\n"
         "    version BIGINT NOT NULL,\n"
         "    user_id TEXT NOT NULL,\n"
         "    operations TEXT NOT NULL\n"
         ");\n",
         ""}};
    return steps;
}

Json pack(const std::vector<Operation>& operations) {
    auto all = Json::array();
    for (const auto& operation : operations) {
        all.push_back(
            {{"kind", operation.kind},
             {"name", operation.name},
             {"what", operation.what},
             {"document", operation.document},
             {"digest", operation.digest},
             {"sealed_password", operation.sealed_password}}
        );
    }
    return all;
}

Result<std::vector<Operation>> unpack(const std::string& text) {
    auto all = PROVISO_TRY(parse_json(text, {64U << 20U, 16, 10'000'000}));
    std::vector<Operation> operations;
    for (const auto& one : all) {
        ObjectReader read(one, "pending change");
        Operation operation;
        operation.kind = read.text("kind");
        operation.name = read.text("name");
        operation.what = read.text("what");
        operation.document = read.member("document");
        operation.digest = read.text("digest");
        operation.sealed_password = read.text("sealed_password");
        PROVISO_TRY(read.finish());
        operations.push_back(std::move(operation));
    }
    return operations;
}

void store_document(soci::session& session, const Operation& operation) {
    session << "DELETE FROM documents WHERE kind = :kind AND name = :name",
        soci::use(operation.kind, "kind"), soci::use(operation.name, "name");
    if (operation.what == "removed") return;
    auto body = operation.document.dump();
    session << "INSERT INTO documents (kind, name, body, sealed_password) "
               "VALUES (:kind, :name, :body, :sealed)",
        soci::use(operation.kind, "kind"), soci::use(operation.name, "name"),
        soci::use(body, "body"), soci::use(operation.sealed_password, "sealed");
}

void store_revision(
    soci::session& session,
    const Pending& change,
    const Operation& operation,
    const ledger::Receipt& receipt
) {
    auto version = static_cast<long long>(change.version);
    auto at = static_cast<long long>(receipt.at.time_since_epoch().count());
    auto index = static_cast<long long>(receipt.index);
    auto body = operation.document.dump();
    session << "INSERT INTO revisions (kind, name, version, at_us, user_id, what, digest, body, "
               "ledger_index) VALUES (:kind, :name, :version, :at, :user_id, :what, :digest, "
               ":body, :ledger_index)",
        soci::use(operation.kind, "kind"), soci::use(operation.name, "name"),
        soci::use(version, "version"), soci::use(at, "at"), soci::use(change.user, "user_id"),
        soci::use(operation.what, "what"), soci::use(operation.digest, "digest"),
        soci::use(body, "body"), soci::use(index, "ledger_index");
}

}  // namespace

Result<> Table::prepare() { return database_.migrate("registers", schema()); }

Result<std::vector<StoredDocument>> Table::documents() const {
    std::vector<StoredDocument> all;
    PROVISO_TRY(database_.read([&](soci::session& session) -> Result<> {
        std::string body;
        std::string sealed;
        soci::statement statement =
            (session.prepare << "SELECT body, sealed_password FROM documents",
             soci::into(body),
             soci::into(sealed));
        statement.execute(false);
        while (statement.fetch()) {
            auto json = PROVISO_TRY(parse_json(body));
            all.push_back({std::move(json), sealed});
        }
        return {};
    }));
    return all;
}

Result<std::uint64_t> Table::newest_version() const {
    long long version = 0;
    PROVISO_TRY(database_.read([&](soci::session& session) -> Result<> {
        session << "SELECT COALESCE(MAX(version), 0) FROM revisions", soci::into(version);
        return {};
    }));
    return static_cast<std::uint64_t>(version);
}

Result<std::optional<Pending>> Table::pending() const {
    Pending change;
    bool found = false;
    PROVISO_TRY(database_.read([&](soci::session& session) -> Result<> {
        long long ledger_size = 0;
        long long version = 0;
        std::string operations;
        session << "SELECT id, ledger_size, version, user_id, operations FROM pending",
            soci::into(change.id), soci::into(ledger_size), soci::into(version),
            soci::into(change.user), soci::into(operations);
        found = session.got_data();
        if (!found) return {};
        change.ledger_size = static_cast<std::uint64_t>(ledger_size);
        change.version = static_cast<std::uint64_t>(version);
        change.operations = PROVISO_TRY(unpack(operations));
        return {};
    }));
    return found ? std::optional(std::move(change)) : std::nullopt;
}

Result<> Table::set_pending(const Pending& change) {
    return database_.write([&](soci::session& session) -> Result<> {
        auto ledger_size = static_cast<long long>(change.ledger_size);
        auto version = static_cast<long long>(change.version);
        auto operations = pack(change.operations).dump();
        session << "INSERT INTO pending (id, ledger_size, version, user_id, operations) "
                   "VALUES (:id, :ledger_size, :version, :user_id, :operations)",
            soci::use(change.id, "id"), soci::use(ledger_size, "ledger_size"),
            soci::use(version, "version"), soci::use(change.user, "user_id"),
            soci::use(operations, "operations");
        return {};
    });
}

Result<> Table::drop_pending() {
    return database_.write([](soci::session& session) -> Result<> {
        session << "DELETE FROM pending";
        return {};
    });
}

Result<> Table::complete(const Pending& change, const std::vector<ledger::Receipt>& receipts) {
    if (receipts.size() != change.operations.size()) {
        return Error(ErrorKind::Internal, "a change without all of its ledger entries");
    }
    return database_.write([&](soci::session& session) -> Result<> {
        for (std::size_t i = 0; i < change.operations.size(); ++i) {
            store_document(session, change.operations[i]);
            store_revision(session, change, change.operations[i], receipts[i]);
        }
        session << "DELETE FROM pending";
        return {};
    });
}

Result<std::vector<Registers::Revision>> Table::history(
    std::string_view kind, std::string_view name
) const {
    std::vector<Registers::Revision> all;
    auto kind_text = std::string(kind);
    auto name_text = std::string(name);
    PROVISO_TRY(database_.read([&](soci::session& session) -> Result<> {
        long long version = 0;
        long long at = 0;
        long long index = 0;
        std::string user;
        Registers::Revision one;
        soci::statement statement =
            (session.prepare
                 << "SELECT version, at_us, user_id, what, digest, ledger_index FROM revisions "
                    "WHERE kind = :kind AND name = :name ORDER BY version",
             soci::use(kind_text, "kind"),
             soci::use(name_text, "name"),
             soci::into(version),
             soci::into(at),
             soci::into(user),
             soci::into(one.what),
             soci::into(one.digest),
             soci::into(index));
        statement.execute(false);
        while (statement.fetch()) {
            one.version = static_cast<std::uint64_t>(version);
            one.at = Timestamp(microseconds(at));
            one.user = UserId::literal(user);
            one.ledger_index = static_cast<std::uint64_t>(index);
            all.push_back(one);
        }
        return {};
    }));
    return all;
}

}  // namespace proviso::registers
