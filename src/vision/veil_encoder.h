#pragma once

#include <memory>
#include <optional>

#include <proviso/media/packet.h>

struct AVCodecContext;
struct AVFrame;
struct AVPacket;

namespace proviso::vision {

/// x264 for masked pictures: one in, one out, no thread, no B picture, nothing of itself in the
/// bytes. Not thread-safe.
class VeilEncoder {
public:
    struct Settings {
        int width = 0;
        int height = 0;
        bool full_range = false;
        int quality = 25;
        std::int64_t bit_rate = 0;
        /// Parameters of packets that will go out between ours: its own parameter sets get other
        /// ids, and codec() holds both.
        std::shared_ptr<const media::CodecParameters> beside = {};

        friend bool operator==(const Settings&, const Settings&) = default;
    };

    static Result<std::unique_ptr<VeilEncoder>> open(const Settings& settings);
    ~VeilEncoder();
    VeilEncoder(const VeilEncoder&) = delete;
    VeilEncoder& operator=(const VeilEncoder&) = delete;

    const Settings& settings() const { return settings_; }

    const std::shared_ptr<const media::CodecParameters>& codec() const { return codec_; }

    struct Encoded {
        Bytes data;  ///< as Packet::data
        bool key_frame = false;
    };

    /// The frame must be 8 bits 4:2:0 of the settings' size. `key`: can be started from.
    Result<Encoded> encode(AVFrame& frame, bool key);

private:
    explicit VeilEncoder(const Settings& settings) : settings_(settings) {}

    Result<> start();

    Settings settings_;
    AVCodecContext* context_ = nullptr;
    AVPacket* packet_ = nullptr;
    std::shared_ptr<const media::CodecParameters> codec_;
    std::int64_t count_ = 0;
};

/// Whether packets of these parameters can stand beside encoded ones under one avcC: H.264, 8 bits
/// 4:2:0, whole frames, even sides.
bool can_stand_beside(const media::CodecParameters& codec);

/// A packet's NAL units without SEI: what a camera tells of a picture beside the picture.
Bytes without_sei(ByteView data);

}  // namespace proviso::vision
