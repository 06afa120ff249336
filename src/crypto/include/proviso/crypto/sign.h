#pragma once

#include <array>
#include <filesystem>

#include <proviso/base/bytes.h>
#include <proviso/crypto/secret.h>

namespace proviso::crypto {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

/// An Ed25519 signing key (RFC 8032). Move-only.
class SigningKey {
public:
    static SigningKey generate();
    /// InvalidInput unless the seed has 32 bytes.
    static Result<SigningKey> from_seed(ByteView seed);

    const PublicKey& public_key() const { return public_key_; }

    Signature sign(ByteView message) const;
    /// For storing it wrapped.
    ByteView seed() const;

private:
    SecretBytes secret_;  // libsodium's 64-byte form
    PublicKey public_key_{};
};

/// Strict: non-canonical signatures and keys of small order are refused.
bool verify(const PublicKey& key, ByteView message, const Signature& signature);

}  // namespace proviso::crypto
