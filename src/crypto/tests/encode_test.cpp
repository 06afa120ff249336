#include <gtest/gtest.h>

#include <proviso/crypto/encode.h>

namespace proviso::crypto {
namespace {

TEST(Base64, WritesTheTextsOfRfc4648) {
    EXPECT_EQ(to_base64({}), "");
    EXPECT_EQ(to_base64(as_bytes("f")), "Zg==");
    EXPECT_EQ(to_base64(as_bytes("fo")), "Zm8=");
    EXPECT_EQ(to_base64(as_bytes("foobar")), "Zm9vYmFy");
    EXPECT_EQ(as_text(from_base64("Zm9vYmE=").value()), "fooba");
    EXPECT_TRUE(from_base64("").value().empty());
}

TEST(Base64, AcceptsOneTextOnlyForEveryByteString) {
    for (auto text :
         {"Zg",
          "Zg=",
          "Zg===",
          "Zh==",
          "Zm9=",
          "Zm8",
          " Zm8=",
          "Zm8= ",
          "Zm8=\n",
          "Zm-_",
          "Zm9v====",
          "=",
          "Z",
          "Zm8=Zm8="}) {
        EXPECT_FALSE(from_base64(text)) << text;
    }
    EXPECT_FALSE(from_base64(std::string_view("Zm8=\0", 5)));
    std::string root = to_base64(Bytes(32, 0xa7));
    for (std::size_t bit = 0; bit < root.size() * 8; ++bit) {
        auto flipped = root;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
        auto decoded = from_base64(flipped);
        EXPECT_TRUE(!decoded || decoded.value() != Bytes(32, 0xa7)) << bit;
    }
}

}  // namespace
}  // namespace proviso::crypto
