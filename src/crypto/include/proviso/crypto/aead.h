#pragma once

#include <array>
#include <span>

#include <proviso/base/bytes.h>
#include <proviso/crypto/secret.h>

namespace proviso::crypto {

inline constexpr std::size_t kAeadKeySize = 32;
inline constexpr std::size_t kAeadNonceSize = 12;
inline constexpr std::size_t kAeadTagSize = 16;
using Nonce = std::array<std::uint8_t, kAeadNonceSize>;

/// AES-256-GCM (SP 800-38D) over the concatenation of `pieces`, so that a caller need not copy
/// them together. `out` holds their sum plus kAeadTagSize. The caller guarantees that (key, nonce)
/// is used once. Thread-safe.
Result<> seal(
    ByteView key,
    const Nonce& nonce,
    ByteView associated,
    std::span<const ByteView> pieces,
    MutableByteView out
);

/// Opens what seal() made into `out` (sealed.size() - kAeadTagSize). Corrupt, and `out` wiped, if
/// key, nonce, associated data or a single bit differ.
Result<> open(
    ByteView key, const Nonce& nonce, ByteView associated, ByteView sealed, MutableByteView out
);

/// For small secrets at rest: random nonce in front, then seal(). At most 2^32 per key.
Bytes wrap(ByteView key, ByteView associated, ByteView secret);
Result<SecretBytes> unwrap(ByteView key, ByteView associated, ByteView wrapped);

}  // namespace proviso::crypto
