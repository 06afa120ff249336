#include <thread>

#include <gtest/gtest.h>

#include <proviso/crypto/aead.h>

namespace proviso::crypto {
namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

Nonce nonce_of(std::string_view text) {
    auto bytes = hex(text);
    Nonce nonce{};
    std::copy(bytes.begin(), bytes.end(), nonce.begin());
    return nonce;
}

Bytes sealed(ByteView key, const Nonce& nonce, ByteView associated, std::vector<ByteView> pieces) {
    std::size_t size = kAeadTagSize;
    for (auto piece : pieces) size += piece.size();
    Bytes out(size);
    EXPECT_TRUE(seal(key, nonce, associated, pieces, out));
    return out;
}

const Bytes kKey = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
const Nonce kNonce = nonce_of("cafebabefacedbaddecaf888");
const Bytes kText =
    hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
const Bytes kAssociated = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
const Bytes kSealed =
    hex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b");

TEST(Aead, GivesTestCase16OfTheGcmSpecification) {
    EXPECT_EQ(sealed(kKey, kNonce, kAssociated, {kText}), kSealed);
}

TEST(Aead, DoesNotCareHowTheTextIsCut) {
    ByteView text(kText);
    EXPECT_EQ(
        sealed(
            kKey, kNonce, kAssociated, {text.first(1), {}, text.subspan(1, 20), text.subspan(21)}
        ),
        kSealed
    );
}

TEST(Aead, OpensWhatItSealed) {
    Bytes out(kText.size());
    ASSERT_TRUE(open(kKey, kNonce, kAssociated, kSealed, out));
    EXPECT_EQ(out, kText);
}

TEST(Aead, RefusesEveryFlippedBitAndLeavesNoPlainTextBehind) {
    auto refused = [](ByteView key, const Nonce& nonce, ByteView associated, ByteView bytes) {
        Bytes out(bytes.size() - kAeadTagSize, 0x55);
        auto opened = open(key, nonce, associated, bytes, out);
        return !opened && opened.error().kind() == ErrorKind::Corrupt &&
               out == Bytes(out.size(), 0);
    };
    auto flipped = [](Bytes bytes, std::size_t bit) {
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        return bytes;
    };
    for (std::size_t bit = 0; bit < kSealed.size() * 8; ++bit) {
        ASSERT_TRUE(refused(kKey, kNonce, kAssociated, flipped(kSealed, bit))) << bit;
    }
    for (std::size_t bit = 0; bit < kAssociated.size() * 8; ++bit) {
        ASSERT_TRUE(refused(kKey, kNonce, flipped(kAssociated, bit), kSealed)) << bit;
    }
    for (std::size_t bit = 0; bit < kKey.size() * 8; ++bit) {
        ASSERT_TRUE(refused(flipped(kKey, bit), kNonce, kAssociated, kSealed)) << bit;
    }
    auto other = kNonce;
    other[11] ^= 1U;
    EXPECT_TRUE(refused(kKey, other, kAssociated, kSealed));
    Bytes out(kText.size());
    EXPECT_TRUE(open(kKey, kNonce, kAssociated, kSealed, out)) << "after all those failures";
}

TEST(Aead, RefusesWrongSizesInsteadOfReadingPastThem) {
    Bytes out(kText.size());
    std::vector<ByteView> pieces{kText};
    EXPECT_FALSE(seal(ByteView(kKey).first(16), kNonce, {}, pieces, out));
    EXPECT_FALSE(seal(kKey, kNonce, {}, pieces, out)) << "no room for the tag";
    EXPECT_FALSE(open(kKey, kNonce, {}, ByteView(kSealed).first(15), {}));
    EXPECT_FALSE(open(kKey, kNonce, {}, kSealed, MutableByteView(out).first(3)));
    EXPECT_FALSE(unwrap(kKey, {}, ByteView(kSealed).first(27)));
}

TEST(Aead, SealsNothingAndAssociatesNothing) {
    auto empty = sealed(Bytes(32), Nonce{}, {}, {});
    EXPECT_EQ(to_hex(empty), "530f8afbc74536b9a963b4f1c4cb738b");  // test case 13
    EXPECT_TRUE(open(Bytes(32), Nonce{}, {}, empty, {}));
}

TEST(Aead, WorksInManyThreadsAtOnce) {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([] {
            for (int i = 0; i < 200; ++i) {
                ASSERT_EQ(sealed(kKey, kNonce, kAssociated, {kText}), kSealed);
            }
        });
    }
}

TEST(Wrap, NeverWrapsTheSameWayTwiceAndOpensOnlyInItsPlace) {
    auto one = wrap(kKey, as_bytes("place"), as_bytes("secret"));
    auto two = wrap(kKey, as_bytes("place"), as_bytes("secret"));
    EXPECT_NE(one, two);
    EXPECT_EQ(as_text(unwrap(kKey, as_bytes("place"), one).value().view()), "secret");
    EXPECT_FALSE(unwrap(kKey, as_bytes("other"), one));
}

}  // namespace
}  // namespace proviso::crypto
