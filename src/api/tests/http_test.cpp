#include "http.h"

#include <gtest/gtest.h>

namespace proviso::api {
namespace {

TEST(SplitPath, TakesAPlainPathApart) {
    EXPECT_EQ(*split_path("/"), std::vector<std::string>{});
    EXPECT_EQ(*split_path("/api/cameras"), (std::vector<std::string>{"api", "cameras"}));
    EXPECT_EQ(*split_path("/a%20b"), std::vector<std::string>{"a b"});
}

TEST(SplitPath, RefusesWhateverCouldLeaveItsPlace) {
    for (const auto* path :
         {"",     "x",         "//",      "/a//b",   "/a/",        "/..",           "/a/../b",
          "/./a", "/%2e%2e/a", "/..%2fa", "/a%2Fb",  "/a%5cb",     "/a%00b",        "/a%0d%0ab",
          "/%",   "/%4",       "/%zz",    "/%c0%af", "/%ed%a0%80", "/%f5%80%80%80", "/%80"}) {
        EXPECT_FALSE(split_path(path)) << path;
    }
}

TEST(PercentDecode, TakesEveryLengthOfUtf8) {
    EXPECT_EQ(
        percent_decode("%41%C3%A9%E2%82%AC%F0%9F%98%80"), "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"
    );
    EXPECT_EQ(percent_decode("a+b"), "a+b");
    EXPECT_EQ(percent_decode("a+b", true), "a b");
    EXPECT_FALSE(percent_decode("%E2%82"));
    EXPECT_FALSE(percent_decode("%E0%80%80"));
}

TEST(Query, RefusesUnknownNamesWithTheNearest) {
    auto query = Query::parse("strem=main", {"stream", "from"});
    ASSERT_FALSE(query);
    EXPECT_EQ(query.error().kind(), ErrorKind::InvalidInput);
    EXPECT_EQ(query.error().next_step(), "did you mean 'stream'?");
}

TEST(Query, RefusesANameGivenTwiceAndBrokenEscapes) {
    EXPECT_FALSE(Query::parse("a=1&a=2", {"a"}));
    EXPECT_FALSE(Query::parse("a=%zz", {"a"}));
    EXPECT_FALSE(Query::parse("a=%00", {"a"}));
}

TEST(Query, ReadsTimesDaysNumbersAndFlagsStrictly) {
    auto query = *Query::parse(
        "t=2026-11-22T13:05:07Z&d=2026-11-22&n=42&f=true&bad_t=yesterday&bad_d=2026-02-30&"
        "bad_n=-1&bad_f=yes&huge=99999999999999999999",
        {"t", "d", "n", "f", "bad_t", "bad_d", "bad_n", "bad_f", "huge"}
    );
    EXPECT_EQ(to_iso8601(*query.required_time("t")), "2026-11-22T13:05:07.000000Z");
    EXPECT_EQ(to_iso8601(*query.required_day("d")), "2026-11-22");
    EXPECT_EQ(*query.required_number("n"), 42U);
    EXPECT_TRUE(*query.flag("f"));
    EXPECT_FALSE(*query.flag("absent"));
    EXPECT_FALSE(query.required_time("bad_t"));
    EXPECT_FALSE(query.required_day("bad_d"));
    EXPECT_FALSE(query.required_number("bad_n"));
    EXPECT_FALSE(query.required_number("huge"));
    EXPECT_FALSE(query.flag("bad_f"));
    EXPECT_FALSE(query.required_time("absent"));
    EXPECT_FALSE(query.time("absent")->has_value());
}

TEST(Cookie, IsFoundByItsWholeName) {
    Request request;
    request.headers = {{"cookie", "a=1; proviso=token;b=2"}};
    EXPECT_EQ(request.cookie("proviso"), "token");
    EXPECT_EQ(request.cookie("a"), "1");
    EXPECT_EQ(request.cookie("b"), "2");
    EXPECT_EQ(request.cookie("prov"), "");
}

TEST(Cookie, SentTwiceIsNoCookie) {
    Request request;
    request.headers = {{"cookie", "proviso=one; proviso=two"}};
    EXPECT_EQ(request.cookie("proviso"), "");
    request.headers = {{"cookie", "proviso=one"}, {"cookie", "proviso=two"}};
    EXPECT_EQ(request.cookie("proviso"), "");
}

}  // namespace
}  // namespace proviso::api
