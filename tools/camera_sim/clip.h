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

/// The sound of a file, one AAC frame or a fortieth of a second of G.711 a packet.
struct SoundTrack {
    std::vector<Frame> frames;
    std::int64_t length = 0;  ///< of one frame, 90 kHz
    int payload_type = 97;
    std::int64_t rate = 8000;   ///< of the RTP times
    std::string media_section;  ///< of the SDP
};

/// A file in memory, ready to be sent.
struct Clip {
    media::Codec codec = media::Codec::H264;
    std::vector<Frame> frames;  ///< in decoding order
    std::int64_t duration = 0;  ///< 90 kHz
    std::int64_t step = 3600;   ///< between two frames, 90 kHz
    std::string media_section;  ///< of the SDP, with parameter sets
    std::string media_section_without_sets;
    std::shared_ptr<const SoundTrack> sound;  ///< null if the file has none that can be sent
};

/// Reads H.264 or H.265 out of whatever libavformat reads.
Result<std::shared_ptr<const Clip>> load_clip(const std::filesystem::path& path);

/// The file's AAC or G.711 track up to `duration`; null if it has none.
std::shared_ptr<const SoundTrack> load_sound(
    const std::filesystem::path& path, std::int64_t duration
);

}  // namespace proviso::camera_sim
