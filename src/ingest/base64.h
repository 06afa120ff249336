#pragma once

#include <string>

#include <proviso/base/bytes.h>

/// Base64 as cameras write it (RFC 4648 section 4, padding optional).
namespace proviso::ingest {

std::string to_base64(ByteView bytes);
/// InvalidInput at the first character that does not belong.
Result<Bytes> from_base64(std::string_view text);

}  // namespace proviso::ingest
