#include "content.h"

#include <gtest/gtest.h>

namespace proviso::keys {
namespace {

SharedSecret secret_of(std::uint8_t byte) {
    return std::make_shared<const crypto::SecretBytes>(crypto::SecretBytes::copy_of(Bytes(32, byte))
    );
}

Content example() {
    Content content;
    content.secrets["ledger.signing"] = secret_of(1);
    content.camera_days["gate-1/2026-11-22/0a0b0c0d"] = secret_of(2);
    content.camera_days["gate-2/2026-11-22/00000000"] = secret_of(3);
    content.tombstones.push_back({{"gate-1/2026-11-21/11111111"}, "retention"});
    return content;
}

TEST(Content, ComesBackAsItWentIn) {
    auto bytes = encode(example());
    auto decoded = decode_content(bytes.view()).value();
    EXPECT_TRUE(crypto::equal_secret(encode(decoded).view(), bytes.view()));
    EXPECT_EQ(decoded.camera_days.size(), 2U);
    EXPECT_EQ(decoded.tombstones, example().tombstones);
}

TEST(Content, WithoutNamedKeysKeepsTheFormThatOlderProgramsRead) {
    EXPECT_EQ(encode(example()).view()[0], 1);
    auto content = example();
    content.named[make_named_id("face")] = secret_of(4);
    auto bytes = encode(content);
    EXPECT_EQ(bytes.view()[0], 2);
    auto decoded = decode_content(bytes.view()).value();
    EXPECT_EQ(decoded.named.size(), 1U);
    EXPECT_EQ(decoded.camera_days.size(), 2U);
    EXPECT_EQ(decoded.tombstones, example().tombstones);
    content.named["face/../../x"] = secret_of(5);
    EXPECT_FALSE(decode_content(encode(content).view()));
}

TEST(Content, IsRefusedCutOffExtendedOrWithWildSizes) {
    auto secret = encode(example());
    Bytes bytes(secret.view().begin(), secret.view().end());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        ASSERT_FALSE(decode_content(ByteView(bytes).first(size))) << size;
    }
    auto longer = bytes;
    longer.push_back(0);
    EXPECT_FALSE(decode_content(longer));
    for (std::size_t at = 0; at + 4 <= bytes.size(); ++at) {
        auto wild = bytes;
        std::fill_n(wild.begin() + static_cast<std::ptrdiff_t>(at), 4, 0xff);
        (void)decode_content(wild);  // must not crash or take all memory
    }
}

TEST(KeyId, NamesCameraAndDay) {
    auto camera = CameraId::literal("gate-1");
    auto day = parse_day("2026-11-22").value();
    auto id = make_key_id(camera, day);
    auto info = parse_key_id(id).value();
    EXPECT_EQ(info.id, id);
    EXPECT_EQ(info.camera, camera);
    EXPECT_EQ(info.day, day);
    EXPECT_NE(make_key_id(camera, day), id);
    for (auto bad :
         {"",
          "/",
          "//",
          "a/b",
          "gate-1/2026-11-22/",
          "gate-1/2026-11-22/0a0b0c0",
          "gate-1/2026-13-22/0a0b0c0d",
          "Gate/2026-11-22/0a0b0c0d",
          "gate-1/2026-11-22/0A0B0C0D",
          "../2026-11-22/0a0b0c0d"}) {
        EXPECT_FALSE(parse_key_id(bad)) << bad;
    }
}

}  // namespace
}  // namespace proviso::keys
