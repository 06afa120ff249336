#include <algorithm>

#include <gtest/gtest.h>

#include "harness.h"

/// Sound over the wire, from the simulator, through a worker.
namespace proviso::ingest {
namespace {

using testing::CameraSim;
using testing::CollectingSink;
using testing::key_of;
using testing::spec_of;

std::string clip(const std::string& sound) {
    testing::ClipOptions options;
    options.frames = 125;
    options.gop = 25;
    options.sound = sound;
    options.extension = sound == "aac" ? "mp4" : "mov";
    return testing::make_clip(options).string();
}

struct Reading {
    CollectingSink sink;
    SystemClock clock;
    std::unique_ptr<Streams> streams = Streams::open(testing::test_options(), sink, clock).value();
};

SourceSpec with_sound(std::string_view camera, std::string url) {
    auto spec = spec_of(camera, std::move(url));
    spec.sound = true;
    return spec;
}

void expect_whole(const std::vector<media::PacketPtr>& packets) {
    for (std::size_t i = 1; i < packets.size(); ++i) {
        EXPECT_FALSE(packets[i]->discontinuity) << i;
        EXPECT_EQ(packets[i]->dts - packets[i - 1]->dts, 3600) << i;
    }
}

TEST(SoundStreams, AreNotEvenSetUpWhereSoundIsNotWanted) {
    PROVISO_NEEDS_FFMPEG();
    CameraSim sim({"--sound", "--report-setups", "a=" + clip("aac")});
    Reading reading;
    ASSERT_TRUE(reading.streams->start(spec_of("silent", sim.url("a/0"))));
    ASSERT_TRUE(reading.sink.wait_for_packets(key_of("silent"), 50));
    ASSERT_TRUE(reading.streams->start(spec_of("last", sim.url("a/9"))));
    EXPECT_EQ(sim.wait_for("set up "), "a/0 track1");
    EXPECT_EQ(sim.wait_for("set up "), "a/9 track1");
    EXPECT_TRUE(reading.sink.sounds(key_of("silent")).empty());
    EXPECT_EQ(reading.sink.state(key_of("silent")).sound, SoundState::Off);
}

TEST(SoundStreams, BringEverySampleOverTcpAndUdp) {
    PROVISO_NEEDS_FFMPEG();
    CameraSim sim({"--sound", "aac=" + clip("aac"), "mu=" + clip("pcm_mulaw")});
    Reading reading;
    for (std::string_view name : {"aac", "mu"}) {
        for (auto transport : {Transport::Tcp, Transport::Udp}) {
            auto camera = fmt::format("{}-{}", name, transport == Transport::Tcp ? "tcp" : "udp");
            auto spec = with_sound(camera, sim.url(fmt::format("{}/0", name)));
            spec.transport = transport;
            ASSERT_TRUE(reading.streams->start(std::move(spec)));
        }
    }
    for (std::string_view camera : {"aac-tcp", "aac-udp", "mu-tcp", "mu-udp"}) {
        auto key = key_of(camera);
        ASSERT_TRUE(reading.sink.wait([&] { return reading.sink.sounds(key).size() >= 60; }))
            << camera << ": " << reading.sink.state(key).sound_words;
        ASSERT_TRUE(reading.sink.wait([&] {
            return reading.sink.state(key).sound == SoundState::Playing;
        }));
        reading.streams->stop(key);
        const auto& sounds = reading.sink.sounds(key);
        const bool aac = camera.starts_with("aac");
        EXPECT_EQ(sounds[0]->format->rfc6381(), aac ? "mp4a.40.2" : "ulaw");
        EXPECT_TRUE(sounds[0]->discontinuity);
        int breaks = 0;
        for (std::size_t i = 1; i < sounds.size(); ++i) {
            breaks += sounds[i]->discontinuity ? 1 : 0;
            if (sounds[i]->discontinuity) continue;
            EXPECT_NEAR(
                static_cast<double>(sounds[i]->pts - sounds[i - 1]->pts), aac ? 5760 : 2250, 60
            );
        }
        EXPECT_LE(breaks, 1) << camera;  // when the camera's clock becomes known
        expect_whole(reading.sink.packets(key));
    }
}

/// How far the tone of every second is from the picture it belongs to, in milliseconds. Of G.711,
/// whose bytes tell silence; the RTP time of camera 0 is the place in the clip.
std::vector<double> off_by(CollectingSink& sink, const media::StreamKey& key) {
    const auto& picture = *sink.packets(key).back();
    const auto zero = picture.pts - std::int64_t{picture.rtp};
    std::vector<double> off;
    bool silent = false;
    for (const auto& sound : sink.sounds(key)) {
        const auto loud = std::ranges::find_if(sound->data, [](std::uint8_t sample) {
            return (sample & 0x7FU) < 0x60;
        });
        const auto pts = sound->pts + (loud - sound->data.begin()) * 90'000 / 8000;
        const bool tone = loud != sound->data.end();
        if (tone && silent) {
            auto rest = (pts - zero) % 90'000;
            if (rest > 45'000) rest -= 90'000;
            off.push_back(static_cast<double>(rest) / 90);
        }
        silent = !tone;
    }
    return off;
}

TEST(SoundStreams, AreInStepWithThePictures) {
    PROVISO_NEEDS_FFMPEG();
    CameraSim sim({"--sound", "mu=" + clip("pcm_mulaw")});
    Reading reading;
    auto key = key_of("mu");
    ASSERT_TRUE(reading.streams->start(with_sound("mu", sim.url("mu/0"))));
    ASSERT_TRUE(reading.sink.wait([&] { return reading.sink.sounds(key).size() >= 300; }));
    reading.streams->stop(key);
    auto off = off_by(reading.sink, key);
    ASSERT_GE(off.size(), 5U);
    for (auto milliseconds : off) EXPECT_LT(std::abs(milliseconds), 60);
}

TEST(SoundStreams, BeginAndEndWithoutTouchingThePictures) {
    PROVISO_NEEDS_FFMPEG();
    CameraSim sim({"--sound", "--report-setups", "a=" + clip("aac")});
    Reading reading;
    auto& sink = reading.sink;
    auto key = key_of("yard");
    ASSERT_TRUE(reading.streams->start(spec_of("yard", sim.url("a/0"))));
    ASSERT_TRUE(sink.wait_for_packets(key, 25));
    EXPECT_EQ(sim.wait_for("set up "), "a/0 track1");
    reading.streams->set_sound(key, true);
    ASSERT_TRUE(sink.wait([&] { return sink.sounds(key).size() >= 20; }));
    EXPECT_EQ(sim.wait_for("set up "), "a/0 track2");
    reading.streams->set_sound(key, false);
    const auto heard = sink.sounds(key).size();
    const auto seen = sink.count(key);
    ASSERT_TRUE(sink.wait_for_packets(key, seen + 50));
    EXPECT_EQ(sink.sounds(key).size(), heard);
    EXPECT_TRUE(sink.wait([&] { return sink.state(key).sound == SoundState::Off; }));
    reading.streams->set_sound(key, true);
    EXPECT_TRUE(sink.wait([&] { return sink.sounds(key).size() >= heard + 20; }));
    reading.streams->stop(key);
    expect_whole(sink.packets(key));
    std::int64_t last = -1;
    for (const auto& sound : sink.sounds(key)) {
        EXPECT_GT(sound->pts, last);
        last = sound->pts;
    }
}

TEST(SoundStreams, ThatTurnToGarbageLeaveThePicturesWhole) {
    PROVISO_NEEDS_FFMPEG();
    CameraSim sim({"--sound", "--sound-garbage-at", "2", "a=" + clip("aac")});
    Reading reading;
    auto& sink = reading.sink;
    auto key = key_of("yard");
    ASSERT_TRUE(reading.streams->start(with_sound("yard", sim.url("a/0"))));
    ASSERT_TRUE(sink.wait([&] { return sink.sounds(key).size() >= 10; }));
    EXPECT_TRUE(sink.wait(
        [&] {
            return sink.state(key).sound == SoundState::Waiting &&
                   sink.state(key).sound_words.find("no sound that can be read") !=
                       std::string::npos;
        },
        std::chrono::seconds(30)
    ));
    EXPECT_EQ(sink.state(key).state, SourceState::Playing);
    reading.streams->stop(key);
    expect_whole(sink.packets(key));
}

TEST(SoundStreams, SayWhyThereIsNoSound) {
    PROVISO_NEEDS_FFMPEG();
    CameraSim sim({"a=" + clip("aac")});
    Reading reading;
    auto key = key_of("yard");
    ASSERT_TRUE(reading.streams->start(with_sound("yard", sim.url("a/0"))));
    EXPECT_TRUE(reading.sink.wait([&] {
        return reading.sink.state(key).sound_words.find("offers no sound") != std::string::npos;
    }));
    EXPECT_EQ(reading.sink.state(key).state, SourceState::Playing);
}

}  // namespace
}  // namespace proviso::ingest
