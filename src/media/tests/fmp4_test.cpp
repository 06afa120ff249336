#include <fstream>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <gtest/gtest.h>

#include <proviso/media/fmp4.h>
#include <proviso/media/h264.h>
#include <proviso/media/h265.h>
#include <proviso/media/nal.h>
#include <proviso/media/parameter_sets.h>

#include "clip.h"

namespace proviso::media {
namespace {

struct Stream {
    std::shared_ptr<const CodecParameters> codec;
    std::vector<Bytes> access_units;
    std::vector<bool> keys;
};

/// Cuts a raw stream without B-frames into access units.
Stream cut(const testing::ClipOptions& options) {
    auto raw = testing::read_bytes(testing::make_clip(options));
    Stream stream;
    ParameterSets sets(options.codec);
    ByteView rest = raw;
    ByteView nal;
    auto h264 = options.codec == Codec::H264;
    while (next_annexb(rest, nal)) {
        if (sets.is_parameter_set(nal)) {
            EXPECT_TRUE(sets.offer(nal));
            continue;
        }
        auto picture = h264 ? h264::is_picture(h264::nal_type(nal[0]))
                            : h265::is_picture(h265::nal_type(nal[0]));
        if (!picture) continue;
        auto first = h264 ? h264::parse_slice(nal)->first_in_picture
                          : h265::parse_slice(nal)->first_in_picture;
        if (first) {
            stream.access_units.emplace_back();
            stream.keys.push_back(
                h264 ? h264::nal_type(nal[0]) == h264::NalType::Idr
                     : h265::is_random_access(h265::nal_type(nal[0]))
            );
        }
        auto& unit = stream.access_units.back();
        ByteWriter(unit).u32(static_cast<std::uint32_t>(nal.size())).bytes(nal);
    }
    stream.codec = sets.any().value();
    return stream;
}

Bytes to_mp4(const Stream& stream, std::size_t per_fragment) {
    auto file = init_segment(*stream.codec);
    std::uint32_t sequence = 1;
    for (std::size_t at = 0; at < stream.access_units.size(); at += per_fragment) {
        auto end = std::min(at + per_fragment, stream.access_units.size());
        std::vector<Sample> samples;
        for (auto i = at; i < end; ++i) {
            auto size = static_cast<std::uint32_t>(stream.access_units[i].size());
            samples.push_back({size, 3600, 0, stream.keys[i]});
        }
        auto head = fragment_head(sequence++, at * 3600, samples);
        file.insert(file.end(), head.begin(), head.end());
        for (auto i = at; i < end; ++i) {
            const auto& unit = stream.access_units[i];
            file.insert(file.end(), unit.begin(), unit.end());
        }
    }
    return file;
}

struct Decoded {
    int pictures = 0;
    int width = 0;
    int height = 0;
    int errors = 0;
    std::vector<std::int64_t> times;
};

/// What libavformat and libavcodec, which know nothing of us, make of a file.
Decoded decode(const std::filesystem::path& path) {
    Decoded result;
    AVFormatContext* format = nullptr;
    if (avformat_open_input(&format, path.c_str(), nullptr, nullptr) < 0) return result;
    auto* stream = avformat_find_stream_info(format, nullptr) >= 0 && format->nb_streams == 1
                       ? format->streams[0]
                       : nullptr;
    if (stream != nullptr) {
        auto* context = avcodec_alloc_context3(avcodec_find_decoder(stream->codecpar->codec_id));
        avcodec_parameters_to_context(context, stream->codecpar);
        context->err_recognition = AV_EF_EXPLODE;
        avcodec_open2(context, nullptr, nullptr);
        auto* packet = av_packet_alloc();
        auto* frame = av_frame_alloc();
        auto drain = [&] {
            while (avcodec_receive_frame(context, frame) >= 0) {
                ++result.pictures;
                result.width = frame->width;
                result.height = frame->height;
                result.times.push_back(frame->pts);
            }
        };
        while (av_read_frame(format, packet) >= 0) {
            if (avcodec_send_packet(context, packet) < 0) ++result.errors;
            av_packet_unref(packet);
            drain();
        }
        avcodec_send_packet(context, nullptr);
        drain();
        av_frame_free(&frame);
        av_packet_free(&packet);
        avcodec_free_context(&context);
    }
    avformat_close_input(&format);
    return result;
}

std::filesystem::path save(const Bytes& bytes, const std::string& name) {
    auto path = testing::clip_folder() / name;
    std::ofstream out(path, std::ios::binary);
    out << as_text(bytes);
    return path;
}

TEST(Fmp4, IsDecodedWholeByAForeignReader) {
    PROVISO_NEEDS_FFMPEG();
    av_log_set_level(AV_LOG_QUIET);
    for (auto codec : {Codec::H264, Codec::H265}) {
        testing::ClipOptions options;
        options.codec = codec;
        options.size = "322x182";
        auto stream = cut(options);
        ASSERT_EQ(stream.access_units.size(), 50U);
        auto decoded = decode(save(to_mp4(stream, 12), "made.mp4"));
        EXPECT_EQ(decoded.pictures, 50);
        EXPECT_EQ(decoded.errors, 0);
        EXPECT_EQ(decoded.width, 322);
        EXPECT_EQ(decoded.height, 182);
        ASSERT_EQ(decoded.times.size(), 50U);
        for (std::size_t i = 0; i < 50; ++i) {
            EXPECT_EQ(decoded.times[i], static_cast<std::int64_t>(i) * 3600);
        }
    }
}

TEST(Fmp4, ReadsBackExactlyWhatItWrote) {
    std::vector<Sample> samples{{5, 3600, 0, true}, {3, 3601, -7, false}, {0, 1, 90000, false}};
    auto bytes = fragment_head(77, 0x123456789ABCDEF0, samples);
    Bytes payload{1, 2, 3, 4, 5, 6, 7, 8};
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    auto own_size = bytes.size();
    bytes.push_back(99);  // what follows is not ours
    auto parsed = parse_fragment(bytes);
    ASSERT_TRUE(parsed) << parsed.error().story();
    EXPECT_EQ(parsed->sequence, 77U);
    EXPECT_EQ(parsed->base_decode_time, 0x123456789ABCDEF0U);
    ASSERT_EQ(parsed->samples.size(), 3U);
    EXPECT_EQ(parsed->samples[1].composition_offset, -7);
    EXPECT_EQ(parsed->samples[1].duration, 3601U);
    EXPECT_TRUE(parsed->samples[0].key_frame);
    EXPECT_FALSE(parsed->samples[1].key_frame);
    EXPECT_EQ(Bytes(parsed->payload.begin(), parsed->payload.end()), payload);
    EXPECT_EQ(parsed->size, own_size);
}

TEST(Fmp4, RefusesEveryTruncationAndNeverReadsAFlippedHeadAsTheSame) {
    std::vector<Sample> samples{{5, 3600, 0, true}, {3, 3600, 0, false}};
    auto bytes = fragment_head(1, 3600, samples);
    auto head = bytes.size();
    bytes.resize(head + 8, 42);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(parse_fragment(ByteView(bytes).first(size))) << size;
    }
    for (std::size_t bit = 0; bit < head * 8; ++bit) {
        auto damaged = bytes;
        damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        auto parsed = parse_fragment(damaged);
        if (!parsed) continue;
        // Only a value can differ, never the shape: writing it again gives the damaged bytes.
        auto again = fragment_head(parsed->sequence, parsed->base_decode_time, parsed->samples);
        EXPECT_EQ(again, Bytes(damaged.begin(), damaged.begin() + static_cast<long>(head)));
    }
}

TEST(Fmp4, WillNotWriteAFragmentThatCannotBeRead) {
    EXPECT_THROW(fragment_head(1, 0, {}), std::logic_error);
    std::vector<Sample> huge(2, Sample{0xFFFF'FFF0U, 1, 0, true});
    EXPECT_THROW(fragment_head(1, 0, huge), std::logic_error);
}

}  // namespace
}  // namespace proviso::media
