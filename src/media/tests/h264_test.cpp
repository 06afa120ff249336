#include <gtest/gtest.h>

#include <proviso/media/h264.h>
#include <proviso/media/nal.h>

#include "clip.h"

namespace proviso::media::h264 {
namespace {

using testing::ClipOptions;

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

TEST(H264Sps, TellsSizeProfileAndRateOfRealStreams) {
    PROVISO_NEEDS_FFMPEG();

    struct Case {
        std::string size;
        std::string extra;
        int width;
        int height;
        std::uint8_t profile;
        bool frames_only;
    };

    for (const auto& c : std::vector<Case>{
             {"322x182", "-profile:v high", 322, 182, 100, true},
             {"320x180", "-profile:v baseline", 320, 180, 66, true},
             {"320x184", "-profile:v main -flags +ildct+ilme", 320, 184, 77, false},
             {"322x182", "-pix_fmt yuv444p -profile:v high444", 322, 182, 244, true},
             {"322x182", "-pix_fmt yuv422p10le -profile:v high422", 322, 182, 122, true},
         }) {
        ClipOptions options;
        options.size = c.size;
        options.extra = c.extra;
        options.frames = 2;
        auto nal = first_of(nals_of(options), NalType::Sps);
        auto sps = parse_sps(nal);
        ASSERT_TRUE(sps) << c.extra << ": " << sps.error().story();
        EXPECT_EQ(sps->width, c.width) << c.extra;
        EXPECT_EQ(sps->height, c.height) << c.extra;
        EXPECT_EQ(sps->profile, c.profile) << c.extra;
        EXPECT_EQ(sps->frames_only, c.frames_only) << c.extra;
        EXPECT_EQ(sps->frame_duration, 3600U) << c.extra;
    }
}

TEST(H264Sps, TellsHowFarPicturesAreOutOfOrder) {
    PROVISO_NEEDS_FFMPEG();
    ClipOptions options;
    options.frames = 12;
    EXPECT_EQ(parse_sps(first_of(nals_of(options), NalType::Sps))->reorder, 0U);
    options.b_frames = 2;
    EXPECT_GE(parse_sps(first_of(nals_of(options), NalType::Sps))->reorder.value_or(0), 1U);
}

TEST(H264Sps, SurvivesEveryTruncationAndEveryFlippedBit) {
    PROVISO_NEEDS_FFMPEG();
    ClipOptions options;
    options.frames = 2;
    auto nal = first_of(nals_of(options), NalType::Sps);
    for (std::size_t size = 0; size < 8; ++size) {
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

TEST(H264Sps, KeepsTheSizeWhenTheVuiIsCutShort) {
    PROVISO_NEEDS_FFMPEG();
    ClipOptions options;
    options.frames = 2;
    auto nal = first_of(nals_of(options), NalType::Sps);
    auto sps = parse_sps(ByteView(nal).first(nal.size() - 6));
    ASSERT_TRUE(sps);
    EXPECT_EQ(sps->width, 320);
    EXPECT_FALSE(sps->frame_duration);
}

TEST(H264Sps, RefusesOneThatIsTooLong) {
    Bytes nal(kMaxParameterSetSize + 1, 0x67);
    EXPECT_FALSE(parse_sps(nal));
    EXPECT_FALSE(parse_pps(nal));
}

TEST(H264Slice, TellsTheFirstSliceOfAPictureAndIntraPictures) {
    PROVISO_NEEDS_FFMPEG();
    ClipOptions options;
    options.frames = 12;
    options.extra = "-slices 3";
    int first = 0;
    int slices = 0;
    for (const auto& nal : nals_of(options)) {
        if (!is_picture(nal_type(nal[0]))) continue;
        auto slice = parse_slice(nal);
        ASSERT_TRUE(slice);
        ++slices;
        first += slice->first_in_picture ? 1 : 0;
        EXPECT_EQ(slice->intra, nal_type(nal[0]) == NalType::Idr);
    }
    EXPECT_EQ(first, 12);
    EXPECT_EQ(slices, 36);
    EXPECT_FALSE(parse_slice({}));
    EXPECT_FALSE(parse_slice(Bytes{0x65}));
}

TEST(H264Sei, FindsTheRecoveryPointAmongOtherMessages) {
    // user data of 3 bytes, then recovery point with count 0, then the trailing bits
    Bytes sei{0x06, 5, 3, 1, 2, 3, 6, 1, 0xC4, 0x80};
    EXPECT_EQ(recovery_point(sei), 0U);
    sei[8] = 0x44;  // ue 010 = 1
    EXPECT_EQ(recovery_point(sei), 1U);
    EXPECT_FALSE(recovery_point(Bytes{0x06, 6, 200, 1, 0x80}));  // longer than the unit
    EXPECT_FALSE(recovery_point(Bytes{0x06, 255, 255, 255}));
}

}  // namespace
}  // namespace proviso::media::h264
