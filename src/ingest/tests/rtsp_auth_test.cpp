#include "rtsp_auth.h"

#include <gtest/gtest.h>

#include "base64.h"

namespace proviso::ingest {
namespace {

Authenticator mufasa() {
    return {"Mufasa", SecretText("Circle of Life"), [] { return std::uint64_t{0x1234}; }};
}

RtspMessage refusal(std::vector<std::string> challenges) {
    RtspMessage message;
    message.status = 401;
    for (auto& challenge : challenges) {
        message.headers.emplace_back("WWW-Authenticate", std::move(challenge));
    }
    return message;
}

TEST(Digest, GivesTheAnswersOfRfc7616) {
    for (auto [algorithm, expected] :
         {std::pair(DigestAlgorithm::Md5, "8ca523f5e9506fed4657c9700eebdbec"),
          std::pair(
              DigestAlgorithm::Sha256,
              "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
          )}) {
        auto secret = digest_hash(algorithm, {"Mufasa", "http-auth@example.org", "Circle of Life"});
        auto what = digest_hash(algorithm, {"GET", "/dir/index.html"});
        EXPECT_EQ(
            digest_hash(
                algorithm,
                {secret,
                 "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                 "00000001",
                 "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
                 "auth",
                 what}
            ),
            expected
        );
    }
}

TEST(Authenticator, AnswersWithoutQopAsRfc2069Says) {
    auto who = mufasa();
    ASSERT_TRUE(who.accept(refusal({R"(Digest realm="r", nonce="n")"})));
    auto secret = digest_hash(DigestAlgorithm::Md5, {"Mufasa", "r", "Circle of Life"});
    auto what = digest_hash(DigestAlgorithm::Md5, {"DESCRIBE", "rtsp://h/x"});
    auto expected = digest_hash(DigestAlgorithm::Md5, {secret, "n", what});
    EXPECT_EQ(
        who.authorize("DESCRIBE", "rtsp://h/x"),
        "Authorization: Digest username=\"Mufasa\", realm=\"r\", nonce=\"n\", uri=\"rtsp://h/x\", "
        "response=\"" +
            expected + "\"\r\n"
    );
}

TEST(Authenticator, TakesTheStrongestOfSeveralChallengesAndCountsItsUses) {
    auto who = mufasa();
    EXPECT_EQ(who.authorize("OPTIONS", "u"), "");
    ASSERT_TRUE(who.accept(refusal(
        {R"(Basic realm="b", Digest realm="m", nonce="1", qop="auth,auth-int", algorithm=MD5)",
         R"(Digest realm="s", nonce="2", opaque="o\"p", qop="auth", algorithm=SHA-256)",
         R"(Digest realm="t", nonce="3", algorithm=SHA-512-256)"}
    )));
    auto line = who.authorize("PLAY", "u");
    EXPECT_NE(line.find("algorithm=SHA-256"), std::string::npos) << line;
    EXPECT_NE(line.find("realm=\"s\""), std::string::npos);
    EXPECT_NE(line.find("opaque=\"o\\\"p\""), std::string::npos);
    EXPECT_NE(line.find("nc=00000001"), std::string::npos);
    EXPECT_NE(who.authorize("PLAY", "u").find("nc=00000002"), std::string::npos);
}

TEST(Authenticator, SpeaksBasicIfThereIsNothingElse) {
    auto who = mufasa();
    ASSERT_TRUE(who.accept(refusal({"Basic realm=\"b\""})));
    EXPECT_EQ(who.authorize("PLAY", "u"), "Authorization: Basic TXVmYXNhOkNpcmNsZSBvZiBMaWZl\r\n");
}

TEST(Authenticator, TellsAFreshNonceFromARefusal) {
    auto who = mufasa();
    ASSERT_TRUE(who.accept(refusal({R"(Digest realm="r", nonce="1")"})));
    EXPECT_FALSE(who.fresh_nonce());
    ASSERT_TRUE(who.accept(refusal({R"(Digest realm="r", nonce="2", stale=TRUE)"})));
    EXPECT_TRUE(who.fresh_nonce());
    ASSERT_TRUE(who.accept(refusal({R"(Digest realm="r", nonce="2")"})));
    EXPECT_FALSE(who.fresh_nonce());
}

TEST(Authenticator, RefusesWhatItDoesNotSpeakAndLetsNoLineEndThrough) {
    auto who = mufasa();
    EXPECT_EQ(who.accept(refusal({"Negotiate"})).error().kind(), ErrorKind::Unauthorized);
    EXPECT_FALSE(who.accept(refusal({R"(Digest realm="r", nonce="1", qop="auth-int")"})));
    EXPECT_FALSE(who.accept(refusal({})));
    ASSERT_TRUE(who.accept(refusal({"Digest realm=\"a\nb\", nonce=\"1\""})));
    auto line = who.authorize("PLAY", "u");
    EXPECT_EQ(line.find('\n'), line.size() - 1);
}

TEST(Base64, ReadsWhatCamerasWriteAndNothingElse) {
    for (std::size_t size = 0; size < 20; ++size) {
        Bytes bytes(size, static_cast<std::uint8_t>(size * 37));
        EXPECT_EQ(from_base64(to_base64(bytes)).value(), bytes);
    }
    EXPECT_EQ(from_base64("Zm8").value(), from_base64("Zm8=").value());
    EXPECT_FALSE(from_base64("Zm 8"));
    EXPECT_FALSE(from_base64("Zm8=Zm8="));
}

}  // namespace
}  // namespace proviso::ingest
