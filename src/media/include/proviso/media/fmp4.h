#pragma once

#include <span>
#include <vector>

#include <proviso/media/packet.h>

/// Fragmented MP4 (ISO/IEC 14496-12), one video track, timescale 90000, default-base-is-moof.
namespace proviso::media {

inline constexpr std::uint32_t kTimescale = 90'000;

/// ftyp + moov, ready for Media Source Extensions and for a file.
Bytes init_segment(const CodecParameters& codec);

struct Sample {
    std::uint32_t size = 0;
    std::uint32_t duration = 0;           ///< 90 kHz
    std::int32_t composition_offset = 0;  ///< pts - dts, 90 kHz
    bool key_frame = false;
};

/// moof + the 8-byte mdat header; the samples' bytes follow it unchanged. The bytes depend on
/// nothing but these arguments, so a verifier can make them again.
Bytes fragment_head(
    std::uint32_t sequence, std::uint64_t base_decode_time, std::span<const Sample> samples
);

/// What a moof+mdat says, read strictly (only what fragment_head writes). Spans point into it.
struct ParsedFragment {
    std::uint32_t sequence = 0;
    std::uint64_t base_decode_time = 0;
    std::vector<Sample> samples;
    ByteView payload;      ///< mdat's content
    std::size_t size = 0;  ///< bytes of moof + mdat
};

Result<ParsedFragment> parse_fragment(ByteView bytes);

}  // namespace proviso::media
