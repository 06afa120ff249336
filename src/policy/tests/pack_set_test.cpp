#include <gtest/gtest.h>

#include <proviso/policy/evaluate.h>

namespace proviso::policy {
namespace {

constexpr std::string_view kHead = R"(id: p
title: T
version: "1"
checked: 2026-01-01
review_by: 2026-06-01
language: en
jurisdictions: ["*"]
)";

constexpr std::string_view kRule = R"(id: A
title: T
cite: C
status: in_force
confidence: V
effect: {deny: true}
)";

std::vector<PackFile> pack(std::string_view head, std::string_view rules) {
    return {{"p/pack.yaml", std::string(head)}, {"p/rules/r.yaml", std::string(rules)}};
}

std::string with(std::string_view text, std::string_view from, std::string_view to) {
    std::string changed(text);
    changed.replace(changed.find(from), from.size(), to);
    return changed;
}

TEST(PackSet, TheDigestFollowsEveryWordOfTheRules) {
    auto one = PackSet::compile(pack(kHead, kRule)).value();
    auto same =
        PackSet::compile(pack(kHead, std::string("# a remark\n") + std::string(kRule))).value();
    auto other = PackSet::compile(pack(kHead, with(kRule, "title: T", "title: U"))).value();
    EXPECT_EQ(one->digest().size(), 64U);
    EXPECT_EQ(one->digest(), same->digest());
    EXPECT_NE(one->digest(), other->digest());
}

TEST(PackSet, TellsWhatItHolds) {
    auto packs =
        PackSet::compile(
            pack(
                kHead,
                with(kRule, "cite: C", "cite: C\naliases: [A-1]\napplies: {from: 2025-02-02}")
            )
        )
            .value();
    ASSERT_EQ(packs->packs().size(), 1U);
    EXPECT_EQ(packs->packs()[0].review_by, parse_day("2026-06-01").value());
    auto rules = packs->rules();
    ASSERT_EQ(rules.size(), 1U);
    EXPECT_EQ(rules[0].id, "A");
    EXPECT_EQ(rules[0].from, parse_day("2025-02-02").value());
    EXPECT_TRUE(packs->names_rule("A-1", "A"));
    EXPECT_FALSE(packs->names_rule("B", "A"));
}

TEST(PackSet, EveryMistakeIsAnErrorThatNamesFileAndRule) {
    struct Mistake {
        std::string rules;
        std::string_view said;
    };

    std::string rule(kRule);
    for (const auto& [rules, said] : std::vector<Mistake>{
             {with(rule, "effect: {deny: true}", "effect: {}"), "has no effect"},
             {with(rule, "deny: true", "deni: true"), "deny"},
             {with(rule, "effect: {deny: true}", "effekt: {deny: true}"), "effect"},
             {with(rule, "status: in_force", "status: in_froce"), "in_force"},
             {with(rule, "confidence: V", "confidence: X"), "confidence"},
             {with(rule, "title: T\n", ""), "title"},
             {with(rule, "id: A", "id: a b"), "id may have"},
             {rule + "---\n" + rule, "'A' is taken"},
             {with(rule, "id: A", "id: X-PACK"), "taken"},
             {rule + "overrides: [B]\n", "not loaded"},
             {rule + "overrides: [A]\n", "circle"},
             {rule + "acts: [analyze]\n", "analyse"},
             {rule + "connects: [sight]\n", "site, controller"},
             {rule + "applies: {from: 2026-02-30}\n", "no such day"},
             {rule + "applies: {from: 2026-02-02, to: 2026-02-01}\n", "ends before"},
             {rule + "scope: {eq: [space.knd, street]}\n", "space.kind"},
             {rule + "scope: {eq: [space.kind, stret]}\n", "street"},
             {rule + "scope: {equals: [space.kind, street]}\n", "unknown operator"},
             {rule + "scope: {eq: [subjects, staff]}\n", "any_of"},
             {rule + "scope: {any_of: [space.kind, [street]]}\n", "not a list"},
             {rule + "scope: {lt: [space.kind, 3]}\n", "not a number"},
             {rule + "scope: {eq: [camera.audio, yes]}\n", "true or false"},
             {rule + "scope: {all: []}\n", "list of conditions"},
             {rule + "scope: {eq: [places.role, store]}\n", "under any_place"},
             {rule + "scope: {any_place: {any_place: {eq: [places.role, store]}}}\n", "inside"},
             {rule + "scope: {in: [site.jurisdictions, XX]}\n", "unknown jurisdiction"},
             {rule + "scope: {eq: [space.kind, street], not: {eq: [space.kind, school]}}\n",
              "one operator"},
             {rule + "scope: [1, 2]\n", "one operator"},
             {with(rule, "{deny: true}", "{require_before: [{record: notise}]}"), "notice"},
             {with(rule, "{deny: true}", "{require_before: [{}]}"), "names no record"},
             {with(rule, "{deny: true}", "{cap: {param: days, value: 3}}"), "footage_days"},
             {with(
                  rule, "{deny: true}", "{cap: {param: footage_days, value: 3, relax: [{to: 9}]}}"
              ),
              "need a record"},
             {with(rule, "{deny: true}", "{deny_unless: {}}"), "no exception"},
             {with(rule, "{deny: true}", "{facts: [space.knd]}"), "space.kind"},
             {with(rule, "{deny: true}", "{during: [{duty: d, text: A}, {duty: d, text: B}]}"),
              "two ways"},
         }) {
        auto compiled = PackSet::compile(pack(kHead, rules));
        ASSERT_FALSE(compiled) << rules;
        auto told = compiled.error().story() + " | " + compiled.error().next_step();
        EXPECT_EQ(compiled.error().kind(), ErrorKind::InvalidInput) << told;
        EXPECT_NE(told.find(said), std::string::npos) << rules << "\n" << told;
    }
}

TEST(PackSet, HostileYamlIsRefused) {
    std::string deep = std::string(kRule) + "scope: ";
    for (int i = 0; i < 200; ++i) deep += "{not: ";
    deep += "{exists: act}";
    for (int i = 0; i < 200; ++i) deep += "}";
    std::string wide = std::string(kRule) + "scope: {any: [";
    for (int i = 0; i < 70'000; ++i) wide += "{exists: act},";
    wide += "]}";
    for (const auto& rules :
         {deep,
          wide,
          std::string(kRule) + "note: &x [*x]\n",
          std::string("- just\n- a list\n"),
          std::string("id: [A]\n"),
          std::string("\0\xff\xfe", 3),
          std::string(kRule) + "id: B\n",
          with(kRule, "title: T", "title: 1.5")}) {
        EXPECT_FALSE(PackSet::compile(pack(kHead, rules)));
    }
}

TEST(PackSet, AFileThatIsNoPartOfAPackIsAnError) {
    auto files = pack(kHead, kRule);
    files.push_back({"p/other.yaml", "x: 1"});
    EXPECT_FALSE(PackSet::compile(files));
    EXPECT_FALSE(PackSet::compile({}));
    EXPECT_FALSE(PackSet::compile({{"q/rules/r.yaml", std::string(kRule)}}));
    EXPECT_FALSE(PackSet::compile({{"q/pack.yaml", std::string(kHead)}})) << "its id is p";
}

TEST(CheckCase, AnExpectationThatIsNotInTheFormatIsAnError) {
    auto packs = PackSet::compile(pack(kHead, kRule)).value();
    auto today = parse_day("2026-11-22").value();
    for (const auto* text :
         {"expect: {verdikt: refuse}",
          "expect: {verdict: no}",
          "expect: {caps: {days: 3}}",
          "expect: {caps: {footage_days: many}}",
          "expect: refuse",
          "on: tomorrow",
          "on: 3",
          "case: 3",
          "[]"}) {
        EXPECT_FALSE(check_case(*packs, parse_yaml_document(text).value(), today)) << text;
    }
    auto empty = check_case(*packs, Json::object(), today);
    ASSERT_TRUE(empty);
    EXPECT_EQ(empty->decision.verdict, Verdict::Refuse);
    EXPECT_TRUE(empty->failures.empty());
}

}  // namespace
}  // namespace proviso::policy
