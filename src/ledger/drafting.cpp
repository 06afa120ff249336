#include "drafting.h"

#include <proviso/crypto/secret.h>

namespace proviso::ledger {

namespace {

constexpr std::size_t kMostPayloadBytes = 65'536;

}  // namespace

Result<std::optional<Payload>> make_payload(const Draft& draft) {
    if (draft.personal.is_null()) return std::optional<Payload>();
    Payload payload;
    try {
        payload.text = canonical_json(draft.personal);
    } catch (const std::exception&) {
        // A fraction or broken UTF-8; what it says may be personal and stays out of the message.
        return invalid_input("the personal part of a ledger entry has no canonical form");
    }
    if (payload.text.size() > kMostPayloadBytes) {
        return Error(ErrorKind::TooLarge, "the personal part of a ledger entry is over 64 KiB");
    }
    crypto::fill_random(payload.salt);
    payload.commit = proof::payload_commitment(payload.salt, payload.text);
    return std::optional<Payload>(std::move(payload));
}

Result<Drafted> make_entry(Draft draft, const std::optional<Digest>& commit, const Clock& clock) {
    proof::Entry entry;
    entry.type = std::move(draft.type);
    entry.at = clock.now();
    entry.mono_us = clock.monotonic().time_since_epoch().count();
    entry.boot = boot_id();
    entry.body = std::move(draft.body);
    entry.commit = commit;
    Drafted drafted;
    drafted.bytes = PROVISO_TRY(proof::encode(entry));
    drafted.leaf = proof::leaf_hash(as_bytes(drafted.bytes));
    drafted.at = entry.at;
    return drafted;
}

}  // namespace proviso::ledger
