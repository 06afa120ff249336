#include "password_policy.h"

#include <set>

#include <gtest/gtest.h>

namespace proviso::identity {

TEST(PasswordPolicy, AcceptsWhatIsHardToGuess) {
    for (const auto* password :
         {"correct horse battery staple",
          "Fahrrad-lampe-Teich-Uhu",
          "t7#Kq9!vLp2x",
          "wombat glacier tuba",
          // NOLINTNEXTLINE(bugprone-suspicious-missing-comma): one word over two lines
          "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE9\x95\xB7\xE3\x81\x84"
          "\xE5\x90\x88\xE8\xA8\x80\xE8\x91\x89\xE3\x81\xA7\xE3\x81\x99\xE3\x82\x88\xE3\x81\xAD",
          "zebra7Quilt9lantern"}) {
        auto checked = check_password(password, "anna");
        EXPECT_TRUE(checked) << password << ": " << checked.error().story();
    }
}

TEST(PasswordPolicy, RefusesTheCommonestWithAllTheirOrnaments) {
    for (const auto* password :
         {"password1234",     "Password1234!", "P@ssw0rd1234",  "p4ssw0rd!!!!",  "passwordpassword",
          "123456789012",     "111111111111",  "qwertyuiop12",  "qwerty123456",  "1q2w3e4r5t6y",
          "1qaz2wsx3edc",     "zaq12wsxcde3",  "asdfghjkl123",  "iloveyou1234",  "ILoveYou!!!!2024",
          "welcome12345",     "Welcome2026!!", "letmein12345",  "football1234",  "administrator",
          "admin1234567",     "changeme1234",  "Summer2026!!",  "sunshine12345", "abcdefghijkl",
          "aaaaaaaaaaaa",     "abcabcabcabc",  "121212121212",  "dragonmonkey1", "superman12345",
          "hikvision12345",   "camera123456",  "0987654321098", "!@#$%^&*()12",  "michael123456",
          "trustno1trustno1", "passw0rd2026",  "Master123456",  "monkey!!!!!!1", "liverpool1892"}) {
        auto checked = check_password(password, "anna");
        ASSERT_FALSE(checked) << password;
        EXPECT_EQ(checked.error().kind(), ErrorKind::InvalidInput);
        EXPECT_FALSE(checked.error().next_step().empty());
        EXPECT_EQ(checked.error().story().find(password), std::string::npos);
    }
}

TEST(PasswordPolicy, CountsCharactersNotBytes) {
    std::string eleven;
    for (int i = 0; i < 11; ++i) eleven += "\xC3\xA9";
    EXPECT_FALSE(check_password(eleven, "anna"));
    EXPECT_FALSE(check_password("Kq9!vLp2x#7", "anna"));
    std::string longest;
    for (int i = 0; longest.size() < 128; ++i) longest += "k" + std::to_string(i * 7919);
    EXPECT_TRUE(check_password(longest.substr(0, 128), "anna"));
    EXPECT_FALSE(check_password(longest.substr(0, 128) + "z", "anna"));
    EXPECT_FALSE(check_password("", "anna"));
}

TEST(PasswordPolicy, RefusesTheLogin) {
    EXPECT_FALSE(check_password("maximiliane.weber", "Maximiliane.Weber"));
    EXPECT_FALSE(check_password("maximiliane1987", "maximiliane"));
}

TEST(PasswordPolicy, MakesOneTimePasswordsThatItAccepts) {
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i) {
        auto password = make_one_time_password();
        EXPECT_EQ(password.size(), 23U);
        EXPECT_TRUE(check_password(password, "anna")) << password;
        EXPECT_TRUE(seen.insert(password).second);
    }
}

TEST(PasswordPolicy, KeepsItsListSorted) {
    EXPECT_TRUE(is_common_word("abc"));
    EXPECT_TRUE(is_common_word("password"));
    EXPECT_TRUE(is_common_word("zxcvbnm"));
    EXPECT_FALSE(is_common_word("wombat"));
}

}  // namespace proviso::identity
