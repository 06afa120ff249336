#pragma once

#include <memory>
#include <optional>

#include <proviso/media/packet.h>

struct AVCodecContext;
struct AVFrame;
struct AVPacket;

namespace proviso::vision {

struct FreeFrame {
    void operator()(AVFrame* frame) const;
};

using FramePtr = std::unique_ptr<AVFrame, FreeFrame>;

/// Every picture of a stream, as a frame that belongs to whoever takes it. One thread, bounded
/// picture size. Not thread-safe.
class FrameDecoder {
public:
    struct Decoded {
        FramePtr frame;        ///< its pts is the packet's
        bool damaged = false;  ///< parts were guessed
    };

    static Result<std::unique_ptr<FrameDecoder>> open(
        std::shared_ptr<const media::CodecParameters> codec
    );
    ~FrameDecoder();
    FrameDecoder(const FrameDecoder&) = delete;
    FrameDecoder& operator=(const FrameDecoder&) = delete;

    const std::shared_ptr<const media::CodecParameters>& codec() const { return codec_; }

    /// InvalidInput for a damaged packet; the next can be given all the same.
    Result<> send(const media::Packet& packet);
    /// No more packets of this run: everything held comes out of take().
    void drain();
    std::optional<Decoded> take();
    /// Begins anew with a key frame.
    void flush();

    /// Leaves out the smoothing of block edges: good enough to look at, not to show. From a key
    /// frame on.
    void only_to_look_at(bool on);

private:
    explicit FrameDecoder(std::shared_ptr<const media::CodecParameters> codec);
    Result<> start();

    std::shared_ptr<const media::CodecParameters> codec_;
    AVCodecContext* context_ = nullptr;
    AVPacket* packet_ = nullptr;
    Bytes padded_;
};

/// A frame of 8 bits 4:2:0 with even sides, of any that is looked at; the same one where it is that
/// already and nobody else holds it. InvalidInput for other colour formats.
Result<FramePtr> as_writable_420(FramePtr frame);

}  // namespace proviso::vision
