#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "handlers.h"
#include "problem.h"
#include "state.h"

namespace proviso::api {

namespace {

constexpr std::array<std::string_view, 4> kKinds{"site", "camera", "purpose", "record"};

bool is_kind(std::string_view kind) {
    return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
}

Result<std::string> checked_reason(std::string reason) {
    if (reason.size() >= 3 && reason.size() <= 500) return reason;
    return invalid_input(
        "a reason of 3 to 500 characters is needed", "say why, in words the auditor understands"
    );
}

Json change_json(const registers::Change& change) {
    return {{"kind", change.kind}, {"name", change.name}, {"what", change.what}};
}

Response changes_json(const std::vector<registers::Change>& changes, bool dry_run) {
    auto list = Json::array();
    for (const auto& change : changes) list.push_back(change_json(change));
    return Response::json(200, {{"changes", std::move(list)}, {"dry_run", dry_run}});
}

}  // namespace

Result<Response> get_documents(Call& call) {
    auto kind = call.query.text("kind").value_or("");
    auto name = call.query.text("name").value_or("");
    if (!kind.empty() && !is_kind(kind)) {
        return invalid_input(
            "'kind' may be site, camera, purpose, record", "leave it out for all of them"
        );
    }
    auto documents = PROVISO_TRY(call.rooms().registers.get(kind, name));
    return Response::text(200, "application/yaml", std::move(documents));
}

Result<Response> apply_documents(Call& call) {
    auto dry_run = PROVISO_TRY(call.query.flag("dry_run"));
    registers::Author author{call.user().id, "dry run"};
    if (!dry_run) {
        author.reason = PROVISO_TRY(checked_reason(call.query.text("reason").value_or("")));
    }
    auto changes = PROVISO_TRY(call.rooms().registers.apply(call.request.body, author, dry_run));
    return changes_json(changes, dry_run);
}

Result<Response> withdraw_record(Call& call) {
    ObjectReader read(call.body, "withdrawal");
    auto reason = read.text("reason");
    PROVISO_TRY(read.finish());
    const auto& name = call.parameters.front();
    registers::Author author{call.user().id, {}};
    author.reason = PROVISO_TRY(checked_reason(std::move(reason)));
    PROVISO_TRY(call.rooms().registers.withdraw(name, author));
    return changes_json({{"record", name, "withdrawn"}}, false);
}

Result<Response> remove_document(Call& call) {
    const auto& kind = call.parameters[0];
    const auto& name = call.parameters[1];
    if (!is_kind(kind)) return not_here();
    auto reason = PROVISO_TRY(checked_reason(call.query.text("reason").value_or("")));
    PROVISO_TRY(call.rooms().registers.remove(kind, name, {call.user().id, std::move(reason)}));
    return changes_json({{kind, name, "removed"}}, false);
}

Result<Response> get_document_history(Call& call) {
    const auto& kind = call.parameters[0];
    const auto& name = call.parameters[1];
    if (!is_kind(kind)) return not_here();
    auto revisions = PROVISO_TRY(call.rooms().registers.history(kind, name));
    if (revisions.empty()) return not_here();
    auto list = Json::array();
    for (const auto& revision : revisions) {
        list.push_back(
            {{"version", revision.version},
             {"at", to_iso8601(revision.at)},
             {"user", revision.user.text()},
             {"what", revision.what},
             {"ledger_index", revision.ledger_index}}
        );
    }
    return Response::json(200, {{"revisions", std::move(list)}});
}

}  // namespace proviso::api
