#include "sdp.h"

#include <fmt/format.h>

#include <proviso/media/nal.h>

#include "base64.h"
#include "sdp_tracks.h"
#include "text.h"

namespace proviso::ingest {
namespace {

constexpr std::size_t kMaxSpropSets = 16;

void add_sets(std::string_view list, std::vector<Bytes>& sets) {
    for (auto text : split(list, ',')) {
        auto nal = from_base64(trim(text));
        if (!nal || nal->empty() || nal->size() > media::kMaxParameterSetSize) continue;
        if (sets.size() < kMaxSpropSets) sets.push_back(std::move(*nal));
    }
}

Result<SdpVideo> video_of(const SdpTrack& track) {
    SdpVideo video;
    video.codec = same_word(track.encoding, "H264") ? media::Codec::H264 : media::Codec::H265;
    video.payload_type = track.payload_type;
    video.control.track = track.control;
    video.frames_per_second = track.rate;
    auto interleaved = [] {
        return invalid_input(
            "the camera sends its pictures in interleaved packetisation",
            "choose another profile of the camera"
        );
    };
    for (auto parameter : split(track.parameters, ';')) {
        auto name = trim(take_until(parameter, '='));
        auto value = trim(parameter);
        if (same_word(name, "packetization-mode") && value == "2") return interleaved();
        if (same_word(name, "sprop-max-don-diff") && value != "0") return interleaved();
        if (same_word(name, "sprop-parameter-sets") || same_word(name, "sprop-vps") ||
            same_word(name, "sprop-sps") || same_word(name, "sprop-pps")) {
            add_sets(value, video.parameter_sets);
        }
    }
    return video;
}

Error no_video(const std::vector<SdpTrack>& tracks) {
    std::string found;
    for (const auto& track : tracks) {
        if (track.kind != "video") continue;
        auto name = track.payload_type == 26 ? "MJPEG" : printable(track.encoding, 20);
        found += (found.empty() ? "" : ", ") + (name.empty() ? "an unnamed format" : name);
    }
    return invalid_input(
        found.empty() ? "the camera offers no video at this address"
                      : fmt::format("the camera offers only {} at this address", found),
        "set the stream to H.264 or H.265 in the camera, or use the address of another stream"
    );
}

}  // namespace

Result<SdpVideo> parse_sdp(std::string_view text) {
    auto description = PROVISO_TRY(read_sdp_tracks(text));
    for (const auto& track : description.tracks) {
        if (track.kind != "video" || track.payload_type < 0 || track.payload_type > 127) continue;
        auto wanted = same_word(track.encoding, "H264") || same_word(track.encoding, "H265") ||
                      same_word(track.encoding, "HEVC");
        if (!wanted) continue;
        auto video = PROVISO_TRY(video_of(track));
        video.control.session = std::move(description.session_control);
        return video;
    }
    return no_video(description.tracks);
}

}  // namespace proviso::ingest
