#include "muxer.h"

#include <gtest/gtest.h>

#include <proviso/media/fmp4.h>

#include "test_packets.h"

namespace proviso::live {
namespace {

struct MuxerTest : testing::Test {
    FakeClock clock{Timestamp{}};
    TestCamera camera{clock};
    Muxer muxer;
    std::vector<Piece> pieces;

    void add(const media::PacketPtr& packet) {
        if (auto piece = muxer.add(packet)) pieces.push_back(*piece);
        clock.advance(milliseconds(40));
    }

    static media::ParsedFragment parsed(const Piece& piece) {
        auto fragment = media::parse_fragment(*piece.bytes);
        EXPECT_TRUE(fragment.has_value());
        return std::move(fragment).value_or({});
    }
};

TEST_F(MuxerTest, BeginsWithAnInitSegmentOfTheCodec) {
    auto codec = test_codec(640);
    auto piece = muxer.begin(codec);
    EXPECT_TRUE(piece.init);
    EXPECT_EQ(*piece.bytes, media::init_segment(*codec));
    EXPECT_EQ(piece.codec, codec);
}

TEST_F(MuxerTest, CutsFragmentsOfAtMostATenthOfASecond) {
    muxer.begin(camera.picture(true)->codec);
    for (int i = 0; i < 20; ++i) add(camera.picture(i == 0));
    ASSERT_GT(pieces.size(), 5U);
    for (const auto& piece : pieces) {
        EXPECT_LE(piece.duration, 9000);
        EXPECT_GT(piece.duration, 0);
    }
}

TEST_F(MuxerTest, LeavesNoHoleAndNoOverlapOnTheTimeline) {
    for (int i = 0; i < 30; ++i) add(camera.picture(i % 10 == 0));
    std::uint64_t expected = 0;
    for (const auto& piece : pieces) {
        auto fragment = parsed(piece);
        EXPECT_EQ(fragment.base_decode_time, expected);
        for (const auto& sample : fragment.samples) expected += sample.duration;
    }
    EXPECT_GT(expected, 90'000U);
}

TEST_F(MuxerTest, EveryKeyFrameBeginsAFragment) {
    for (int i = 0; i < 31; ++i) add(camera.picture(i % 5 == 0));
    int keys = 0;
    for (const auto& piece : pieces) {
        auto fragment = parsed(piece);
        EXPECT_EQ(fragment.samples.front().key_frame, piece.key_frame);
        for (std::size_t i = 1; i < fragment.samples.size(); ++i) {
            EXPECT_FALSE(fragment.samples[i].key_frame);
        }
        keys += piece.key_frame ? 1 : 0;
    }
    EXPECT_EQ(keys, 6);
}

TEST_F(MuxerTest, CarriesEveryByteOnceAndInOrder) {
    for (int i = 0; i < 20; ++i) add(camera.picture(i == 0, 10));
    if (auto rest = muxer.flush()) pieces.push_back(*rest);
    Bytes payload;
    for (const auto& piece : pieces) {
        auto fragment = parsed(piece);
        payload.insert(payload.end(), fragment.payload.begin(), fragment.payload.end());
    }
    ASSERT_EQ(payload.size(), 200U);
    for (std::size_t i = 0; i < payload.size(); ++i) EXPECT_EQ(payload[i], i / 10);
}

TEST_F(MuxerTest, AJumpOfTheCamerasClockBecomesTheTimeThatReallyPassed) {
    add(camera.picture(true));
    add(camera.picture(false));
    camera.jump(-50'000'000);
    add(camera.picture(true));
    camera.jump(90'000LL * 3600);
    add(camera.picture(true));
    add(camera.picture(true));
    std::int64_t total = 0;
    for (const auto& piece : pieces) total += piece.duration;
    EXPECT_EQ(total, 4 * 3600);
}

TEST_F(MuxerTest, TellsWhenItsFirstPictureArrivedAndIsShown) {
    add(camera.picture(true));
    add(camera.picture(true));
    add(camera.picture(true));
    ASSERT_EQ(pieces.size(), 2U);
    EXPECT_EQ(pieces[1].wall, Timestamp(milliseconds(40)));
    EXPECT_EQ(pieces[1].media_time, 3600);
}

}  // namespace
}  // namespace proviso::live
