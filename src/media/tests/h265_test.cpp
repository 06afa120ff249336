#include <gtest/gtest.h>

#include <proviso/media/h265.h>
#include <proviso/media/nal.h>

#include "clip.h"

namespace proviso::media::h265 {
namespace {

using testing::ClipOptions;

ClipOptions h265(int frames) {
    ClipOptions options;
    options.codec = Codec::H265;
    options.frames = frames;
    return options;
}

std::vector<Bytes> nals_of(const ClipOptions& options) {
    auto stream = testing::read_bytes(testing::make_clip(options));
    ByteView rest = stream;
    ByteView nal;
    std::vector<Bytes> nals;
    while (next_annexb(rest, nal)) nals.emplace_back(nal.begin(), nal.end());
    return nals;
}

Bytes first_of(const std::vector<Bytes>& nals, NalType type) {
    for (const auto& nal : nals) {
        if (nal_type(nal[0]) == type) return nal;
    }
    return {};
}

TEST(H265Sps, TellsSizeAndFormatOfRealStreams) {
    PROVISO_NEEDS_FFMPEG();

    struct Case {
        std::string size;
        std::string extra;
        std::uint32_t chroma;
        std::uint32_t depth;
    };

    for (const auto& c : std::vector<Case>{
             {"322x182", "", 1, 8},
             {"324x182", "-pix_fmt yuv420p10le", 1, 10},
             {"326x182", "-pix_fmt yuv444p", 3, 8},
         }) {
        auto options = h265(2);
        options.size = c.size;
        options.extra = c.extra;
        auto sps = parse_sps(first_of(nals_of(options), NalType::Sps));
        ASSERT_TRUE(sps) << c.size << c.extra;
        EXPECT_EQ(std::to_string(sps->width) + "x" + std::to_string(sps->height), c.size);
        EXPECT_EQ(sps->chroma_format, c.chroma);
        EXPECT_EQ(sps->bit_depth_luma, c.depth);
        EXPECT_EQ(sps->reorder, 0U);
    }
}

TEST(H265Sps, TellsHowFarPicturesAreOutOfOrder) {
    PROVISO_NEEDS_FFMPEG();
    auto options = h265(12);
    options.b_frames = 3;
    EXPECT_GE(parse_sps(first_of(nals_of(options), NalType::Sps))->reorder, 1U);
}

TEST(H265Sps, SurvivesEveryTruncationAndEveryFlippedBit) {
    PROVISO_NEEDS_FFMPEG();
    auto nal = first_of(nals_of(h265(2)), NalType::Sps);
    for (std::size_t size = 0; size < 20; ++size) {
        EXPECT_FALSE(parse_sps(ByteView(nal).first(size))) << size;
    }
    for (std::size_t bit = 0; bit < nal.size() * 8; ++bit) {
        auto damaged = nal;
        damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        auto sps = parse_sps(damaged);
        if (!sps) continue;
        EXPECT_GE(sps->width, 1);
        EXPECT_LE(sps->width, kMaxPictureSide);
        EXPECT_GE(sps->height, 1);
        EXPECT_LE(sps->height, kMaxPictureSide);
    }
}

TEST(H265CodecText, FollowsAnnexEOfThePart) {
    Sps sps;
    sps.profile = {0x01, 0x60000000, {0xB0, 0, 0, 0, 0, 0}, 93};
    EXPECT_EQ(rfc6381(sps), "hvc1.1.6.L93.B0");
    sps.profile = {0xA2, 0x20000000, {0, 0, 0, 0, 0, 0}, 120};
    EXPECT_EQ(rfc6381(sps), "hvc1.B2.4.H120");
}

TEST(H265Slice, CountsPictures) {
    PROVISO_NEEDS_FFMPEG();
    int pictures = 0;
    int starts = 0;
    for (const auto& nal : nals_of(h265(20))) {
        auto type = nal_type(nal[0]);
        if (!is_picture(type)) continue;
        auto slice = parse_slice(nal);
        ASSERT_TRUE(slice);
        pictures += slice->first_in_picture ? 1 : 0;
        starts += slice->first_in_picture && is_random_access(type) ? 1 : 0;
    }
    EXPECT_EQ(pictures, 20);
    EXPECT_EQ(starts, 2);
    EXPECT_FALSE(parse_slice(Bytes{0x26, 1}));
}

}  // namespace
}  // namespace proviso::media::h265
