#pragma once

#include <optional>
#include <string>
#include <vector>

#include <proviso/media/packet.h>

/// Session descriptions (RFC 8866), as much as a camera's video track needs.
namespace proviso::ingest {

/// The video track that will be set up. Audio and metadata tracks are not even remembered.
struct SdpVideo {
    media::Codec codec = media::Codec::H264;
    int payload_type = 96;
    std::string control;                ///< of the track, as written; may be empty
    std::string session_control;        ///< of the session, as written; may be empty
    std::vector<Bytes> parameter_sets;  ///< out of sprop-*, without what is damaged
    std::optional<double> frames_per_second;
};

/// The first H.264 or H.265 track. InvalidInput with what was found instead, if there is none or
/// if it can only be had in interleaved packetisation.
Result<SdpVideo> parse_sdp(std::string_view text);

}  // namespace proviso::ingest
