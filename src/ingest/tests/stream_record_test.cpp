#include "stream_record.h"

#include <gtest/gtest.h>

namespace proviso::ingest {
namespace {

using workers::encode;
using workers::kDiscontinuity;
using workers::kKeyFrame;
using workers::RecordHeader;

class Sink final : public PacketSink {
public:
    void on_packet(const media::StreamKey&, media::PacketPtr packet) override {
        packets.push_back(std::move(packet));
    }

    void on_sound(const media::StreamKey&, media::SoundPtr sound) override {
        sounds.push_back(std::move(sound));
    }

    void on_source_state(const media::StreamKey&, const SourceStatus& status) override {
        states.push_back(status);
    }

    std::vector<media::PacketPtr> packets;
    std::vector<media::SoundPtr> sounds;
    std::vector<SourceStatus> states;
};

const Bytes kPicture{0, 0, 0, 2, 0x65, 1};

/// What a worker may put into the ring, seen from the server.
class Claims {
public:
    Claims() : record_(1, spec(), sink, clock) {}

    Result<> parameters() {
        payload_ = encode(media::CodecParameters{
            media::Codec::H264, 320, 180, Bytes(20, 1), "avc1.42c00d"});
        return record_.on_parameters(claim({}, payload_));
    }

    Result<> picture(RecordHeader header, const Bytes& payload = kPicture) {
        return record_.on_picture(claim(header, payload));
    }

    Result<> sound_format(const Bytes& payload) {
        return record_.on_sound_format(claim({}, payload));
    }

    Result<> sound(std::int64_t time, std::size_t size = 160, std::uint32_t flags = 0) {
        RecordHeader header = at(time);
        header.flags = flags;
        return record_.on_sound(claim(header, Bytes(size, 0xFF)));
    }

    static RecordHeader at(std::int64_t dts) {
        RecordHeader header;
        header.flags = kKeyFrame;
        header.dts = header.pts = dts;
        header.mono_us = SystemClock().monotonic().time_since_epoch().count();
        return header;
    }

    StreamRecord& record() { return record_; }

    Sink sink;
    FakeClock clock{Timestamp(std::chrono::hours(24 * 365 * 50))};

private:
    static SourceSpec spec() {
        SourceSpec spec;
        spec.stream = {CameraId::literal("yard"), media::StreamKind::Main};
        return spec;
    }

    static RingReader::Record claim(RecordHeader header, const Bytes& payload) {
        header.size = static_cast<std::uint32_t>(payload.size());
        return {header, payload, {}};
    }

    Bytes payload_;
    StreamRecord record_;
};

TEST(StreamRecord, MakesOnePacketOfEachSoundPicture) {
    Claims worker;
    ASSERT_TRUE(worker.parameters());
    ASSERT_TRUE(worker.picture(Claims::at(1000)));
    ASSERT_TRUE(worker.picture(Claims::at(4600)));
    ASSERT_EQ(worker.sink.packets.size(), 2U);
    const auto& packet = *worker.sink.packets[1];
    EXPECT_EQ(packet.dts, 4600);
    EXPECT_EQ(packet.data, kPicture);
    EXPECT_TRUE(packet.key_frame);
    EXPECT_FALSE(packet.discontinuity);
    EXPECT_EQ(packet.codec, worker.sink.packets[0]->codec);
    EXPECT_EQ(packet.codec->width, 320);
    EXPECT_LE(worker.clock.now() - packet.wall, std::chrono::seconds(1));
}

Bytes pcmu() { return encode(media::g711_parameters(media::SoundCodec::Pcmu, 8000, 1).value()); }

TEST(StreamRecord, DeliversSoundOnlyWhileItIsWanted) {
    Claims worker;
    ASSERT_TRUE(worker.sound_format(pcmu()));
    EXPECT_TRUE(worker.sound(1000));  // on its way when it was no longer wanted
    EXPECT_TRUE(worker.sink.sounds.empty());
    worker.record().want_sound(true);
    ASSERT_TRUE(worker.sound(2000));
    ASSERT_TRUE(worker.sound(3800));
    ASSERT_EQ(worker.sink.sounds.size(), 2U);
    EXPECT_TRUE(worker.sink.sounds[0]->discontinuity);
    EXPECT_FALSE(worker.sink.sounds[1]->discontinuity);
    EXPECT_EQ(worker.sink.sounds[1]->pts, 3800);
    EXPECT_EQ(worker.sink.sounds[1]->duration, 1800);
    worker.record().want_sound(false);
    EXPECT_TRUE(worker.sound(5600));
    EXPECT_EQ(worker.sink.sounds.size(), 2U);
}

TEST(StreamRecord, BelievesNoSoundThatCannotBe) {
    Claims worker;
    worker.record().want_sound(true);
    EXPECT_FALSE(worker.sound(1));  // without a format
    EXPECT_FALSE(worker.sound_format({}));
    EXPECT_FALSE(worker.sound_format(Bytes(9, 0xFF)));
    auto longer = pcmu();
    longer.push_back(1);
    EXPECT_FALSE(worker.sound_format(longer));
    auto aac = encode(media::aac_parameters(Bytes{0x14, 0x08}).value());
    aac[4] ^= 1U;  // another rate than its configuration says
    EXPECT_FALSE(worker.sound_format(aac));
    ASSERT_TRUE(worker.sound_format(pcmu()));
    ASSERT_TRUE(worker.sound(1000));
    EXPECT_FALSE(worker.sound(1000));
    EXPECT_FALSE(worker.sound(900));
    EXPECT_FALSE(worker.sound(-1));
    EXPECT_FALSE(worker.sound(std::numeric_limits<std::int64_t>::max()));
    EXPECT_FALSE(worker.sound(5000, 0));
    EXPECT_FALSE(worker.sound(5000, 8192));
    EXPECT_FALSE(worker.sound(5000, 160, kKeyFrame));
    EXPECT_EQ(worker.sink.sounds.size(), 1U);
    // Another worker's clock may stand behind; until it has caught up nothing is delivered.
    worker.record().on_worker_lost("it ended");
    ASSERT_TRUE(worker.sound_format(pcmu()));
    EXPECT_TRUE(worker.sound(900));
    EXPECT_TRUE(worker.sound(1100));
    ASSERT_EQ(worker.sink.sounds.size(), 2U);
    EXPECT_TRUE(worker.sink.sounds[1]->discontinuity);
}

TEST(StreamRecord, BelievesNothingThatCannotBe) {
    Claims worker;
    EXPECT_FALSE(worker.picture(Claims::at(1)));  // without parameters
    ASSERT_TRUE(worker.parameters());
    ASSERT_TRUE(worker.picture(Claims::at(1000)));
    auto lies = [&worker](auto change, const Bytes& payload = kPicture) {
        auto header = Claims::at(5000);
        change(header);
        auto result = worker.picture(header, payload);
        return !result && result.error().kind() == ErrorKind::Corrupt;
    };
    EXPECT_TRUE(lies([](auto& h) { h.dts = -1; }));
    EXPECT_TRUE(lies([](auto& h) { h.dts = 1000; }));
    EXPECT_TRUE(lies([](auto& h) { h.dts = 900; }));
    EXPECT_TRUE(lies([](auto& h) { h.pts = h.dts + 90'000 * 61; }));
    EXPECT_TRUE(lies([](auto& h) { h.pts = std::numeric_limits<std::int64_t>::min(); }));
    EXPECT_TRUE(lies([](auto& h) { h.dts = std::numeric_limits<std::int64_t>::max(); }));
    EXPECT_TRUE(lies([](auto& h) { h.flags = 4; }));
    EXPECT_TRUE(lies([](auto&) {}, Bytes{}));
    EXPECT_TRUE(lies([](auto&) {}, Bytes{0, 0, 0, 3, 1, 2}));
    EXPECT_TRUE(lies([](auto&) {}, Bytes{0, 0, 0, 0}));
    EXPECT_EQ(worker.sink.packets.size(), 1U);
}

TEST(StreamRecord, CutsTheAgeThatAWorkerClaimsDownToWhatCanBe) {
    Claims worker;
    ASSERT_TRUE(worker.parameters());
    auto header = Claims::at(1);
    header.mono_us += 3'600'000'000;  // from the future
    ASSERT_TRUE(worker.picture(header));
    EXPECT_EQ(worker.sink.packets[0]->wall, worker.clock.now());
    header = Claims::at(2);
    header.mono_us = std::numeric_limits<std::int64_t>::min();
    ASSERT_TRUE(worker.picture(header));
    header = Claims::at(3);
    header.mono_us = 0;  // long ago, on a machine that runs longer than a minute
    ASSERT_TRUE(worker.picture(header));
    for (const auto& packet : worker.sink.packets) {
        EXPECT_GE(packet->wall, worker.clock.now() - std::chrono::seconds(60));
        EXPECT_LE(packet->wall, worker.clock.now());
    }
}

TEST(StreamRecord, BeginsANewRunWithTheNextWorker) {
    Claims worker;
    ASSERT_TRUE(worker.parameters());
    ASSERT_TRUE(worker.picture(Claims::at(90'000)));
    worker.record().on_report({1, SourceState::Playing, "", 10, 1, 2, {}});
    worker.record().on_worker_lost("replaced");
    EXPECT_EQ(worker.sink.states.back().state, SourceState::Waiting);
    EXPECT_EQ(worker.sink.states.back().cause, "replaced");
    EXPECT_FALSE(worker.picture(Claims::at(90'001)));  // the new one has not told parameters
    ASSERT_TRUE(worker.parameters());
    ASSERT_TRUE(worker.picture(Claims::at(80'000)));  // its times may begin earlier
    EXPECT_TRUE(worker.sink.packets.back()->discontinuity);
    EXPECT_GT(worker.sink.packets.back()->dts, 90'000);
    worker.record().on_report({1, SourceState::Playing, "", 5, 0, 0, {}});
    EXPECT_EQ(worker.sink.states.back().lost, 15U);
    EXPECT_EQ(worker.sink.states.back().reconnects, 3U);
}

TEST(StreamRecord, CountsAndTellsOnceASecond) {
    Claims worker;
    ASSERT_TRUE(worker.parameters());
    for (int i = 1; i <= 25; ++i) ASSERT_TRUE(worker.picture(Claims::at(i * 3600)));
    worker.record().tick();
    EXPECT_TRUE(worker.sink.states.empty());
    worker.clock.advance(std::chrono::seconds(1));
    worker.record().tick();
    ASSERT_EQ(worker.sink.states.size(), 1U);
    EXPECT_DOUBLE_EQ(worker.sink.states[0].frames_per_second, 25);
    EXPECT_EQ(worker.sink.states[0].bits_per_second, 25 * 6 * 8);
    EXPECT_EQ(worker.sink.states[0].packets, 25U);
    EXPECT_TRUE(worker.sink.states[0].last_packet);
}

TEST(StreamRecord, DeliversNothingAfterItWasStopped) {
    Claims worker;
    ASSERT_TRUE(worker.parameters());
    worker.record().stop();
    EXPECT_EQ(worker.sink.states.back().state, SourceState::Stopped);
    ASSERT_TRUE(worker.picture(Claims::at(1)));
    worker.record().on_report({1, SourceState::Waiting, "late", 0, 0, 0, {}});
    EXPECT_TRUE(worker.sink.packets.empty());
    EXPECT_EQ(worker.sink.states.size(), 1U);
}

}  // namespace
}  // namespace proviso::ingest
