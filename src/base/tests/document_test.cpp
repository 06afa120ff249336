#include <gtest/gtest.h>

#include <proviso/base/document.h>

namespace proviso {
namespace {

TEST(Json, RefusesADuplicateKey) {
    auto parsed = parse_json(R"({"a":1,"a":2})");
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().kind(), ErrorKind::InvalidInput);
}

TEST(Json, RefusesWhatIsTooDeepTooLargeOrUnfinished) {
    EXPECT_FALSE(parse_json(std::string(100'000, '[')));
    EXPECT_FALSE(parse_json("{\"a\":"));
    EXPECT_FALSE(parse_json("NaN"));
    EXPECT_FALSE(parse_json("\"\xff\""));
    auto large = parse_json(std::string(2U << 20U, ' '));
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().kind(), ErrorKind::TooLarge);
}

TEST(Json, KeepsNestedValuesWhereTheyBelong) {
    auto parsed = parse_json(R"({"b":[{"x":[1,2,{"y":null}]},true],"a":"t"})");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(canonical_json(*parsed), R"({"a":"t","b":[{"x":[1,2,{"y":null}]},true]})");
}

TEST(Yaml, TypesPlainScalarsByTheCoreSchemaSoThatNorwayStaysACountry) {
    auto parsed =
        parse_yaml_document("{country: NO, quoted: '12', n: 12, on: 2026-11-22, t: true}");
    ASSERT_TRUE(parsed) << parsed.error().story();
    EXPECT_EQ((*parsed)["country"], "NO");
    EXPECT_EQ((*parsed)["quoted"], "12");
    EXPECT_EQ((*parsed)["n"], 12);
    EXPECT_EQ((*parsed)["on"], "2026-11-22");
    EXPECT_EQ((*parsed)["t"], true);
}

TEST(Yaml, ReadsSeveralDocumentsAndNamesLineAndColumnOfATrouble) {
    auto two = parse_yaml("a: 1\n---\nb: [x, y]\n");
    ASSERT_TRUE(two);
    EXPECT_EQ(two->size(), 2U);
    auto twice = parse_yaml("a: 1\nb: 2\na: 3\n");
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().message(), "line 3, column 1: 'a' stands twice");
}

TEST(Yaml, RefusesAliasesAnchorsTagsAndBombs) {
    EXPECT_FALSE(parse_yaml("a: &x [1]\nb: *x\n"));
    EXPECT_FALSE(parse_yaml("a: !!python/object x\n"));
    EXPECT_FALSE(parse_yaml("a: !thing x\n"));
    EXPECT_FALSE(parse_yaml(std::string(2000, '[')));
    EXPECT_FALSE(parse_yaml("? [a, b]\n: c\n"));
}

TEST(Yaml, RefusesWhatIsNoPrintableUtf8AndNamesTheLine) {
    for (std::string text :
         {"a: 1\nb: \xF8\n",
          "a: 1\nb: \xC0\xAF\n",
          "a: 1\nb: \xED\xA0\x80\n",
          "a: 1\nb: \xE2\x82",
          "a: 1\nb: x\x05y\n",
          "a: 1\nb: \xC2\x9F\n"}) {
        auto refused = parse_yaml(text);
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(refused.error().message().substr(0, 7), "line 2:");
    }
    EXPECT_TRUE(parse_yaml("a: 1\nb: \"x\\x05y\" # \xC3\xBC \xE2\x82\xAC \xF0\x9F\x8E\xA5\n"));
    EXPECT_FALSE(parse_yaml(std::string("a: \0", 4)));
}

TEST(Yaml, WritesControlCharactersAsEscapes) {
    const Json value = {
        {"text", "x\x05y\x7Fz\tq\n"},
        {"name",
         "S\xC3\xBC"
         "d"}};
    auto again = parse_yaml_document(to_yaml(value));
    ASSERT_TRUE(again) << again.error().story();
    EXPECT_EQ(*again, value);
}

TEST(Yaml, WritesWhatItReadsBack) {
    Json value = {
        {"country", "NO"},
        {"n", 5},
        {"text", "12"},
        {"list", {"a", "b"}},
        {"t", "true"},
        {"nested", {{"x", nullptr}}},
        {"lines", "one\ntwo"}};
    auto again = parse_yaml_document(to_yaml(value));
    ASSERT_TRUE(again) << again.error().story();
    EXPECT_EQ(*again, value);
}

TEST(ObjectReader, OffersTheNearestNameForAnUnknownKey) {
    Json object = {{"prot", 8971}};
    ObjectReader read(object, "server");
    read.integer_or("port", 1, 65535, 8971);
    auto finished = read.finish();
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error().message(), "server: unknown key 'prot'");
    EXPECT_EQ(finished.error().next_step(), "did you mean 'port'?");
}

TEST(ObjectReader, ReportsTheFirstProblemInItsOwnWords) {
    Json object = {{"port", 99'999}, {"mode", "sideways"}};
    ObjectReader read(object, "server");
    read.integer("port", 1, 65535);
    read.one_of("mode", {"left", "right"});
    read.text("name");
    auto finished = read.finish();
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error().message(), "server: 'port' is not a whole number from 1 to 65535");
}

TEST(ObjectReader, SaysWhatIsMissing) {
    Json object = Json::object();
    ObjectReader read(object, "camera");
    read.text("name");
    EXPECT_EQ(read.finish().error().message(), "camera: 'name' is missing");
}

}  // namespace
}  // namespace proviso
