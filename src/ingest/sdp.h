#pragma once

#include <optional>
#include <string>
#include <vector>

#include <proviso/media/packet.h>
#include <proviso/media/sound.h>

/// Session descriptions (RFC 8866), as much as a camera's pictures and sound need.
namespace proviso::ingest {

/// Where a track is asked for.
struct SdpControl {
    std::string track;    ///< of the track, as written; may be empty
    std::string session;  ///< of the session, as written; may be empty
};

/// The video track that will be set up.
struct SdpVideo {
    media::Codec codec = media::Codec::H264;
    int payload_type = 96;
    SdpControl control;
    std::vector<Bytes> parameter_sets;  ///< out of sprop-*, without what is damaged
    std::optional<double> frames_per_second;
};

/// The first H.264 or H.265 track. InvalidInput with what was found instead, if there is none or
/// if it can only be had in interleaved packetisation.
Result<SdpVideo> parse_sdp(std::string_view text);

/// The sound track that will be set up, where sound may be kept.
struct SdpSound {
    media::SoundParameters format;
    int payload_type = 0;
    SdpControl control;
};

/// The first track of AAC (RFC 3640, mode AAC-hbr) or G.711. InvalidInput with what was found
/// instead, in words that say why sound is not recorded.
Result<SdpSound> parse_sdp_sound(std::string_view text);

}  // namespace proviso::ingest
