#pragma once

#include <string_view>

#include <proviso/base/bytes.h>
#include <proviso/media/packet.h>
#include <proviso/media/sound.h>

/// How the server and its workers write their messages.
namespace proviso::workers {

inline constexpr std::size_t kMaxText = 2048;

Error malformed();

/// At most kMaxText bytes of it.
void put_text(ByteWriter& write, std::string_view text);

/// Reads a message field by field; what is wrong anywhere makes the whole wrong.
class Fields {
public:
    explicit Fields(ByteView bytes) : read_(bytes) {}

    ByteReader* operator->() { return &read_; }

    std::string_view text(std::size_t limit = kMaxText) {
        std::size_t size = read_.u16();
        if (size > limit) good_ = false;
        return as_text(read_.take(size));
    }

    bool flag() { return number(1) == 1; }

    std::uint8_t number(std::uint8_t most) {
        auto value = read_.u8();
        if (value > most) good_ = false;
        return value;
    }

    /// A fraction within limits; NaN is within none.
    float fraction(float least, float most);

    /// How many of something follow.
    std::uint32_t count(std::uint32_t most) {
        auto value = read_.u32();
        if (value > most) good_ = false;
        return good_ && read_.ok() ? value : 0;
    }

    bool finished() const { return good_ && read_.ok() && read_.remaining() == 0; }

private:
    ByteReader read_;
    bool good_ = true;
};

void put_fraction(ByteWriter& write, float value);

/// What a decoder must know, as it travels before the first picture that needs it.
Bytes encode(const media::CodecParameters& parameters);
Result<media::CodecParameters> decode_parameters(ByteView bytes);

Bytes encode(const media::SoundParameters& sound);
Result<media::SoundParameters> decode_sound(ByteView bytes);

}  // namespace proviso::workers
