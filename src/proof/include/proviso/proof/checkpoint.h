#pragma once

#include <string>

#include <proviso/crypto/hash.h>
#include <proviso/crypto/sign.h>

namespace proviso::proof {

using crypto::Digest;

/// A C2SP tlog-checkpoint: origin, size, root hash; signed as a C2SP signed-note with Ed25519.
struct Checkpoint {
    std::string origin;
    std::uint64_t size = 0;
    Digest root{};

    bool operator==(const Checkpoint&) const = default;
};

std::string sign(const Checkpoint& checkpoint, const crypto::SigningKey& key);
/// Corrupt unless every byte is as it must be and the signature by `key` verifies.
Result<Checkpoint> open_checkpoint(std::string_view note, const crypto::PublicKey& key);

/// "origin+1a2b3c4d+<base64>": the verifier key of the signed-note format.
std::string verifier_key(std::string_view origin, const crypto::PublicKey& key);

struct VerifierKey {
    std::string origin;
    crypto::PublicKey key{};
};

Result<VerifierKey> parse_verifier_key(std::string_view text);

}  // namespace proviso::proof
