#include "control.h"

#include <random>

#include <gtest/gtest.h>

namespace proviso::ingest {
namespace {

StartStream a_start() {
    StartStream start;
    start.stream = 77;
    start.spec.url = "rtsp://host/x";
    start.spec.user = "user";
    start.spec.password = SecretText("pass");
    start.spec.transport = Transport::Udp;
    start.spec.certificate_sha256 = std::string(64, 'a');
    start.spec.accept_any_certificate = true;
    return start;
}

TEST(ControlMessages, AreReadBackAsTheyWereWritten) {
    auto start = std::get<StartStream>(decode_message(encode(a_start())).value());
    EXPECT_EQ(start.stream, 77U);
    EXPECT_EQ(start.spec.url, "rtsp://host/x");
    EXPECT_EQ(start.spec.password.view(), "pass");
    EXPECT_EQ(start.spec.transport, Transport::Udp);
    EXPECT_TRUE(start.spec.accept_any_certificate);
    StreamReport report{5, SourceState::Waiting, "why", 1, 2, 3, microseconds(-7)};
    auto read = std::get<StreamReport>(decode_message(encode(report)).value());
    EXPECT_EQ(read.cause, "why");
    EXPECT_EQ(read.reconnects, 3U);
    EXPECT_EQ(read.camera_clock_ahead, microseconds(-7));
    EXPECT_TRUE(std::holds_alternative<Heartbeat>(decode_message(encode(Heartbeat{})).value()));
    EXPECT_EQ(std::get<StopStream>(decode_message(encode(StopStream{9})).value()).stream, 9U);
}

TEST(ControlMessages, RefuseEveryTruncationAndSurviveEveryFlippedBit) {
    for (const auto& bytes :
         {encode(a_start()),
          encode(StreamReport{5, SourceState::Waiting, "why", 1, 2, 3, {}}),
          encode(StopStream{9})}) {
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            EXPECT_FALSE(decode_message(ByteView(bytes).first(size)));
        }
        auto longer = bytes;
        longer.push_back(0);
        EXPECT_FALSE(decode_message(longer));
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            auto damaged = bytes;
            damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
            (void)decode_message(damaged).has_value();
        }
    }
}

TEST(ControlMessages, LetNoControlCharacterIntoACause) {
    EXPECT_FALSE(decode_message(encode(StreamReport{1, SourceState::Waiting, "a\nb", 0, 0, 0, {}}))
    );
    auto bytes = encode(StreamReport{1, SourceState::Waiting, "", 0, 0, 0, {}});
    bytes[5] = 4;  // no such state
    EXPECT_FALSE(decode_message(bytes));
}

TEST(ControlMessages, CheckParametersOfAWorker) {
    media::CodecParameters good{media::Codec::H264, 320, 180, Bytes(20, 1), "avc1.42c00d"};
    auto read = decode_parameters(encode(good));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->rfc6381, good.rfc6381);
    EXPECT_EQ(read->decoder_config, good.decoder_config);
    auto bad = [&good](auto change) {
        auto parameters = good;
        change(parameters);
        return !decode_parameters(encode(parameters));
    };
    EXPECT_TRUE(bad([](auto& p) { p.width = 0; }));
    EXPECT_TRUE(bad([](auto& p) { p.height = -1; }));
    EXPECT_TRUE(bad([](auto& p) { p.width = 20'000; }));
    EXPECT_TRUE(bad([](auto& p) { p.rfc6381 = "avc1.\"><script>"; }));
    EXPECT_TRUE(bad([](auto& p) { p.rfc6381 = "hvc1.1"; }));
    EXPECT_TRUE(bad([](auto& p) { p.rfc6381 = "avc1." + std::string(70, 'a'); }));
    EXPECT_TRUE(bad([](auto& p) { p.decoder_config.clear(); }));
    EXPECT_TRUE(bad([](auto& p) { p.decoder_config.resize(50'000); }));
}

TEST(ControlChannel, CarriesMessagesAndDescriptorsAndNoticesTheEnd) {
    auto [ours, theirs] = ControlChannel::make_pair().value();
    std::optional<ControlChannel> other(std::move(theirs));
    EXPECT_FALSE(ours.receive().value());
    ASSERT_TRUE(other->send(encode(Hello{}), milliseconds(0), {0, 1}));
    auto received = ours.receive().value();
    ASSERT_TRUE(received);
    EXPECT_EQ(received->fds.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<Hello>(decode_message(received->bytes).value()));
    ASSERT_TRUE(other->send(Bytes(kMaxMessage + 1), milliseconds(0)));
    EXPECT_EQ(ours.receive().error().kind(), ErrorKind::TooLarge);
    other.reset();
    EXPECT_EQ(ours.receive().error().kind(), ErrorKind::Unavailable);
}

}  // namespace
}  // namespace proviso::ingest
