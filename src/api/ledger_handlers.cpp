#include <algorithm>
#include <charconv>

#include <proviso/base/bytes.h>
#include <proviso/proof/merkle.h>

#include "evidence.h"
#include "handlers.h"
#include "problem.h"
#include "state.h"

namespace proviso::api {

namespace {

constexpr std::uint64_t kMostEntries = 200;
constexpr std::uint64_t kUsualEntries = 50;
/// What one request may look through for a filter, so that a rare type costs many small requests
/// instead of one endless one.
constexpr std::uint64_t kMostScanned = 5000;
constexpr std::uint64_t kBatch = 256;

std::string hex(const crypto::Digest& digest) { return to_hex(digest); }

Json path_json(const std::vector<crypto::Digest>& path) {
    auto list = Json::array();
    for (const auto& node : path) list.push_back(hex(node));
    return list;
}

Json entry_json(const ledger::StoredEntry& stored) {
    return {
        {"index", stored.index},
        {"type", stored.entry.type},
        {"at", to_iso8601(stored.entry.at)},
        {"body", stored.entry.body},
        {"commit", stored.entry.commit ? Json(hex(*stored.entry.commit)) : Json()},
        {"leaf_hash", hex(proof::leaf_hash(as_bytes(stored.bytes)))},
        {"bytes", stored.bytes},
    };
}

Result<std::uint64_t> index_of(Call& call) {
    const auto& text = call.parameters.front();
    std::uint64_t index = 0;
    auto [rest, failed] = std::from_chars(text.data(), text.data() + text.size(), index);
    bool whole = failed == std::errc() && rest == text.data() + text.size();
    if (!whole || index >= call.rooms().ledger.size()) return not_here();
    return index;
}

bool wanted(
    const proof::Entry& entry,
    const std::optional<std::string>& type,
    const std::optional<std::string>& camera
) {
    if (type && entry.type != *type) return false;
    if (!camera) return true;
    auto found = entry.body.find("camera");
    return found != entry.body.end() && found->is_string() && *found == *camera;
}

}  // namespace

Result<Response> get_ledger(Call& call) {
    auto& ledger = call.rooms().ledger;
    auto note = PROVISO_TRY(ledger.checkpoint_note());
    return Response::json(
        200,
        {{"size", ledger.size()},
         {"checkpoint_note", std::move(note)},
         {"verifier_key", ledger.verifier_key()}}
    );
}

Result<Response> list_entries(Call& call) {
    auto& ledger = call.rooms().ledger;
    auto size = ledger.size();
    auto before = std::min(PROVISO_TRY(call.query.number("before")).value_or(size), size);
    auto limit = PROVISO_TRY(call.query.number("limit")).value_or(kUsualEntries);
    if (limit < 1 || limit > kMostEntries) {
        return invalid_input("'limit' is not from 1 to 200", "ask for a smaller page");
    }
    auto type = call.query.text("type");
    auto camera = call.query.text("camera");
    auto entries = Json::array();
    auto least = before > kMostScanned ? before - kMostScanned : 0;
    while (before > least && entries.size() < limit) {
        auto first = std::max(least, before > kBatch ? before - kBatch : 0);
        auto batch = PROVISO_TRY(ledger.read(first, before - first));
        for (auto stored = batch.rbegin(); stored != batch.rend(); ++stored) {
            if (entries.size() == limit) break;
            before = stored->index;
            if (wanted(stored->entry, type, camera)) entries.push_back(entry_json(*stored));
        }
        if (batch.empty()) break;
    }
    return Response::json(
        200, {{"entries", std::move(entries)}, {"next_before", before > 0 ? Json(before) : Json()}}
    );
}

Result<Response> get_entry(Call& call) {
    auto index = PROVISO_TRY(index_of(call));
    auto found = PROVISO_TRY(call.rooms().ledger.read(index, 1));
    if (found.empty()) return not_here();
    return Response::json(200, entry_json(found.front()));
}

Result<Response> prove_entry(Call& call) {
    auto index = PROVISO_TRY(index_of(call));
    auto proof = PROVISO_TRY(call.rooms().ledger.prove(index));
    return Response::json(
        200,
        {{"index", proof.index},
         {"entry_bytes", proof.entry_bytes},
         {"leaf_hash", hex(proof::leaf_hash(as_bytes(proof.entry_bytes)))},
         {"path", path_json(proof.path)},
         {"size", proof.checkpoint.size},
         {"root", hex(proof.checkpoint.root)},
         {"origin", proof.checkpoint.origin},
         {"checkpoint_note", proof.checkpoint_note},
         {"verifier_key", call.rooms().ledger.verifier_key()}}
    );
}

Result<Response> read_personal(Call& call) {
    auto index = PROVISO_TRY(index_of(call));
    auto personal = PROVISO_TRY(call.rooms().ledger.personal(index));
    PROVISO_TRY(write_down(
        call.rooms().ledger, "personal.read", {{"user", call.user().id.text()}, {"index", index}}
    ));
    return Response::json(200, {{"index", index}, {"personal", std::move(personal)}});
}

Result<Response> prove_consistency(Call& call) {
    auto from = PROVISO_TRY(call.query.required_number("from"));
    auto to = PROVISO_TRY(call.query.required_number("to"));
    if (from > to || to > call.rooms().ledger.size()) {
        return invalid_input(
            "'from' must not be over 'to', nor 'to' over the size of the log",
            "see GET /api/ledger for the size"
        );
    }
    auto path = PROVISO_TRY(call.rooms().ledger.prove_consistency(from, to));
    return Response::json(200, {{"from", from}, {"to", to}, {"path", path_json(path)}});
}

}  // namespace proviso::api
