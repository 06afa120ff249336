#pragma once

#include <optional>
#include <string>
#include <vector>

#include <proviso/registers/registers.h>
#include <proviso/store/database.h>

#include "state.h"

namespace proviso::registers {

/// A change on its way: stored before its ledger entry, gone once it has taken effect.
struct Pending {
    std::string id;                 ///< random; stands in the ledger entries of the change
    std::uint64_t ledger_size = 0;  ///< before its entries were appended
    std::uint64_t version = 0;
    std::string user;
    std::vector<Operation> operations;
};

struct StoredDocument {
    Json document;
    std::string sealed_password;
};

/// The tables of the registers. Each call is one transaction.
class Table {
public:
    explicit Table(store::Database& database) : database_(database) {}

    Result<> prepare();
    Result<std::vector<StoredDocument>> documents() const;
    Result<std::uint64_t> newest_version() const;
    Result<std::optional<Pending>> pending() const;
    Result<> set_pending(const Pending& change);
    Result<> drop_pending();
    /// The documents and revisions of `change`, and the end of its pending: all in one.
    Result<> complete(const Pending& change, const std::vector<ledger::Receipt>& receipts);
    Result<std::vector<Registers::Revision>> history(std::string_view kind, std::string_view name)
        const;

private:
    store::Database& database_;
};

}  // namespace proviso::registers
