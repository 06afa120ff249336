#pragma once

#include <proviso/media/packet.h>

namespace proviso::live {

inline std::shared_ptr<const media::CodecParameters> test_codec(int width) {
    auto codec = std::make_shared<media::CodecParameters>();
    codec->width = width;
    codec->height = 360;
    codec->decoder_config = {1, 0x4d, 0x40, 0x1f, 0xff, 0xe0, 0};
    codec->rfc6381 = "avc1.4d401f";
    return codec;
}

/// A camera of 25 pictures a second; every picture's bytes tell its number.
class TestCamera {
public:
    explicit TestCamera(const Clock& clock, int width = 640)
        : clock_(clock), codec_(test_codec(width)) {}

    media::PacketPtr picture(bool key_frame, std::size_t size = 100) {
        auto packet = std::make_shared<media::Packet>();
        packet->codec = codec_;
        packet->key_frame = key_frame;
        packet->dts = packet->pts = dts_;
        packet->wall = clock_.now();
        packet->mono = clock_.monotonic();
        packet->data.assign(size, static_cast<std::uint8_t>(number_++));
        dts_ += 3600;
        return packet;
    }

    void change_format(int width) { codec_ = test_codec(width); }

    void jump(std::int64_t ticks) { dts_ += ticks; }

private:
    const Clock& clock_;
    std::shared_ptr<const media::CodecParameters> codec_;
    std::int64_t dts_ = 1'000'000;
    int number_ = 0;
};

}  // namespace proviso::live
