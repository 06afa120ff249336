#include "rtsp_message.h"

#include <gtest/gtest.h>

namespace proviso::ingest {
namespace {

Result<std::optional<ParsedRtsp>> parse(std::string_view text) {
    return parse_rtsp(as_bytes(text));
}

TEST(RtspMessage, ReadsStatusHeadersAndBodyAndWaitsForTheRest) {
    std::string text =
        "RTSP/1.0 200 OK\r\nCSeq: 2\r\ncontent-length: 4\r\nPublic: A,\r\n B\r\n\r\nbody$rest";
    auto whole = text.size() - 5;
    for (std::size_t size = 0; size < whole; ++size) {
        auto partial = parse(text.substr(0, size));
        ASSERT_TRUE(partial) << size;
        EXPECT_FALSE(*partial) << size;
    }
    auto parsed = parse(text).value().value();
    EXPECT_EQ(parsed.size, whole);
    EXPECT_EQ(parsed.message.status, 200);
    EXPECT_EQ(parsed.message.reason, "OK");
    EXPECT_EQ(parsed.message.header("cseq"), "2");
    EXPECT_EQ(parsed.message.header("PUBLIC"), "A, B");
    EXPECT_EQ(parsed.message.body, "body");
    EXPECT_FALSE(parsed.message.header("Session"));
}

TEST(RtspMessage, ReadsBareLineFeedsAndRequestsOfTheCamera) {
    auto parsed = parse("OPTIONS * RTSP/1.0\nCSeq: 9\n\n").value().value();
    EXPECT_EQ(parsed.message.status, 0);
    EXPECT_EQ(parsed.message.reason, "OPTIONS");
    EXPECT_EQ(parsed.message.header("CSeq"), "9");
}

TEST(RtspMessage, RefusesWhatCanNeverBecomeOne) {
    for (const auto* bad :
         {"HTTP/1.1 200 OK\r\n\r\n",
          "RTSP/1.0 20x OK\r\n\r\n",
          "RTSP/9.9 200 OK\r\n\r\n",
          "RTSP/1.0 200 OK\r\n: empty\r\n\r\n",
          "RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
          "RTSP/1.0 200 OK\r\nContent-Length: 65537\r\n\r\n",
          "RTSP/1.0 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
          "x\r\n\r\n"}) {
        EXPECT_FALSE(parse(bad)) << bad;
    }
    std::string many = "RTSP/1.0 200 OK\r\n";
    for (int i = 0; i < 65; ++i) many += "A: b\r\n";
    EXPECT_EQ(parse(many + "\r\n").error().kind(), ErrorKind::TooLarge);
    EXPECT_EQ(parse(std::string(kMaxRtspHead, 'A')).error().kind(), ErrorKind::TooLarge);
    EXPECT_EQ(
        parse("RTSP/1.0 200 OK\r\nA: " + std::string(kMaxRtspLine, 'x') + "\r\n\r\n")
            .error()
            .kind(),
        ErrorKind::TooLarge
    );
}

}  // namespace
}  // namespace proviso::ingest
