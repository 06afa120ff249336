#pragma once

#include <array>
#include <memory>

#include <proviso/base/bytes.h>

namespace proviso::crypto {

/// A SHA-256 digest (FIPS 180-4).
using Digest = std::array<std::uint8_t, 32>;

Digest sha256(ByteView bytes);

/// SHA-256 over pieces. Not thread-safe.
class Sha256 {
public:
    Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    ~Sha256();

    Sha256& update(ByteView bytes);
    /// The digest; the object is then ready for a new message.
    Digest finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// HMAC-SHA-256 (RFC 2104).
Digest hmac_sha256(ByteView key, ByteView message);

/// HKDF-SHA-256 (RFC 5869), extract and expand, to at most 255*32 bytes.
void hkdf_sha256(ByteView secret, ByteView salt, ByteView info, MutableByteView out);

}  // namespace proviso::crypto
