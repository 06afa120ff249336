#include "rtsp_session.h"

#include <gtest/gtest.h>

namespace proviso::ingest {
namespace {

constexpr MonoTime kStart{std::chrono::seconds(100)};
constexpr std::string_view kSdp =
    "v=0\r\na=control:*\r\nm=audio 0 RTP/AVP 0\r\na=control:audio\r\n"
    "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n";

/// A camera played by the test: says what the session sends, and answers.
class Dialogue final : public RtspEvents {
public:
    explicit Dialogue(bool udp = false, std::string user = {})
        : session_(
              {"rtsp://cam/live", udp, 5000},
              Authenticator(
                  std::move(user), SecretText("hunter2"), [] { return std::uint64_t{1}; }
              ),
              *this
          ) {}

    /// The next request that the session has sent.
    std::string asked() {
        auto bytes = session_.take_output();
        std::string text(as_text(bytes));
        auto at = text.find("CSeq: ");
        if (at != std::string::npos) number_ = text.substr(at + 6, text.find('\r', at) - at - 6);
        return text;
    }

    Result<> answer(std::string status, std::string headers = {}, std::string body = {}) {
        auto text = "RTSP/1.0 " + status + "\r\nCSeq: " + number_ + "\r\n" + headers;
        if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        return feed(text + "\r\n" + body);
    }

    Result<> feed(std::string_view text) {
        rest_.append(text);
        auto used = session_.consume(as_bytes(rest_), now);
        if (!used) return used.error();
        rest_.erase(0, *used);
        return {};
    }

    /// Up to playing, over TCP.
    void play(std::string timeout = "60") {
        session_.start(now);
        asked();
        ASSERT_TRUE(answer("200 OK", "Public: OPTIONS, GET_PARAMETER\r\n"));
        asked();
        ASSERT_TRUE(answer("200 OK", "Content-Base: rtsp://cam/live/\r\n", std::string(kSdp)));
        asked();
        ASSERT_TRUE(answer(
            "200 OK",
            "Session: abc;timeout=" + timeout +
                "\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n"
        ));
        asked();
        ASSERT_TRUE(answer("200 OK", "Session: abc\r\n"));
        ASSERT_TRUE(session_.playing());
    }

    Result<SdpControl> on_described(std::string_view description) override {
        auto video = PROVISO_TRY(parse_sdp(description));
        heard += "described:" + video.control.track + " ";
        return video.control;
    }

    void on_set_up(std::uint16_t rtp, std::uint16_t rtcp) override {
        heard += "set_up:" + std::to_string(rtp) + "," + std::to_string(rtcp) + " ";
    }

    void on_playing() override { heard += "playing "; }

    void on_rtp(ByteView packet) override { heard += "rtp:" + std::to_string(packet.size()) + " "; }

    void on_rtcp(ByteView packet) override {
        heard += "rtcp:" + std::to_string(packet.size()) + " ";
    }

    RtspSession& session() { return session_; }

    std::string heard;
    MonoTime now = kStart;

private:
    RtspSession session_;
    std::string number_ = "1";
    std::string rest_;
};

std::string frame(int channel, std::size_t size, char second = '\x60') {
    std::string text = "$";
    text += static_cast<char>(channel);
    text += static_cast<char>(size >> 8);
    text += static_cast<char>(size);
    return text + '\x80' + second + std::string(size - 2, 'x');
}

TEST(RtspSession, DescribesSetsUpTheVideoOnlyAndPlays) {
    Dialogue camera;
    camera.session().start(kStart);
    EXPECT_TRUE(camera.asked().starts_with("OPTIONS rtsp://cam/live RTSP/1.0\r\n"));
    ASSERT_TRUE(camera.answer("200 OK"));
    EXPECT_TRUE(camera.asked().starts_with("DESCRIBE rtsp://cam/live RTSP/1.0\r\n"));
    ASSERT_TRUE(
        camera.answer("200 OK", "Content-Base: rtsp://admin:x@cam/live/\r\n", std::string(kSdp))
    );
    auto setup = camera.asked();
    EXPECT_TRUE(setup.starts_with("SETUP rtsp://cam/live/track1 RTSP/1.0\r\n")) << setup;
    EXPECT_NE(setup.find("RTP/AVP/TCP;unicast;interleaved=0-1"), std::string::npos);
    ASSERT_TRUE(camera.answer("200 OK", "Session: s1\r\nTransport: RTP/AVP/TCP;interleaved=4-5\r\n")
    );
    auto play = camera.asked();
    EXPECT_TRUE(play.starts_with("PLAY rtsp://cam/live/ RTSP/1.0\r\n")) << play;
    EXPECT_NE(play.find("Session: s1\r\n"), std::string::npos);
    ASSERT_TRUE(camera.answer("200 OK"));
    ASSERT_TRUE(camera.feed(frame(4, 20) + frame(5, 8, '\xC8') + frame(0, 9)));
    EXPECT_EQ(camera.heard, "described:track1 set_up:0,0 playing rtp:20 rtcp:8 ");
    camera.session().tear_down();
    EXPECT_TRUE(camera.asked().starts_with("TEARDOWN rtsp://cam/live/ RTSP/1.0\r\n"));
}

TEST(RtspSession, ReadsTheSameWhicheverWayTheBytesComeInPieces) {
    std::string stream = frame(0, 300) + "RTSP/1.0 200 OK\r\nCSeq: 99\r\n\r\n" +
                         frame(1, 28, '\xC8') + frame(0, 2000);
    for (std::size_t piece : {1U, 2U, 3U, 7U, 100U, 5000U}) {
        Dialogue camera;
        camera.play();
        camera.heard.clear();
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            ASSERT_TRUE(camera.feed(std::string_view(stream).substr(at, piece)));
        }
        EXPECT_EQ(camera.heard, "rtp:300 rtcp:28 rtp:2000 ") << piece;
    }
}

TEST(RtspSession, PassesOverScrapsBetweenFramesButNotForEver) {
    Dialogue camera;
    camera.play();
    camera.heard.clear();
    ASSERT_TRUE(camera.feed("scraps\x01\x02$\xFFzz" + frame(0, 30) + "R$x" + frame(0, 31)));
    EXPECT_EQ(camera.heard, "rtp:30 rtp:31 ");
    EXPECT_FALSE(camera.feed(std::string(RtspSession::kMaxGarbage + 10, 'x')));
}

TEST(RtspSession, TellsRtcpByItsTypeEvenIfTheChannelsAreSwapped) {
    Dialogue camera;
    camera.play();
    camera.heard.clear();
    ASSERT_TRUE(camera.feed(frame(1, 40) + frame(0, 28, '\xC8')));
    EXPECT_EQ(camera.heard, "rtp:40 rtcp:28 ");
}

TEST(RtspSession, SignsInWhenAskedAndAgainWhenTheNonceIsStale) {
    Dialogue camera(false, "admin");
    camera.session().start(kStart);
    EXPECT_EQ(camera.asked().find("Authorization"), std::string::npos);
    ASSERT_TRUE(camera.answer("401 U", "WWW-Authenticate: Digest realm=\"r\", nonce=\"1\"\r\n"));
    auto second = camera.asked();
    EXPECT_TRUE(second.starts_with("OPTIONS "));
    EXPECT_NE(second.find("Authorization: Digest username=\"admin\""), std::string::npos);
    EXPECT_EQ(second.find("hunter2"), std::string::npos);
    ASSERT_TRUE(camera.answer("200 OK"));
    EXPECT_NE(camera.asked().find("nonce=\"1\""), std::string::npos);
    ASSERT_TRUE(
        camera.answer("401 U", "WWW-Authenticate: Digest realm=\"r\", nonce=\"2\", stale=true\r\n")
    );
    EXPECT_NE(camera.asked().find("nonce=\"2\""), std::string::npos);
    ASSERT_TRUE(camera.answer("200 OK", "", std::string(kSdp)));
    EXPECT_TRUE(camera.asked().starts_with("SETUP rtsp://cam/live/track1"));
}

TEST(RtspSession, GivesUpWhenThePasswordIsRefusedOrMissing) {
    Dialogue camera(false, "admin");
    camera.session().start(kStart);
    for (int i = 0; i < 2; ++i) {
        camera.asked();
        auto result =
            camera.answer("401 U", "WWW-Authenticate: Digest realm=\"r\", nonce=\"1\"\r\n");
        ASSERT_EQ(result.has_value(), i == 0);
        if (!result) {
            EXPECT_EQ(result.error().kind(), ErrorKind::Unauthorized);
        }
    }
    Dialogue nobody;
    nobody.session().start(kStart);
    nobody.asked();
    auto result = nobody.answer("401 U", "WWW-Authenticate: Basic realm=\"r\"\r\n");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::Unauthorized);
}

TEST(RtspSession, NeverAsksAgainAndAgainWithEverNewNonces) {
    Dialogue camera(false, "admin");
    camera.session().start(kStart);
    int asked = 0;
    for (; asked < 10; ++asked) {
        camera.asked();
        auto header =
            "WWW-Authenticate: Digest realm=\"r\", nonce=\"" + std::to_string(asked) + "\"\r\n";
        if (!camera.answer("401 U", header)) break;
    }
    EXPECT_EQ(asked, 2);
}

TEST(RtspSession, KeepsAliveAtHalfTheTimeoutAsTheCameraLikes) {
    Dialogue camera;
    camera.play("10");
    ASSERT_TRUE(camera.session().tick(kStart + std::chrono::seconds(4)));
    EXPECT_EQ(camera.asked(), "");
    ASSERT_TRUE(camera.session().tick(kStart + std::chrono::seconds(5)));
    EXPECT_TRUE(camera.asked().starts_with("GET_PARAMETER rtsp://cam/live/"));
    ASSERT_TRUE(camera.answer("501 Not Implemented"));
    ASSERT_TRUE(camera.session().tick(kStart + std::chrono::seconds(10)));
    EXPECT_TRUE(camera.asked().starts_with("OPTIONS "));
    auto late = camera.session().tick(kStart + std::chrono::seconds(21));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind(), ErrorKind::Timeout);
}

TEST(RtspSession, AsksForUdpPortsAndHearsTheCameras) {
    Dialogue camera(true);
    camera.session().start(kStart);
    camera.asked();
    ASSERT_TRUE(camera.answer("454 Session Not Found"));  // to OPTIONS: no matter
    camera.asked();
    ASSERT_TRUE(camera.answer("200 OK", "", std::string(kSdp)));
    EXPECT_NE(camera.asked().find("RTP/AVP;unicast;client_port=5000-5001\r\n"), std::string::npos);
    ASSERT_TRUE(camera.answer(
        "200 OK",
        "Session: 1\r\nTransport: RTP/AVP;unicast;client_port=5000-5001;server_port=7000-7001\r\n"
    ));
    EXPECT_NE(camera.heard.find("set_up:7000,7001"), std::string::npos);
}

TEST(RtspSession, SaysInWordsWhatTheCameraRefused) {
    for (auto [status, words] :
         {std::pair("404 Not Found", "no stream at this address"),
          std::pair("403 Forbidden", "forbids"),
          std::pair("453 Not Enough Bandwidth", "capacity"),
          std::pair("302 Moved", "redirects"),
          std::pair("500 Oops", "500 Oops")}) {
        Dialogue camera;
        camera.session().start(kStart);
        camera.asked();
        ASSERT_TRUE(camera.answer("200 OK"));
        camera.asked();
        auto result = camera.answer(status);
        ASSERT_FALSE(result);
        EXPECT_NE(result.error().message().find(words), std::string::npos)
            << result.error().message();
        EXPECT_FALSE(result.error().next_step().empty());
    }
}

TEST(RtspSession, AnswersWhatTheCameraAsksAndIgnoresOldAnswers) {
    Dialogue camera;
    camera.play();
    ASSERT_TRUE(camera.feed("OPTIONS rtsp://cam/live RTSP/1.0\r\nCSeq: 42\r\n\r\n"));
    EXPECT_EQ(camera.asked(), "RTSP/1.0 200 OK\r\nCSeq: 42\r\n\r\n");
    ASSERT_TRUE(camera.feed("ANNOUNCE rtsp://cam/live RTSP/1.0\r\nCSeq: 43\r\n\r\n"));
    EXPECT_TRUE(camera.asked().starts_with("RTSP/1.0 501"));
    ASSERT_TRUE(camera.feed("RTSP/1.0 500 Old\r\nCSeq: 1\r\n\r\n"));
    EXPECT_TRUE(camera.session().playing());
}

TEST(RtspSession, LetsNoTrackNameEndARequestLine) {
    Dialogue camera;
    camera.session().start(kStart);
    camera.asked();
    ASSERT_TRUE(camera.answer("200 OK"));
    camera.asked();
    std::string sdp = "m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=control:a b\x01\n";
    EXPECT_FALSE(camera.answer("200 OK", "", sdp));
}

}  // namespace
}  // namespace proviso::ingest
