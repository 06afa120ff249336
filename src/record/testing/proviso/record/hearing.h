#pragma once

#include <proviso/media/sound.h>

namespace proviso::record {

/// The microphone of a camera for tests: G.711 in stretches of 40 ms, its first byte counting.
class Hearing {
public:
    static std::shared_ptr<const media::SoundParameters> format(std::uint32_t rate = 8000) {
        auto made = media::g711_parameters(media::SoundCodec::Pcmu, rate, 1);
        return std::make_shared<const media::SoundParameters>(*std::move(made));
    }

    /// What is heard while the picture of `dts` is shown, arriving `late` after it.
    media::SoundPtr next(std::int64_t dts, MonoTime mono, milliseconds late = milliseconds(0)) {
        media::SoundPacket sound;
        sound.format = format_;
        sound.pts = dts;
        sound.duration = 3600;
        sound.mono = mono + late;
        sound.data.resize(320, 0xFF);
        sound.data[0] = static_cast<std::uint8_t>(count_++);
        return std::make_shared<const media::SoundPacket>(std::move(sound));
    }

    void use(std::shared_ptr<const media::SoundParameters> format) { format_ = std::move(format); }

private:
    std::shared_ptr<const media::SoundParameters> format_ = format();
    int count_ = 0;
};

}  // namespace proviso::record
