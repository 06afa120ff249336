#include <gtest/gtest.h>

#include <proviso/crypto/password.h>

namespace proviso::crypto {
namespace {

TEST(Password, IsVerifiedAgainstItsHashAndNoOther) {
    auto stored = hash_password("correct horse", true).value();
    EXPECT_EQ(stored.rfind("$argon2id$", 0), 0U);
    EXPECT_TRUE(verify_password(stored, "correct horse"));
    EXPECT_FALSE(verify_password(stored, "correct horsf"));
    EXPECT_NE(hash_password("correct horse", true).value(), stored) << "the salt is random";
}

TEST(Password, CostsWhatIsPromised) {
    auto stored = hash_password("correct horse").value();
    EXPECT_NE(stored.find("$m=65536,t=3,p=1$"), std::string::npos) << stored;
}

TEST(Password, IsNeverVerifiedAgainstGarbage) {
    for (std::string_view garbage :
         {"", "x", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"}) {
        EXPECT_FALSE(verify_password(garbage, "")) << garbage;
    }
    EXPECT_FALSE(verify_password(std::string(4096, '$'), ""));
}

TEST(Passphrase, GivesOneKeyForOneSalt) {
    Bytes salt(16, 1);
    Bytes other(16, 2);
    auto key = key_from_passphrase("open", salt, true).value();
    EXPECT_EQ(key.size(), 32U);
    EXPECT_TRUE(equal_secret(key.view(), key_from_passphrase("open", salt, true).value().view()));
    EXPECT_FALSE(equal_secret(key.view(), key_from_passphrase("open", other, true).value().view()));
    EXPECT_FALSE(key_from_passphrase("open", Bytes(15), true));
}

}  // namespace
}  // namespace proviso::crypto
