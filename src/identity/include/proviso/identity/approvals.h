#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <proviso/base/document.h>
#include <proviso/identity/identity.h>

namespace proviso::identity {

/// Something one person wants to do and another has to agree to.
struct Wanted {
    std::string operation;  ///< "lift": see people without masks
    Json request;           ///< what exactly, with the reason; text, whole numbers, lists
    std::vector<CameraId> cameras;
};

enum class ApprovalState { Waiting, Approved, Refused, Withdrawn, Used, Expired };

std::string_view to_string(ApprovalState state);

struct Approval {
    std::string id;
    Wanted wanted;
    std::string digest;  ///< SHA-256 of the canonical request, hexadecimal: what is agreed to
    UserId requester;
    Timestamp asked;
    Timestamp expires;
    ApprovalState state = ApprovalState::Waiting;
    std::optional<UserId> decided_by;  ///< who agreed or refused
    std::optional<Timestamp> decided;
};

/// May this person ask for it at all; the same people may use what was agreed to.
bool may_ask(const User& user, const Wanted& wanted);
/// May this person be the second one, if they did not ask for it themselves.
bool may_agree(const User& user, const Wanted& wanted);

class ApprovalTable;
struct StoredApproval;

/// The second person. What one account asks for another agrees to; both are bound to the same
/// bytes: the canonical request with its cameras, who asked, until when, and a random number.
/// An approval is used once, by who asked, within fifteen minutes of asking, and only while both
/// still have the right. Rows survive a restart. Every step is in the ledger before it counts
/// ("approval.asked", "approval.given", "approval.refused", "approval.withdrawn",
/// "approval.used"; the first says when it ends by itself), the request itself as erasable
/// personal data. Thread-safe.
class Approvals {
public:
    static Result<std::unique_ptr<Approvals>> open(
        store::Database& database, ledger::Ledger& ledger, const Clock& clock, Identity& identity
    );

    Approvals(const Approvals&) = delete;
    Approvals& operator=(const Approvals&) = delete;
    ~Approvals();

    /// Forbidden without the right; Conflict with twenty requests open.
    Result<Approval> ask(Wanted wanted, const UserId& by);

    /// `digest` is of what was shown to `by`. NotFound for an unknown id; Conflict if it is over,
    /// or the digest is another; Forbidden for who asked for it, or without the right.
    Result<Approval> decide(
        const std::string& id, std::string_view digest, bool agree, const UserId& by
    );

    /// By who asked. Conflict if it is over.
    Result<Approval> withdraw(const std::string& id, const UserId& by);

    /// The one use. Conflict unless it was agreed to, is not over, was asked for by `by` and is
    /// for exactly `wanted`; Forbidden if either person lost the right meanwhile.
    Result<Approval> use(const std::string& id, const Wanted& wanted, const UserId& by);

    Result<std::optional<Approval>> find(const std::string& id) const;
    /// The newest 200 of the last thirty days, newest first.
    Result<std::vector<Approval>> recent() const;

    /// Removes what was asked before; what happened stays in the ledger.
    Result<> expire(Timestamp before);

private:
    Approvals(
        store::Database& database, ledger::Ledger& ledger, const Clock& clock, Identity& identity
    );

    Result<StoredApproval> open_row(const std::string& id) const;
    Result<User> person(const UserId& id) const;
    Result<Approval> move(
        StoredApproval row,
        ApprovalState to,
        std::string_view entry,
        const UserId& by,
        Json personal = {}
    );

    ledger::Ledger& ledger_;
    const Clock& clock_;
    Identity& identity_;
    std::unique_ptr<ApprovalTable> table_;
    std::mutex changing_;
};

inline constexpr std::chrono::minutes kApprovalLasts{15};
inline constexpr std::size_t kMostOpenApprovals = 20;

}  // namespace proviso::identity
