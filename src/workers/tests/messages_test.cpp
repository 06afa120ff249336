#include <array>
#include <cmath>
#include <optional>

#include <gtest/gtest.h>

#include <proviso/workers/channel.h>
#include <proviso/workers/messages.h>

namespace proviso::workers {
namespace {

TEST(Messages, CheckParametersOfAWorker) {
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

TEST(Messages, AFractionIsWithinItsLimitsOrTheMessageIsWrong) {
    auto reads = [](float value) {
        Bytes bytes;
        ByteWriter write(bytes);
        put_fraction(write, value);
        Fields fields(bytes);
        fields.fraction(0, 1);
        return fields.finished();
    };
    EXPECT_TRUE(reads(0.5F));
    EXPECT_TRUE(reads(1));
    EXPECT_FALSE(reads(1.1F));
    EXPECT_FALSE(reads(-0.1F));
    EXPECT_FALSE(reads(std::nanf("")));
    EXPECT_FALSE(reads(HUGE_VALF));
}

TEST(ControlChannel, CarriesMessagesAndDescriptorsAndNoticesTheEnd) {
    auto [ours, theirs] = ControlChannel::make_pair().value();
    std::optional<ControlChannel> other(std::move(theirs));
    EXPECT_FALSE(ours.receive().value());
    ASSERT_TRUE(other->send(as_bytes("hello"), milliseconds(0), std::array{0, 1}));
    auto received = ours.receive().value();
    ASSERT_TRUE(received);
    EXPECT_EQ(received->fds.size(), 2U);
    EXPECT_EQ(as_text(received->bytes), "hello");
    EXPECT_FALSE(other->send(as_bytes("x"), milliseconds(0), std::array<int, kMaxFds + 1>{}));
    ASSERT_TRUE(other->send(Bytes(kMaxMessage + 1), milliseconds(0)));
    EXPECT_EQ(ours.receive().error().kind(), ErrorKind::TooLarge);
    other.reset();
    EXPECT_EQ(ours.receive().error().kind(), ErrorKind::Unavailable);
}

}  // namespace
}  // namespace proviso::workers
