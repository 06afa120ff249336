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

TEST(Streams, ReadBothCodecsOverTcpAndUdp) {
    PROVISO_NEEDS_FFMPEG();
    CameraSim sim({"a=" + clip(media::Codec::H264), "b=" + clip(media::Codec::H265)});
    ASSERT_TRUE(sim.running());
    CollectingSink sink;
    SystemClock clock;
    auto streams = Streams::open(test_options(), sink, clock).value();
    for (std::string_view name : {"a", "b"}) {
        for (auto transport : {Transport::Tcp, Transport::Udp}) {
            auto camera = fmt::format("{}-{}", name, transport == Transport::Tcp ? "tcp" : "udp");
            auto spec = spec_of(camera, sim.url(fmt::format("{}/0", name)));
            spec.transport = transport;
            ASSERT_TRUE(streams->start(std::move(spec)));
        }
    }
    for (std::string_view camera : {"a-tcp", "a-udp", "b-tcp", "b-udp"}) {
        auto key = key_of(camera);
        EXPECT_TRUE(sink.wait_for_packets(key, 100)) << camera << ": " << sink.state(key).cause;
        streams->stop(key);
        testing::expect_sound(sink.packets(key));
        auto last = sink.packets(key).back();
        EXPECT_EQ(last->codec->width, 320);
        EXPECT_EQ(last->codec->codec, camera[0] == 'a' ? media::Codec::H264 : media::Codec::H265);
        EXPECT_EQ(sink.state(key).state, SourceState::Stopped);
        EXPECT_EQ(sink.state(key).lost, 0U);
        for (std::size_t i = 1; i < sink.packets(key).size(); ++i) {
            EXPECT_FALSE(sink.packets(key)[i]->discontinuity);
            EXPECT_EQ(sink.packets(key)[i]->dts - sink.packets(key)[i - 1]->dts, 3600);
        }
    }
    EXPECT_TRUE(streams->status().empty());
}

}  // namespace
}  // namespace proviso::ingest
