#include <gtest/gtest.h>

#include <proviso/media/nal.h>
#include <proviso/media/packet.h>

namespace proviso::media {
namespace {

Bytes bytes_of(std::initializer_list<int> values) {
    Bytes out;
    for (auto value : values) out.push_back(static_cast<std::uint8_t>(value));
    return out;
}

TEST(Nal, WalksLengthPrefixedUnitsAndStopsAtALieAboutTheLength) {
    auto good = bytes_of({0, 0, 0, 2, 7, 8, 0, 0, 0, 1, 9});
    EXPECT_TRUE(is_length_prefixed(good));
    ByteView rest = good;
    ByteView nal;
    ASSERT_TRUE(next_length_prefixed(rest, 4, nal));
    EXPECT_EQ(nal.size(), 2U);
    ASSERT_TRUE(next_length_prefixed(rest, 4, nal));
    EXPECT_EQ(nal[0], 9);
    EXPECT_FALSE(next_length_prefixed(rest, 4, nal));

    for (std::size_t size = 1; size < good.size(); ++size) {
        if (size == 6) continue;  // exactly the first unit
        EXPECT_FALSE(is_length_prefixed(ByteView(good).first(size))) << size;
    }
    EXPECT_FALSE(is_length_prefixed(bytes_of({0, 0, 0, 0})));
    EXPECT_FALSE(is_length_prefixed(bytes_of({255, 255, 255, 255, 1, 2})));
    EXPECT_FALSE(is_length_prefixed({}));
}

TEST(Nal, WalksStartCodesOfBothLengthsAndDropsTrailingZeros) {
    auto stream =
        bytes_of({0, 0, 0, 1, 0x67, 1, 0, 0, 1, 0x68, 2, 0, 0, 0, 0, 1, 0, 0, 1, 0x65, 3});
    ByteView rest = stream;
    ByteView nal;
    std::vector<Bytes> found;
    while (next_annexb(rest, nal)) found.emplace_back(nal.begin(), nal.end());
    EXPECT_EQ(
        found, (std::vector<Bytes>{bytes_of({0x67, 1}), bytes_of({0x68, 2}), bytes_of({0x65, 3})})
    );
    rest = as_bytes("no start code here");
    EXPECT_FALSE(next_annexb(rest, nal));
}

TEST(Nal, RemovesEmulationPreventionAndNothingElse) {
    auto escaped = bytes_of({0, 0, 3, 1, 0, 0, 3, 0, 0, 3, 3, 0, 3});
    EXPECT_EQ(unescape(escaped, 100), bytes_of({0, 0, 1, 0, 0, 0, 0, 3, 0, 3}));
    EXPECT_EQ(unescape(escaped, 3), bytes_of({0, 0, 1}));
}

TEST(StreamKindText, IsReadBackAndNothingElseIs) {
    EXPECT_EQ(parse_stream_kind("main").value(), StreamKind::Main);
    EXPECT_EQ(parse_stream_kind(to_string(StreamKind::Sub)).value(), StreamKind::Sub);
    EXPECT_FALSE(parse_stream_kind("Main"));
}

}  // namespace
}  // namespace proviso::media
