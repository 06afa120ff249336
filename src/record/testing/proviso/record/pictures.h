#pragma once

#include <algorithm>
#include <random>

#include <proviso/media/packet.h>

namespace proviso::record {

/// A camera for tests: 25 pictures a second, a key frame every second, arrival without delay.
class Pictures {
public:
    explicit Pictures(Timestamp start, std::size_t bytes = 100, std::uint32_t seed = 1)
        : wall_(start), bytes_(bytes), random_(seed) {}

    static std::shared_ptr<const media::CodecParameters> codec(int width = 1920) {
        media::CodecParameters made;
        made.codec = media::Codec::H264;
        made.width = width;
        made.height = 1080;
        // avcC: version, profile, compatibility, level, 4-byte lengths, one SPS, one PPS.
        made.decoder_config = {1, 0x64, 0, 0x28, 0xff, 0xe1, 0, 26};
        const Bytes sps = {0x67, 0x64, 0,    0x28, 0xac, 0xd9, 0x40, 0x78, 2,
                           0x27, 0xe5, 0x84, 0,    0,    3,    0,    4,    0,
                           0,    3,    0,    0xf0, 0x3c, 0x60, 0xc6, 0x58};
        const Bytes pps = {0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0};
        auto& config = made.decoder_config;
        config.insert(config.end(), sps.begin(), sps.end());
        config.insert(config.end(), {1, 0, 6});
        config.insert(config.end(), pps.begin(), pps.end());
        made.rfc6381 = "avc1.640028";
        return std::make_shared<const media::CodecParameters>(std::move(made));
    }

    media::PacketPtr next() {
        return next_with([](media::Packet&) {});
    }

    template <class F>
    media::PacketPtr next_with(F&& change) {
        media::Packet packet;
        packet.codec = codec_;
        packet.key_frame = count_ % key_every_ == 0;
        packet.dts = dts_;
        packet.pts = dts_;
        packet.wall = wall_;
        packet.mono = mono_;
        packet.data.resize(bytes_);
        const auto length = static_cast<std::uint32_t>(bytes_ - 4);
        for (int i = 0; i < 4; ++i) {
            packet.data[static_cast<std::size_t>(i)] =
                static_cast<std::uint8_t>(length >> (24 - 8 * i));
        }
        std::generate(packet.data.begin() + 4, packet.data.end(), [&] {
            return static_cast<std::uint8_t>(random_());
        });
        packet.data[4] = packet.key_frame ? 0x65 : 0x41;
        change(packet);
        ++count_;
        skip(interval_);
        return std::make_shared<const media::Packet>(std::move(packet));
    }

    /// Time passes without a picture.
    void skip(std::int64_t ticks) {
        dts_ += ticks;
        elapsed_ += ticks;
        const auto now = microseconds(elapsed_ * 100 / 9);
        wall_ += now - passed_;
        mono_ += now - passed_;
        passed_ = now;
    }

    void step_wall(microseconds by) { wall_ += by; }

    void rebase(std::int64_t dts) { dts_ = dts; }

    void use(std::shared_ptr<const media::CodecParameters> parameters) {
        codec_ = std::move(parameters);
    }

    void every(std::int64_t interval, std::uint64_t key_every) {
        interval_ = interval;
        key_every_ = key_every;
    }

    Timestamp wall() const { return wall_; }

    MonoTime mono() const { return mono_; }

private:
    std::shared_ptr<const media::CodecParameters> codec_ = codec();
    std::int64_t dts_ = 1'000'000;
    std::int64_t elapsed_ = 0;
    microseconds passed_{0};
    Timestamp wall_;
    MonoTime mono_{std::chrono::seconds(0)};
    std::uint64_t count_ = 0;
    std::size_t bytes_;
    std::int64_t interval_ = 3600;
    std::uint64_t key_every_ = 25;
    std::minstd_rand random_;
};

}  // namespace proviso::record
