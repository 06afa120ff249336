#pragma once

#include <proviso/base/bytes.h>

namespace proviso::proof {

/// CRC-32 of ISO-HDLC (the one of zlib and Ethernet). Tells a torn header from a whole one without
/// any key; it protects against accidents only.
std::uint32_t crc32(ByteView bytes);

}  // namespace proviso::proof
