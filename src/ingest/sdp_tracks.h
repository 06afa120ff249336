#pragma once

#include <optional>
#include <string>
#include <vector>

#include <proviso/base/result.h>

namespace proviso::ingest {

/// A media section of a session description.
struct SdpTrack {
    std::string kind;
    int payload_type = -1;
    std::string encoding;          ///< of rtpmap
    std::uint32_t clock_rate = 0;  ///< of rtpmap
    std::uint32_t channels = 1;    ///< of rtpmap
    std::string parameters;        ///< of fmtp
    std::string control;
    std::optional<double> rate;
};

struct SdpTracks {
    std::vector<SdpTrack> tracks;
    std::string session_control;
};

/// TooLarge over 1000 lines; what is not understood is passed over.
Result<SdpTracks> read_sdp_tracks(std::string_view text);

}  // namespace proviso::ingest
