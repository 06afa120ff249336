#include <algorithm>
#include <bit>

#include <proviso/media/nal.h>
#include <proviso/workers/messages.h>

namespace proviso::workers {
namespace {

constexpr std::size_t kMaxDecoderConfig = 40'000;

}  // namespace

Error malformed() { return {ErrorKind::Corrupt, "a message between processes is malformed"}; }

void put_text(ByteWriter& write, std::string_view text) {
    text = text.substr(0, kMaxText);
    write.u16(static_cast<std::uint16_t>(text.size())).text(text);
}

float Fields::fraction(float least, float most) {
    auto value = std::bit_cast<float>(read_.u32());
    if (!(value >= least && value <= most)) good_ = false;
    return good_ ? value : least;
}

void put_fraction(ByteWriter& write, float value) {
    write.u32(std::bit_cast<std::uint32_t>(value));
}

Bytes encode(const media::CodecParameters& parameters) {
    Bytes out;
    ByteWriter write(out);
    write.u8(static_cast<std::uint8_t>(parameters.codec));
    write.u32(static_cast<std::uint32_t>(parameters.width));
    write.u32(static_cast<std::uint32_t>(parameters.height));
    put_text(write, parameters.rfc6381);
    write.bytes(parameters.decoder_config);
    return out;
}

Result<media::CodecParameters> decode_parameters(ByteView bytes) {
    Fields read(bytes);
    media::CodecParameters parameters;
    parameters.codec = media::Codec(read.number(static_cast<std::uint8_t>(media::Codec::H265)));
    auto width = read->u32();
    auto height = read->u32();
    parameters.rfc6381 = read.text(64);
    auto config = read->take(read->remaining());
    if (!read.finished()) return malformed();
    auto side = [](std::uint32_t value) {
        return value >= 1 && value <= static_cast<std::uint32_t>(media::kMaxPictureSide);
    };
    auto word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.';
    };
    auto prefix = parameters.codec == media::Codec::H264 ? "avc1." : "hvc1.";
    if (!side(width) || !side(height) || config.size() < 7 || config.size() > kMaxDecoderConfig ||
        !parameters.rfc6381.starts_with(prefix) || !std::ranges::all_of(parameters.rfc6381, word)) {
        return malformed();
    }
    parameters.width = static_cast<int>(width);
    parameters.height = static_cast<int>(height);
    parameters.decoder_config.assign(config.begin(), config.end());
    return parameters;
}

Bytes encode(const media::SoundParameters& sound) {
    Bytes out;
    ByteWriter write(out);
    write.u8(static_cast<std::uint8_t>(sound.codec)).u32(sound.sample_rate).u32(sound.channels);
    write.bytes(sound.config);
    return out;
}

Result<media::SoundParameters> decode_sound(ByteView bytes) {
    Fields read(bytes);
    auto codec = media::SoundCodec(read.number(static_cast<std::uint8_t>(media::SoundCodec::Pcma)));
    auto rate = read->u32();
    auto channels = read->u32();
    auto config = read->take(read->remaining());
    if (!read.finished()) return malformed();
    // Made anew from what it must follow from, so that nothing else can be claimed.
    auto sound = codec == media::SoundCodec::Aac ? media::aac_parameters(config)
                                                 : media::g711_parameters(codec, rate, channels);
    bool same = sound && sound->sample_rate == rate && sound->channels == channels &&
                sound->config.size() == config.size();
    if (!same) return malformed();
    return sound;
}

}  // namespace proviso::workers
