#pragma once

#include <proviso/identity/approvals.h>

namespace proviso::identity {

/// A request as it lies in the database.
struct StoredApproval {
    Approval approval;
    std::string nonce;  ///< so that the digest tells nothing of a guessed request
};

/// Of `wanted` if it were asked for in this row. Two requests with one digest are the same.
std::string digest_of(const StoredApproval& row, const Wanted& wanted);

/// The rows. `now` decides what has expired.
class ApprovalTable {
public:
    explicit ApprovalTable(store::Database& database) : database_(database) {}

    Result<> prepare();
    /// New, or in the place of the row with the same id.
    Result<> put(const StoredApproval& row);
    Result<std::optional<StoredApproval>> find(const std::string& id, Timestamp now) const;
    /// Newest first, at most 200.
    Result<std::vector<StoredApproval>> since(Timestamp from, Timestamp now) const;
    Result<> expire(Timestamp before);

private:
    store::Database& database_;
};

}  // namespace proviso::identity
