#include <random>

#include <gtest/gtest.h>

#include <proviso/catalog/catalog.h>

namespace proviso::catalog {

namespace {

/// A steady stream: half a second a fragment, a key frame every other one.
std::vector<IndexedFragment> steady(std::size_t count) {
    std::mt19937 random(7);
    std::vector<IndexedFragment> fragments;
    IndexedFragment next;
    next.offset = 412;
    next.base_decode_time = 900'000;
    next.wall_start_us = 1'795'000'000'000'000;
    for (std::size_t i = 0; i < count; ++i) {
        next.sealed_size = 200'000 + random() % 100'000;
        next.duration = 45'000;
        next.key_frame = i % 2 == 0;
        fragments.push_back(next);
        next.offset += next.sealed_size + 96;
        next.base_decode_time += next.duration;
        next.wall_start_us += 500'000 + static_cast<int>(random() % 2000) - 1000;
    }
    return fragments;
}

}  // namespace

TEST(FragmentIndex, ComesBackAsItWas) {
    for (std::size_t count : {0U, 1U, 2U, 600U}) {
        auto fragments = steady(count);
        auto back = unpack_index(pack_index(fragments));
        ASSERT_TRUE(back);
        EXPECT_EQ(*back, fragments);
    }
}

TEST(FragmentIndex, TakesAFewBytesPerFragment) {
    EXPECT_LE(pack_index(steady(600)).size(), 600U * 7U);
}

TEST(FragmentIndex, HoldsTheMostUnlikelyNumbers) {
    IndexedFragment least;
    least.wall_start_us = INT64_MIN;
    IndexedFragment most;
    most.offset = UINT64_MAX;
    most.sealed_size = UINT32_MAX;
    most.base_decode_time = UINT64_MAX;
    most.duration = UINT32_MAX;
    most.wall_start_us = INT64_MAX;
    most.key_frame = true;
    std::vector<IndexedFragment> fragments{most, least, most, most, least};
    auto back = unpack_index(pack_index(fragments));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, fragments);
}

TEST(FragmentIndex, RefusesEveryTruncationAndEveryExtension) {
    auto packed = pack_index(steady(20));
    for (std::size_t size = 0; size < packed.size(); ++size) {
        auto cut = unpack_index(std::string_view(packed).substr(0, size));
        ASSERT_FALSE(cut) << size;
        EXPECT_EQ(cut.error().kind(), ErrorKind::Corrupt);
    }
    EXPECT_FALSE(unpack_index(packed + '\0'));
}

TEST(FragmentIndex, HasOneFormOnly) {
    // Whatever is accepted is what pack_index() would have written.
    auto packed = pack_index(steady(20));
    int accepted = 0;
    for (std::size_t at = 0; at < packed.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            auto flipped = packed;
            flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
            if (auto back = unpack_index(flipped)) {
                ++accepted;
                EXPECT_EQ(pack_index(*back), flipped);
            }
        }
    }
    EXPECT_GT(accepted, 0);  // some flips only change a number
}

TEST(FragmentIndex, TakesNoMemoryForACountThatIsNotThere) {
    std::string lie("\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 11);
    EXPECT_FALSE(unpack_index(lie));
    EXPECT_FALSE(unpack_index(std::string("\x01\xFF\xFF\xFF\x7F\x00\x00", 7)));
}

TEST(FragmentIndex, RefusesOtherVersionsAndLongForms) {
    EXPECT_TRUE(unpack_index(std::string("\x01\x00", 2)));
    EXPECT_FALSE(unpack_index(std::string("\x02\x00", 2)));
    EXPECT_FALSE(unpack_index(std::string("\x01\x80\x00", 3)));
    EXPECT_FALSE(unpack_index(""));
    EXPECT_FALSE(unpack_index(std::string("\x01\x01\x20\x05", 4)));      // an unknown flag
    EXPECT_FALSE(unpack_index(std::string("\x01\x01\x02\x05\x00", 5)));  // a difference of none
}

}  // namespace proviso::catalog
