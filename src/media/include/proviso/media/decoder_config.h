#pragma once

#include <vector>

#include <proviso/media/packet.h>

namespace proviso::media {

/// The parameter sets that stand in a decoder configuration, and how NAL units are told apart in
/// the stream that belongs to it.
struct DecoderConfig {
    std::size_t length_size = 0;  ///< bytes of a length: 1, 2 or 4; 0: start codes
    std::vector<ByteView> nals;   ///< point into the bytes that were given
};

/// Reads an avcC, an hvcC, or what stands in their place: parameter sets with start codes (Annex
/// B), or nothing. InvalidInput if a record is damaged.
Result<DecoderConfig> read_decoder_config(Codec codec, ByteView bytes);

}  // namespace proviso::media
