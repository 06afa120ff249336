#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <proviso/crypto/secret.h>
#include <proviso/keys/key_store.h>

namespace proviso::keys {

using SharedSecret = std::shared_ptr<const crypto::SecretBytes>;

/// A destruction that has happened but does not stand in the ledger yet.
struct Tombstone {
    std::vector<std::string> key_ids;
    std::string reason;

    bool operator==(const Tombstone&) const = default;
};

/// Everything the keystore blob holds.
struct Content {
    std::map<std::string, SharedSecret, std::less<>> secrets;      ///< of the server, by name
    std::map<std::string, SharedSecret, std::less<>> camera_days;  ///< by key id
    std::map<std::string, SharedSecret, std::less<>> named;        ///< by key id
    std::vector<Tombstone> tombstones;
};

/// The plain bytes of the blob.
crypto::SecretBytes encode(const Content& content);
/// Corrupt unless the bytes are what encode() writes.
Result<Content> decode_content(ByteView bytes);

/// "gate-1/2026-11-22/0a0b0c0d"
std::string make_key_id(const CameraId& camera, Day day);
Result<KeyInfo> parse_key_id(std::string_view id);

/// "face/00112233445566778899aabbccddeeff"
std::string make_named_id(std::string_view use);
/// True for what make_named_id() makes; no camera-day id has this form.
bool is_named_id(std::string_view id);

}  // namespace proviso::keys
