#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sound_receiver.h"
#include "timeline.h"

namespace proviso::ingest {
namespace {

const media::SoundParameters kAac = media::aac_parameters(Bytes{0x14, 0x08}).value();  // 16 kHz
const media::SoundParameters kPcmu =
    media::g711_parameters(media::SoundCodec::Pcmu, 8000, 1).value();

/// Payloads in, what comes out as text: "3@100" is three bytes of time 100, "!" a gap before.
std::string taken(
    const media::SoundParameters& format,
    const std::vector<std::pair<Bytes, std::uint32_t>>& payloads,
    std::size_t gap_before = 0
) {
    std::string text;
    SoundDepacketiser depacketise(format, [&](const SoundFrame& frame) {
        text += fmt::format(
            "{}{}{}@{}", text.empty() ? "" : " ", frame.gap ? "!" : "", frame.data.size(), frame.rtp
        );
    });
    for (std::size_t i = 0; i < payloads.size(); ++i) {
        RtpPacket packet;
        packet.timestamp = payloads[i].second;
        packet.payload = payloads[i].first;
        depacketise.add(packet, gap_before != 0 && i == gap_before);
    }
    return text;
}

Bytes aac(const std::vector<std::pair<unsigned, unsigned>>& frames, std::size_t bytes) {
    Bytes payload;
    ByteWriter write(payload);
    write.u16(static_cast<std::uint16_t>(frames.size() * 16));
    for (auto [size, index] : frames) write.u16(static_cast<std::uint16_t>(size << 3U | index));
    payload.resize(payload.size() + bytes, 7);
    return payload;
}

TEST(SoundDepacketiser, TakesOneOrSeveralFramesOfAacOutOfAPacket) {
    EXPECT_EQ(taken(kAac, {{aac({{3, 0}}, 3), 100}}), "!3@100");
    EXPECT_EQ(
        taken(kAac, {{aac({{3, 0}, {4, 0}}, 7), 100}, {aac({{5, 0}}, 5), 2148}}),
        "!3@100 4@1124 5@2148"
    );
}

TEST(SoundDepacketiser, PutsAFrameInPiecesTogetherAndDropsItIfOneIsMissing) {
    std::vector<std::pair<Bytes, std::uint32_t>> pieces{
        {aac({{1, 0}}, 1), 0},
        {aac({{9, 0}}, 4), 100},
        {aac({{9, 0}}, 5), 100},
        {aac({{2, 0}}, 2), 1124}};
    EXPECT_EQ(taken(kAac, pieces), "!1@0 9@100 2@1124");
    EXPECT_EQ(taken(kAac, pieces, 2), "!1@0 !2@1124");
    pieces[2].second = 7;  // of another frame
    EXPECT_EQ(taken(kAac, pieces), "!1@0 !2@1124");
}

TEST(SoundDepacketiser, LosesAFrameToGarbageAndNothingElse) {
    for (const auto& garbage :
         {Bytes{},
          Bytes{0},
          Bytes{0, 16},
          Bytes{0, 0, 1, 2},
          Bytes{0, 15, 1, 2, 3},
          Bytes(40, 0xFF),
          aac({{3, 1}}, 3),
          aac({{0, 0}}, 3),
          aac({{2, 0}, {9, 0}}, 4)}) {
        auto text = taken(kAac, {{aac({{1, 0}}, 1), 0}, {garbage, 50}, {aac({{2, 0}}, 2), 1024}});
        EXPECT_TRUE(text.starts_with("!1@0")) << text;
        EXPECT_TRUE(text.ends_with("2@1024")) << text;
    }
}

TEST(SoundDepacketiser, HandsG711OnAsItComes) {
    EXPECT_EQ(taken(kPcmu, {{Bytes(160), 0}, {Bytes(240), 160}}), "!160@0 240@160");
    auto stereo = media::g711_parameters(media::SoundCodec::Pcma, 8000, 2).value();
    EXPECT_EQ(taken(stereo, {{Bytes(161), 0}, {Bytes(160), 80}}), "!160@80");
    EXPECT_EQ(taken(kPcmu, {{Bytes(8192), 0}}), "");
}

constexpr std::int64_t kMillisecond = 90;

/// A microphone that sends 20 ms a packet, heard against pictures of a known lateness.
class Microphone {
public:
    /// Plays for a while; the last time given, less what it should be by the wall clock.
    std::int64_t error_after(int packets) {
        std::int64_t error = 0;
        for (int i = 0; i < packets; ++i) {
            now_ += microseconds(static_cast<std::int64_t>(20'000 * drift));
            auto heard = now_.time_since_epoch().count() * 9 / 100 - 1800;
            auto place = clock.place(
                rtp, 160, now_ + delay + (i % 7 == 0 ? milliseconds(0) : jitter), pictures
            );
            rtp += 160;
            if (!place) {
                ++dropped;
                continue;
            }
            jumps += place->jump ? 1 : 0;
            EXPECT_GT(place->pts, last_);
            last_ = place->pts;
            error = place->pts - (heard - pictures.lateness + delay.count() * kMillisecond);
        }
        return error;
    }

    void report(std::int64_t camera_us) {
        auto ticks = static_cast<std::uint64_t>(camera_us) << 32U;
        clock.note({1, ticks / 1'000'000, rtp});
    }

    MonoTime now() const { return now_; }

    SoundClock clock{kPcmu};
    PictureTimes pictures{0, {}};
    std::uint32_t rtp = 0xFFFF'FF00;  // it wraps at once
    milliseconds delay{0};
    milliseconds jitter{0};
    double drift = 1;
    int jumps = 0;
    int dropped = 0;

private:
    MonoTime now_{std::chrono::seconds(1000)};
    std::int64_t last_ = -1;
};

TEST(SoundClock, PutsSoundWhereItArrivesFastestBesideThePictures) {
    Microphone microphone;
    microphone.jitter = milliseconds(70);
    EXPECT_LE(std::abs(microphone.error_after(200)), kMillisecond);
    EXPECT_EQ(microphone.jumps, 1);
    // The pictures' timeline is behind the wall clock by 900 ms: so is the sound's.
    Microphone other;
    other.pictures.lateness = 900 * kMillisecond;
    EXPECT_LE(std::abs(other.error_after(50)), kMillisecond);
}

TEST(SoundClock, FollowsAClockThatDriftsWithoutJumping) {
    Microphone microphone;
    microphone.error_after(10);
    microphone.drift = 1.0005;
    EXPECT_LE(std::abs(microphone.error_after(20'000)), 50 * kMillisecond);
    EXPECT_EQ(microphone.jumps, 1);
}

TEST(SoundClock, BelievesTheClockOfTheCameraOverArrival) {
    Microphone microphone;
    microphone.delay = milliseconds(300);  // sound takes longer than pictures, unknown to arrival
    microphone.error_after(50);
    // Both tracks' reports name the same instant: the picture of now has this time.
    auto now = microphone.now().time_since_epoch().count();
    microphone.pictures.reported = {(std::uint64_t{50} << 32U), now * 9 / 100};
    microphone.report(50'000'000);
    auto error = microphone.error_after(50) + 300 * kMillisecond;
    EXPECT_LE(std::abs(error), 2 * kMillisecond);
    EXPECT_EQ(microphone.jumps, 1);
    EXPECT_NEAR(microphone.dropped, 15, 2);  // what belongs before what was handed on
}

TEST(SoundClock, LeavesReportsOfAClockThatCannotBeTheSame) {
    Microphone microphone;
    microphone.error_after(50);
    auto now = microphone.now().time_since_epoch().count();
    microphone.pictures.reported = {(std::uint64_t{50} << 32U), now * 9 / 100};
    microphone.report(90'000'000);
    EXPECT_LE(std::abs(microphone.error_after(50)), kMillisecond);
    EXPECT_EQ(microphone.jumps, 1);
}

TEST(SoundClock, BeginsAnewWhereTheTimesDo) {
    Microphone microphone;
    microphone.error_after(50);
    microphone.rtp += 3'000'000;
    EXPECT_LE(std::abs(microphone.error_after(50)), kMillisecond);
    microphone.rtp -= 1'000'000;
    EXPECT_LE(std::abs(microphone.error_after(50)), kMillisecond);
    EXPECT_EQ(microphone.jumps, 3);
}

TEST(SoundReceiver, DropsSoundWhileThereAreNoPictures) {
    SdpSound described;
    described.format = kPcmu;
    bool pictures = false;
    int heard = 0;
    SoundReceiver receiver(
        described,
        false,
        [&]() -> std::optional<PictureTimes> {
            return pictures ? std::optional(PictureTimes{}) : std::nullopt;
        },
        [&](const SoundUnit& unit) {
            EXPECT_EQ(unit.discontinuity, heard == 0);
            ++heard;
        }
    );
    auto give = [&](std::uint8_t type, std::uint16_t sequence) {
        Bytes packet;
        ByteWriter(packet).u8(0x80).u8(type).u16(sequence).u32(sequence * 160U).u32(5);
        packet.resize(packet.size() + 160, 0xFF);
        receiver.on_rtp(packet, MonoTime(milliseconds(1000 + 20 * sequence)));
    };
    give(0, 1);
    EXPECT_EQ(heard, 0);
    pictures = true;
    give(0, 2);
    give(0, 3);
    EXPECT_EQ(heard, 2);
    give(96, 4);  // another payload type is not this sound
    EXPECT_EQ(heard, 2);
}

}  // namespace
}  // namespace proviso::ingest
