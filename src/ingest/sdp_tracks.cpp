#include "sdp_tracks.h"

#include "text.h"

namespace proviso::ingest {
namespace {

constexpr std::size_t kMaxLines = 1000;

void read_attribute(std::string_view line, SdpTrack& track) {
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
        track.clock_rate = to_number<std::uint32_t>(trim(take_until(line, '/'))).value_or(0);
        if (!line.empty()) track.channels = to_number<std::uint32_t>(trim(line)).value_or(0);
    } else {
        track.parameters = line;
    }
}

}  // namespace

Result<SdpTracks> read_sdp_tracks(std::string_view text) {
    SdpTracks read;
    for (std::size_t lines = 0; !text.empty(); ++lines) {
        if (lines == kMaxLines) {
            return Error(ErrorKind::TooLarge, "the stream's description has over 1000 lines");
        }
        auto line = trim(take_until(text, '\n'));
        if (line.size() < 2 || line[1] != '=') continue;
        auto type = line[0];
        line.remove_prefix(2);
        if (type == 'm') {
            SdpTrack track;
            track.kind = take_until(line, ' ');
            take_until(line, ' ');  // port
            take_until(line, ' ');  // protocol
            track.payload_type = to_number<int>(take_until(line, ' ')).value_or(-1);
            read.tracks.push_back(std::move(track));
        } else if (type == 'a' && !read.tracks.empty()) {
            read_attribute(line, read.tracks.back());
        } else if (type == 'a' && line.starts_with("control:")) {
            read.session_control = trim(line.substr(8));
        }
    }
    return read;
}

}  // namespace proviso::ingest
