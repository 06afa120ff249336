#include "clip.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

extern "C" {
#include <libavcodec/packet.h>
#include <libavformat/avformat.h>
}

#include <openssl/evp.h>

#include <proviso/media/decoder_config.h>
#include <proviso/media/nal.h>
#include <proviso/media/parameter_sets.h>

namespace proviso::camera_sim {
namespace {

constexpr std::size_t kPayload = 1400;

struct FormatCloser {
    void operator()(AVFormatContext* format) const { avformat_close_input(&format); }
};

struct PacketFreer {
    void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};

std::string base64(ByteView bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    auto size = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size())
    );
    text.resize(static_cast<std::size_t>(size));
    return text;
}

/// Cuts NAL units into packets after RFC 6184 and RFC 7798.
class Packetiser {
public:
    Packetiser(media::Codec codec, Frame& frame)
        : h264_(codec == media::Codec::H264), frame_(frame) {}

    void single_or_fragments(ByteView nal) {
        if (nal.size() <= kPayload) return packet({}, nal);
        std::size_t head_size = h264_ ? 1 : 2;
        for (auto at = head_size; at < nal.size();) {
            auto size = std::min(kPayload - 3, nal.size() - at);
            auto flags = static_cast<std::uint8_t>(
                (at == head_size ? 0x80U : 0U) | (at + size == nal.size() ? 0x40U : 0U)
            );
            Bytes head;
            if (h264_) {
                head = {
                    static_cast<std::uint8_t>((nal[0] & 0x60U) | 28U),
                    static_cast<std::uint8_t>(flags | (nal[0] & 0x1FU))};
            } else {
                head = {
                    static_cast<std::uint8_t>((nal[0] & 0x81U) | 49U << 1U),
                    nal[1],
                    static_cast<std::uint8_t>(flags | (nal[0] >> 1U & 0x3FU))};
            }
            packet(head, nal.subspan(at, size));
            at += size;
        }
    }

    /// Small units together in one packet: STAP-A or AP.
    void aggregate(const std::vector<Bytes>& nals) {
        Bytes payload = h264_ ? Bytes{0x78} : Bytes{48U << 1U, 1};
        for (const auto& nal : nals) {
            ByteWriter(payload).u16(static_cast<std::uint16_t>(nal.size())).bytes(nal);
        }
        packet({}, payload);
    }

private:
    void packet(ByteView head, ByteView payload) {
        auto& bytes = frame_.bytes;
        frame_.packets.push_back(static_cast<std::uint32_t>(bytes.size()));
        bytes.resize(bytes.size() + kHeaderRoom);
        bytes.insert(bytes.end(), head.begin(), head.end());
        bytes.insert(bytes.end(), payload.begin(), payload.end());
    }

    bool h264_;
    Frame& frame_;
};

std::string describe(const Clip& clip, const std::vector<Bytes>& sets, bool with_sets) {
    std::vector<std::string> texts;
    for (const auto& set : sets) texts.push_back(base64(set));
    auto h264 = clip.codec == media::Codec::H264;
    auto text =
        fmt::format("m=video 0 RTP/AVP 96\r\na=rtpmap:96 {}/90000\r\n", h264 ? "H264" : "H265");
    if (h264) {
        text += "a=fmtp:96 packetization-mode=1";
        if (with_sets) {
            text += fmt::format(
                ";profile-level-id={};sprop-parameter-sets={}",
                to_hex(ByteView(sets.front()).subspan(1, 3)),
                fmt::join(texts, ",")
            );
        }
        text += "\r\n";
    } else if (with_sets && texts.size() >= 3) {
        text += fmt::format(
            "a=fmtp:96 sprop-vps={};sprop-sps={};sprop-pps={}\r\n", texts[0], texts[1], texts[2]
        );
    }
    return text + fmt::format(
                      "a=framerate:{}\r\na=control:track1\r\n",
                      std::lround(90'000.0 / static_cast<double>(clip.step))
                  );
}

}  // namespace

Result<std::shared_ptr<const Clip>> load_clip(const std::filesystem::path& path) {
    auto unusable = [&path](const char* why) {
        return invalid_input(
            fmt::format("{}: {}", path.string(), why),
            "make one of it: ffmpeg -i FILE -an -c:v libx264 -bf 0 -g 50 camera.mp4"
        );
    };
    AVFormatContext* opened = nullptr;
    if (avformat_open_input(&opened, ("file:" + path.string()).c_str(), nullptr, nullptr) < 0) {
        return unusable("cannot be read as a video");
    }
    std::unique_ptr<AVFormatContext, FormatCloser> format(opened);
    if (avformat_find_stream_info(format.get(), nullptr) < 0) return unusable("has no streams");
    auto track = av_find_best_stream(format.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (track < 0) return unusable("holds no video");
    const auto* stream = format->streams[track];
    const auto* parameters = stream->codecpar;
    if (parameters->codec_id != AV_CODEC_ID_H264 && parameters->codec_id != AV_CODEC_ID_HEVC) {
        return unusable("is neither H.264 nor H.265");
    }
    auto clip = std::make_shared<Clip>();
    clip->codec =
        parameters->codec_id == AV_CODEC_ID_H264 ? media::Codec::H264 : media::Codec::H265;
    auto rate = stream->avg_frame_rate;
    if (rate.num > 0 && rate.den > 0) clip->step = av_rescale(90'000, rate.den, rate.num);

    media::ParameterSets known(clip->codec);
    std::vector<Bytes> sets;
    auto remember = [&](ByteView nal) {
        Bytes copy(nal.begin(), nal.end());
        if (std::ranges::find(sets, copy) == sets.end()) sets.push_back(std::move(copy));
    };
    ByteView extra(parameters->extradata, static_cast<std::size_t>(parameters->extradata_size));
    auto config = PROVISO_TRY(media::read_decoder_config(clip->codec, extra));
    for (auto nal : config.nals) {
        if (known.is_parameter_set(nal)) remember(nal);
    }

    std::unique_ptr<AVPacket, PacketFreer> packet(av_packet_alloc());
    while (av_read_frame(format.get(), packet.get()) >= 0) {
        if (packet->stream_index == track && packet->size > 0) {
            Frame frame;
            frame.key_frame = (packet->flags & AV_PKT_FLAG_KEY) != 0;
            frame.time = packet->pts == AV_NOPTS_VALUE
                             ? static_cast<std::int64_t>(clip->frames.size()) * clip->step
                             : av_rescale_q(packet->pts, stream->time_base, {1, 90'000});
            Packetiser packetise(clip->codec, frame);
            std::vector<ByteView> nals;
            ByteView rest(packet->data, static_cast<std::size_t>(packet->size));
            ByteView nal;
            auto next = [&] {
                return config.length_size == 0
                           ? media::next_annexb(rest, nal)
                           : media::next_length_prefixed(rest, config.length_size, nal);
            };
            while (next()) {
                if (known.is_parameter_set(nal)) {
                    remember(nal);
                } else if (!nal.empty()) {
                    nals.push_back(nal);
                }
            }
            if (frame.key_frame && !sets.empty()) packetise.aggregate(sets);
            for (auto unit : nals) packetise.single_or_fragments(unit);
            if (!frame.packets.empty()) clip->frames.push_back(std::move(frame));
        }
        av_packet_unref(packet.get());
    }
    if (clip->frames.empty() || sets.empty() || !clip->frames.front().key_frame) {
        return unusable("does not begin with a key frame");
    }
    auto first = std::ranges::min_element(clip->frames, {}, &Frame::time)->time;
    for (auto& frame : clip->frames) frame.time -= first;
    auto last = std::ranges::max_element(clip->frames, {}, &Frame::time)->time;
    clip->duration = last + clip->step;
    clip->media_section = describe(*clip, sets, true);
    clip->media_section_without_sets = describe(*clip, sets, false);
    clip->sound = load_sound(path, clip->duration);
    return std::shared_ptr<const Clip>(std::move(clip));
}

}  // namespace proviso::camera_sim
