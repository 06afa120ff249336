#pragma once

#include <cstddef>
#include <cstdint>

/// The one shape of a fragment: moof(mfhd, traf of the pictures, traf of the sound) and mdat, the
/// pictures before the sound. Either traf may be absent, not both; each is (tfhd, tfdt, trun).
namespace proviso::media {

inline constexpr std::size_t kMaxSamples = 65'536;
/// moof 8, mfhd 16, mdat 8.
inline constexpr std::size_t kFragmentFixedSize = 32;
/// traf 8, tfhd 16, tfdt 20, trun 20 without samples.
inline constexpr std::size_t kRunFixedSize = 64;
inline constexpr std::size_t kSampleSize = 16;
inline constexpr std::size_t kSoundSampleSize = 8;
/// What a 32-bit mdat can hold.
inline constexpr std::uint64_t kMaxPayload = 0xFFFF'FFFFU - 8;

inline constexpr std::uint32_t kDefaultBaseIsMoof = 0x020000;
/// Data offset, and of each sample its duration, size, flags and composition offset.
inline constexpr std::uint32_t kRunFlags = 0x000F01;
/// Data offset, and of each sample its duration and size.
inline constexpr std::uint32_t kSoundRunFlags = 0x000301;
/// Depends on no other; a sync sample.
inline constexpr std::uint32_t kKeyFrameFlags = 0x02000000;
/// Depends on others; not a sync sample.
inline constexpr std::uint32_t kOtherFrameFlags = 0x01010000;

}  // namespace proviso::media
