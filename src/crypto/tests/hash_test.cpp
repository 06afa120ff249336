#include <gtest/gtest.h>

#include <proviso/crypto/hash.h>

namespace proviso::crypto {
namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

TEST(Sha256, GivesTheDigestsOfFips180) {
    EXPECT_EQ(
        to_hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    EXPECT_EQ(
        to_hex(sha256(as_bytes("abc"))),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    EXPECT_EQ(
        to_hex(sha256(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    );
}

TEST(Sha256, DoesNotCareHowAMessageIsCutAndStartsAfresh) {
    Sha256 hash;
    EXPECT_EQ(
        hash.update(as_bytes("a")).update({}).update(as_bytes("bc")).finish(),
        sha256(as_bytes("abc"))
    );
    EXPECT_EQ(hash.update(as_bytes("x")).finish(), sha256(as_bytes("x")));
}

TEST(Hmac, GivesTheMacsOfRfc4231) {
    EXPECT_EQ(
        to_hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    EXPECT_EQ(
        to_hex(hmac_sha256(
            Bytes(131, 0xaa), as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")
        )),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    );
}

TEST(Hmac, DoesNotRememberTheKeyBefore) {
    auto with_empty_key = hmac_sha256({}, as_bytes("m"));
    EXPECT_EQ(
        to_hex(hmac_sha256({}, {})),
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
    );
    EXPECT_NE(hmac_sha256(as_bytes("k"), as_bytes("m")), with_empty_key);
    EXPECT_EQ(hmac_sha256({}, as_bytes("m")), with_empty_key);
}

TEST(Hkdf, GivesTheKeysOfRfc5869) {
    Bytes out(42);
    hkdf_sha256(
        Bytes(22, 0x0b), hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"), out
    );
    EXPECT_EQ(
        to_hex(out),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    );
    Bytes without_salt(42);
    hkdf_sha256(Bytes(22, 0x0b), {}, {}, without_salt);
    EXPECT_EQ(
        to_hex(without_salt),
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    );
}

TEST(Hkdf, GivesTheLongKeyOfRfc5869) {
    Bytes secret(80);
    Bytes salt(80);
    Bytes info(80);
    for (std::size_t i = 0; i < 80; ++i) {
        secret[i] = static_cast<std::uint8_t>(i);
        salt[i] = static_cast<std::uint8_t>(0x60 + i);
        info[i] = static_cast<std::uint8_t>(0xb0 + i);
    }
    Bytes out(82);
    hkdf_sha256(secret, salt, info, out);
    EXPECT_EQ(
        to_hex(out),
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
        "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
        "cc30c58179ec3e87c14c01d5c1f3434f1d87"
    );
}

}  // namespace
}  // namespace proviso::crypto
