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
    EXPECT_EQ(video->control, "trackID=1");
    EXPECT_EQ(video->session_control, "rtsp://192.168.1.64/base/");
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

}  // namespace
}  // namespace proviso::ingest
