#include <array>

#include <proviso/media/sound.h>

#include "bit_reader.h"

namespace proviso::media {
namespace {

constexpr std::uint32_t kAacLc = 2;
constexpr std::size_t kMaxConfig = 64;

constexpr std::array<std::uint32_t, 13> kRates{
    96'000,
    88'200,
    64'000,
    48'000,
    44'100,
    32'000,
    24'000,
    22'050,
    16'000,
    12'000,
    11'025,
    8'000,
    7'350};

Error not_plain() {
    return invalid_input(
        "the camera's AAC is not AAC-LC in mono or stereo",
        "set the camera's sound to AAC-LC or G.711"
    );
}

}  // namespace

std::string_view to_string(SoundCodec codec) {
    switch (codec) {
        case SoundCodec::Aac: return "AAC";
        case SoundCodec::Pcmu: return "G.711 mu-law";
        case SoundCodec::Pcma: return "G.711 A-law";
    }
    return "AAC";
}

std::string SoundParameters::rfc6381() const {
    if (codec == SoundCodec::Aac) return "mp4a.40.2";
    return codec == SoundCodec::Pcmu ? "ulaw" : "alaw";
}

std::uint32_t SoundParameters::samples_in(std::size_t bytes) const {
    if (codec == SoundCodec::Aac) return bytes == 0 ? 0 : frame_samples;
    return bytes % channels == 0 ? static_cast<std::uint32_t>(bytes / channels) : 0;
}

std::int64_t SoundParameters::ticks(std::uint64_t samples) const {
    return static_cast<std::int64_t>(samples * 90'000 / sample_rate);
}

Result<SoundParameters> aac_parameters(ByteView config) {
    if (config.size() > kMaxConfig) return not_plain();
    BitReader read(config);
    if (read.bits(5) != kAacLc) return not_plain();
    SoundParameters sound;
    auto index = read.bits(4);
    if (index == 15) {
        sound.sample_rate = read.bits(24);
    } else if (index < kRates.size()) {
        sound.sample_rate = kRates[index];
    }
    sound.channels = read.bits(4);
    sound.frame_samples = read.flag() ? 960 : 1024;
    // It depends on no core coder, and has no extension.
    bool plain = !read.flag() && !read.flag();
    if (!read.ok() || !plain || sound.sample_rate < 7'350 || sound.sample_rate > 96'000 ||
        sound.channels < 1 || sound.channels > 2) {
        return not_plain();
    }
    sound.config.assign(config.begin(), config.end());
    return sound;
}

Result<SoundParameters> g711_parameters(
    SoundCodec codec, std::uint32_t sample_rate, std::uint32_t channels
) {
    if (codec == SoundCodec::Aac || sample_rate < 8'000 || sample_rate > 48'000 || channels < 1 ||
        channels > 2) {
        return invalid_input(
            "the camera's G.711 is not 8 to 48 kHz in mono or stereo",
            "set the camera's sound to AAC-LC or to G.711 at 8 kHz"
        );
    }
    SoundParameters sound;
    sound.codec = codec;
    sound.sample_rate = sample_rate;
    sound.channels = channels;
    return sound;
}

}  // namespace proviso::media
