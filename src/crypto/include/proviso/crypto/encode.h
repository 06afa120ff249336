#pragma once

#include <string>
#include <string_view>

#include <proviso/base/bytes.h>

namespace proviso::crypto {

/// Standard base64 with padding (RFC 4648 section 4).
std::string to_base64(ByteView bytes);
/// Strict: one text for every byte string. Wrong padding, spaces and non-zero trailing bits are
/// refused (OpenSSL's decoder accepts those bits, and a flipped bit would go unseen).
Result<Bytes> from_base64(std::string_view text);

}  // namespace proviso::crypto
