#include "decoder.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/log.h>
}

#include <proviso/media/nal.h>
#include <proviso/vision/picture.h>

#include "planes.h"

namespace proviso::vision {
namespace {

Error damaged_picture() { return invalid_input("a picture is damaged and was left out"); }

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
    planes_ = PROVISO_TRY(planes_of(*frame_, narrowed_));
    narrow_ = planes_.y == (narrowed_ ? narrowed_->data() : nullptr);
    return {};
}

}  // namespace proviso::vision
