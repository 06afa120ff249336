#pragma once

#include <cstdint>
#include <memory>

#include <proviso/media/packet.h>

#include "planes.h"

struct AVCodecContext;
struct AVFrame;
struct AVPacket;

namespace proviso::vision {

/// libavcodec behind one face: one thread, bounded picture size, damage costs pictures. Not
/// thread-safe.
class Decoder {
public:
    /// InvalidInput if the parameters are senseless, TooLarge for pictures over kMostPixels.
    static Result<std::unique_ptr<Decoder>> open(std::shared_ptr<const media::CodecParameters> codec
    );
    ~Decoder();
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    const media::CodecParameters& codec() const { return *codec_; }

    /// Takes one access unit. True if a picture came out (perhaps an earlier one): see picture()
    /// and pts(). InvalidInput for a damaged one; the next can be given all the same.
    Result<bool> decode(ByteView data, bool key_frame, std::int64_t pts);

    /// A key frame alone: whatever the decoder still held is dropped and the picture comes out at
    /// once. `continues()` says whether decode() may go on from it.
    Result<bool> decode_key(ByteView data, std::int64_t pts);

    bool continues() const { return continues_; }

    /// Forgets all pictures: the next packet must be a key frame.
    void flush();

    /// Valid until the decoder is called again.
    const Planes& picture() const { return planes_; }

    /// The same, valid for as long as it is kept.
    Planes hold() const;

    std::int64_t pts() const { return pts_; }

    /// True if the decoder had to guess parts of the picture.
    bool damaged() const { return damaged_; }

private:
    explicit Decoder(std::shared_ptr<const media::CodecParameters> codec);
    Result<> start();
    Result<> send(ByteView data, bool key_frame, std::int64_t pts);
    Result<bool> receive();
    Result<> describe();

    std::shared_ptr<const media::CodecParameters> codec_;
    AVCodecContext* context_ = nullptr;
    AVPacket* packet_ = nullptr;
    AVFrame* frame_ = nullptr;  // the picture
    AVFrame* spare_ = nullptr;  // receives the next one
    Bytes padded_;
    std::shared_ptr<Bytes> narrowed_;  // ten bits made eight
    Planes planes_;
    bool narrow_ = false;
    std::int64_t pts_ = 0;
    bool damaged_ = false;
    bool continues_ = false;
};

}  // namespace proviso::vision
