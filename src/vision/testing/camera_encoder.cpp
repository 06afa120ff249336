#include <algorithm>
#include <cstring>
#include <stdexcept>

#include <proviso/vision/camera_encoder.h>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/log.h>
#include <libavutil/opt.h>
}

#include <proviso/media/h264.h>
#include <proviso/media/nal.h>
#include <proviso/media/parameter_sets.h>

namespace proviso::vision {

CameraEncoder::CameraEncoder(const Settings& settings) : settings_(settings) {
    av_log_set_level(AV_LOG_QUIET);
    const auto* codec = avcodec_find_encoder_by_name("libx264");
    if (codec == nullptr) throw std::runtime_error("libavcodec has no libx264");
    context_ = avcodec_alloc_context3(codec);
    context_->width = settings.width;
    context_->height = settings.height;
    context_->pix_fmt = AV_PIX_FMT_YUV420P;
    context_->time_base = {1, settings.fps};
    context_->framerate = {settings.fps, 1};
    context_->gop_size = settings.group;
    context_->keyint_min = settings.group;
    context_->max_b_frames = settings.b_pictures;
    context_->bit_rate = settings.bit_rate;
    context_->thread_count = 1;
    context_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    if (settings.bit_rate == 0) av_opt_set(context_->priv_data, "crf", "27", 0);
    av_opt_set(context_->priv_data, "preset", "veryfast", 0);
    av_opt_set(context_->priv_data, "x264-params", "scenecut=0:rc-lookahead=0:sync-lookahead=0", 0);
    if (avcodec_open2(context_, codec, nullptr) < 0) throw std::runtime_error("x264 did not open");
    media::ParameterSets sets(media::Codec::H264);
    ByteView rest(context_->extradata, static_cast<std::size_t>(context_->extradata_size));
    ByteView nal;
    while (media::next_annexb(rest, nal)) {
        if (sets.is_parameter_set(nal)) (void)sets.offer(nal);
    }
    codec_ = sets.any().value();
    frame_ = av_frame_alloc();
    frame_->width = settings.width;
    frame_->height = settings.height;
    frame_->format = AV_PIX_FMT_YUV420P;
    av_frame_get_buffer(frame_, 0);
    packet_ = av_packet_alloc();
}

CameraEncoder::~CameraEncoder() {
    avcodec_free_context(&context_);
    av_frame_free(&frame_);
    av_packet_free(&packet_);
}

std::vector<media::PacketPtr> CameraEncoder::add(const Bytes& luma) {
    av_frame_make_writable(frame_);
    for (int row = 0; row < settings_.height; ++row) {
        std::memcpy(
            frame_->data[0] + std::ptrdiff_t(row) * frame_->linesize[0],
            luma.data() + std::ptrdiff_t(row) * settings_.width,
            static_cast<std::size_t>(settings_.width)
        );
    }
    for (int plane : {1, 2}) {
        std::memset(
            frame_->data[plane],
            128,
            static_cast<std::size_t>(frame_->linesize[plane]) *
                static_cast<std::size_t>(settings_.height / 2)
        );
    }
    frame_->pts = count_++;
    if (avcodec_send_frame(context_, frame_) < 0) throw std::runtime_error("x264 took no picture");
    std::vector<media::PacketPtr> packets;
    while (avcodec_receive_packet(context_, packet_) == 0) {
        auto made = std::make_shared<media::Packet>();
        made->codec = codec_;
        made->key_frame = (packet_->flags & AV_PKT_FLAG_KEY) != 0;
        made->pts = packet_->pts * 90'000 / settings_.fps;
        made->dts = packet_->dts * 90'000 / settings_.fps;
        made->wall = settings_.start + microseconds(made->dts * 100 / 9);
        made->mono = MonoTime(microseconds(made->dts * 100 / 9));
        ByteView rest(packet_->data, static_cast<std::size_t>(packet_->size));
        ByteView nal;
        ByteWriter out(made->data);
        while (media::next_annexb(rest, nal)) {
            if (nal.empty() || media::h264::nal_type(nal[0]) == media::h264::NalType::Sps ||
                media::h264::nal_type(nal[0]) == media::h264::NalType::Pps) {
                continue;
            }
            out.u32(static_cast<std::uint32_t>(nal.size())).bytes(nal);
        }
        packets.push_back(std::move(made));
        av_packet_unref(packet_);
    }
    return packets;
}

std::uint32_t Scene::random() {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 17U;
    state_ ^= state_ << 5U;
    return state_;
}

Bytes Scene::empty() {
    Bytes picture(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_));
    for (int y = 0; y < height_; ++y) {
        for (int x = 0; x < width_; ++x) {
            auto wall = 90 + 50 * ((x / 37 + y / 23) % 2) + (x * 7 + y * 13) % 11;
            auto noise = noise_ == 0 ? 0 : int(random() % unsigned(2 * noise_ + 1)) - noise_;
            picture[std::size_t(y) * std::size_t(width_) + std::size_t(x)] =
                static_cast<std::uint8_t>(wall + noise);
        }
    }
    return picture;
}

void Scene::put(Bytes& picture, int x, int y, int width, int height) const {
    for (int row = std::max(0, y); row < std::min(height_, y + height); ++row) {
        for (int column = std::max(0, x); column < std::min(width_, x + width); ++column) {
            picture[std::size_t(row) * std::size_t(width_) + std::size_t(column)] =
                (row - y) / 9 % 2 == 0 ? 30 : 220;
        }
    }
}

}  // namespace proviso::vision
