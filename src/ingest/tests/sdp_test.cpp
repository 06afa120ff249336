#include "sdp.h"

#include <gtest/gtest.h>

namespace proviso::ingest {
namespace {

constexpr std::string_view kCamera =
    "v=0\r\no=- 1 1 IN IP4 192.168.1.64\r\ns=Media Presentation\r\nt=0 0\r\n"
    "a=control:rtsp://192.168.1.64/base/\r\n"
    "m=audio 0 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=control:trackID=2\r\n"
    "m=video 0 RTP/AVP 96\r\nb=AS:5000\r\na=control:trackID=1\r\na=rtpmap:96 H264/90000\r\n"
    "a=framerate:25.000000\r\n"
    "a=fmtp:96 profile-level-id=4D0029; packetization-mode=1; "
    "sprop-parameter-sets=Z00AKZpkA8ARPy4C3AQEBQAAAwABAAADADKE,aO48gA==\r\n"
    "m=application 0 RTP/AVP 107\r\na=control:trackID=3\r\n"
    "a=rtpmap:107 vnd.onvif.metadata/90000\r\n";

TEST(Sdp, FindsTheVideoAmongAudioAndMetadata) {
    auto video = parse_sdp(kCamera);
    ASSERT_TRUE(video) << video.error().story();
    EXPECT_EQ(video->codec, media::Codec::H264);
    EXPECT_EQ(video->payload_type, 96);
    EXPECT_EQ(video->control.track, "trackID=1");
    EXPECT_EQ(video->control.session, "rtsp://192.168.1.64/base/");
    EXPECT_EQ(video->frames_per_second, 25.0);
    ASSERT_EQ(video->parameter_sets.size(), 2U);
    EXPECT_EQ(video->parameter_sets[0][0], 0x67);
    EXPECT_EQ(video->parameter_sets[1][0], 0x68);
}

TEST(Sdp, ReadsTheThreeSetsOfH265AndPassesOverDamagedOnes) {
    auto video = parse_sdp(
        "m=video 0 RTP/AVP 98\na=rtpmap:98 H265/90000\n"
        "a=fmtp:98 sprop-vps=QAEM;sprop-sps=QgEB;sprop-pps=R**;sprop-max-don-diff=0\n"
    );
    ASSERT_TRUE(video);
    EXPECT_EQ(video->codec, media::Codec::H265);
    EXPECT_EQ(video->parameter_sets.size(), 2U);
    EXPECT_FALSE(video->frames_per_second);
}

TEST(Sdp, SaysWhatTheCameraOffersInstead) {
    auto jpeg = parse_sdp("m=video 0 RTP/AVP 26\r\na=control:x\r\n");
    ASSERT_FALSE(jpeg);
    EXPECT_NE(jpeg.error().message().find("MJPEG"), std::string::npos);
    auto odd = parse_sdp("m=video 0 RTP/AVP 96\r\na=rtpmap:96 VP8\x01/90000\r\n");
    ASSERT_FALSE(odd);
    EXPECT_NE(odd.error().message().find("VP8?"), std::string::npos);
    EXPECT_FALSE(parse_sdp(""));
    EXPECT_FALSE(
        parse_sdp("m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
                  "a=fmtp:96 packetization-mode=2\r\n")
    );
    EXPECT_FALSE(parse_sdp("m=video 0 RTP/AVP 900\r\na=rtpmap:900 H264/90000\r\n"));
}

TEST(Sdp, IsBounded) {
    std::string lines;
    for (int i = 0; i < 1001; ++i) lines += "a=x\n";
    EXPECT_EQ(parse_sdp(lines).error().kind(), ErrorKind::TooLarge);
    std::string sets =
        "m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=fmtp:96 sprop-parameter-sets=";
    for (int i = 0; i < 500; ++i) sets += "aO48gA==,";
    EXPECT_EQ(parse_sdp(sets)->parameter_sets.size(), 16U);
}

constexpr std::string_view kAac =
    "m=audio 0 RTP/AVP 97\r\na=rtpmap:97 mpeg4-generic/16000/1\r\n"
    "a=fmtp:97 streamtype=5; mode=AAC-hbr; SizeLength=13; IndexLength=3; IndexDeltaLength=3; "
    "config=1408\r\na=control:track2\r\n";

TEST(SdpSound, IsFoundAmongTheTracks) {
    auto sound = parse_sdp_sound(kCamera);
    ASSERT_TRUE(sound) << sound.error().story();
    EXPECT_EQ(sound->format.codec, media::SoundCodec::Pcmu);
    EXPECT_EQ(sound->format.sample_rate, 8000U);
    EXPECT_EQ(sound->payload_type, 0);
    EXPECT_EQ(sound->control.track, "trackID=2");
    EXPECT_EQ(sound->control.session, "rtsp://192.168.1.64/base/");
    auto unnamed = parse_sdp_sound("m=audio 0 RTP/AVP 8\r\n");
    ASSERT_TRUE(unnamed);
    EXPECT_EQ(unnamed->format.codec, media::SoundCodec::Pcma);
    auto aac = parse_sdp_sound(kAac);
    ASSERT_TRUE(aac) << aac.error().story();
    EXPECT_EQ(aac->format.codec, media::SoundCodec::Aac);
    EXPECT_EQ(aac->format.sample_rate, 16'000U);
    EXPECT_EQ(aac->payload_type, 97);
}

TEST(SdpSound, ThatIsNotRecordedIsNamedWithWhatToDo) {
    auto words = [](std::string_view text) {
        auto sound = parse_sdp_sound(text);
        return sound ? "taken" : sound.error().message() + "; " + sound.error().next_step();
    };
    EXPECT_EQ(
        words("m=audio 0 RTP/AVP 98\r\na=rtpmap:98 opus/48000/2\r\n"),
        "the camera's sound is opus; set the camera's sound to AAC-LC or G.711"
    );
    EXPECT_NE(words("m=video 0 RTP/AVP 96\r\n").find("offers no sound"), std::string::npos);
    auto changed = [&](std::string_view from, std::string_view to) {
        std::string text(kAac);
        text.replace(text.find(from), from.size(), to);
        return words(text);
    };
    EXPECT_EQ(changed("config=1408", "config=1408"), "taken");
    EXPECT_NE(changed("AAC-hbr", "AAC-lbr").find("packs its AAC"), std::string::npos);
    EXPECT_NE(changed("SizeLength=13", "SizeLength=6").find("packs its AAC"), std::string::npos);
    EXPECT_NE(changed("config=1408", "config=").find("packs its AAC"), std::string::npos);
    EXPECT_NE(changed("config=1408", "config=14zz").find("packs its AAC"), std::string::npos);
    EXPECT_NE(changed("config=1408", "config=2b92").find("not AAC-LC"), std::string::npos);
    EXPECT_NE(changed("16000/1", "8000/1").find("two different rates"), std::string::npos);
    EXPECT_NE(
        words("m=audio 0 RTP/AVP 0\r\na=rtpmap:0 PCMU/0\r\n").find("G.711 is not"),
        std::string::npos
    );
}

}  // namespace
}  // namespace proviso::ingest
