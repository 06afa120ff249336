#include <gtest/gtest.h>

#include <proviso/policy/evaluate.h>

namespace proviso::policy {
namespace {

constexpr std::string_view kHeader = "name,value,unit,kind,source,confidence,from,to,note\n";
constexpr std::string_view kCap = "retention.footage.cap,72,hours,authority_norm,Guide [S1],V,,,\n";

std::string head(std::string_view id, std::string_view jurisdictions) {
    return "id: " + std::string(id) +
           "\ntitle: T\nversion: \"1\"\nchecked: 2026-01-01\nreview_by: 2026-06-01\n"
           "language: en\njurisdictions: " +
           std::string(jurisdictions) + "\n";
}

std::string table(std::string_view rows) { return std::string(kHeader) + std::string(rows); }

std::string rule(std::string_view effect, std::string_view scope = "{eq: [act, retain]}") {
    return "id: A\ntitle: T\ncite: C\nstatus: in_force\nconfidence: V\nscope: " +
           std::string(scope) + "\neffect: " + std::string(effect) + "\n";
}

Result<std::shared_ptr<const PackSet>> compiled(std::string_view rows, std::string_view rules) {
    return PackSet::compile(
        {{"p/pack.yaml", head("p", "[\"*\"]")},
         {"p/params.csv", table(rows)},
         {"p/rules/r.yaml", std::string(rules)}}
    );
}

std::string told(const Error& error) { return error.story() + " | " + error.next_step(); }

Parameter one(std::string_view value, std::string_view unit) {
    return read_parameters(table(
                               "a.b," + std::string(value) + "," + std::string(unit) +
                               ",typical,Somebody,R,,,\n"
                           ))
        .value()
        .front();
}

TEST(Parameters, ARowIsReadWithAllItSays) {
    auto list = read_parameters(table("retention.log.floor,1,years,statutory_min,"
                                      "\"Rules 2025, Rule 8(3) [S61]\",?,2027-05-13,2030-01-01,"
                                      "\"counsel says \"\"maybe\"\"\"\r\n"))
                    .value();
    ASSERT_EQ(list.size(), 1U);
    const auto& row = list.front();
    EXPECT_EQ(row.name, "retention.log.floor");
    EXPECT_EQ(row.source, "Rules 2025, Rule 8(3) [S61]");
    EXPECT_EQ(row.note, "counsel says \"maybe\"");
    EXPECT_FALSE(row.holds(parse_day("2027-05-12").value()));
    EXPECT_TRUE(row.holds(parse_day("2027-05-13").value()));
    EXPECT_TRUE(row.holds(parse_day("2030-01-01").value()));
    EXPECT_FALSE(row.holds(parse_day("2030-01-02").value()));
}

TEST(Parameters, ALimitIsReadShortAndAMinimumLong) {
    struct Span {
        std::string_view value;
        std::string_view unit;
        std::int64_t most;
        std::int64_t least;
    };

    for (const auto& [value, unit, most, least] : std::vector<Span>{
             {"72", "hours", 3, 3},
             {"73", "hours", 3, 4},
             {"1", "seconds", 0, 1},
             {"28", "days", 28, 28},
             {"4", "weeks", 28, 28},
             {"1", "months", 30, 31},
             {"3", "months", 90, 92},
             {"6", "months", 180, 183},
             {"12", "months", 365, 365},
             {"24", "months", 730, 730},
             {"5", "years", 1825, 1825},
         }) {
        EXPECT_EQ(one(value, unit).days(Reading::AtMost), most) << value << " " << unit;
        EXPECT_EQ(one(value, unit).days(Reading::AtLeast), least) << value << " " << unit;
    }
    EXPECT_FALSE(one("10", "business_days").days(Reading::AtMost)) << "which days those are varies";
    EXPECT_FALSE(one("3", "count").days(Reading::AtMost));
    EXPECT_EQ(one("3", "count").count(), 3);
    EXPECT_FALSE(one("3", "days").count());
    EXPECT_EQ(one("2031-12-27", "date").date(), parse_day("2031-12-27").value());
}

TEST(Parameters, EveryMistakeIsAnErrorThatNamesLineAndColumn) {
    struct Mistake {
        std::string rows;
        std::string_view said;
    };

    std::string good(kCap);
    for (const auto& [rows, said] : std::vector<Mistake>{
             {good + good, "line 3, column 1: 'retention.footage.cap' stands in line 2 already"},
             {"cap,72,hours,typical,S,V,,,\n", "line 2, column 1: 'cap' is no name"},
             {"a..b,72,hours,typical,S,V,,,\n", "no name"},
             {"A.b,72,hours,typical,S,V,,,\n", "no name"},
             {"a.b,72,hour,typical,S,V,,,\n", "line 2, column 8: unknown unit 'hour'"},
             {"a.b,72,hour,typical,S,V,,,\n", "did you mean 'hours'"},
             {"a.b,-1,days,typical,S,V,,,\n", "line 2, column 5: '-1' is not a number"},
             {"a.b,007,days,typical,S,V,,,\n", "'007' is not a number"},
             {"a.b,1e3,days,typical,S,V,,,\n", "'1e3' is not a number"},
             {"a.b,1.5,days,typical,S,V,,,\n", "days are counted whole"},
             {"a.b,1.50,percent,typical,S,V,,,\n", "not a number"},
             {"a.b,101,percent,typical,S,V,,,\n", "101 percent cannot be"},
             {"a.b,100.5,percent,typical,S,V,,,\n", "cannot be"},
             {"a.b,99999999999999999999,days,typical,S,V,,,\n", "not a number"},
             {"a.b,40001,days,typical,S,V,,,\n", "cannot be"},
             {"a.b,2026-02-30,date,typical,S,V,,,\n", "column 5: "},
             {"a.b,5,EURO,typical,S,V,,,\n", "EUR"},
             {"a.b,72,hours,usual,S,V,,,\n", "column 14: unknown kind 'usual'"},
             {"a.b,72,hours,typical,S,W,,,\n", "column 24: unknown confidence"},
             {"a.b,72,hours,typical,,V,,,\n", "'source' is missing"},
             {"a.b,,hours,typical,S,V,,,\n", "'value' is missing"},
             {"a.b,72,hours,typical,S,V,soon,,\n", "column 26: "},
             {"a.b,72,hours,typical,S,V,2026-02-02,2026-02-01,\n", "ends before"},
             {"a.b,72,hours,typical,S,V,,\n", "8 cells stand here, 9 are needed"},
             {"a.b,72,hours,typical,S,V,,,,\n", "more cells than columns"},
             {"a.b,72,hours,typical,\"S,V,,,\n", "column 22: the quote is not closed"},
             {"a.b,72,hours,typical,\"S\"x,V,,,\n", "a comma is missing"},
             {"a.b,72,hours,typical,S\"S,V,,,\n", "a quote stands inside"},
             {"a.b,72,hours,typical,\xc3\xa9,V,,,\n", "printable ASCII"},
             {good + "\n", "line 3"},
             {"a.default,4,days,typical,S,V,,,\na.cap,72,hours,typical,S,V,,,\n", "beyond its own"},
             {"a.default,2,days,typical,S,V,,,\na.floor,72,hours,typical,S,V,,,\n",
              "beyond its own"},
         }) {
        auto read = compiled(rows, rule("{deny: true}"));
        ASSERT_FALSE(read) << rows;
        EXPECT_EQ(read.error().kind(), ErrorKind::InvalidInput);
        auto words = told(read.error());
        EXPECT_NE(words.find(said), std::string::npos) << rows << words;
        EXPECT_NE(words.find("p/params.csv"), std::string::npos) << words;
    }
    EXPECT_FALSE(read_parameters("name,value\n"));
    EXPECT_FALSE(read_parameters(""));
}

TEST(Parameters, ARuleTakesItsNumberFromTheTable) {
    auto limit = rule(
        "{cap: {param: footage_days, value: {param: retention.footage.cap}, relax: [{to: {param: "
        "retention.footage.more}, needs: [{record: retention_reason}]}]}, floor: {param: log_days, "
        "value: {param: log.floor}}}"
    );
    std::string rows(kCap);
    rows += "retention.footage.more,10,days,typical,S,V,,,\nlog.floor,6,months,typical,S,V,,,\n";
    auto packs = compiled(rows, limit).value();
    auto asked = [&](std::string_view more) {
        auto facts =
            Facts::from_json(parse_yaml_document(
                                 "act: retain\nsite: {jurisdictions: [DE]}\n" + std::string(more)
                             )
                                 .value())
                .value();
        return evaluate(*packs, facts, parse_day("2026-11-23").value());
    };
    auto plain = asked("retention: {footage_days: 3, log_days: 183}\n");
    ASSERT_EQ(plain.caps.size(), 1U);
    EXPECT_EQ(plain.caps[0].second, 3);
    ASSERT_EQ(plain.floors.size(), 1U);
    EXPECT_EQ(plain.floors[0].second, 183) << "six months at least";
    auto reasoned =
        asked("retention: {footage_days: 10, log_days: 183}\nrecords: [{kind: retention_reason}]\n"
        );
    ASSERT_EQ(reasoned.caps.size(), 1U);
    EXPECT_EQ(reasoned.caps[0].second, 10);
}

TEST(Parameters, CountsDaysAndAgesCanBeNamedInConditions) {
    std::string rows =
        "a.people,5,count,typical,S,V,,,\na.days,72,hours,typical,S,V,,,\na.end,2026-06-30,date,"
        "typical,S,V,,,\n";
    for (const auto* scope :
         {"{gte: [observed.distinct_templates, {param: a.people}]}",
          "{gt: [retention.footage_days, {param: a.days}]}",
          "{within: [on, {to: {param: a.end}}]}"}) {
        EXPECT_TRUE(compiled(rows, rule("{deny: true}", scope))) << scope;
    }
    EXPECT_TRUE(
        compiled(rows, rule("{require_before: [{record: notice, max_age_days: {param: a.days}}]}"))
    );
    auto packs =
        compiled(rows, rule("{deny: true}", "{within: [on, {to: {param: a.end}}]}")).value();
    auto edges =
        packs->boundaries(parse_day("2026-01-01").value(), parse_day("2027-01-01").value());
    ASSERT_EQ(edges.size(), 1U);
    EXPECT_EQ(edges[0], parse_day("2026-07-01").value());
}

TEST(Parameters, AnUnknownOrWronglyTypedNameIsAnErrorWithTheNearestName) {
    struct Mistake {
        std::string rules;
        std::string_view said;
    };

    std::string rows(kCap);
    rows += "a.people,5,count,typical,S,V,,,\nb.answer,10,business_days,typical,S,V,,,\n";
    for (const auto& [rules, said] : std::vector<Mistake>{
             {rule("{cap: {param: footage_days, value: {param: retention.footage.cop}}}"),
              "rule A: effect.cap.value: unknown parameter 'retention.footage.cop'"},
             {rule("{cap: {param: footage_days, value: {param: retention.footage.cop}}}"),
              "did you mean 'retention.footage.cap'"},
             {rule("{cap: {param: footage_days, value: {param: a.people}}}"),
              "a.people is in count"},
             {rule("{cap: {param: footage_days, value: {param: b.answer}}}"), "business_days"},
             {rule("{cap: {param: footage_days, value: {parm: a.people}}}"), "write {param: name}"},
             {rule("{cap: {param: footage_days, value: {param: 3}}}"), "write {param: name}"},
             {rule("{deny: true}", "{gt: [site.capacity, {param: retention.footage.cap}]}"),
              "name one that is a count"},
             {rule("{deny: true}", "{within: [on, {to: {param: a.people}}]}"), "a date"},
         }) {
        auto read = compiled(rows, rules);
        ASSERT_FALSE(read) << rules;
        EXPECT_NE(told(read.error()).find(said), std::string::npos) << told(read.error());
    }
    auto none = PackSet::compile(
        {{"p/pack.yaml", head("p", "[\"*\"]")},
         {"p/rules/r.yaml", rule("{cap: {param: footage_days, value: {param: a.cap}}}")}}
    );
    ASSERT_FALSE(none);
    EXPECT_NE(told(none.error()).find("params.csv"), std::string::npos);
}

TEST(Parameters, TheDigestsFollowEveryCellAndNotTheOrder) {
    std::string other = "a.b,1,days,typical,S,V,,,\n";
    auto limit = rule("{cap: {param: footage_days, value: {param: retention.footage.cap}}}");
    auto packs = compiled(std::string(kCap) + other, limit).value();
    auto turned = compiled(other + std::string(kCap), limit).value();
    EXPECT_EQ(packs->digest(), turned->digest());
    auto noted = compiled(std::string(kCap) + "a.b,1,days,typical,S,V,,,!\n", limit).value();
    EXPECT_NE(packs->digest(), noted->digest());
    EXPECT_EQ(packs->rules()[0].digest, noted->rules()[0].digest) << "it does not name that one";
    auto longer =
        compiled("retention.footage.cap,96,hours,authority_norm,Guide [S1],V,,,\n" + other, limit)
            .value();
    EXPECT_NE(packs->rules()[0].digest, longer->rules()[0].digest)
        << "another number, another rule";
}

TEST(Parameters, OfTwoPacksTheOneOfTheSmallerPlaceSpeaks) {
    auto rows = [](std::string_view days) {
        return table("a.default," + std::string(days) + ",days,typical,S,V,,,\n");
    };
    auto deny = [](std::string_view id) {
        auto text = rule("{deny: true}");
        return text.replace(4, 1, id);
    };
    auto eu = head("eu", "[UNION]") + "groups: [{name: UNION, members: [DE, FR]}]\n";
    auto packs = PackSet::compile({{"w/pack.yaml", head("w", "[\"*\"]")},
                                   {"w/params.csv", rows("90")},
                                   {"w/rules/r.yaml", deny("W")},
                                   {"eu/pack.yaml", eu},
                                   {"eu/params.csv", rows("3")},
                                   {"eu/rules/r.yaml", deny("E")},
                                   {"de/pack.yaml", head("de", "[DE]")},
                                   {"de/params.csv", rows("10")},
                                   {"de/rules/r.yaml", deny("D")},
                                   {"hh/pack.yaml", head("hh", "[DE-HH]")},
                                   {"hh/params.csv", rows("20")},
                                   {"hh/rules/r.yaml", deny("H")}}
    ).value();
    auto on = parse_day("2026-11-23").value();
    auto value = [&](const std::vector<std::string>& places) {
        return packs->parameter("a.default", places, on).value().value;
    };
    EXPECT_EQ(value({"DE-HH"}), "20");
    EXPECT_EQ(value({"DE-BE"}), "10");
    EXPECT_EQ(value({"FR"}), "3");
    EXPECT_EQ(value({"JP"}), "90");
    EXPECT_EQ(value({"FR", "DE"}), "10") << "the closest, not the first";
    EXPECT_FALSE(packs->parameter("a.other", {"DE"}, on));
    EXPECT_EQ(packs->parameters().size(), 4U);
    EXPECT_EQ(packs->parameters()[0].pack, "de");
}

}  // namespace
}  // namespace proviso::policy
