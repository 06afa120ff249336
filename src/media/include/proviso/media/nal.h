#pragma once

#include <cstdint>

#include <proviso/base/bytes.h>

/// NAL units (Rec. ITU-T H.264 and H.265, clause 7.3.1) as they travel: with lengths in front
/// (ISO/IEC 14496-15) or with start codes (Annex B).
namespace proviso::media {

/// An access unit larger than this is refused everywhere.
inline constexpr std::size_t kMaxAccessUnitSize = 8U << 20U;
/// A parameter set larger than this is refused: real ones stay under a few hundred bytes.
inline constexpr std::size_t kMaxParameterSetSize = 2048;
/// Pictures wider or higher than this are refused.
inline constexpr int kMaxPictureSide = 16'384;

/// Takes the next NAL unit off the front of `rest`, which has lengths of `length_size` (1, 2 or 4)
/// bytes. False at the end and at a length that does not fit; `rest` is empty only at a clean end.
bool next_length_prefixed(ByteView& rest, std::size_t length_size, ByteView& nal);

/// Takes the next NAL unit off the front of an Annex B byte stream, without its start code and
/// trailing zeros. False at the end.
bool next_annexb(ByteView& rest, ByteView& nal);

/// True if `data` is one or more NAL units with 4-byte lengths, each of at least one byte, that
/// fill it exactly.
bool is_length_prefixed(ByteView data);

/// The bytes of a NAL unit without emulation prevention (clause 7.3.1), at most `limit` of them.
Bytes unescape(ByteView nal, std::size_t limit);

}  // namespace proviso::media
