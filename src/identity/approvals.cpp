#include "proviso/identity/approvals.h"

#include <algorithm>

#include <proviso/crypto/hash.h>

#include "approval_table.h"

namespace proviso::identity {

namespace {

constexpr std::chrono::days kRecent{30};

Error over(const Approval& approval) {
    return {
        ErrorKind::Conflict,
        "this request is over: it is " + std::string(to_string(approval.state)),
        "ask again"};
}

Error no_right() {
    return {ErrorKind::Forbidden, "this account has no right to that", "ask an administrator"};
}

bool watches_all(const User& user, const std::vector<CameraId>& cameras) {
    return !user.disabled && std::all_of(cameras.begin(), cameras.end(), [&](const auto& camera) {
        return user.may_see(camera);
    });
}

bool is_open(const Approval& approval) {
    return approval.state == ApprovalState::Waiting || approval.state == ApprovalState::Approved;
}

}  // namespace

std::string_view to_string(ApprovalState state) {
    switch (state) {
        case ApprovalState::Waiting: return "waiting";
        case ApprovalState::Approved: return "approved";
        case ApprovalState::Refused: return "refused";
        case ApprovalState::Withdrawn: return "withdrawn";
        case ApprovalState::Used: return "used";
        case ApprovalState::Expired: return "expired";
    }
    return "expired";
}

bool may_ask(const User& user, const Wanted& wanted) {
    bool role = user.role == Role::Operator || user.role == Role::Admin;
    return role && watches_all(user, wanted.cameras);
}

/// An officer agrees without seeing anything.
bool may_agree(const User& user, const Wanted& wanted) {
    bool role =
        user.role == Role::Operator || user.role == Role::Officer || user.role == Role::Admin;
    return role && watches_all(user, wanted.cameras);
}

std::string digest_of(const StoredApproval& row, const Wanted& wanted) {
    auto cameras = Json::array();
    auto sorted = wanted.cameras;
    std::sort(sorted.begin(), sorted.end());
    for (const auto& camera : sorted) cameras.push_back(camera.text());
    Json whole = {
        {"operation", wanted.operation},
        {"request", wanted.request},
        {"cameras", std::move(cameras)},
        {"requester", row.approval.requester.text()},
        {"expires", to_iso8601(row.approval.expires)},
        {"nonce", row.nonce}};
    return to_hex(crypto::sha256(as_bytes(canonical_json(whole))));
}

Approvals::Approvals(
    store::Database& database, ledger::Ledger& ledger, const Clock& clock, Identity& identity
)
    : ledger_(ledger), clock_(clock), identity_(identity), table_(new ApprovalTable(database)) {}

Approvals::~Approvals() = default;

Result<std::unique_ptr<Approvals>> Approvals::open(
    store::Database& database, ledger::Ledger& ledger, const Clock& clock, Identity& identity
) {
    std::unique_ptr<Approvals> approvals(new Approvals(database, ledger, clock, identity));
    PROVISO_TRY(approvals->table_->prepare());
    return approvals;
}

Result<User> Approvals::person(const UserId& id) const {
    auto user = PROVISO_TRY(identity_.user(id));
    if (!user) return no_right();
    return *std::move(user);
}

Result<StoredApproval> Approvals::open_row(const std::string& id) const {
    auto row = PROVISO_TRY(table_->find(id, clock_.now()));
    if (!row) return Error(ErrorKind::NotFound, "there is no such request", "see the open ones");
    if (!is_open(row->approval)) return over(row->approval);
    return *std::move(row);
}

/// The record first: a step that was not recorded was not taken.
Result<Approval> Approvals::move(
    StoredApproval row, ApprovalState to, std::string_view entry, const UserId& by, Json personal
) {
    row.approval.state = to;
    if (to == ApprovalState::Approved || to == ApprovalState::Refused) {
        row.approval.decided_by = by;
        row.approval.decided = clock_.now();
    }
    Json body = {
        {"approval", row.approval.id},
        {"operation", row.approval.wanted.operation},
        {"digest", row.approval.digest},
        {"by", by.text()}};
    if (to == ApprovalState::Waiting) {
        body["until"] = to_iso8601(row.approval.expires);
        body["cameras"] = Json::array();
        for (const auto& camera : row.approval.wanted.cameras) {
            body["cameras"].push_back(camera.text());
        }
    }
    PROVISO_TRY(ledger_.append({std::string(entry), std::move(body), std::move(personal)}));
    PROVISO_TRY(table_->put(row));
    return std::move(row.approval);
}

Result<Approval> Approvals::ask(Wanted wanted, const UserId& by) {
    std::lock_guard lock(changing_);
    if (!may_ask(PROVISO_TRY(person(by)), wanted)) return no_right();
    auto now = clock_.now();
    auto known = PROVISO_TRY(table_->since(now - kApprovalLasts, now));
    auto open = std::count_if(known.begin(), known.end(), [&](const auto& row) {
        return row.approval.requester == by && is_open(row.approval);
    });
    if (static_cast<std::size_t>(open) >= kMostOpenApprovals) {
        return Error(
            ErrorKind::Conflict, "too many requests are open", "withdraw some, or wait for them"
        );
    }
    StoredApproval row;
    row.nonce = Uuid::random().text();
    row.approval.id = Uuid::random().text();
    row.approval.requester = by;
    row.approval.asked = now;
    row.approval.expires = now + kApprovalLasts;
    row.approval.digest = digest_of(row, wanted);
    row.approval.wanted = std::move(wanted);
    Json personal = {{"request", row.approval.wanted.request}};
    return move(std::move(row), ApprovalState::Waiting, "approval.asked", by, std::move(personal));
}

Result<Approval> Approvals::decide(
    const std::string& id, std::string_view digest, bool agree, const UserId& by
) {
    std::lock_guard lock(changing_);
    auto row = PROVISO_TRY(open_row(id));
    const auto& approval = row.approval;
    if (approval.requester == by) {
        return Error(
            ErrorKind::Forbidden,
            "who asks cannot be the second person",
            "let somebody with another account agree"
        );
    }
    if (!may_agree(PROVISO_TRY(person(by)), approval.wanted)) return no_right();
    if (approval.state != ApprovalState::Waiting) {
        return Error(ErrorKind::Conflict, "somebody decided this already", "see who it was");
    }
    // The row itself may have been changed by somebody who can write the database.
    if (approval.digest != digest || digest_of(row, approval.wanted) != digest) {
        return Error(
            ErrorKind::Conflict, "this is not the request that was shown", "look at it again"
        );
    }
    return move(
        std::move(row),
        agree ? ApprovalState::Approved : ApprovalState::Refused,
        agree ? "approval.given" : "approval.refused",
        by
    );
}

Result<Approval> Approvals::withdraw(const std::string& id, const UserId& by) {
    std::lock_guard lock(changing_);
    auto row = PROVISO_TRY(open_row(id));
    if (row.approval.requester != by) return no_right();
    return move(std::move(row), ApprovalState::Withdrawn, "approval.withdrawn", by);
}

Result<Approval> Approvals::use(const std::string& id, const Wanted& wanted, const UserId& by) {
    std::lock_guard lock(changing_);
    auto row = PROVISO_TRY(open_row(id));
    const auto& approval = row.approval;
    if (approval.state != ApprovalState::Approved || !approval.decided_by) {
        return Error(ErrorKind::Conflict, "nobody has agreed yet", "wait for the second person");
    }
    if (approval.requester != by || digest_of(row, wanted) != approval.digest) {
        return Error(
            ErrorKind::Conflict,
            "what was agreed to is something else",
            "do exactly what was asked for, or ask again"
        );
    }
    if (!may_ask(PROVISO_TRY(person(by)), wanted)) return no_right();
    if (!may_agree(PROVISO_TRY(person(*approval.decided_by)), wanted)) {
        return Error(
            ErrorKind::Forbidden,
            "the second person has no right to agree any more",
            "ask again, and let somebody else agree"
        );
    }
    return move(std::move(row), ApprovalState::Used, "approval.used", by);
}

Result<std::optional<Approval>> Approvals::find(const std::string& id) const {
    auto row = PROVISO_TRY(table_->find(id, clock_.now()));
    if (!row) return std::optional<Approval>();
    return std::optional(std::move(row->approval));
}

Result<std::vector<Approval>> Approvals::recent() const {
    auto now = clock_.now();
    std::vector<Approval> list;
    for (auto& row : PROVISO_TRY(table_->since(now - kRecent, now))) {
        list.push_back(std::move(row.approval));
    }
    return list;
}

Result<> Approvals::expire(Timestamp before) {
    std::lock_guard lock(changing_);
    return table_->expire(before);
}

}  // namespace proviso::identity
