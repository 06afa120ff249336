#include "veil_frames.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/log.h>
}

#include <proviso/media/nal.h>
#include <proviso/vision/picture.h>

#include "planes.h"

namespace proviso::vision {
namespace {

Error no_room() { return {ErrorKind::Internal, "there is no memory for a picture"}; }

cv::Mat plane(const std::uint8_t* data, int width, int height, int stride) {
    return {
        height, width, CV_8UC1, const_cast<std::uint8_t*>(data), static_cast<std::size_t>(stride)};
}

}  // namespace

void FreeFrame::operator()(AVFrame* frame) const { av_frame_free(&frame); }

FrameDecoder::FrameDecoder(std::shared_ptr<const media::CodecParameters> codec)
    : codec_(std::move(codec)) {}

FrameDecoder::~FrameDecoder() {
    avcodec_free_context(&context_);
    av_packet_free(&packet_);
}

Result<std::unique_ptr<FrameDecoder>> FrameDecoder::open(
    std::shared_ptr<const media::CodecParameters> codec
) {
    if (codec->width < 0 || codec->height < 0 || codec->width > media::kMaxPictureSide ||
        codec->height > media::kMaxPictureSide) {
        return Error(ErrorKind::TooLarge, "the pictures are larger than is decoded");
    }
    std::unique_ptr<FrameDecoder> decoder(new FrameDecoder(std::move(codec)));
    PROVISO_TRY(decoder->start());
    return decoder;
}

Result<> FrameDecoder::start() {
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
    const auto& config = codec_->decoder_config;
    if (!config.empty()) {
        context_->extradata =
            static_cast<std::uint8_t*>(av_mallocz(config.size() + AV_INPUT_BUFFER_PADDING_SIZE));
        std::copy(config.begin(), config.end(), context_->extradata);
        context_->extradata_size = static_cast<int>(config.size());
    }
    context_->thread_count = 1;
    context_->max_pixels = kMostPixels;
    context_->pkt_timebase = AVRational{1, 90'000};
    // What was lost is to be known, not painted over.
    context_->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
    if (avcodec_open2(context_, found, nullptr) < 0) {
        return invalid_input("the parameters of the stream cannot be decoded");
    }
    return {};
}

Result<> FrameDecoder::send(const media::Packet& packet) {
    const auto& data = packet.data;
    if (data.empty() || data.size() > media::kMaxAccessUnitSize) {
        return invalid_input("a picture is damaged and was left out");
    }
    padded_.resize(std::max(padded_.size(), data.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    std::copy(data.begin(), data.end(), padded_.begin());
    std::fill_n(padded_.begin() + std::ptrdiff_t(data.size()), AV_INPUT_BUFFER_PADDING_SIZE, 0);
    packet_->data = padded_.data();
    packet_->size = static_cast<int>(data.size());
    packet_->pts = packet.pts;
    packet_->dts = packet.dts;
    packet_->flags = packet.key_frame ? AV_PKT_FLAG_KEY : 0;
    auto sent = avcodec_send_packet(context_, packet_);
    packet_->data = nullptr;
    packet_->size = 0;
    if (sent < 0) return invalid_input("a picture is damaged and was left out");
    return {};
}

void FrameDecoder::drain() { avcodec_send_packet(context_, nullptr); }

std::optional<FrameDecoder::Decoded> FrameDecoder::take() {
    FramePtr frame(av_frame_alloc());
    if (!frame || avcodec_receive_frame(context_, frame.get()) != 0) return std::nullopt;
    auto damaged = (static_cast<unsigned>(frame->flags) & AV_FRAME_FLAG_CORRUPT) != 0 ||
                   frame->decode_error_flags != 0;
    if (frame->pts == AV_NOPTS_VALUE) frame->pts = frame->best_effort_timestamp;
    return Decoded{std::move(frame), damaged};
}

void FrameDecoder::flush() { avcodec_flush_buffers(context_); }

void FrameDecoder::only_to_look_at(bool on) {
    context_->skip_loop_filter = on ? AVDISCARD_ALL : AVDISCARD_DEFAULT;
}

Result<FramePtr> as_writable_420(FramePtr frame) {
    auto width = frame->width & ~1;
    auto height = frame->height & ~1;
    auto usual = frame->format == AV_PIX_FMT_YUV420P || frame->format == AV_PIX_FMT_YUVJ420P;
    if (width < 16 || height < 16) return invalid_input("the pictures are too small to be shown");
    if (usual) {
        // A last odd line would be the encoder's trouble.
        frame->width = width;
        frame->height = height;
        frame->crop_right = frame->crop_bottom = 0;
        if (av_frame_make_writable(frame.get()) < 0) return no_room();
        return frame;
    }
    std::shared_ptr<Bytes> narrowed;
    auto from = PROVISO_TRY(planes_of(*frame, narrowed));
    FramePtr made(av_frame_alloc());
    if (!made) return no_room();
    made->width = width;
    made->height = height;
    made->format = AV_PIX_FMT_YUV420P;
    made->pts = frame->pts;
    made->color_range = frame->color_range;
    if (av_frame_get_buffer(made.get(), 0) < 0) return no_room();
    cv::Rect even(0, 0, width, height);
    plane(from.y, from.width, from.height, from.y_stride)(even).copyTo(
        plane(made->data[0], width, height, made->linesize[0])
    );
    for (int i : {1, 2}) {
        auto to = plane(made->data[i], width / 2, height / 2, made->linesize[i]);
        if (from.u == nullptr) {
            to.setTo(128);
            continue;
        }
        auto wide = (from.width + (1 << from.chroma_x) - 1) >> from.chroma_x;
        auto high = (from.height + (1 << from.chroma_y) - 1) >> from.chroma_y;
        auto chroma = plane(i == 1 ? from.u : from.v, wide, high, from.uv_stride);
        cv::resize(chroma, to, to.size(), 0, 0, cv::INTER_AREA);
    }
    return made;
}

}  // namespace proviso::vision
