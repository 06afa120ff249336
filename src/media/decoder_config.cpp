#include <proviso/media/decoder_config.h>
#include <proviso/media/nal.h>

namespace proviso::media {
namespace {

constexpr std::size_t kMaxSets = 64;

/// `count` units, each with a 16-bit length.
void take_units(ByteReader& read, std::size_t count, std::vector<ByteView>& nals) {
    for (std::size_t i = 0; i < count && read.ok(); ++i) {
        auto nal = read.take(read.u16());
        if (!nal.empty() && nals.size() < kMaxSets) nals.push_back(nal);
    }
}

DecoderConfig read_start_codes(ByteView bytes) {
    DecoderConfig config;
    ByteView nal;
    while (config.nals.size() < kMaxSets && next_annexb(bytes, nal)) config.nals.push_back(nal);
    return config;
}

}  // namespace

Result<DecoderConfig> read_decoder_config(Codec codec, ByteView bytes) {
    // Both records begin with version 1, and Annex B with a zero.
    if (bytes.empty() || bytes[0] == 0) return read_start_codes(bytes);
    DecoderConfig config;
    ByteReader read(bytes);
    read.skip(codec == Codec::H264 ? 4 : 21);
    config.length_size = (read.u8() & 3U) + 1U;
    if (codec == Codec::H264) {
        take_units(read, read.u8() & 0x1FU, config.nals);
        take_units(read, read.u8(), config.nals);
    } else {
        for (std::size_t arrays = read.u8(); arrays > 0 && read.ok(); --arrays) {
            read.skip(1);
            take_units(read, read.u16(), config.nals);
        }
    }
    if (!read.ok() || bytes[0] != 1 || config.length_size == 3) {
        return invalid_input("the decoder configuration is damaged");
    }
    return config;
}

}  // namespace proviso::media
