#include <algorithm>

#include <fmt/format.h>

extern "C" {
#include <libavcodec/packet.h>
#include <libavformat/avformat.h>
}

#include "clip.h"

namespace proviso::camera_sim {
namespace {

struct FormatCloser {
    void operator()(AVFormatContext* format) const { avformat_close_input(&format); }
};

struct PacketFreer {
    void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};

Frame frame_of(ByteView head, ByteView payload, std::int64_t time) {
    Frame frame;
    frame.key_frame = true;
    frame.time = time;
    frame.packets = {0};
    frame.bytes.resize(kHeaderRoom);
    frame.bytes.insert(frame.bytes.end(), head.begin(), head.end());
    frame.bytes.insert(frame.bytes.end(), payload.begin(), payload.end());
    return frame;
}

/// RFC 3640: the size of all headers in bits, then 13 bits of size and 3 of index.
Bytes aac_head(std::size_t size) {
    Bytes head;
    ByteWriter(head).u16(16).u16(static_cast<std::uint16_t>(size << 3U));
    return head;
}

}  // namespace

std::shared_ptr<const SoundTrack> load_sound(
    const std::filesystem::path& path, std::int64_t duration
) {
    AVFormatContext* opened = nullptr;
    if (avformat_open_input(&opened, ("file:" + path.string()).c_str(), nullptr, nullptr) < 0) {
        return nullptr;
    }
    std::unique_ptr<AVFormatContext, FormatCloser> format(opened);
    if (avformat_find_stream_info(format.get(), nullptr) < 0) return nullptr;
    auto track = av_find_best_stream(format.get(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
    if (track < 0) return nullptr;
    const auto* stream = format->streams[track];
    const auto& parameters = *stream->codecpar;
    const auto channels = static_cast<std::size_t>(parameters.ch_layout.nb_channels);
    const bool aac = parameters.codec_id == AV_CODEC_ID_AAC;
    const bool mu = parameters.codec_id == AV_CODEC_ID_PCM_MULAW;
    if (!aac && !mu && parameters.codec_id != AV_CODEC_ID_PCM_ALAW) return nullptr;

    auto sound = std::make_shared<SoundTrack>();
    sound->rate = parameters.sample_rate;
    const auto piece = static_cast<std::size_t>(sound->rate / 40) * channels;
    sound->length = aac ? 1024 * 90'000 / sound->rate : 90'000 / 40;
    sound->media_section = fmt::format(
        "m=audio 0 RTP/AVP 97\r\na=rtpmap:97 {}/{}/{}\r\n",
        aac  ? "mpeg4-generic"
        : mu ? "PCMU"
             : "PCMA",
        sound->rate,
        channels
    );
    if (aac) {
        ByteView config(parameters.extradata, static_cast<std::size_t>(parameters.extradata_size));
        sound->media_section += fmt::format(
            "a=fmtp:97 streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;"
            "indexdeltalength=3;config={}\r\n",
            to_hex(config)
        );
    }
    sound->media_section += "a=control:track2\r\n";
    Bytes samples;  // of G.711
    std::unique_ptr<AVPacket, PacketFreer> packet(av_packet_alloc());
    while (av_read_frame(format.get(), packet.get()) >= 0) {
        if (packet->stream_index == track && packet->size > 0) {
            auto time = av_rescale_q(packet->pts, stream->time_base, {1, 90'000});
            ByteView data(packet->data, static_cast<std::size_t>(packet->size));
            if (aac && time >= 0)
                sound->frames.push_back(frame_of(aac_head(data.size()), data, time));
            if (!aac) samples.insert(samples.end(), data.begin(), data.end());
        }
        av_packet_unref(packet.get());
    }
    std::int64_t time = 0;
    for (ByteView rest(samples); rest.size() >= piece; rest = rest.subspan(piece)) {
        sound->frames.push_back(frame_of({}, rest.first(piece), time));
        time += sound->length;
    }
    std::erase_if(sound->frames, [&](const Frame& frame) {
        return frame.time + sound->length > duration;
    });
    if (sound->frames.empty()) return nullptr;
    return sound;
}

}  // namespace proviso::camera_sim
