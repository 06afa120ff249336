#include <algorithm>

#include <gtest/gtest.h>

#include "harness.h"

namespace proviso::ingest {
namespace {

using testing::CameraSim;
using testing::CollectingSink;
using testing::key_of;
using testing::spec_of;
using testing::test_options;

std::string clip(media::Codec codec, int b_frames = 0) {
    testing::ClipOptions options;
    options.codec = codec;
    options.frames = 75;
    options.gop = 15;
    options.b_frames = b_frames;
    options.extension = "mp4";
    return testing::make_clip(options).string();
}

/// Streams into a sink, from the simulator.
struct Reading {
    explicit Reading(PoolOptions options = test_options())
        : streams(Streams::open(std::move(options), sink, clock).value()) {}

    bool playing(std::string_view camera) {
        auto key = key_of(camera);
        return sink.wait([&] { return sink.state(key).state == SourceState::Playing; });
    }

    bool waiting_because(std::string_view camera, std::string_view words) {
        auto key = key_of(camera);
        return sink.wait([&] {
            const auto& state = sink.state(key);
            return state.state == SourceState::Waiting &&
                   state.cause.find(words) != std::string::npos;
        });
    }

    CollectingSink sink;
    SystemClock clock;
    std::unique_ptr<Streams> streams;
};

TEST(Streams, ReadBothCodecsOverTcpAndUdp) {
    PROVISO_NEEDS_FFMPEG();
    CameraSim sim({"a=" + clip(media::Codec::H264), "b=" + clip(media::Codec::H265)});
    ASSERT_TRUE(sim.running());
    Reading reading;
    for (std::string_view name : {"a", "b"}) {
        for (auto transport : {Transport::Tcp, Transport::Udp}) {
            auto camera = fmt::format("{}-{}", name, transport == Transport::Tcp ? "tcp" : "udp");
            auto spec = spec_of(camera, sim.url(fmt::format("{}/0", name)));
            spec.transport = transport;
            ASSERT_TRUE(reading.streams->start(std::move(spec)));
        }
    }
    auto& sink = reading.sink;
    for (std::string_view camera : {"a-tcp", "a-udp", "b-tcp", "b-udp"}) {
        auto key = key_of(camera);
        EXPECT_TRUE(sink.wait_for_packets(key, 100)) << camera << ": " << sink.state(key).cause;
        reading.streams->stop(key);
        const auto& packets = sink.packets(key);
        testing::expect_sound(packets);
        EXPECT_EQ(packets.back()->codec->width, 320);
        EXPECT_EQ(
            packets.back()->codec->codec, camera[0] == 'a' ? media::Codec::H264 : media::Codec::H265
        );
        EXPECT_EQ(sink.state(key).state, SourceState::Stopped);
        EXPECT_EQ(sink.state(key).lost, 0U);
        for (std::size_t i = 1; i < packets.size(); ++i) {
            EXPECT_FALSE(packets[i]->discontinuity);
            EXPECT_EQ(packets[i]->dts - packets[i - 1]->dts, 3600);
        }
    }
    EXPECT_TRUE(reading.streams->status().empty());
}

TEST(Streams, HandOnExactlyTheBytesOfTheCamera) {
    PROVISO_NEEDS_FFMPEG();
    auto path = clip(media::Codec::H264, 2);
    CameraSim sim({"--no-sprop", "a=" + path});
    Reading reading;
    ASSERT_TRUE(reading.streams->start(spec_of("wire", sim.url("a/0"))));
    ASSERT_TRUE(reading.streams->start(spec_of("file", "file://" + path)));
    ASSERT_TRUE(reading.sink.wait_for_packets(key_of("wire"), 160));
    ASSERT_TRUE(reading.sink.wait_for_packets(key_of("file"), 160));
    reading.streams->stop(key_of("wire"));
    reading.streams->stop(key_of("file"));
    auto wire = reading.sink.packets(key_of("wire"));
    auto file = reading.sink.packets(key_of("file"));
    testing::expect_sound(wire);
    testing::expect_sound(file);
    EXPECT_EQ(wire[0]->codec->decoder_config, file[0]->codec->decoder_config);
    for (std::size_t i = 0; i < 160; ++i) {
        EXPECT_EQ(wire[i]->data, file[i]->data) << i;
        EXPECT_EQ(wire[i]->key_frame, file[i]->key_frame) << i;
        EXPECT_EQ(wire[i]->pts - wire[0]->pts, file[i]->pts - file[0]->pts) << i;
        EXPECT_FALSE(i > 0 && file[i]->discontinuity) << i;
    }
}

TEST(Streams, SignInAndFollowStaleNonces) {
    PROVISO_NEEDS_FFMPEG();
    auto path = clip(media::Codec::H264);
    for (const auto* kind : {"basic", "digest", "digest-sha256"}) {
        CameraSim sim(
            {"--auth",
             kind,
             "--user",
             "op\"er",
             "--password",
             "p@ss:w/d",
             "--stale-every",
             "2",
             "a=" + path}
        );
        Reading reading;
        auto spec = spec_of("good", sim.url("a/0"));
        spec.user = "op\"er";
        spec.password = SecretText("p@ss:w/d");
        ASSERT_TRUE(reading.streams->start(std::move(spec)));
        EXPECT_TRUE(reading.sink.wait_for_packets(key_of("good"), 10)) << kind;
        ASSERT_TRUE(reading.streams->start(
            spec_of("bad", fmt::format("rtsp://admin:hunter2@127.0.0.1:{}/a/0", sim.port()))
        ));
        EXPECT_TRUE(reading.waiting_because("bad", "refuses the user name or the password"));
        ASSERT_TRUE(reading.streams->start(spec_of("none", sim.url("a/0"))));
        EXPECT_TRUE(reading.waiting_because("none", "wants a user name"));
    }
}

TEST(Streams, SayWhyACameraDoesNotPlay) {
    PROVISO_NEEDS_FFMPEG();
    CameraSim sim({"a=" + clip(media::Codec::H264)});
    Reading reading;
    ASSERT_TRUE(reading.streams->start(spec_of("path", sim.url("nothing/0"))));
    ASSERT_TRUE(reading.streams->start(spec_of("port", "rtsp://127.0.0.1:1/x")));
    ASSERT_TRUE(reading.streams->start(spec_of("name", "rtsp://no-such-camera.invalid/x")));
    ASSERT_TRUE(reading.streams->start(spec_of("file", "file:///no/such/file.mp4")));
    EXPECT_TRUE(reading.waiting_because("path", "no stream at this address"));
    EXPECT_TRUE(reading.waiting_because("port", "refuses the connection"));
    EXPECT_TRUE(reading.waiting_because("name", "name of the camera is not known"));
    EXPECT_TRUE(reading.waiting_because("file", "not there"));
    EXPECT_EQ(
        reading.streams->start(spec_of("path", sim.url("a/0"))).error().kind(), ErrorKind::Conflict
    );
    EXPECT_EQ(
        reading.streams->start(spec_of("url", "http://x/")).error().kind(), ErrorKind::InvalidInput
    );
    EXPECT_EQ(reading.streams->status().size(), 4U);
}

TEST(Streams, ComeBackAfterTheCameraDroppedThem) {
    PROVISO_NEEDS_FFMPEG();
    CameraSim sim({"--drop-every", "2", "a=" + clip(media::Codec::H264)});
    Reading reading;
    auto key = key_of("a");
    ASSERT_TRUE(reading.streams->start(spec_of("a", sim.url("a/0"))));
    EXPECT_TRUE(reading.sink.wait([&] { return reading.sink.state(key).reconnects >= 2; }));
    EXPECT_TRUE(reading.sink.wait_for_packets(key, reading.sink.count(key) + 10));
    reading.streams->stop(key);
    const auto& packets = reading.sink.packets(key);
    testing::expect_sound(packets);
    auto breaks = std::ranges::count_if(packets, [](const auto& p) { return p->discontinuity; });
    EXPECT_GE(breaks, 3);
    bool told = std::ranges::any_of(reading.sink.history(), [](const auto& status) {
        return status.cause.find("closed the connection") != std::string::npos;
    });
    EXPECT_TRUE(told);
}

TEST(Streams, TellGapsAndJumps) {
    PROVISO_NEEDS_FFMPEG();
    auto path = clip(media::Codec::H264);
    CameraSim gaps({"--gap-every", "40", "a=" + path});
    CameraSim jumps({"--jump-every", "1", "a=" + path});
    Reading reading;
    auto udp = spec_of("udp", gaps.url("a/0"));
    udp.transport = Transport::Udp;
    ASSERT_TRUE(reading.streams->start(std::move(udp)));
    ASSERT_TRUE(reading.streams->start(spec_of("tcp", gaps.url("a/0"))));
    ASSERT_TRUE(reading.streams->start(spec_of("jump", jumps.url("a/0"))));
    for (std::string_view camera : {"udp", "tcp", "jump"}) {
        auto key = key_of(camera);
        ASSERT_TRUE(reading.sink.wait_for_packets(key, 75)) << camera;
        if (camera != "jump") {
            EXPECT_TRUE(reading.sink.wait([&] { return reading.sink.state(key).lost > 0; }));
        }
        reading.streams->stop(key);
        const auto& packets = reading.sink.packets(key);
        testing::expect_sound(packets);
        auto breaks =
            std::ranges::count_if(packets, [](const auto& p) { return p->discontinuity; });
        EXPECT_GE(breaks, 2) << camera;
        if (camera == "jump") {
            EXPECT_EQ(reading.sink.state(key).reconnects, 0U);
            EXPECT_LT(packets.back()->dts - packets.front()->dts, 10 * 90'000);
        }
    }
}

TEST(Streams, NoticeACameraThatStopsSending) {
    PROVISO_NEEDS_FFMPEG();
    CameraSim sim({"--stall-every", "1", "--stall-for", "3600", "a=" + clip(media::Codec::H264)});
    Reading reading;
    ASSERT_TRUE(reading.streams->start(spec_of("a", sim.url("a/0"))));
    EXPECT_TRUE(reading.playing("a"));
    EXPECT_TRUE(reading.waiting_because("a", "stopped sending"));
}

TEST(Streams, OneDeadCameraDoesNotHoldUpTheOthers) {
    PROVISO_NEEDS_FFMPEG();
    CameraSim sim({"a=" + clip(media::Codec::H264)});
    Reading reading;
    for (int i = 0; i < 7; ++i) {
        // an address of the documentation block: nobody answers there
        ASSERT_TRUE(reading.streams->start(
            spec_of(fmt::format("dead-{}", i), fmt::format("rtsp://192.0.2.{}/x", i + 1))
        ));
    }
    ASSERT_TRUE(reading.streams->start(spec_of("alive", sim.url("a/0"))));
    EXPECT_TRUE(reading.sink.wait(
        [&] { return reading.sink.count(key_of("alive")) >= 10; }, std::chrono::seconds(5)
    ));
}

TEST(Streams, AreBackWithinASecondAfterTheirWorkerIsKilled) {
    PROVISO_NEEDS_FFMPEG();
    CameraSim sim({"a=" + clip(media::Codec::H264)});
    Reading reading;
    auto key = key_of("a");
    ASSERT_TRUE(reading.streams->start(spec_of("a", sim.url("a/0"))));
    ASSERT_TRUE(reading.sink.wait_for_packets(key, 20));
    auto before = reading.streams->pids().at(0);
    ASSERT_GT(before, 0);
    auto killed = reading.clock.monotonic();
    ::kill(before, SIGKILL);
    ASSERT_TRUE(reading.sink.wait([&] {
        return reading.sink.state(key).state == SourceState::Waiting;
    }));
    auto already = reading.sink.count(key);
    ASSERT_TRUE(reading.sink.wait_for_packets(key, already + 1));
    auto took = reading.clock.monotonic() - killed;
    std::printf(
        "killed worker: first picture again after %ld ms\n",
        static_cast<long>(std::chrono::duration_cast<milliseconds>(took).count())
    );
    EXPECT_LT(took, std::chrono::seconds(5));  // a second on a machine that is not busy
    EXPECT_NE(reading.streams->pids().at(0), before);
    reading.streams->stop(key);
    testing::expect_sound(reading.sink.packets(key));
}

TEST(Streams, AreTakenFromAWorkerThatHangs) {
    PROVISO_NEEDS_FFMPEG();
    CameraSim sim({"a=" + clip(media::Codec::H264)});
    auto options = test_options();
    options.hung_after = milliseconds(1500);
    Reading reading(options);
    auto key = key_of("a");
    ASSERT_TRUE(reading.streams->start(spec_of("a", sim.url("a/0"))));
    ASSERT_TRUE(reading.sink.wait_for_packets(key, 20));
    auto before = reading.streams->pids().at(0);
    ::kill(before, SIGSTOP);
    ASSERT_TRUE(reading.sink.wait([&] {
        return reading.sink.state(key).state == SourceState::Waiting;
    }));
    auto already = reading.sink.count(key);
    EXPECT_TRUE(reading.sink.wait_for_packets(key, already + 10));
    EXPECT_NE(reading.streams->pids().at(0), before);
}

TEST(Streams, LeaveNoCredentialInArgumentsEnvironmentOrStates) {
    PROVISO_NEEDS_FFMPEG();
    CameraSim sim({"--auth", "digest", "--password", "canary7", "a=" + clip(media::Codec::H264)});
    Reading reading;
    ASSERT_TRUE(reading.streams->start(
        spec_of("a", fmt::format("rtsp://admin:canary7@127.0.0.1:{}/a/0", sim.port()))
    ));
    ASSERT_TRUE(reading.sink.wait_for_packets(key_of("a"), 5));
    ASSERT_TRUE(reading.streams->start(
        spec_of("b", fmt::format("rtsp://canary7:canary7@127.0.0.1:{}/a/0", sim.port()))
    ));
    EXPECT_TRUE(reading.waiting_because("b", "refuses"));
    auto pid = reading.streams->pids().at(0);
    for (const auto* file : {"cmdline", "environ"}) {
        auto text = read_file(fmt::format("/proc/{}/{}", pid, file));
        if (text) {
            EXPECT_EQ(text->find("canary7"), std::string::npos) << file;
        }
    }
    for (const auto& status : reading.sink.history()) {
        EXPECT_EQ(status.cause.find("canary7"), std::string::npos);
    }
}

/// Blocks in on_packet until it is let go.
class SlowSink final : public PacketSink {
public:
    void on_packet(const media::StreamKey&, media::PacketPtr packet) override {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return open_; });
        packets_.push_back(std::move(packet));
        changed_.notify_all();
    }

    void on_source_state(const media::StreamKey&, const SourceStatus& status) override {
        std::lock_guard lock(mutex_);
        dropped_ = status.dropped;
        changed_.notify_all();
    }

    void open(bool open) {
        std::lock_guard lock(mutex_);
        open_ = open;
        changed_.notify_all();
    }

    template <class F>
    bool wait(F&& ready) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return ready(); });
    }

    std::vector<media::PacketPtr> packets_;
    std::uint64_t dropped_ = 0;

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = true;
};

TEST(Streams, DropWholeGroupsOfPicturesWhileTheHouseIsTooSlow) {
    PROVISO_NEEDS_FFMPEG();
    CameraSim sim({"a=" + clip(media::Codec::H264)});
    SlowSink sink;
    SystemClock clock;
    auto options = test_options();
    options.ring_bytes = 64U << 10U;
    options.hung_after = std::chrono::seconds(30);
    auto streams = Streams::open(options, sink, clock).value();
    ASSERT_TRUE(streams->start(spec_of("a", sim.url("a/0"))));
    ASSERT_TRUE(sink.wait([&] { return sink.packets_.size() > 5; }));
    sink.open(false);
    // Nothing tells when the ring is full: it is, after a few seconds of this stream.
    ::sleep(4);
    sink.open(true);
    ASSERT_TRUE(sink.wait([&] { return sink.dropped_ > 0; }));
    auto before = sink.packets_.size();
    ASSERT_TRUE(sink.wait([&] { return sink.packets_.size() > before + 60; }));
    streams->stop(key_of("a"));
    testing::expect_sound(sink.packets_);
    for (std::size_t i = 1; i < sink.packets_.size(); ++i) {
        auto step = sink.packets_[i]->dts - sink.packets_[i - 1]->dts;
        if (step == 3600) continue;
        // Where something is missing, it goes on with a key frame and says so.
        EXPECT_TRUE(sink.packets_[i]->key_frame);
        EXPECT_TRUE(sink.packets_[i]->discontinuity);
    }
}

}  // namespace
}  // namespace proviso::ingest
