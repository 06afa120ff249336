#include <fstream>

#include <gtest/gtest.h>

#include <proviso/media/fmp4.h>

#include "clip.h"

namespace proviso::media {
namespace {

/// Stereo and mono AAC-LC at 16 kHz: 00010 1000 0001 0 0 0.
const Bytes kConfig{0x14, 0x08};

CodecParameters picture() { return {Codec::H264, 320, 180, Bytes(20, 1), "avc1.42c00d"}; }

std::vector<SoundParameters> all_kinds() {
    return {
        aac_parameters(kConfig).value(),
        aac_parameters(Bytes{0x11, 0x90}).value(),  // 48 kHz stereo
        g711_parameters(SoundCodec::Pcmu, 8000, 1).value(),
        g711_parameters(SoundCodec::Pcma, 16'000, 2).value()};
}

TEST(Sound, OfAacIsWhatItsConfigurationSays) {
    auto sound = aac_parameters(kConfig);
    ASSERT_TRUE(sound);
    EXPECT_EQ(sound->sample_rate, 16'000U);
    EXPECT_EQ(sound->channels, 1U);
    EXPECT_EQ(sound->frame_samples, 1024U);
    EXPECT_EQ(sound->ticks(1024), 5760);
    EXPECT_EQ(sound->rfc6381(), "mp4a.40.2");
    auto odd = aac_parameters(Bytes{0x17, 0x80, 0x15, 0x88, 0x88});  // 11025 Hz, spelt out
    ASSERT_TRUE(odd) << odd.error().story();
    EXPECT_EQ(odd->sample_rate, 11'025U);
}

TEST(Sound, ThatIsNotPlainIsRefusedWithWhatToDo) {
    auto he_aac = aac_parameters(Bytes{0x2B, 0x92, 0x08, 0x00});
    ASSERT_FALSE(he_aac);
    EXPECT_NE(he_aac.error().next_step().find("AAC-LC"), std::string::npos);
    EXPECT_FALSE(aac_parameters({}));
    EXPECT_FALSE(aac_parameters(Bytes{0x14}));
    EXPECT_FALSE(aac_parameters(Bytes{0x14, 0x30}));  // six channels
    EXPECT_FALSE(aac_parameters(Bytes{0x16, 0x88}));  // a rate that does not exist
    EXPECT_FALSE(aac_parameters(Bytes(65, 0x14)));
    EXPECT_FALSE(g711_parameters(SoundCodec::Pcmu, 0, 1));
    EXPECT_FALSE(g711_parameters(SoundCodec::Pcmu, 8000, 3));
    EXPECT_FALSE(g711_parameters(SoundCodec::Aac, 8000, 1));
}

TEST(Sound, OfG711CountsWholeSamplesOnly) {
    auto stereo = g711_parameters(SoundCodec::Pcma, 8000, 2).value();
    EXPECT_EQ(stereo.samples_in(320), 160U);
    EXPECT_EQ(stereo.samples_in(321), 0U);
    EXPECT_EQ(stereo.ticks(160), 1800);
}

TEST(SplitInit, GivesBackWhatWentIn) {
    auto alone = init_segment(picture());
    EXPECT_EQ(split_init(alone).value().pictures, alone);
    EXPECT_FALSE(split_init(alone).value().sound);
    for (const auto& sound : all_kinds()) {
        auto split = split_init(init_segment(picture(), &sound));
        ASSERT_TRUE(split) << split.error().story();
        EXPECT_EQ(split->pictures, alone);
        EXPECT_EQ(split->sound, sound);
    }
}

TEST(SplitInit, SurvivesEveryTruncationAndEveryFlippedBit) {
    for (const auto& sound : all_kinds()) {
        auto init = init_segment(picture(), &sound);
        for (std::size_t size = 0; size < init.size(); ++size) {
            EXPECT_FALSE(split_init(ByteView(init).first(size))) << size;
        }
        for (std::size_t bit = 0; bit < init.size() * 8; ++bit) {
            auto damaged = init;
            damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
            (void)split_init(damaged).has_value();
        }
    }
}

TEST(Fmp4, HoldsSoundBehindThePictures) {
    std::vector<Sample> samples{{5, 3600, 0, true}, {3, 3600, 0, false}};
    std::vector<SoundSample> heard{{2, 5760}, {1, 5761}};
    auto bytes = fragment_head(3, 90'000, samples, {90'100, heard});
    Bytes payload{1, 2, 3, 4, 5, 6, 7, 8, 21, 22, 23};
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    auto parsed = parse_fragment(bytes);
    ASSERT_TRUE(parsed) << parsed.error().story();
    EXPECT_EQ(parsed->base_decode_time, 90'000U);
    EXPECT_EQ(parsed->sound_base, 90'100U);
    ASSERT_EQ(parsed->sound.size(), 2U);
    EXPECT_EQ(parsed->sound[1].duration, 5761U);
    EXPECT_EQ(
        Bytes(parsed->payload.begin(), parsed->payload.end()),
        Bytes(payload.begin(), payload.begin() + 8)
    );
    EXPECT_EQ(
        Bytes(parsed->sound_payload.begin(), parsed->sound_payload.end()), (Bytes{21, 22, 23})
    );
    EXPECT_EQ(parsed->size, bytes.size());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(parse_fragment(ByteView(bytes).first(size))) << size;
    }
    auto head = bytes.size() - payload.size();
    for (std::size_t bit = 0; bit < head * 8; ++bit) {
        auto damaged = bytes;
        damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        auto read = parse_fragment(damaged);
        if (!read) continue;
        auto again =
            fragment_head(read->sequence, read->base_decode_time, read->samples, read->sound_run());
        EXPECT_EQ(again, Bytes(damaged.begin(), damaged.begin() + static_cast<long>(head)));
    }
}

TEST(Fmp4, MayHoldSoundAlone) {
    std::vector<SoundSample> heard{{2, 5760}};
    auto bytes = fragment_head(1, 0, {}, {77, heard});
    bytes.insert(bytes.end(), {8, 9});
    auto parsed = parse_fragment(bytes);
    ASSERT_TRUE(parsed);
    EXPECT_TRUE(parsed->samples.empty());
    EXPECT_EQ(parsed->sound_base, 77U);
    EXPECT_EQ(parsed->sound_payload.size(), 2U);
}

/// The loudness of the tone in a file, in dB, as ffmpeg decodes it; and its length in samples.
std::string measured(const std::filesystem::path& file) {
    auto log = testing::clip_folder() / "measured.txt";
    auto command = fmt::format(
        "ffmpeg -nostdin -v info -xerror -i '{}' -map 0:a -af "
        "bandpass=f=1000:width_type=h:w=50,volumedetect -f null - 2>'{}' >/dev/null",
        file.string(),
        log.string()
    );
    if (std::system(command.c_str()) != 0) return "ffmpeg cannot decode it";
    std::ifstream in(log);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    auto at = text.find("mean_volume: ");
    return at == std::string::npos ? text : text.substr(at, text.find('\n', at) - at);
}

double loudness(const std::string& words) {
    return words.starts_with("mean_volume: ") ? std::stod(words.substr(13)) : -999;
}

TEST(Fmp4, WithG711IsDecodedByAForeignReader) {
    PROVISO_NEEDS_FFMPEG();
    for (auto codec : {SoundCodec::Pcmu, SoundCodec::Pcma}) {
        auto raw = testing::clip_folder() / "tone.raw";
        ASSERT_EQ(
            std::system(
                fmt::format(
                    "ffmpeg -nostdin -v error -y -f lavfi -i sine=frequency=1000:duration=2 "
                    "-ar 8000 -ac 1 -f {} '{}'",
                    codec == SoundCodec::Pcmu ? "mulaw" : "alaw",
                    raw.string()
                )
                    .c_str()
            ),
            0
        );
        auto tone = testing::read_bytes(raw);
        auto sound = g711_parameters(codec, 8000, 1).value();
        auto file = sound_init_segment(sound);
        std::uint32_t sequence = 0;
        for (std::size_t at = 0; at + 4000 <= tone.size(); at += 4000) {
            std::vector<SoundSample> samples(25, SoundSample{160, 1800});
            auto base = static_cast<std::uint64_t>(sound.ticks(at));
            auto head = fragment_head(++sequence, 0, {}, {base, samples});
            file.insert(file.end(), head.begin(), head.end());
            file.insert(
                file.end(),
                tone.begin() + static_cast<long>(at),
                tone.begin() + static_cast<long>(at + 4000)
            );
        }
        auto path = testing::clip_folder() / "tone.mp4";
        std::ofstream(path, std::ios::binary) << as_text(file);
        auto words = measured(path);
        EXPECT_NEAR(loudness(words), -21, 3) << words;
    }
}

}  // namespace
}  // namespace proviso::media
