#include "control.h"

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
    start.spec.sound = true;
    return start;
}

TEST(ControlMessages, AreReadBackAsTheyWereWritten) {
    auto start = std::get<StartStream>(decode_message(encode(a_start())).value());
    EXPECT_EQ(start.stream, 77U);
    EXPECT_EQ(start.spec.url, "rtsp://host/x");
    EXPECT_EQ(start.spec.password.view(), "pass");
    EXPECT_EQ(start.spec.transport, Transport::Udp);
    EXPECT_TRUE(start.spec.accept_any_certificate);
    EXPECT_TRUE(start.spec.sound);
    auto set = std::get<SetSound>(decode_message(encode(SetSound{8, true})).value());
    EXPECT_EQ(set.stream, 8U);
    EXPECT_TRUE(set.wanted);
    StreamReport report{5, SourceState::Waiting, "why", 1, 2, 3, microseconds(-7)};
    report.sound = {SoundState::Waiting, "no microphone"};
    auto read = std::get<StreamReport>(decode_message(encode(report)).value());
    EXPECT_EQ(read.cause, "why");
    EXPECT_EQ(read.reconnects, 3U);
    EXPECT_EQ(read.sound.state, SoundState::Waiting);
    EXPECT_EQ(read.sound.words, "no microphone");
    EXPECT_EQ(read.camera_clock_ahead, microseconds(-7));
    EXPECT_TRUE(std::holds_alternative<Heartbeat>(decode_message(encode(Heartbeat{})).value()));
    EXPECT_EQ(std::get<StopStream>(decode_message(encode(StopStream{9})).value()).stream, 9U);
}

TEST(ControlMessages, RefuseEveryTruncationAndSurviveEveryFlippedBit) {
    for (const auto& bytes :
         {encode(a_start()),
          encode(StreamReport{5, SourceState::Waiting, "why", 1, 2, 3, {}}),
          encode(SetSound{9, true}),
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
    StreamReport of_sound{1, SourceState::Waiting, "", 0, 0, 0, {}};
    of_sound.sound.words = "a\nb";
    EXPECT_FALSE(decode_message(encode(of_sound)));
    auto bytes = encode(StreamReport{1, SourceState::Waiting, "", 0, 0, 0, {}});
    bytes[5] = 4;  // no such state
    EXPECT_FALSE(decode_message(bytes));
}

}  // namespace
}  // namespace proviso::ingest
