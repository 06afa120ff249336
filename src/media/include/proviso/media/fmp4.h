#pragma once

#include <optional>
#include <span>
#include <vector>

#include <proviso/media/packet.h>
#include <proviso/media/sound.h>

/// Fragmented MP4 (ISO/IEC 14496-12): track 1 pictures, track 2 sound where there is some, both in
/// timescale 90000, default-base-is-moof.
namespace proviso::media {

inline constexpr std::uint32_t kTimescale = 90'000;

/// ftyp + moov, ready for Media Source Extensions and for a file; null for no sound.
Bytes init_segment(const CodecParameters& codec, const SoundParameters* sound = nullptr);

/// The same with the sound track alone.
Bytes sound_init_segment(const SoundParameters& sound);

/// An init segment made here, taken apart again.
struct SplitInit {
    Bytes pictures;                        ///< the same without sound
    std::optional<SoundParameters> sound;  ///< what its sound track was made from
};

/// Corrupt unless the bytes are what init_segment() writes.
Result<SplitInit> split_init(ByteView init);

struct Sample {
    std::uint32_t size = 0;
    std::uint32_t duration = 0;           ///< 90 kHz
    std::int32_t composition_offset = 0;  ///< pts - dts, 90 kHz
    bool key_frame = false;
};

struct SoundSample {
    std::uint32_t size = 0;
    std::uint32_t duration = 0;  ///< 90 kHz
};

/// The sound of a fragment; without samples there is none.
struct SoundRun {
    std::uint64_t base_decode_time = 0;  ///< 90 kHz
    std::span<const SoundSample> samples;
};

/// moof + the 8-byte mdat header; the bytes of the pictures, then those of the sound, follow it
/// unchanged. The bytes depend on nothing but these arguments, so a verifier can make them again.
Bytes fragment_head(
    std::uint32_t sequence,
    std::uint64_t base_decode_time,
    std::span<const Sample> samples,
    const SoundRun& sound = {}
);

/// What a moof+mdat says, read strictly (only what fragment_head writes). Spans point into it.
struct ParsedFragment {
    std::uint32_t sequence = 0;
    std::uint64_t base_decode_time = 0;
    std::vector<Sample> samples;
    ByteView payload;  ///< the pictures' bytes
    std::uint64_t sound_base = 0;
    std::vector<SoundSample> sound;
    ByteView sound_payload;  ///< the sound's bytes
    std::size_t size = 0;    ///< bytes of moof + mdat

    SoundRun sound_run() const { return {sound_base, sound}; }
};

Result<ParsedFragment> parse_fragment(ByteView bytes);

}  // namespace proviso::media
