#pragma once

#include <memory>

#include <proviso/media/packet.h>

namespace proviso::record {

/// What an init segment made by media::init_segment() was made from: for a recording that lost its
/// row. The bytes must be authentic.
Result<std::shared_ptr<const media::CodecParameters>> codec_of_init(ByteView init);

}  // namespace proviso::record
