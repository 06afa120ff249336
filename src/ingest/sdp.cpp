#include "sdp.h"

#include <fmt/format.h>

#include <proviso/media/nal.h>

#include "base64.h"
#include "text.h"

namespace proviso::ingest {
namespace {

constexpr std::size_t kMaxLines = 1000;
constexpr std::size_t kMaxSpropSets = 16;

/// A media section while it is read.
struct Track {
    std::string kind;
    int payload_type = -1;
    std::string encoding;
    std::string parameters;
    std::string control;
    std::optional<double> rate;
};

void read_attribute(std::string_view line, Track& track) {
    auto name = take_until(line, ':');
    if (name == "control") track.control = trim(line);
    if (name == "framerate") {
        // from_chars for double would do, but "25.000000" and "25" are all that is seen.
        auto whole = take_until(line, '.');
        if (auto number = to_number<int>(trim(whole)); number && *number > 0 && *number <= 240) {
            track.rate = *number;
        }
    }
    if (name != "rtpmap" && name != "fmtp") return;
    line = trim(line);
    auto type = to_number<int>(take_until(line, ' '));
    if (type != track.payload_type) return;
    line = trim(line);
    if (name == "rtpmap") {
        track.encoding = take_until(line, '/');
    } else {
        track.parameters = line;
    }
}

void add_sets(std::string_view list, std::vector<Bytes>& sets) {
    for (auto text : split(list, ',')) {
        auto nal = from_base64(trim(text));
        if (!nal || nal->empty() || nal->size() > media::kMaxParameterSetSize) continue;
        if (sets.size() < kMaxSpropSets) sets.push_back(std::move(*nal));
    }
}

Result<SdpVideo> video_of(const Track& track) {
    SdpVideo video;
    video.codec = same_word(track.encoding, "H264") ? media::Codec::H264 : media::Codec::H265;
    video.payload_type = track.payload_type;
    video.control = track.control;
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

Error no_video(const std::vector<Track>& tracks) {
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
    std::vector<Track> tracks;
    std::string session_control;
    for (std::size_t lines = 0; !text.empty(); ++lines) {
        if (lines == kMaxLines) {
            return Error(ErrorKind::TooLarge, "the stream's description has over 1000 lines");
        }
        auto line = trim(take_until(text, '\n'));
        if (line.size() < 2 || line[1] != '=') continue;
        auto type = line[0];
        line.remove_prefix(2);
        if (type == 'm') {
            Track track;
            track.kind = take_until(line, ' ');
            take_until(line, ' ');  // port
            take_until(line, ' ');  // protocol
            track.payload_type = to_number<int>(take_until(line, ' ')).value_or(-1);
            tracks.push_back(std::move(track));
        } else if (type == 'a' && !tracks.empty()) {
            read_attribute(line, tracks.back());
        } else if (type == 'a' && line.starts_with("control:")) {
            session_control = trim(line.substr(8));
        }
    }
    for (const auto& track : tracks) {
        if (track.kind != "video" || track.payload_type < 0 || track.payload_type > 127) continue;
        auto wanted = same_word(track.encoding, "H264") || same_word(track.encoding, "H265") ||
                      same_word(track.encoding, "HEVC");
        if (!wanted) continue;
        auto video = PROVISO_TRY(video_of(track));
        video.session_control = std::move(session_control);
        return video;
    }
    return no_video(tracks);
}

}  // namespace proviso::ingest
