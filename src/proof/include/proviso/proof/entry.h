#pragma once

#include <string>

#include <proviso/base/document.h>
#include <proviso/base/time.h>
#include <proviso/crypto/hash.h>

namespace proviso::proof {

using crypto::Digest;

/// One line of the ledger. Its bytes are canonical JSON of at most 4096 bytes:
/// {"at":"...","body":{...},"boot":"...","commit":"<hex>"|absent,"mono":N,"type":"...","v":1}
/// No personal data: what is personal is only committed to, SHA-256(salt || canonical payload),
/// and the payload can be erased without touching the tree.
struct Entry {
    std::string type;  ///< "decision", "segment.closed", "gap", "view", "export", "config", ...
    Timestamp at;
    std::int64_t mono_us = 0;
    std::string boot;
    Json body = Json::object();
    std::optional<Digest> commit;
};

/// TooLarge over 4096 bytes.
Result<std::string> encode(const Entry& entry);
/// Corrupt unless the bytes are exactly what encode() writes.
Result<Entry> decode_entry(std::string_view bytes);

Digest payload_commitment(ByteView salt, std::string_view canonical_payload);

}  // namespace proviso::proof
