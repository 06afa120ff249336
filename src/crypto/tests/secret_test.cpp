#include <set>
#include <thread>

#include <gtest/gtest.h>

#include <proviso/crypto/secret.h>

namespace proviso::crypto {
namespace {

TEST(SecretBytes, MovesAndLeavesNothingBehind) {
    auto secret = SecretBytes::copy_of(as_bytes("key"));
    auto moved = std::move(secret);
    EXPECT_TRUE(secret.empty());  // NOLINT(bugprone-use-after-move): that is the promise
    EXPECT_EQ(as_text(moved.view()), "key");
    auto& same = moved;
    moved = std::move(same);
    EXPECT_EQ(as_text(moved.view()), "key");
}

TEST(SecretBytes, AreWipedBeforeTheirRoomIsUsedAgain) {
    const std::uint8_t* place = nullptr;
    {
        auto secret = SecretBytes::copy_of(Bytes(64, 0xee));
        place = secret.view().data();
    }
    // The room stays mapped for the life of the process, so looking at it is allowed.
    for (std::size_t i = 0; i < 64; ++i) ASSERT_EQ(place[i], 0) << i;
    SecretBytes next(64);
    EXPECT_EQ(next.view().data(), place);
}

TEST(SecretBytes, HaveTheirOwnRoomWhateverTheSize) {
    std::vector<SecretBytes> all;
    for (std::size_t i = 0; i < 1000; ++i) {
        all.push_back(SecretBytes::copy_of(Bytes(i, static_cast<std::uint8_t>(i))));
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        ASSERT_EQ(all[i].size(), i);
        for (auto byte : all[i].view()) ASSERT_EQ(byte, static_cast<std::uint8_t>(i));
    }
}

TEST(SecretBytes, CanBeMadeAndDroppedInManyThreads) {
    std::vector<std::jthread> threads;
    for (std::uint8_t thread = 0; thread < 4; ++thread) {
        threads.emplace_back([thread] {
            for (int i = 0; i < 2000; ++i) {
                auto secret = SecretBytes::copy_of(Bytes(32, thread));
                for (auto byte : secret.view()) ASSERT_EQ(byte, thread);
            }
        });
    }
}

TEST(SecretBytes, AreRandomWhenAskedToBe) {
    std::set<Bytes> seen;
    for (int i = 0; i < 1000; ++i) {
        auto secret = SecretBytes::random(16);
        seen.emplace(secret.view().begin(), secret.view().end());
    }
    EXPECT_EQ(seen.size(), 1000U);
}

TEST(EqualSecret, ComparesContentAndSize) {
    EXPECT_TRUE(equal_secret(as_bytes("abc"), as_bytes("abc")));
    EXPECT_FALSE(equal_secret(as_bytes("abc"), as_bytes("abd")));
    EXPECT_FALSE(equal_secret(as_bytes("abc"), as_bytes("ab")));
    EXPECT_TRUE(equal_secret({}, {}));
}

}  // namespace
}  // namespace proviso::crypto
