#include <gtest/gtest.h>

#include <proviso/crypto/encode.h>
#include <proviso/proof/checkpoint.h>

namespace proviso::proof {
namespace {

crypto::SigningKey key_of(std::uint8_t seed) {
    return crypto::SigningKey::from_seed(Bytes(32, seed)).value();
}

const Checkpoint kExample{"proviso.example/7f3a", 42, Digest{1, 2, 3}};

TEST(Checkpoint, IsASignedNoteInTheKnownForm) {
    auto note = sign(kExample, key_of(1));
    EXPECT_EQ(
        note.substr(0, note.find("\xE2\x80\x94")),
        "proviso.example/7f3a\n42\nAQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n"
    );
    EXPECT_EQ(note.back(), '\n');
    EXPECT_EQ(open_checkpoint(note, key_of(1).public_key()).value(), kExample);
}

TEST(Checkpoint, IsRefusedWithAnyFlippedBit) {
    auto note = sign(kExample, key_of(1));
    auto key = key_of(1).public_key();
    for (std::size_t bit = 0; bit < note.size() * 8; ++bit) {
        auto text = note;
        text[bit / 8] = static_cast<char>(text[bit / 8] ^ 1 << bit % 8);
        ASSERT_FALSE(open_checkpoint(text, key)) << "bit " << bit;
    }
    EXPECT_FALSE(open_checkpoint(note, key_of(2).public_key()));
}

TEST(Checkpoint, IsRefusedCutOffOrWithSomethingMore) {
    auto note = sign(kExample, key_of(1));
    auto key = key_of(1).public_key();
    for (std::size_t size = 0; size < note.size(); ++size) {
        ASSERT_FALSE(open_checkpoint(std::string_view(note).substr(0, size), key)) << size;
    }
    EXPECT_FALSE(open_checkpoint(note + "\n", key));
    EXPECT_FALSE(open_checkpoint(note + note, key));
    EXPECT_FALSE(open_checkpoint(std::string(10'000, '\n'), key));
}

TEST(Checkpoint, IsRefusedWhenSignedButNotCanonical) {
    auto key = key_of(1);
    for (std::string size : {"042", "+42", "-1", "18446744073709551616", "", "4 2"}) {
        auto body = "o\n" + size + "\n" + crypto::to_base64(Digest{}) + "\n";
        auto good = sign({"o", 42, Digest{}}, key);
        Bytes blob;
        auto vkey = verifier_key("o", key.public_key());
        auto id = from_hex(vkey.substr(2, 8)).value();
        ByteWriter(blob).bytes(id).bytes(key.sign(as_bytes(body)));
        auto note = body + "\n\xE2\x80\x94 o " + crypto::to_base64(blob) + "\n";
        EXPECT_FALSE(open_checkpoint(note, key.public_key())) << size;
    }
    EXPECT_FALSE(open_checkpoint(sign({"two words", 1, {}}, key), key.public_key()));
    EXPECT_FALSE(open_checkpoint(sign({"", 1, {}}, key), key.public_key()));
}

TEST(VerifierKey, ReadsTheKeyAndSignatureOfGosNoteFormat) {
    auto key =
        parse_verifier_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
            .value();
    EXPECT_EQ(key.origin, "PeterNeumann");
    auto blob =
        crypto::from_base64(
            "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6K"
            "E6RyyBwJnAM="
        )
            .value();
    crypto::Signature signature{};
    ASSERT_EQ(blob.size(), 68U);
    std::copy(blob.begin() + 4, blob.end(), signature.begin());
    EXPECT_EQ(to_hex(ByteView(blob).first(4)), "c74f20a3");
    EXPECT_TRUE(crypto::verify(
        key.key,
        as_bytes("If you think cryptography is the answer to your problem,\n"
                 "then you don't know what your problem is.\n"),
        signature
    ));
}

TEST(VerifierKey, IsRefusedWithAnyFlippedBit) {
    auto text = verifier_key("proviso.example/7f3a", key_of(1).public_key());
    ASSERT_EQ(parse_verifier_key(text).value().key, key_of(1).public_key());
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
        auto flipped = text;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
        ASSERT_FALSE(parse_verifier_key(flipped)) << flipped;
    }
    for (auto garbage : {"", "+", "++", "a+b", "a+00000000+AQ=="}) {
        EXPECT_FALSE(parse_verifier_key(garbage)) << garbage;
    }
}

}  // namespace
}  // namespace proviso::proof
