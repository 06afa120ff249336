#pragma once

#include <memory>
#include <vector>

#include <proviso/media/packet.h>

struct AVCodecContext;
struct AVFrame;
struct AVPacket;

namespace proviso::vision {

/// A camera for tests: grey pictures in, H.264 packets as an IP camera sends them out.
class CameraEncoder {
public:
    struct Settings {
        int width = 640;
        int height = 360;
        int fps = 25;
        int group = 50;  ///< pictures from key frame to key frame
        int b_pictures = 0;
        std::int64_t bit_rate = 500'000;  ///< 0: constant quality
        Timestamp start{std::chrono::seconds(1'800'000'000)};
    };

    explicit CameraEncoder(const Settings& settings);
    ~CameraEncoder();
    CameraEncoder(const CameraEncoder&) = delete;
    CameraEncoder& operator=(const CameraEncoder&) = delete;

    /// The packets this picture completes: one, unless there are B pictures.
    std::vector<media::PacketPtr> add(const Bytes& luma);

private:
    Settings settings_;
    AVCodecContext* context_ = nullptr;
    AVFrame* frame_ = nullptr;
    AVPacket* packet_ = nullptr;
    std::shared_ptr<const media::CodecParameters> codec_;
    std::int64_t count_ = 0;
};

/// A textured wall with camera noise, and things that are put in front of it.
class Scene {
public:
    Scene(int width, int height, int noise) : width_(width), height_(height), noise_(noise) {}

    Bytes empty();
    /// A thing with stripes, so that it cannot be taken for a shadow.
    void put(Bytes& picture, int x, int y, int width, int height) const;

private:
    std::uint32_t random();

    int width_;
    int height_;
    int noise_;
    std::uint32_t state_ = 1;
};

}  // namespace proviso::vision
