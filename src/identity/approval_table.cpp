#include "approval_table.h"

#include <algorithm>

#include <soci/soci.h>

namespace proviso::identity {

namespace {

constexpr std::array kStates{
    ApprovalState::Waiting,
    ApprovalState::Approved,
    ApprovalState::Refused,
    ApprovalState::Withdrawn,
    ApprovalState::Used,
    ApprovalState::Expired};

const std::vector<store::Migration>& schema() {
    static const std::vector<store::Migration> steps = {
        {1,
         "CREATE TABLE approvals (\n"
         "    id TEXT PRIMARY KEY,\n"
         "    operation TEXT NOT NULL,\n"
         "    request TEXT NOT NULL,\n"
         "    cameras TEXT NOT NULL,\n"
         "    nonce TEXT NOT NULL,\n"
         "    digest TEXT NOT NULL,\n"
         "    requester TEXT NOT NULL,\n"
         "    asked_us BIGINT NOT NULL,\n"
         "    expires_us BIGINT NOT NULL,\n"
         "    state TEXT NOT NULL,\n"
         "    decided_by TEXT NOT NULL,\n"
         "    decided_us BIGINT NOT NULL\n"
         ");\n"
         "CREATE INDEX approvals_by_age ON approvals (asked_us);\n",
         ""}};
    return steps;
}

constexpr const char* kSelect =
    "SELECT id, operation, request, cameras, nonce, digest, requester, asked_us, expires_us, "
    "state, decided_by, decided_us FROM approvals ";

long long count_of(Timestamp at) { return at.time_since_epoch().count(); }

/// The variables that a row is read into and written from.
struct Columns {
    std::string id;
    std::string operation;
    std::string request;
    std::string cameras;
    std::string nonce;
    std::string digest;
    std::string requester;
    long long asked = 0;
    long long expires = 0;
    std::string state;
    std::string decided_by;
    long long decided = 0;

    void exchange_into(soci::statement& statement) {
        for (auto* text : {&id, &operation, &request, &cameras, &nonce, &digest, &requester}) {
            statement.exchange(soci::into(*text));
        }
        statement.exchange(soci::into(asked));
        statement.exchange(soci::into(expires));
        statement.exchange(soci::into(state));
        statement.exchange(soci::into(decided_by));
        statement.exchange(soci::into(decided));
    }

    Result<StoredApproval> to_row(Timestamp now) const {
        StoredApproval row;
        row.nonce = nonce;
        auto& approval = row.approval;
        approval.id = id;
        approval.wanted.operation = operation;
        approval.wanted.request = PROVISO_TRY(parse_json(request));
        for (const auto& camera : PROVISO_TRY(parse_json(cameras))) {
            if (!camera.is_string()) return Error(ErrorKind::Corrupt, "an approval is damaged");
            auto name = PROVISO_TRY(CameraId::parse(camera.get<std::string>()));
            approval.wanted.cameras.push_back(std::move(name));
        }
        approval.digest = digest;
        approval.requester = PROVISO_TRY(UserId::parse(requester));
        approval.asked = Timestamp(microseconds(asked));
        approval.expires = Timestamp(microseconds(expires));
        const auto* known = std::find_if(kStates.begin(), kStates.end(), [&](auto one) {
            return to_string(one) == state;
        });
        if (known == kStates.end()) return Error(ErrorKind::Corrupt, "an approval is damaged");
        approval.state = *known;
        bool open = *known == ApprovalState::Waiting || *known == ApprovalState::Approved;
        if (open && now >= approval.expires) approval.state = ApprovalState::Expired;
        if (!decided_by.empty()) {
            approval.decided_by = PROVISO_TRY(UserId::parse(decided_by));
            approval.decided = Timestamp(microseconds(decided));
        }
        return row;
    }
};

}  // namespace

Result<> ApprovalTable::prepare() { return database_.migrate("approvals", schema()); }

Result<> ApprovalTable::put(const StoredApproval& row) {
    const auto& approval = row.approval;
    auto request = approval.wanted.request.dump();
    auto list = Json::array();
    for (const auto& camera : approval.wanted.cameras) list.push_back(camera.text());
    auto cameras = list.dump();
    auto requester = approval.requester.text();
    auto asked = count_of(approval.asked);
    auto expires = count_of(approval.expires);
    std::string state(to_string(approval.state));
    auto decided_by = approval.decided_by ? approval.decided_by->text() : std::string();
    auto decided = approval.decided ? count_of(*approval.decided) : 0;
    return database_.write([&](soci::session& session) -> Result<> {
        session << "DELETE FROM approvals WHERE id = :id", soci::use(approval.id, "id");
        session << "INSERT INTO approvals (id, operation, request, cameras, nonce, digest, "
                   "requester, asked_us, expires_us, state, decided_by, decided_us) VALUES (:id, "
                   ":operation, :request, :cameras, :nonce, :digest, :requester, :asked, "
                   ":expires, :state, :decided_by, :decided)",
            soci::use(approval.id, "id"), soci::use(approval.wanted.operation, "operation"),
            soci::use(request, "request"), soci::use(cameras, "cameras"),
            soci::use(row.nonce, "nonce"), soci::use(approval.digest, "digest"),
            soci::use(requester, "requester"), soci::use(asked, "asked"),
            soci::use(expires, "expires"), soci::use(state, "state"),
            soci::use(decided_by, "decided_by"), soci::use(decided, "decided");
        return {};
    });
}

Result<std::optional<StoredApproval>> ApprovalTable::find(const std::string& id, Timestamp now)
    const {
    std::optional<StoredApproval> found;
    PROVISO_TRY(database_.read([&](soci::session& session) -> Result<> {
        Columns columns;
        soci::statement statement(session);
        columns.exchange_into(statement);
        statement.exchange(soci::use(id, "id"));
        statement.alloc();
        statement.prepare(std::string(kSelect) + "WHERE id = :id");
        statement.define_and_bind();
        if (statement.execute(true)) found = PROVISO_TRY(columns.to_row(now));
        return {};
    }));
    return found;
}

Result<std::vector<StoredApproval>> ApprovalTable::since(Timestamp from, Timestamp now) const {
    std::vector<StoredApproval> found;
    PROVISO_TRY(database_.read([&](soci::session& session) -> Result<> {
        Columns columns;
        auto least = count_of(from);
        soci::statement statement(session);
        columns.exchange_into(statement);
        statement.exchange(soci::use(least, "least"));
        statement.alloc();
        statement.prepare(
            std::string(kSelect) + "WHERE asked_us > :least ORDER BY asked_us DESC, id LIMIT 200"
        );
        statement.define_and_bind();
        statement.execute(false);
        while (statement.fetch()) found.push_back(PROVISO_TRY(columns.to_row(now)));
        return {};
    }));
    return found;
}

Result<> ApprovalTable::expire(Timestamp before) {
    return database_.write([&](soci::session& session) -> Result<> {
        auto most = count_of(before);
        session << "DELETE FROM approvals WHERE asked_us < :most", soci::use(most, "most");
        return {};
    });
}

}  // namespace proviso::identity
