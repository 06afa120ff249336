#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <proviso/media/packet.h>

namespace proviso::camera_sim {

/// A picture cut into RTP packets once for all viewers. Every packet in `bytes` has room for the
/// interleaved header (4) and the RTP header (12) in front, which each viewer fills in.
struct Frame {
    Bytes bytes;
    std::vector<std::uint32_t> packets;  ///< where they begin
    std::int64_t time = 0;               ///< display time in the clip, 90 kHz
    bool key_frame = false;
};

inline constexpr std::size_t kHeaderRoom = 16;

/// A file in memory, ready to be sent.
struct Clip {
    media::Codec codec = media::Codec::H264;
    std::vector<Frame> frames;  ///< in decoding order
    std::int64_t duration = 0;  ///< 90 kHz
    std::int64_t step = 3600;   ///< between two frames, 90 kHz
    std::string media_section;  ///< of the SDP, with parameter sets
    std::string media_section_without_sets;
};

/// Reads H.264 or H.265 out of whatever libavformat reads.
Result<std::shared_ptr<const Clip>> load_clip(const std::filesystem::path& path);

}  // namespace proviso::camera_sim
