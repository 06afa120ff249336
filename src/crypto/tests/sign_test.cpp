#include <gtest/gtest.h>

#include <proviso/crypto/sign.h>

namespace proviso::crypto {
namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

TEST(SigningKey, GivesTheSignatureOfRfc8032) {
    auto seed = hex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7");
    auto key = SigningKey::from_seed(seed).value();
    EXPECT_EQ(
        to_hex(key.public_key()), "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
    );
    auto signature = key.sign(hex("af82"));
    EXPECT_EQ(
        to_hex(signature),
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    );
    EXPECT_EQ(to_hex(key.seed()), to_hex(seed));
    EXPECT_TRUE(verify(key.public_key(), hex("af82"), signature));
}

TEST(SigningKey, VerifiesNothingThatDiffersByOneBit) {
    auto key = SigningKey::generate();
    auto signature = key.sign(as_bytes("message"));
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
        auto flipped = signature;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        ASSERT_FALSE(verify(key.public_key(), as_bytes("message"), flipped)) << bit;
    }
    EXPECT_FALSE(verify(key.public_key(), as_bytes("messagf"), signature));
    EXPECT_FALSE(verify(SigningKey::generate().public_key(), as_bytes("message"), signature));
}

TEST(SigningKey, RefusesKeysOfSmallOrderAndNonCanonicalSignatures) {
    // With the neutral element as key, R = identity and S = 0 satisfy the bare equation.
    PublicKey neutral{1};
    Signature trivial{1};
    EXPECT_FALSE(verify(neutral, as_bytes("anything"), trivial));
    // S + L verifies in lax implementations.
    auto key = SigningKey::generate();
    auto signature = key.sign(as_bytes("m"));
    auto order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        carry += signature[32 + i] + static_cast<unsigned>(order[i]);
        signature[32 + i] = static_cast<std::uint8_t>(carry);
        carry >>= 8U;
    }
    EXPECT_FALSE(verify(key.public_key(), as_bytes("m"), signature));
}

TEST(SigningKey, RefusesASeedOfTheWrongSize) {
    EXPECT_FALSE(SigningKey::from_seed(Bytes(31)));
    EXPECT_FALSE(SigningKey::from_seed(Bytes(64)));
}

}  // namespace
}  // namespace proviso::crypto
