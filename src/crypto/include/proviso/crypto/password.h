#pragma once

#include <string>
#include <string_view>

#include <proviso/base/bytes.h>
#include <proviso/crypto/secret.h>

namespace proviso::crypto {

/// Argon2id (RFC 9106), 64 MiB, t=3, p=1, in its own `$argon2id$...` text form.
/// `cheap` is for tests only: the least libsodium allows.
Result<std::string> hash_password(std::string_view password, bool cheap = false);

bool verify_password(std::string_view stored, std::string_view password);

/// A 32-byte key from a passphrase (Argon2id, 256 MiB, t=3). `salt` has 16 bytes.
Result<SecretBytes> key_from_passphrase(
    std::string_view passphrase, ByteView salt, bool cheap = false
);

}  // namespace proviso::crypto
