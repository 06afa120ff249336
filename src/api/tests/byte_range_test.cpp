#include "byte_range.h"

#include <gtest/gtest.h>

namespace proviso::api {
namespace {

void expect(std::string_view header, std::uint64_t first, std::uint64_t length) {
    auto range = parse_range(header, 1000);
    EXPECT_FALSE(range.whole) << header;
    EXPECT_FALSE(range.unsatisfiable) << header;
    EXPECT_EQ(range.first, first) << header;
    EXPECT_EQ(range.length, length) << header;
}

TEST(ByteRange, UnderstandsOneRangeInItsThreeForms) {
    expect("bytes=0-0", 0, 1);
    expect("bytes=10-19", 10, 10);
    expect("bytes=10-", 10, 990);
    expect("bytes=-10", 990, 10);
    expect("bytes=-5000", 0, 1000);
    expect("bytes=990-5000", 990, 10);
}

TEST(ByteRange, SaysWhenItLiesOutsideTheFile) {
    for (const auto* header : {"bytes=1000-", "bytes=5000-6000", "bytes=-0"}) {
        EXPECT_TRUE(parse_range(header, 1000).unsatisfiable) << header;
    }
    EXPECT_TRUE(parse_range("bytes=0-", 0).unsatisfiable);
}

TEST(ByteRange, IgnoresWhatItDoesNotUnderstand) {
    for (const auto* header :
         {"",
          "bytes",
          "bytes=",
          "bytes=-",
          "bytes=a-b",
          "bytes=5-4",
          "bytes=0-1,5-6",
          "lines=1-2",
          "bytes=1",
          "bytes=99999999999999999999-",
          "bytes= 1-2",
          "bytes=--1"}) {
        auto range = parse_range(header, 1000);
        EXPECT_TRUE(range.whole) << header;
        EXPECT_EQ(range.length, 1000U) << header;
    }
}

}  // namespace
}  // namespace proviso::api
