#include <cstdlib>
#include <fstream>
#include <sstream>

#include <proviso/vision/footage.h>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <fmt/format.h>

#include <proviso/media/decoder_config.h>
#include <proviso/media/h264.h>
#include <proviso/media/h265.h>
#include <proviso/media/nal.h>
#include <proviso/media/parameter_sets.h>

namespace proviso::vision {
namespace {

struct Demuxer {
    Demuxer() = default;
    Demuxer(const Demuxer&) = delete;
    Demuxer& operator=(const Demuxer&) = delete;

    ~Demuxer() {
        avformat_close_input(&format);
        av_packet_free(&packet);
    }

    AVFormatContext* format = nullptr;
    AVPacket* packet = av_packet_alloc();
};

bool is_picture(media::Codec codec, ByteView nal) {
    return codec == media::Codec::H264 ? media::h264::is_picture(media::h264::nal_type(nal[0]))
                                       : media::h265::is_picture(media::h265::nal_type(nal[0]));
}

bool starts_here(media::Codec codec, ByteView nal) {
    return codec == media::Codec::H264
               ? media::h264::nal_type(nal[0]) == media::h264::NalType::Idr
               : media::h265::is_random_access(media::h265::nal_type(nal[0]));
}

std::optional<std::uint32_t> pps_of(media::Codec codec, ByteView nal) {
    if (codec == media::Codec::H264) {
        auto slice = media::h264::parse_slice(nal);
        return slice ? std::optional(slice->pps_id) : std::nullopt;
    }
    auto slice = media::h265::parse_slice(nal);
    return slice ? std::optional(slice->pps_id) : std::nullopt;
}

}  // namespace

std::optional<std::filesystem::path> shared_assets() {
    const char* folder = std::getenv("PROVISO_ASSETS");
    std::error_code failed;
    if (folder == nullptr || !std::filesystem::is_directory(folder, failed)) return std::nullopt;
    return std::filesystem::path(folder);
}

Result<> play(
    const std::filesystem::path& file,
    const std::function<void(const media::Packet&)>& take,
    Timestamp start
) {
    av_log_set_level(AV_LOG_QUIET);
    Demuxer in;
    auto url = "file:" + file.string();
    if (avformat_open_input(&in.format, url.c_str(), nullptr, nullptr) < 0 ||
        avformat_find_stream_info(in.format, nullptr) < 0) {
        return invalid_input("the file cannot be read as a video");
    }
    auto track = av_find_best_stream(in.format, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (track < 0) return invalid_input("the file holds no video");
    const auto* stream = in.format->streams[track];
    auto id = stream->codecpar->codec_id;
    if (id != AV_CODEC_ID_H264 && id != AV_CODEC_ID_HEVC) {
        return invalid_input("the video is neither H.264 nor H.265");
    }
    auto codec = id == AV_CODEC_ID_H264 ? media::Codec::H264 : media::Codec::H265;
    media::ParameterSets sets(codec);
    ByteView extra(
        stream->codecpar->extradata,
        static_cast<std::size_t>(std::max(0, stream->codecpar->extradata_size))
    );
    auto config = PROVISO_TRY(media::read_decoder_config(codec, extra));
    for (auto nal : config.nals) {
        if (!nal.empty() && sets.is_parameter_set(nal)) (void)sets.offer(nal);
    }
    std::int64_t last = 0;
    std::optional<std::int64_t> first;
    auto rate = stream->avg_frame_rate;
    std::int64_t step =
        rate.num > 0 && rate.den > 0 ? av_rescale(90'000, rate.den, rate.num) : 3600;
    while (av_read_frame(in.format, in.packet) >= 0) {
        if (in.packet->stream_index != track || in.packet->size <= 0) {
            av_packet_unref(in.packet);
            continue;
        }
        media::Packet packet;
        auto scaled = [&](std::int64_t value) {
            return av_rescale_q(value, stream->time_base, AVRational{1, 90'000});
        };
        packet.dts = in.packet->dts == AV_NOPTS_VALUE ? last + step : scaled(in.packet->dts);
        packet.pts = in.packet->pts == AV_NOPTS_VALUE ? packet.dts : scaled(in.packet->pts);
        last = packet.dts;
        if (!first) first = packet.dts;
        packet.dts -= *first;
        packet.pts -= *first;
        packet.wall = start + microseconds(packet.pts * 100 / 9);
        packet.mono = MonoTime(microseconds(packet.pts * 100 / 9));
        ByteView rest(in.packet->data, static_cast<std::size_t>(in.packet->size));
        ByteView nal;
        auto next = [&] {
            return config.length_size == 0
                       ? media::next_annexb(rest, nal)
                       : media::next_length_prefixed(rest, config.length_size, nal);
        };
        ByteWriter out(packet.data);
        std::optional<std::uint32_t> pps;
        while (next()) {
            if (nal.empty()) continue;
            if (sets.is_parameter_set(nal)) {
                (void)sets.offer(nal);
                continue;
            }
            if (is_picture(codec, nal)) {
                if (!pps) pps = pps_of(codec, nal);
                packet.key_frame = packet.key_frame || starts_here(codec, nal);
            }
            out.u32(static_cast<std::uint32_t>(nal.size())).bytes(nal);
        }
        av_packet_unref(in.packet);
        if (!pps || packet.data.empty()) continue;
        auto parameters = sets.for_picture(*pps);
        if (!parameters) continue;
        packet.codec = *parameters;
        take(packet);
    }
    return {};
}

Result<std::vector<media::PacketPtr>> packets_of(const std::filesystem::path& file) {
    std::vector<media::PacketPtr> packets;
    PROVISO_TRY(play(file, [&](const media::Packet& packet) {
        packets.push_back(std::make_shared<media::Packet>(packet));
    }));
    return packets;
}

Result<> encode_as_camera(
    const std::filesystem::path& from,
    const std::filesystem::path& to,
    const std::string& filter,
    int group,
    const std::string& input_options
) {
    auto command = fmt::format(
        "ffmpeg -hide_banner -loglevel error -nostdin -y {} -i '{}' -an {} -c:v libx264 -threads 1 "
        "-profile:v high -bf 0 -refs 1 -g {} -keyint_min {} -sc_threshold 0 -pix_fmt yuv420p "
        "-preset fast '{}'",
        input_options,
        from.string(),
        filter.empty() ? "-b:v 1500k" : filter,
        group,
        group,
        to.string()
    );
    if (std::system(command.c_str()) != 0) {  // NOLINT(cert-env33-c): ffmpeg is a program
        return Error(ErrorKind::Unavailable, "ffmpeg could not encode " + from.filename().string());
    }
    return {};
}

Result<> decode_all(
    const std::filesystem::path& file, const std::function<void(const DecodedPicture&)>& take
) {
    av_log_set_level(AV_LOG_QUIET);
    Demuxer in;
    auto url = "file:" + file.string();
    if (avformat_open_input(&in.format, url.c_str(), nullptr, nullptr) < 0 ||
        avformat_find_stream_info(in.format, nullptr) < 0) {
        return invalid_input("the file cannot be read as a video");
    }
    auto track = av_find_best_stream(in.format, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (track < 0) return invalid_input("the file holds no video");
    const auto* parameters = in.format->streams[track]->codecpar;
    const auto* codec = avcodec_find_decoder(parameters->codec_id);
    auto* context = avcodec_alloc_context3(codec);
    avcodec_parameters_to_context(context, parameters);
    context->thread_count = 1;
    auto opened = codec != nullptr && avcodec_open2(context, codec, nullptr) == 0;
    auto* frame = av_frame_alloc();
    auto receive = [&] {
        while (avcodec_receive_frame(context, frame) == 0) {
            take(
                {frame->width,
                 frame->height,
                 frame->data[0],
                 frame->data[1],
                 frame->data[2],
                 frame->linesize[0],
                 frame->linesize[1]}
            );
        }
    };
    while (opened && av_read_frame(in.format, in.packet) >= 0) {
        if (in.packet->stream_index == track) {
            avcodec_send_packet(context, in.packet);
            receive();
        }
        av_packet_unref(in.packet);
    }
    if (opened) {
        avcodec_send_packet(context, nullptr);
        receive();
    }
    av_frame_free(&frame);
    avcodec_free_context(&context);
    if (!opened) return invalid_input("the video cannot be decoded");
    return {};
}

}  // namespace proviso::vision
