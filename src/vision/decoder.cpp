#include "decoder.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/log.h>
#include <libavutil/pixdesc.h>
}

#include <proviso/media/nal.h>
#include <proviso/vision/picture.h>

namespace proviso::vision {
namespace {

Error damaged_picture() { return invalid_input("a picture is damaged and was left out"); }

/// Rows of 16-bit samples as rows of their upper eight bits.
void narrow(
    const std::uint8_t* from, int from_stride, int width, int height, int shift, std::uint8_t* to
) {
    for (int row = 0; row < height; ++row) {
        for (int x = 0; x < width; ++x) {
            std::uint16_t sample = 0;
            std::memcpy(&sample, from + x * 2, 2);
            to[x] = static_cast<std::uint8_t>(std::min(255, sample >> shift));
        }
        from += from_stride;
        to += width;
    }
}

}  // namespace

Decoder::Decoder(std::shared_ptr<const media::CodecParameters> codec) : codec_(std::move(codec)) {}

Decoder::~Decoder() {
    avcodec_free_context(&context_);
    av_packet_free(&packet_);
    av_frame_free(&frame_);
    av_frame_free(&spare_);
}

Result<std::unique_ptr<Decoder>> Decoder::open(std::shared_ptr<const media::CodecParameters> codec
) {
    if (codec->width < 0 || codec->height < 0 || codec->width > media::kMaxPictureSide ||
        codec->height > media::kMaxPictureSide) {
        return Error(ErrorKind::TooLarge, "the pictures are larger than is decoded");
    }
    std::unique_ptr<Decoder> decoder(new Decoder(std::move(codec)));
    PROVISO_TRY(decoder->start());
    return decoder;
}

Result<> Decoder::start() {
    // What it has to say about damaged pictures is said here, in our words.
    av_log_set_level(AV_LOG_QUIET);
    auto id = codec_->codec == media::Codec::H264 ? AV_CODEC_ID_H264 : AV_CODEC_ID_HEVC;
    const auto* found = avcodec_find_decoder(id);
    if (found == nullptr) {
        return Error(
            ErrorKind::Unavailable,
            "this libavcodec cannot decode the stream",
            "install Debian's libavcodec"
        );
    }
    context_ = avcodec_alloc_context3(found);
    packet_ = av_packet_alloc();
    frame_ = av_frame_alloc();
    spare_ = av_frame_alloc();
    const auto& config = codec_->decoder_config;
    if (!config.empty()) {
        auto* extra =
            static_cast<std::uint8_t*>(av_mallocz(config.size() + AV_INPUT_BUFFER_PADDING_SIZE));
        std::memcpy(extra, config.data(), config.size());
        context_->extradata = extra;
        context_->extradata_size = static_cast<int>(config.size());
    }
    context_->thread_count = 1;
    context_->max_pixels = kMostPixels;
    context_->pkt_timebase = AVRational{1, 90'000};
    if (avcodec_open2(context_, found, nullptr) < 0) {
        return invalid_input("the parameters of the stream cannot be decoded");
    }
    return {};
}

void Decoder::flush() {
    avcodec_flush_buffers(context_);
    continues_ = false;
}

Result<> Decoder::send(ByteView data, bool key_frame, std::int64_t pts) {
    if (data.empty() || data.size() > media::kMaxAccessUnitSize) return damaged_picture();
    padded_.resize(std::max(padded_.size(), data.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    std::copy(data.begin(), data.end(), padded_.begin());
    std::fill_n(padded_.begin() + std::ptrdiff_t(data.size()), AV_INPUT_BUFFER_PADDING_SIZE, 0);
    packet_->data = padded_.data();
    packet_->size = static_cast<int>(data.size());
    packet_->pts = pts;
    packet_->flags = key_frame ? AV_PKT_FLAG_KEY : 0;
    auto sent = avcodec_send_packet(context_, packet_);
    packet_->data = nullptr;
    packet_->size = 0;
    if (sent < 0) return damaged_picture();
    return {};
}

Result<bool> Decoder::receive() {
    bool any = false;
    // One packet gives one picture; field pairs and damaged streams may give more: the last wins.
    while (avcodec_receive_frame(context_, spare_) == 0) {
        std::swap(frame_, spare_);
        PROVISO_TRY(describe());
        pts_ = frame_->best_effort_timestamp;
        damaged_ = (static_cast<unsigned>(frame_->flags) & AV_FRAME_FLAG_CORRUPT) != 0 ||
                   frame_->decode_error_flags != 0;
        any = true;
    }
    return any;
}

Result<bool> Decoder::decode(ByteView data, bool key_frame, std::int64_t pts) {
    PROVISO_TRY(send(data, key_frame, pts));
    continues_ = true;
    return receive();
}

Result<bool> Decoder::decode_key(ByteView data, std::int64_t pts) {
    flush();
    PROVISO_TRY(send(data, true, pts));
    if (PROVISO_TRY(receive())) {
        continues_ = true;
        return true;
    }
    // Held back to be put in order: ask for it, which ends the run.
    avcodec_send_packet(context_, nullptr);
    auto any = receive();
    avcodec_flush_buffers(context_);
    continues_ = false;
    return any;
}

Planes Decoder::hold() const {
    auto held = planes_;
    if (narrow_) {
        held.owner = narrowed_;
    } else {
        held.owner = std::shared_ptr<AVFrame>(av_frame_clone(frame_), [](AVFrame* frame) {
            av_frame_free(&frame);
        });
    }
    return held;
}

Result<> Decoder::describe() {
    const auto* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame_->format));
    auto width = frame_->width;
    auto height = frame_->height;
    if (format == nullptr || width <= 0 || height <= 0 ||
        (format->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_PAL |
                          AV_PIX_FMT_FLAG_BE | AV_PIX_FMT_FLAG_BITSTREAM)) != 0 ||
        (format->nb_components > 1 && (format->flags & AV_PIX_FMT_FLAG_PLANAR) == 0)) {
        return invalid_input("the pictures have a colour format that is not looked at");
    }
    planes_ = {};
    planes_.width = width;
    planes_.height = height;
    planes_.y = frame_->data[0];
    planes_.y_stride = frame_->linesize[0];
    planes_.chroma_x = format->log2_chroma_w;
    planes_.chroma_y = format->log2_chroma_h;
    if (format->nb_components >= 3) {
        planes_.u = frame_->data[1];
        planes_.v = frame_->data[2];
        planes_.uv_stride = frame_->linesize[1];
    }
    auto depth = format->comp[0].depth;
    narrow_ = depth != 8;
    if (!narrow_) return {};
    if (depth < 8 || depth > 16) return invalid_input("the pictures have too few or many colours");
    auto chroma_width = AV_CEIL_RSHIFT(width, planes_.chroma_x);
    auto chroma_height = AV_CEIL_RSHIFT(height, planes_.chroma_y);
    auto luma_size = std::size_t(width) * std::size_t(height);
    auto chroma_size = std::size_t(chroma_width) * std::size_t(chroma_height);
    if (!narrowed_ || narrowed_.use_count() > 1) narrowed_ = std::make_shared<Bytes>();
    narrowed_->resize(luma_size + 2 * chroma_size);
    narrow(planes_.y, planes_.y_stride, width, height, depth - 8, narrowed_->data());
    planes_.y = narrowed_->data();
    planes_.y_stride = width;
    if (planes_.u != nullptr) {
        auto* u = narrowed_->data() + luma_size;
        auto* v = u + chroma_size;
        narrow(planes_.u, planes_.uv_stride, chroma_width, chroma_height, depth - 8, u);
        narrow(planes_.v, frame_->linesize[2], chroma_width, chroma_height, depth - 8, v);
        planes_.u = u;
        planes_.v = v;
        planes_.uv_stride = chroma_width;
    }
    return {};
}

}  // namespace proviso::vision
