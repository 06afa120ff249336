#include <algorithm>

#include <proviso/proof/entry.h>

#include "strict.h"

namespace proviso::proof {

namespace {

constexpr std::size_t kMostBytes = 4096;
constexpr int kMostDepth = 16;
constexpr std::size_t kMostTypeLength = 64;

bool is_type(std::string_view type) {
    return !type.empty() && type.size() <= kMostTypeLength &&
           std::all_of(type.begin(), type.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
                      c == '-';
           });
}

}  // namespace

Result<std::string> encode(const Entry& entry) {
    if (!is_type(entry.type)) return invalid_input("a ledger entry has no valid type");
    if (!entry.body.is_object()) return invalid_input("the body of a ledger entry is an object");
    Json json{
        {"at", to_iso8601(entry.at)},
        {"body", entry.body},
        {"boot", entry.boot},
        {"mono", entry.mono_us},
        {"type", entry.type},
        {"v", 1}};
    if (entry.commit) json["commit"] = to_hex(*entry.commit);
    auto bytes = PROVISO_TRY(canonical_text(json, kMostDepth));
    if (bytes.size() > kMostBytes) {
        return Error(
            ErrorKind::TooLarge,
            "a ledger entry is over 4096 bytes",
            "put what is long into the personal part, or its digest into the body"
        );
    }
    return bytes;
}

Result<Entry> decode_entry(std::string_view bytes) {
    auto decoded = [&]() -> Result<Entry> {
        auto json = PROVISO_TRY(parse_canonical(bytes, {kMostBytes, kMostDepth, kMostBytes}));
        ObjectReader read(json, "ledger entry");
        Entry entry;
        entry.at = PROVISO_TRY(parse_timestamp(read.text("at")));
        entry.body = read.member("body");
        entry.boot = read.text("boot");
        entry.mono_us = read.integer("mono", INT64_MIN, INT64_MAX);
        entry.type = read.text("type");
        read.integer("v", 1, 1);
        if (read.has("commit")) entry.commit = PROVISO_TRY(digest_from_hex(read.text("commit")));
        PROVISO_TRY(read.finish());
        if (PROVISO_TRY(encode(entry)) != bytes) return invalid_input("not in canonical form");
        return entry;
    }();
    if (!decoded) {
        return Error(ErrorKind::Corrupt, "not a ledger entry: " + decoded.error().message());
    }
    return decoded;
}

Digest payload_commitment(ByteView salt, std::string_view canonical_payload) {
    return crypto::Sha256().update(salt).update(as_bytes(canonical_payload)).finish();
}

}  // namespace proviso::proof
