#include <gtest/gtest.h>

#include <proviso/media/h264.h>
#include <proviso/media/h265.h>
#include <proviso/media/nal.h>
#include <proviso/media/parameter_sets.h>

#include "clip.h"

namespace proviso::media {
namespace {

std::vector<Bytes> parameter_sets_of(const testing::ClipOptions& options) {
    auto stream = testing::read_bytes(testing::make_clip(options));
    ByteView rest = stream;
    ByteView nal;
    std::vector<Bytes> nals;
    ParameterSets sets(options.codec);
    while (next_annexb(rest, nal)) {
        if (sets.is_parameter_set(nal)) nals.emplace_back(nal.begin(), nal.end());
    }
    return nals;
}

testing::ClipOptions clip(Codec codec, std::string size) {
    testing::ClipOptions options;
    options.codec = codec;
    options.size = std::move(size);
    options.frames = 12;
    return options;
}

TEST(ParameterSets, GiveTheSameObjectUntilSomethingReallyChanges) {
    PROVISO_NEEDS_FFMPEG();
    for (auto codec : {Codec::H264, Codec::H265}) {
        ParameterSets sets(codec);
        EXPECT_EQ(sets.any().error().kind(), ErrorKind::NotFound);
        auto small = parameter_sets_of(clip(codec, "320x180"));
        for (const auto& nal : small) ASSERT_TRUE(sets.offer(nal));
        auto first = sets.any().value();
        EXPECT_EQ(first->width, 320);
        EXPECT_EQ(first->height, 180);
        EXPECT_EQ(first->rfc6381.substr(0, 5), codec == Codec::H264 ? "avc1." : "hvc1.");
        for (const auto& nal : small) ASSERT_TRUE(sets.offer(nal));
        EXPECT_EQ(sets.for_picture(0).value(), first);

        for (const auto& nal : parameter_sets_of(clip(codec, "640x360"))) {
            ASSERT_TRUE(sets.offer(nal));
        }
        auto second = sets.for_picture(0).value();
        EXPECT_NE(second, first);
        EXPECT_EQ(second->width, 640);
        EXPECT_EQ(first->width, 320);
        EXPECT_EQ(sets.for_picture(9).error().kind(), ErrorKind::NotFound);
    }
}

TEST(ParameterSets, ADamagedOneChangesNothing) {
    PROVISO_NEEDS_FFMPEG();
    ParameterSets sets(Codec::H264);
    auto nals = parameter_sets_of(clip(Codec::H264, "320x180"));
    for (const auto& nal : nals) ASSERT_TRUE(sets.offer(nal));
    auto before = sets.any().value();
    EXPECT_FALSE(sets.offer(ByteView(nals[0]).first(6)));
    EXPECT_FALSE(sets.offer({}));
    EXPECT_EQ(sets.any().value(), before);
}

TEST(ParameterSets, KeepOnlySoMany) {
    ParameterSets sets(Codec::H264);
    int kept = 0;
    for (unsigned id = 0; id < 256; ++id) {
        // ue(id) of up to 17 bits, then ue(0) for the sequence parameter set
        std::uint64_t code = id + 1;
        unsigned bits = 0;
        while (code >> (bits + 1) != 0) ++bits;
        std::uint64_t field = code << (40 - 2 * bits - 1);
        field |= std::uint64_t{1} << (40 - 2 * bits - 2);
        Bytes nal{0x68};
        for (int shift = 32; shift >= 0; shift -= 8) {
            nal.push_back(static_cast<std::uint8_t>(field >> shift));
        }
        ASSERT_EQ(h264::parse_pps(nal)->id, id);
        kept += sets.offer(nal) ? 1 : 0;
    }
    EXPECT_EQ(kept, 16);
}

}  // namespace
}  // namespace proviso::media
