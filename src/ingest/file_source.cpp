#include "file_source.h"

#include <algorithm>

#include <sys/stat.h>

extern "C" {
#include <libavcodec/packet.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
}

#include <proviso/media/decoder_config.h>
#include <proviso/media/nal.h>

namespace proviso::ingest {
namespace {

/// Behind schedule by more than this, the rest is not hurried after.
constexpr std::chrono::seconds kMostLate{2};
constexpr const char* kConvert =
    "make one of it: ffmpeg -i FILE -an -c:v libx264 -bf 0 -g 50 camera.mp4";

Error unreadable(const char* what) { return invalid_input(what, kConvert); }

std::int64_t to_ticks(std::int64_t value, AVRational base) {
    return av_rescale_q(value, base, AVRational{1, 90'000});
}

}  // namespace

FileSource::FileSource(std::uint32_t stream, std::string path, bool sound, SourceHost& host)
    : StreamSource(stream, host), path_(std::move(path)), sound_wanted_(sound) {}

SoundReport FileSource::sound_report() const {
    if (!sound_wanted_) return {};
    return {SoundState::Waiting, "files are read without their sound"};
}

FileSource::~FileSource() { FileSource::close(); }

void FileSource::close() {
    avformat_close_input(&format_);
    av_packet_free(&packet_);
    builder_.reset();
    offset_ = 0;
}

Result<> FileSource::open(MonoTime now) {
    struct stat facts {};

    if (::stat(path_.c_str(), &facts) != 0) {
        return Error(ErrorKind::NotFound, "the file is not there", "check the path");
    }
    if (!S_ISREG(facts.st_mode)) return unreadable("the path is not of a file");
    packet_ = av_packet_alloc();
    PROVISO_TRY(open_file());
    started_ = now;
    first_dts_ = 0;
    any_in_round_ = false;
    if (!PROVISO_TRY(read_next())) return unreadable("the file holds no pictures");
    first_dts_ = next_dts_;
    timer().restart();
    return {};
}

Result<> FileSource::open_file() {
    avformat_close_input(&format_);
    AVDictionary* options = nullptr;
    av_dict_set(&options, "protocol_whitelist", "file", 0);
    av_dict_set(&options, "format_whitelist", "mov,matroska,webm,avi,mpegts,h264,hevc", 0);
    auto opened = avformat_open_input(&format_, ("file:" + path_).c_str(), nullptr, &options);
    av_dict_free(&options);
    if (opened < 0) return unreadable("the file cannot be read as a video");
    if (avformat_find_stream_info(format_, nullptr) < 0) {
        return unreadable("the file cannot be read as a video");
    }
    track_ = av_find_best_stream(format_, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (track_ < 0) return unreadable("the file holds no video");
    const auto* stream = format_->streams[track_];
    const auto* parameters = stream->codecpar;
    if (parameters->codec_id != AV_CODEC_ID_H264 && parameters->codec_id != AV_CODEC_ID_HEVC) {
        return unreadable("the video of the file is neither H.264 nor H.265");
    }
    auto codec = parameters->codec_id == AV_CODEC_ID_H264 ? media::Codec::H264 : media::Codec::H265;
    auto rate = stream->avg_frame_rate.num > 0 ? stream->avg_frame_rate : stream->r_frame_rate;
    if (rate.num > 0 && rate.den > 0) {
        duration_ =
            std::clamp<std::int64_t>(av_rescale(90'000, rate.den, rate.num), 90'000 / 240, 90'000);
    }
    if (!builder_) {
        builder_ = std::make_unique<AccessUnitBuilder>(codec, [this](const AccessUnit& unit) {
            timer().place(unit, builder_->parameter_sets(), now_);
        });
    }
    ByteView extra(
        parameters->extradata, static_cast<std::size_t>(std::max(0, parameters->extradata_size))
    );
    auto sets = PROVISO_TRY(media::read_decoder_config(codec, extra));
    length_size_ = sets.length_size;
    for (auto nal : sets.nals) builder_->add_nal(nal);
    return {};
}

/// The next packet of the video track with its times; false at the end of the file.
Result<bool> FileSource::read_next() {
    for (;;) {
        av_packet_unref(packet_);
        auto result = av_read_frame(format_, packet_);
        if (result < 0) return false;
        if (packet_->stream_index == track_ && packet_->size > 0) break;
    }
    auto base = format_->streams[track_]->time_base;
    auto expected = any_in_round_ ? last_dts_ + duration_ : first_dts_;
    next_dts_ = packet_->dts == AV_NOPTS_VALUE ? expected : to_ticks(packet_->dts, base);
    next_pts_ = packet_->pts == AV_NOPTS_VALUE ? next_dts_ : to_ticks(packet_->pts, base);
    last_dts_ = next_dts_;
    any_in_round_ = true;
    return true;
}

Result<MonoTime> FileSource::run(MonoTime now) {
    now_ = now;
    for (;;) {
        auto due = started_ + microseconds((offset_ + next_dts_ - first_dts_) * 100 / 9);
        if (now < due) return due;
        if (now - due > kMostLate) started_ += now - due;
        hand_on(now);
        if (PROVISO_TRY(read_next())) continue;
        offset_ += last_dts_ - first_dts_ + duration_;
        any_in_round_ = false;
        PROVISO_TRY(open_file());
        if (!PROVISO_TRY(read_next())) return unreadable("the file holds no pictures");
    }
}

void FileSource::hand_on(MonoTime now) {
    now_ = now;
    // The display time goes the way a camera's would, so that nothing behind this knows a file.
    builder_->set_time(static_cast<std::uint32_t>(offset_ + next_pts_ - first_dts_));
    ByteView rest(packet_->data, static_cast<std::size_t>(packet_->size));
    ByteView nal;
    if (length_size_ == 0) {
        while (media::next_annexb(rest, nal)) builder_->add_nal(nal);
    } else {
        while (media::next_length_prefixed(rest, length_size_, nal)) builder_->add_nal(nal);
    }
    builder_->mark_end();
}

Result<> FileSource::on_ready(std::uint8_t /*role*/, MonoTime /*now*/) { return {}; }

}  // namespace proviso::ingest
