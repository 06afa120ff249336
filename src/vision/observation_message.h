#pragma once

#include <proviso/behaviour/observation.h>
#include <proviso/vision/pool.h>

/// What a vision worker says, as bytes in its ring. The readers are strict: the worker decoded
/// pictures from outside and is taken for hostile.
namespace proviso::vision {

inline constexpr std::uint32_t kMostTracks = 512;
inline constexpr std::uint32_t kMostEnded = 4096;
inline constexpr std::uint32_t kMostObjects = 512;
inline constexpr std::uint32_t kMostFaces = 64;
inline constexpr std::uint32_t kMostDimensions = 1024;
inline constexpr std::size_t kMostJpeg = 1U << 20U;

/// Of the times only pts is written: the server knows the others itself.
Bytes encode(const behaviour::Observation& observation);

/// Corrupt unless all numbers are finite and within their ranges. Times are those of the worker.
Result<behaviour::Observation> decode_observation(ByteView bytes);

Bytes encode(const FacesRead& faces);
Result<FacesRead> decode_faces(ByteView bytes);

}  // namespace proviso::vision
