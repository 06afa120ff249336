#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <proviso/vision/camera_encoder.h>
#include <proviso/vision/picture.h>
#include <proviso/vision/veil.h>

extern "C" {
#include <libavutil/frame.h>
}

#include "../veil_frames.h"

/// A camera whose pictures are known, and what comes out of the veil, decoded again.
namespace proviso::vision {

inline constexpr int kYardWide = 640;
inline constexpr int kYardHigh = 352;
inline constexpr int kYardFps = 25;
inline constexpr std::int64_t kYardTick = 90'000 / kYardFps;

/// Where the striped thing is in a picture, pixels; nothing if it is not there.
using Where = std::function<std::optional<behaviour::Box>(int picture)>;

inline behaviour::Box thing_at(int x, int y) { return {float(x), float(y), 48, 130}; }

inline std::vector<media::PacketPtr> film(
    int pictures, const Where& where, CameraEncoder::Settings settings = {}
) {
    settings.width = kYardWide;
    settings.height = kYardHigh;
    settings.fps = kYardFps;
    settings.bit_rate = 0;
    CameraEncoder camera(settings);
    Scene scene(kYardWide, kYardHigh, 2);
    std::vector<media::PacketPtr> packets;
    // The camera's encoder holds a picture or two back.
    for (int i = 0; int(packets.size()) < pictures; ++i) {
        auto picture = scene.empty();
        if (auto at = where(i)) {
            scene.put(picture, int(at->x), int(at->y), int(at->w), int(at->h));
        }
        for (auto& packet : camera.add(picture)) packets.push_back(std::move(packet));
    }
    packets.resize(std::size_t(pictures));
    return packets;
}

inline std::optional<behaviour::Box> nothing_there(int) { return std::nullopt; }

struct Veiled {
    std::vector<MaskedPacket> packets;
    std::vector<MaskRecord> records;

    std::uint32_t count(std::uint32_t MaskRecord::*what) const {
        std::uint32_t sum = 0;
        for (const auto& record : records) sum += record.*what;
        return sum;
    }
};

inline void collect(Veil& veil, Veiled& all) {
    while (auto one = veil.next()) {
        if (one->packet) all.packets.push_back(*one);
        if (one->record) all.records.push_back(*one->record);
    }
}

inline Veiled veil_all(const VeilConfig& config, const std::vector<media::PacketPtr>& packets) {
    Veiled all;
    auto veil = Veil::open(config);
    EXPECT_TRUE(veil) << (veil ? "" : veil.error().story());
    if (!veil) return all;
    for (const auto& packet : packets) {
        auto pushed = (*veil)->push(*packet);
        EXPECT_TRUE(pushed) << (pushed ? "" : pushed.error().story());
        collect(**veil, all);
    }
    EXPECT_TRUE((*veil)->finish());
    collect(**veil, all);
    return all;
}

/// Luma of every picture by pts, decoded in one go as a player would.
inline std::map<std::int64_t, Bytes> shown(const std::vector<media::PacketPtr>& packets) {
    std::map<std::int64_t, Bytes> all;
    if (packets.empty()) return all;
    auto decoder = FrameDecoder::open(packets.front()->codec).value();
    auto take = [&] {
        while (auto decoded = decoder->take()) {
            EXPECT_FALSE(decoded->damaged);
            Bytes luma;
            for (int row = 0; row < decoded->frame->height; ++row) {
                const auto* line =
                    decoded->frame->data[0] + std::ptrdiff_t(row) * decoded->frame->linesize[0];
                luma.insert(luma.end(), line, line + decoded->frame->width);
            }
            all[decoded->frame->pts] = std::move(luma);
        }
    };
    for (const auto& packet : packets) {
        EXPECT_TRUE(decoder->send(*packet));
        take();
    }
    decoder->drain();
    take();
    return all;
}

inline std::map<std::int64_t, Bytes> shown(const Veiled& veiled) {
    std::vector<media::PacketPtr> packets;
    for (const auto& one : veiled.packets) packets.push_back(one.packet);
    return shown(packets);
}

/// How much light jumps from row to row within a box of pixels: the thing's stripes are 95 at its
/// place and far less anywhere else.
inline double stripes(const Bytes& luma, const behaviour::Box& box) {
    double sum = 0;
    int count = 0;
    for (int y = int(box.y) + 9; y < int(box.y + box.h) && y < kYardHigh; ++y) {
        for (int x = std::max(0, int(box.x)); x < int(box.x + box.w) && x < kYardWide; ++x) {
            auto at = [&](int row) { return int(luma[std::size_t(row * kYardWide + x)]); };
            sum += std::abs(at(y) - at(y - 9));
            ++count;
        }
    }
    return count == 0 ? 0 : sum / count;
}

inline VeilConfig embedded_veil() {
    VeilConfig config;
    config.faces = false;
    return config;
}

}  // namespace proviso::vision
