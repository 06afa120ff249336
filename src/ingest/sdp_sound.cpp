#include <fmt/format.h>

#include "sdp.h"
#include "sdp_tracks.h"
#include "text.h"

namespace proviso::ingest {
namespace {

constexpr int kStaticPcmu = 0;
constexpr int kStaticPcma = 8;
constexpr std::uint32_t kStaticRate = 8000;

constexpr const char* kSetToKnown = "set the camera's sound to AAC-LC or G.711";

std::string hexadecimal(std::string_view text) {
    std::string digits(text);
    for (auto& c : digits) {
        c = ingest::lower(c);
    }
    return digits;
}

/// RFC 3640, 3.3.6: one 13-bit size and a 3-bit index before every frame, nothing else.
Result<media::SoundParameters> aac_of(const SdpTrack& track) {
    std::string config;
    bool high_rate = false;
    bool usual = true;
    for (auto parameter : split(track.parameters, ';')) {
        auto name = trim(take_until(parameter, '='));
        auto value = trim(parameter);
        auto zero_or_absent = value.empty() || value == "0";
        if (same_word(name, "mode")) high_rate = same_word(value, "AAC-hbr");
        if (same_word(name, "config")) config = hexadecimal(value);
        if (same_word(name, "sizeLength")) usual = usual && value == "13";
        if (same_word(name, "indexLength")) usual = usual && value == "3";
        if (same_word(name, "indexDeltaLength")) usual = usual && value == "3";
        for (const auto* unwanted :
             {"CTSDeltaLength",
              "DTSDeltaLength",
              "auxiliaryDataSizeLength",
              "streamStateIndication",
              "randomAccessIndication",
              "constantSize"}) {
            if (same_word(name, unwanted)) usual = usual && zero_or_absent;
        }
    }
    auto bytes = from_hex(config);
    if (!high_rate || !usual || !bytes || bytes->empty()) {
        return invalid_input(
            "the camera packs its AAC in a way that is not read here", kSetToKnown
        );
    }
    auto sound = PROVISO_TRY(media::aac_parameters(*bytes));
    if (track.clock_rate != sound.sample_rate) {
        return invalid_input("the camera gives its AAC two different rates", kSetToKnown);
    }
    return sound;
}

/// Nothing if the track is of a kind that is not recorded.
Result<std::optional<media::SoundParameters>> sound_of(const SdpTrack& track) {
    auto named = [&track](std::string_view word) { return same_word(track.encoding, word); };
    std::optional<media::SoundParameters> found;
    if (named("mpeg4-generic")) {
        found = PROVISO_TRY(aac_of(track));
    } else if (named("PCMU") || (track.payload_type == kStaticPcmu && track.encoding.empty())) {
        found = PROVISO_TRY(media::g711_parameters(
            media::SoundCodec::Pcmu,
            track.encoding.empty() ? kStaticRate : track.clock_rate,
            track.channels
        ));
    } else if (named("PCMA") || (track.payload_type == kStaticPcma && track.encoding.empty())) {
        found = PROVISO_TRY(media::g711_parameters(
            media::SoundCodec::Pcma,
            track.encoding.empty() ? kStaticRate : track.clock_rate,
            track.channels
        ));
    }
    return found;
}

}  // namespace

Result<SdpSound> parse_sdp_sound(std::string_view text) {
    auto description = PROVISO_TRY(read_sdp_tracks(text));
    std::string others;
    std::optional<Error> unusable;
    for (const auto& track : description.tracks) {
        if (track.kind != "audio" || track.payload_type < 0 || track.payload_type > 127) continue;
        auto sound = sound_of(track);
        if (!sound) {
            unusable = std::move(sound).error();
        } else if (*sound) {
            SdpSound found;
            found.format = **std::move(sound);
            found.payload_type = track.payload_type;
            found.control = {track.control, std::move(description.session_control)};
            return found;
        } else {
            auto name = printable(track.encoding, 20);
            others += (others.empty() ? "" : ", ") + (name.empty() ? "an unnamed format" : name);
        }
    }
    if (unusable) return *std::move(unusable);
    if (others.empty()) {
        return invalid_input(
            "the camera offers no sound at this address", "switch its microphone on in the camera"
        );
    }
    return invalid_input(fmt::format("the camera's sound is {}", others), kSetToKnown);
}

}  // namespace proviso::ingest
