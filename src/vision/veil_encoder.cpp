#include "veil_encoder.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/log.h>
#include <libavutil/opt.h>
}

#include <proviso/media/decoder_config.h>
#include <proviso/media/h264.h>
#include <proviso/media/nal.h>

namespace proviso::vision {
namespace {

namespace h264 = media::h264;

constexpr int kMostGroup = 250;  // pictures from key frame to key frame, if the camera sends none

struct Sets {
    std::vector<Bytes> sps;
    std::vector<Bytes> pps;
};

/// By kind; what is neither is left.
void collect(const std::vector<ByteView>& nals, Sets& sets) {
    for (auto nal : nals) {
        if (nal.empty()) continue;
        auto type = h264::nal_type(nal[0]);
        if (type == h264::NalType::Sps) sets.sps.emplace_back(nal.begin(), nal.end());
        if (type == h264::NalType::Pps) sets.pps.emplace_back(nal.begin(), nal.end());
    }
}

/// AVCDecoderConfigurationRecord of several sequence parameter sets: it may say no less than the
/// most demanding of them.
Result<media::CodecParameters> parameters_of(const Sets& sets, int width, int height) {
    h264::Sps most;
    for (const auto& nal : sets.sps) {
        auto one = PROVISO_TRY(h264::parse_sps(nal));
        if (one.profile > most.profile) {
            most.profile = one.profile;
            most.constraints = one.constraints;
        }
        most.level = std::max(most.level, one.level);
    }
    auto config = h264::make_avcc(most, sets.sps.at(0), sets.pps);
    if (sets.sps.size() > 1) {
        Bytes more;
        ByteWriter write(more);
        for (std::size_t i = 1; i < sets.sps.size(); ++i) {
            write.u16(static_cast<std::uint16_t>(sets.sps[i].size())).bytes(sets.sps[i]);
        }
        config[5] = static_cast<std::uint8_t>(0xE0U | sets.sps.size());
        auto behind_first = std::ptrdiff_t(8 + sets.sps[0].size());
        config.insert(config.begin() + behind_first, more.begin(), more.end());
    }
    return media::CodecParameters{
        media::Codec::H264, width, height, std::move(config), h264::rfc6381(most)};
}

/// An id that no parameter set of the others has.
Result<int> free_id(const Sets& others) {
    std::set<std::uint32_t> taken;
    for (const auto& nal : others.sps) taken.insert(PROVISO_TRY(h264::parse_sps(nal)).id);
    for (const auto& nal : others.pps) taken.insert(PROVISO_TRY(h264::parse_pps(nal)).id);
    for (int id = 0; id < 32; ++id) {
        if (!taken.contains(static_cast<std::uint32_t>(id))) return id;
    }
    return invalid_input("the camera uses every id a parameter set may have");
}

Result<Sets> sets_of(const media::CodecParameters& codec) {
    auto config = PROVISO_TRY(media::read_decoder_config(codec.codec, codec.decoder_config));
    Sets sets;
    collect(config.nals, sets);
    return sets;
}

}  // namespace

bool can_stand_beside(const media::CodecParameters& codec) {
    if (codec.codec != media::Codec::H264) return false;
    auto sets = sets_of(codec);
    if (!sets || sets->sps.size() != 1 || sets->pps.empty() || !free_id(*sets)) return false;
    auto sps = h264::parse_sps(sets->sps[0]);
    return sps && sps->frames_only && sps->chroma_format == 1 && sps->bit_depth_luma == 8 &&
           sps->bit_depth_chroma == 8 && sps->width % 2 == 0 && sps->height % 2 == 0;
}

Bytes without_sei(ByteView data) {
    Bytes out;
    ByteWriter write(out);
    ByteView nal;
    while (media::next_length_prefixed(data, 4, nal)) {
        if (nal.empty() || h264::nal_type(nal[0]) == h264::NalType::Sei) continue;
        write.u32(static_cast<std::uint32_t>(nal.size())).bytes(nal);
    }
    return out;
}

VeilEncoder::~VeilEncoder() {
    avcodec_free_context(&context_);
    av_packet_free(&packet_);
}

Result<std::unique_ptr<VeilEncoder>> VeilEncoder::open(const Settings& settings) {
    std::unique_ptr<VeilEncoder> encoder(new VeilEncoder(settings));
    PROVISO_TRY(encoder->start());
    return encoder;
}

Result<> VeilEncoder::start() {
    av_log_set_level(AV_LOG_QUIET);
    const auto* found = avcodec_find_encoder_by_name("libx264");
    if (found == nullptr) {
        return Error(
            ErrorKind::Unavailable,
            "this libavcodec has no libx264, so no masked picture can be made",
            "install Debian's libavcodec"
        );
    }
    Sets sets;
    if (settings_.beside) sets = PROVISO_TRY(sets_of(*settings_.beside));
    context_ = avcodec_alloc_context3(found);
    packet_ = av_packet_alloc();
    context_->width = settings_.width;
    context_->height = settings_.height;
    context_->pix_fmt = AV_PIX_FMT_YUV420P;
    context_->color_range = settings_.full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    // Times are the packets'; the encoder only counts.
    context_->time_base = {1, 25};
    context_->framerate = {25, 1};
    context_->gop_size = kMostGroup;
    context_->max_b_frames = 0;
    context_->thread_count = 1;
    context_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    if (settings_.bit_rate > 0) {
        context_->rc_max_rate = settings_.bit_rate;
        context_->rc_buffer_size = static_cast<int>(
            std::min<std::int64_t>(settings_.bit_rate, std::numeric_limits<int>::max())
        );
    }
    av_opt_set(context_->priv_data, "preset", "ultrafast", 0);
    av_opt_set(context_->priv_data, "tune", "zerolatency", 0);
    av_opt_set_int(context_->priv_data, "crf", settings_.quality, 0);
    av_opt_set_int(context_->priv_data, "forced-idr", 1, 0);
    auto id = PROVISO_TRY(free_id(sets));
    auto more = fmt::format(
        "sps-id={}:threads=1:lookahead-threads=1:sliced-threads=0:scenecut=0:rc-lookahead=0:"
        "sync-lookahead=0",
        id
    );
    av_opt_set(context_->priv_data, "x264-params", more.c_str(), 0);
    if (avcodec_open2(context_, found, nullptr) < 0) {
        return invalid_input("the encoder does not take pictures of this size");
    }
    std::vector<ByteView> nals;
    ByteView rest(context_->extradata, static_cast<std::size_t>(context_->extradata_size));
    ByteView nal;
    while (media::next_annexb(rest, nal)) nals.push_back(nal);
    collect(nals, sets);
    if (sets.sps.empty() || sets.pps.empty()) {
        return Error(ErrorKind::Internal, "the encoder gave no parameter sets");
    }
    codec_ = std::make_shared<const media::CodecParameters>(
        PROVISO_TRY(parameters_of(sets, settings_.width, settings_.height))
    );
    return {};
}

Result<VeilEncoder::Encoded> VeilEncoder::encode(AVFrame& frame, bool key) {
    frame.format = AV_PIX_FMT_YUV420P;
    frame.pict_type = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    frame.key_frame = key ? 1 : 0;
    frame.pts = count_++;
    // What the camera's decoder hung on the frame is not for the encoder to pass on.
    while (frame.nb_side_data > 0) av_frame_remove_side_data(&frame, frame.side_data[0]->type);
    if (avcodec_send_frame(context_, &frame) < 0 || avcodec_receive_packet(context_, packet_) < 0) {
        return Error(ErrorKind::Internal, "the encoder gave no picture");
    }
    Encoded made;
    made.key_frame = (packet_->flags & AV_PKT_FLAG_KEY) != 0;
    ByteWriter write(made.data);
    ByteView rest(packet_->data, static_cast<std::size_t>(packet_->size));
    ByteView nal;
    while (media::next_annexb(rest, nal)) {
        if (nal.empty() || !h264::is_picture(h264::nal_type(nal[0]))) continue;
        write.u32(static_cast<std::uint32_t>(nal.size())).bytes(nal);
    }
    av_packet_unref(packet_);
    if (made.data.empty()) return Error(ErrorKind::Internal, "the encoder gave an empty picture");
    return made;
}

}  // namespace proviso::vision
