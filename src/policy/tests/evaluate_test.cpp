#include <algorithm>

#include <gtest/gtest.h>

#include <proviso/policy/evaluate.h>

namespace proviso::policy {
namespace {

constexpr std::string_view kHead = R"(id: land
title: A country
version: "1"
checked: 2026-01-01
review_by: 2026-06-01
language: en
jurisdictions: [FR]
groups:
  - name: EU
    members: [FR, DE]
  - name: lent
    members: [{code: GB, from: 2021-01-01, to: 2031-12-27}]
)";

Result<std::shared_ptr<const PackSet>> compile(const std::string& rules) {
    return PackSet::compile(
        {{"land/pack.yaml", std::string(kHead)}, {"land/rules/rules.yaml", rules}}
    );
}

/// A rule in force since ever with this scope and effect.
std::string rule(
    const std::string& id,
    const std::string& scope,
    const std::string& effect,
    const std::string& more = ""
) {
    return "---\nid: " + id + "\ntitle: Title of " + id + "\ncite: Art. 1\nstatus: in_force\n" +
           (more.find("confidence:") == std::string::npos ? "confidence: V\n" : "") + more +
           (scope.empty() ? "" : "scope: " + scope + "\n") + "effect: " + effect + "\n";
}

/// What one rule set says of facts in FR.
Decision decide(const std::string& rules, const std::string& facts, const char* on = "2026-11-22") {
    auto packs = compile(rules);
    EXPECT_TRUE(packs) << packs.error().story() << " / " << packs.error().next_step();
    auto json = parse_yaml_document(facts.empty() ? "{}" : facts).value();
    if (!json.contains("site")) json["site"] = {{"jurisdictions", {"FR"}}};
    static std::vector<std::shared_ptr<const PackSet>> kept;  // decisions point into their packs
    kept.push_back(*packs);
    return evaluate(**packs, Facts::from_json(json).value(), parse_day(on).value());
}

bool has(const std::vector<Lacking>& missing, std::string_view what) {
    return std::any_of(missing.begin(), missing.end(), [&](auto& each) {
        return each.what == what;
    });
}

bool has(const std::vector<Decided>& because, std::string_view rule) {
    return std::any_of(because.begin(), because.end(), [&](auto& each) {
        return each.rule == rule;
    });
}

bool has(const std::vector<std::string_view>& duties, std::string_view duty) {
    return std::find(duties.begin(), duties.end(), duty) != duties.end();
}

TEST(Evaluate, PermitsWithoutDutiesWhereNoRuleSpeaks) {
    auto decision = decide(
        rule("A", "{eq: [controller.kind, household]}", "{deny: true}"),
        "controller: {kind: private}"
    );
    EXPECT_EQ(decision.verdict, Verdict::Permit);
    EXPECT_TRUE(decision.because.empty());
}

TEST(Evaluate, FollowsKleenesLogic) {
    struct Row {
        std::string condition;
        Verdict verdict;  // Refuse: true; Permit: false; PermitWithDuties: unknown
    };

    const auto kTrue = "{eq: [space.entrances, 1]}";
    const auto kFalse = "{eq: [space.entrances, 2]}";
    const auto kUnknown = "{eq: [site.capacity, 1]}";
    auto list = [](const std::string& op, std::initializer_list<const char*> parts) {
        std::string text = "{" + op + ": [";
        for (const auto* part : parts) text += std::string(part) + ", ";
        return text + "]}";
    };
    const auto t = Verdict::Refuse;
    const auto f = Verdict::Permit;
    const auto u = Verdict::PermitWithDuties;
    for (const auto& [condition, verdict] : std::vector<Row>{
             {kTrue, t},
             {kFalse, f},
             {kUnknown, u},
             {list("all", {kTrue, kTrue}), t},
             {list("all", {kTrue, kUnknown}), u},
             {list("all", {kFalse, kUnknown}), f},
             {list("all", {kUnknown, kFalse}), f},
             {list("any", {kFalse, kFalse}), f},
             {list("any", {kFalse, kUnknown}), u},
             {list("any", {kUnknown, kTrue}), t},
             {std::string("{not: ") + kTrue + "}", f},
             {std::string("{not: ") + kFalse + "}", t},
             {std::string("{not: ") + kUnknown + "}", u},
             {std::string("{stated: ") + kUnknown + "}", f},
             {std::string("{not: {stated: ") + kUnknown + "}}", t},
             {"{exists: site.capacity}", f},
             {"{exists: space.entrances}", t},
         }) {
        auto decision = decide(rule("A", condition, "{deny: true}"), "space: {entrances: 1}");
        EXPECT_EQ(decision.verdict, verdict) << condition;
    }
}

TEST(Evaluate, ReadsEveryOperator) {
    const std::string facts = R"(
controller: {kind: private, country: DE}
site: {jurisdictions: [FR-IDF], capacity: 10}
space: {kind: street, entrances: 2, staff_present: true, overlooks: [street, neighbour]}
camera: {masks: [street]}
subjects: [public, staff]
retention: {footage_days: 7}
places: [{role: store, country: DE}, {role: recipient, country: US, tool: scc_2021, entity: vendor}]
records: [{kind: notice, valid_from: 2026-01-01}]
)";

    struct Row {
        std::string condition;
        bool holds;
    };

    for (const auto& [condition, holds] : std::vector<Row>{
             {"{eq: [controller.kind, private]}", true},
             {"{eq: [controller.kind, household]}", false},
             {"{in: [controller.kind, [household, private]]}", true},
             {"{eq: [space.staff_present, true]}", true},
             {"{eq: [space.staff_present, false]}", false},
             {"{any_of: [subjects, [minor, staff]]}", true},
             {"{any_of: [subjects, [minor]]}", false},
             {"{all_of: [subjects, [public, staff]]}", true},
             {"{all_of: [subjects, [public, minor]]}", false},
             {"{all_of: [camera.masks, space.overlooks]}", false},
             {"{all_of: [space.overlooks, camera.masks]}", true},
             {"{lt: [retention.footage_days, 7]}", false},
             {"{lte: [retention.footage_days, 7]}", true},
             {"{gt: [retention.footage_days, 6]}", true},
             {"{gte: [retention.footage_days, 8]}", false},
             {"{lt: [space.entrances, site.capacity]}", true},
             {"{gt: [space.entrances, site.capacity]}", false},
             {"{in: [site.jurisdictions, FR]}", true},
             {"{within: [site.jurisdictions, EU]}", true},
             {"{within: [controller.country, EU]}", true},
             {"{eq: [controller.country, DE]}", true},
             {"{within: [on, {from: 2026-11-22}]}", true},
             {"{within: [on, {to: 2026-11-21}]}", false},
             {"{exists: {record: notice}}", true},
             {"{exists: {record: lia}}", false},
             {"{exists: places}", true},
             {"{any_place: {not: {within: [places.country, EU]}}}", true},
             {"{any_place: {eq: [places.country, JP]}}", false},
             {"{any_place: {all: [{eq: [places.role, store]}, {eq: [places.country, US]}]}}",
              false},
             {"{any_place: {in: [places.entity, [vendor, cloud]]}}", true},
             {"{any_place: {stated: {eq: [places.tool, scc_2021]}}}", true},
         }) {
        auto decision = decide(rule("A", condition, "{deny: true}"), facts);
        EXPECT_EQ(decision.verdict == Verdict::Refuse, holds) << condition;
    }
}

TEST(Evaluate, AnOpenQuestionRefusesBiometricsAndOnlyAsksElsewhere) {
    auto rules = rule("A", "{eq: [space.kind, street]}", "{deny: true}");
    auto plain = decide(rules, "{act: capture, analytic: {kind: recording}}");
    EXPECT_EQ(plain.verdict, Verdict::PermitWithDuties);
    EXPECT_TRUE(has(plain.missing, "space.kind"));
    EXPECT_TRUE(has(plain.duties, "answer:space.kind"));
    for (const auto* kind :
         {"face_identification",
          "face_verification",
          "reidentification",
          "biometric_categorisation",
          "emotion",
          "audio_recording",
          "audio_event"}) {
        auto decision =
            decide(rules, "{act: analyse, analytic: {kind: " + std::string(kind) + "}}");
        EXPECT_EQ(decision.verdict, Verdict::Refuse) << kind;
        EXPECT_TRUE(decision.pending) << kind;
        EXPECT_TRUE(has(decision.missing, "space.kind")) << kind;
    }
    for (const auto* facts :
         {"{act: enrol}",
          "{act: analyse}",
          "{act: capture, camera: {audio: true}}",
          "{act: analyse, analytic: {kind: tracking, produces: [face_template]}}"}) {
        EXPECT_EQ(decide(rules, facts).verdict, Verdict::Refuse) << facts;
    }
}

TEST(Evaluate, ARuleMaySayWhatAnOpenQuestionMeans) {
    auto deny = rule("A", "{eq: [space.kind, street]}", "{deny: true, on_unknown: deny}");
    EXPECT_EQ(decide(deny, "analytic: {kind: recording}").verdict, Verdict::Refuse);
    auto ask = rule("A", "{eq: [space.kind, street]}", "{deny: true, on_unknown: ask}");
    EXPECT_EQ(decide(ask, "analytic: {kind: emotion}").verdict, Verdict::PermitWithDuties);
}

TEST(Evaluate, ARequirementIsPendingUntilARecordIsValidOnTheDay) {
    auto rules = rule("A", "", "{require_before: [{record: lia}]}");
    auto without = decide(rules, "");
    EXPECT_EQ(without.verdict, Verdict::Refuse);
    EXPECT_TRUE(without.pending);
    EXPECT_TRUE(has(without.missing, "lia"));
    for (const auto& [validity, verdict] : std::vector<std::pair<std::string, Verdict>>{
             {"", Verdict::PermitWithDuties},
             {", valid_from: 2026-11-22, valid_until: 2026-11-22", Verdict::PermitWithDuties},
             {", valid_from: 2026-11-23", Verdict::Refuse},
             {", valid_until: 2026-11-21", Verdict::Refuse}}) {
        auto decision = decide(rules, "records: [{kind: lia" + validity + "}]");
        EXPECT_EQ(decision.verdict, verdict) << validity;
    }
    EXPECT_TRUE(has(decide(rules, "records: [{kind: lia}]").duties, "lia"));
}

TEST(Evaluate, ARecordMustCoverEveryoneEveryEntranceAndBeFresh) {
    auto rules = rule(
        "A",
        "",
        "{require_before: [{record: notice, covers: all, entrances: each, max_age_days: 365}]}"
    );
    auto verdict = [&](const std::string& fields) {
        return decide(rules, "{space: {entrances: 2}, records: [{kind: notice" + fields + "}]}")
            .verdict;
    };
    EXPECT_EQ(verdict(", covers: all, entrances: 2, age_days: 365"), Verdict::PermitWithDuties);
    EXPECT_EQ(verdict(", covers: all"), Verdict::PermitWithDuties);
    EXPECT_EQ(verdict(""), Verdict::Refuse) << "coverage not stated is not everyone";
    EXPECT_EQ(verdict(", covers: 0.999999"), Verdict::Refuse);
    EXPECT_EQ(verdict(", covers: 1"), Verdict::PermitWithDuties);
    EXPECT_EQ(verdict(", covers: all, entrances: 1"), Verdict::Refuse);
    EXPECT_EQ(verdict(", covers: all, age_days: 366"), Verdict::Refuse);
}

TEST(Evaluate, WhoeverStepsUpToADoorSpeaksForThemselves) {
    auto rules = rule("A", "", "{require_before: [{record: consent, covers: all}]}");
    auto verdict = [&](const std::string& analytic, const std::string& fields) {
        return decide(
                   rules, "{analytic: {" + analytic + "}, records: [{kind: consent" + fields + "}]}"
        )
            .verdict;
    };
    EXPECT_EQ(verdict("kind: face_verification", ""), Verdict::PermitWithDuties);
    EXPECT_EQ(
        verdict("kind: face_identification, cooperative: true", ""), Verdict::PermitWithDuties
    );
    EXPECT_EQ(verdict("kind: face_identification", ""), Verdict::Refuse);
    EXPECT_EQ(verdict("kind: face_verification", ", covers: 0.9"), Verdict::Refuse);
}

TEST(Evaluate, WhatCounselOrAJudgeSaysCoversEveryone) {
    auto rules = rule(
        "A",
        "",
        "{require_before: [{record: [consent, counsel_attestation, judicial_authorisation], "
        "covers: all}]}"
    );
    auto with = [&](const std::string& record) {
        return decide(rules, "records: [{kind: " + record + "}]").verdict;
    };
    EXPECT_EQ(with("counsel_attestation, question: A"), Verdict::PermitWithDuties);
    EXPECT_EQ(with("judicial_authorisation"), Verdict::PermitWithDuties);
    EXPECT_EQ(with("consent"), Verdict::Refuse);
}

TEST(Evaluate, AnAttestationThatNamesNoQuestionAnswersTheOneAtHand) {
    auto rules = rule("A", "", "{require_before: [{record: counsel_attestation}]}");
    auto with = [&](const std::string& question) {
        return decide(rules, "records: [{kind: counsel_attestation" + question + "}]").verdict;
    };
    EXPECT_EQ(with(""), Verdict::PermitWithDuties);
    EXPECT_EQ(with(", question: none on record"), Verdict::Refuse);
    auto wider =
        rule("A", "", "{require_before: [{record: counsel_attestation, questions: [OTHER]}]}");
    EXPECT_EQ(
        decide(wider, "records: [{kind: counsel_attestation, question: OTHER}]").verdict,
        Verdict::PermitWithDuties
    );
    EXPECT_EQ(with(", question: OTHER"), Verdict::Refuse);
}

TEST(Evaluate, ARecordThatMayBeNeededIsNamedBesideTheQuestion) {
    auto rules = rule(
        "A", "", "{require_before: [{record: consent, when: {eq: [purpose.code, marketing]}}]}"
    );
    auto decision = decide(rules, "analytic: {kind: emotion}");
    EXPECT_EQ(decision.verdict, Verdict::Refuse);
    EXPECT_TRUE(has(decision.missing, "purpose.code"));
    EXPECT_TRUE(has(decision.missing, "consent"));
    auto recording = decide(rules, "analytic: {kind: recording}");
    EXPECT_EQ(recording.verdict, Verdict::PermitWithDuties);
    EXPECT_FALSE(has(recording.missing, "consent"));
}

TEST(Evaluate, WhetherTheCameraWorksConcernsNobody) {
    auto rules = rule("A", "", "{require_before: [{record: lia}]}");
    EXPECT_EQ(decide(rules, "{act: analyse, analytic: {kind: tamper}}").verdict, Verdict::Permit);
    for (const auto* facts :
         {"{act: capture, analytic: {kind: tamper}}",
          "{act: analyse, analytic: {kind: motion}}",
          "{act: analyse, analytic: {kind: tamper, produces: [face_template]}}",
          "{act: analyse, analytic: {kind: tamper}, camera: {audio: true}}"}) {
        EXPECT_EQ(decide(rules, facts).verdict, Verdict::Refuse) << facts;
    }
    auto naming = rule("A", "{eq: [analytic.kind, tamper]}", "{require_before: [{record: lia}]}");
    auto never = rule("A", "", "{deny: true}");
    for (const auto& some : {naming, never}) {
        EXPECT_EQ(
            decide(some, "{act: analyse, analytic: {kind: tamper}}").verdict, Verdict::Refuse
        );
    }
}

TEST(Evaluate, RecordsNobodyStatedAreNotTheSameAsNone) {
    auto rules = rule("A", "", "{require_before: [{record: notice, when: {exists: records}}]}");
    EXPECT_EQ(decide(rules, "records: []").verdict, Verdict::Refuse);
    EXPECT_EQ(decide(rules, "act: capture").verdict, Verdict::PermitWithDuties);
}

TEST(Evaluate, ARuleThatIsPartOfAnotherGoesByItsNameToo) {
    auto first = rule("A-1", "{eq: [site.sector, retail]}", "{deny: true}");
    auto packs = compile(
        first + rule("A-1-B", "{eq: [site.sector, bank]}", "{deny: true}", "part_of: A-1\n")
    );
    ASSERT_TRUE(packs) << packs.error().story();
    EXPECT_TRUE((*packs)->names_rule("A-1", "A-1-B"));
    EXPECT_FALSE((*packs)->names_rule("A-1-B", "A-1"));
    auto unknown = compile(first + rule("C", "", "{deny: true}", "part_of: A-2\n"));
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().story().find("'A-2', which is not loaded"), std::string::npos);
}

TEST(Evaluate, ARefusalThatIsFinalAsksForNothing) {
    auto rules = rule("A", "", "{require_before: [{record: lia}]}") + rule("B", "", "{deny: true}");
    auto decision = decide(rules, "");
    EXPECT_EQ(decision.verdict, Verdict::Refuse);
    EXPECT_FALSE(decision.pending);
    EXPECT_TRUE(decision.missing.empty());
    EXPECT_TRUE(has(decision.because, "A"));
    EXPECT_TRUE(has(decision.because, "B"));
}

TEST(Evaluate, OnlyWhatRefusesIsAReasonOfARefusal) {
    auto rules = rule("A", "", "{during: [{duty: d, text: T}]}") +
                 rule("B", "", "{require_before: [{record: lia}]}");
    EXPECT_FALSE(has(decide(rules, "").because, "A"));
    EXPECT_TRUE(has(decide(rules, "records: [{kind: lia}]").because, "A"));
}

TEST(Evaluate, AProhibitionYieldsToItsException) {
    auto rules = rule(
        "A", "", "{deny_unless: {where: {eq: [purpose.code, medical]}, needs: [{record: lia}]}}"
    );
    auto other = decide(rules, "purpose: {code: traffic}");
    EXPECT_EQ(other.verdict, Verdict::Refuse);
    EXPECT_FALSE(other.pending);
    auto lacking = decide(rules, "purpose: {code: medical}");
    EXPECT_TRUE(lacking.pending);
    EXPECT_TRUE(has(lacking.missing, "lia"));
    EXPECT_EQ(
        decide(rules, "{purpose: {code: medical}, records: [{kind: lia}]}").verdict,
        Verdict::PermitWithDuties
    );
}

TEST(Evaluate, ARuleThatOnlySilencesAnotherLeavesNoDuty) {
    auto rules = rule("A", "", "{require_before: [{record: notice}]}") +
                 rule("B", "{eq: [controller.kind, household]}", "{}", "overrides: [A]\n");
    auto home = decide(rules, "controller: {kind: household}");
    EXPECT_EQ(home.verdict, Verdict::Permit);
    EXPECT_TRUE(has(home.because, "B"));
    EXPECT_EQ(decide(rules, "controller: {kind: private}").verdict, Verdict::Refuse);
    EXPECT_FALSE(compile(rule("C", "", "{}")));
}

TEST(Evaluate, WhatMustBeProvenRefusesWhenItIsDisproven) {
    auto rules =
        rule("A", "", "{prove: {lte: [observed.distinct_templates, observed.released_subjects]}}");
    EXPECT_EQ(
        decide(rules, "observed: {distinct_templates: 2, released_subjects: 1}").verdict,
        Verdict::Refuse
    );
    EXPECT_EQ(
        decide(rules, "observed: {distinct_templates: 1, released_subjects: 1}").verdict,
        Verdict::PermitWithDuties
    );
    EXPECT_TRUE(has(
        decide(rules, "observed: {distinct_templates: 1}").missing, "observed.released_subjects"
    ));
}

TEST(Evaluate, CapsCombineByTheLeastAndFloorsByTheMost) {
    auto rules = rule("A", "", "{cap: {param: footage_days, value: 30}}") +
                 rule("B", "", "{cap: {param: footage_days, value: 7}}") +
                 rule("C", "", "{floor: {param: log_days, value: 100}}") +
                 rule("D", "", "{floor: {param: log_days, value: 183}}");
    auto decision = decide(rules, "act: capture");
    EXPECT_EQ(decision.verdict, Verdict::PermitWithDuties);
    ASSERT_EQ(decision.caps.size(), 1U);
    EXPECT_EQ(decision.caps[0], (std::pair<std::string_view, std::int64_t>("footage_days", 7)));
    EXPECT_EQ(decision.floors[0], (std::pair<std::string_view, std::int64_t>("log_days", 183)));
}

TEST(Evaluate, OnlyKeepingLongerIsRefusedByACap) {
    auto rules = rule("A", "", "{cap: {param: footage_days, value: 7}}");
    EXPECT_EQ(
        decide(rules, "{act: capture, retention: {footage_days: 8}}").verdict,
        Verdict::PermitWithDuties
    );
    EXPECT_EQ(
        decide(rules, "{act: retain, retention: {footage_days: 8}}").verdict, Verdict::Refuse
    );
    EXPECT_EQ(
        decide(rules, "{act: retain, retention: {footage_days: 7}}").verdict,
        Verdict::PermitWithDuties
    );
}

TEST(Evaluate, ACapIsLoosenedByItsRecord) {
    auto rules = rule(
        "A",
        "",
        "{cap: {param: footage_days, value: 3, relax: [{to: 10, needs: [{record: "
        "retention_reason}]}]}}"
    );
    auto facts = [](int days, const char* records) {
        return "{act: retain, retention: {footage_days: " + std::to_string(days) + "}, records: [" +
               records + "]}";
    };
    auto asked = decide(rules, facts(7, ""));
    EXPECT_TRUE(asked.pending);
    EXPECT_TRUE(has(asked.missing, "retention_reason"));
    EXPECT_FALSE(decide(rules, facts(11, "")).pending) << "no record allows eleven";
    auto allowed = decide(rules, facts(10, "{kind: retention_reason}"));
    EXPECT_EQ(allowed.verdict, Verdict::PermitWithDuties);
    EXPECT_EQ(allowed.caps[0].second, 10);
    EXPECT_EQ(decide(rules, facts(11, "{kind: retention_reason}")).verdict, Verdict::Refuse);
}

TEST(Evaluate, AFloorIsLoosenedByItsRecord) {
    auto rules = rule(
        "A",
        "",
        "{floor: {param: footage_days, value: 30, relax: [{to: 10, needs: [{record: "
        "national_law}]}, {needs: [{record: counsel_attestation}]}]}}",
        "aliases: [A/B]\n"
    );
    auto facts = [](int days, const char* records) {
        return "{act: retain, retention: {footage_days: " + std::to_string(days) + "}, records: [" +
               records + "]}";
    };
    auto asked = decide(rules, facts(20, ""));
    EXPECT_TRUE(asked.pending);
    EXPECT_TRUE(has(asked.missing, "national_law"));
    EXPECT_EQ(asked.floors[0].second, 30);
    EXPECT_FALSE(has(decide(rules, facts(9, "")).missing, "national_law")) << "that reaches to ten";
    EXPECT_EQ(decide(rules, facts(30, "")).verdict, Verdict::PermitWithDuties);
    auto allowed = decide(rules, facts(10, "{kind: national_law}"));
    EXPECT_EQ(allowed.verdict, Verdict::PermitWithDuties);
    EXPECT_EQ(allowed.floors[0].second, 10);
    EXPECT_EQ(decide(rules, facts(9, "{kind: national_law}")).verdict, Verdict::Refuse);
    auto lifted = decide(rules, facts(1, "{kind: counsel_attestation, question: A/B}"));
    EXPECT_EQ(lifted.verdict, Verdict::PermitWithDuties);
    EXPECT_TRUE(lifted.floors.empty());
}

TEST(Evaluate, CounselIsAskedAboutTheMinimumThatStandsAboveAMaximum) {
    auto rules = rule("A", "", "{cap: {param: footage_days, value: 7}}") +
                 rule(
                     "B",
                     "",
                     "{floor: {param: footage_days, value: 30, relax: [{needs: [{record: "
                     "counsel_attestation}]}]}}",
                     "aliases: [B/2]\n"
                 );
    auto open = decide(rules, "{act: capture}");
    ASSERT_EQ(open.verdict, Verdict::Conflict);
    ASSERT_EQ(open.missing.size(), 1U);
    EXPECT_EQ(open.missing[0].rule, "B");
    for (const auto* name : {"B", "B/2"}) {
        auto settled = decide(
            rules,
            "{act: capture, records: [{kind: counsel_attestation, question: " + std::string(name) +
                "}]}"
        );
        EXPECT_EQ(settled.verdict, Verdict::PermitWithDuties) << name;
        EXPECT_EQ(settled.caps[0].second, 7) << name;
    }
}

TEST(Evaluate, ARecordMayHaveToBeOldEnough) {
    auto rules = rule("A", "", "{require_before: [{record: notice, min_age_days: 14}]}");
    auto with = [&](const char* record) {
        return decide(rules, "{act: capture, records: [{kind: notice" + std::string(record) + "}]}")
            .permits();
    };
    EXPECT_TRUE(with("")) << "since when was not said";
    EXPECT_TRUE(with(", age_days: 14"));
    EXPECT_FALSE(with(", age_days: 13"));
    EXPECT_TRUE(with(", valid_from: 2026-11-08"));
    EXPECT_FALSE(with(", valid_from: 2026-11-09"));
    EXPECT_TRUE(with(", valid_from: 2026-11-20, age_days: 20")) << "an age that is stated counts";
}

TEST(Evaluate, AFloorAboveACapIsAConflictForCounsel) {
    auto rules = rule("A", "", "{cap: {param: footage_days, value: 7}}") +
                 rule("B", "", "{floor: {param: footage_days, value: 30}}");
    auto decision = decide(rules, "act: capture");
    EXPECT_EQ(decision.verdict, Verdict::Conflict);
    EXPECT_TRUE(has(decision.because, "A"));
    EXPECT_TRUE(has(decision.because, "B"));
    EXPECT_TRUE(has(decision.missing, "counsel_attestation"));
    auto denied = decide(rules + rule("C", "", "{deny: true}"), "act: capture");
    EXPECT_EQ(denied.verdict, Verdict::Refuse) << "a prohibition goes first";
    EXPECT_FALSE(decision.permits());
}

TEST(Evaluate, RulesApplyFromTheirFirstToTheirLastDay) {
    auto rules = rule("A", "", "{deny: true}", "applies: {from: 2025-02-02, to: 2025-03-31}\n");
    EXPECT_EQ(decide(rules, "", "2025-02-01").verdict, Verdict::Permit);
    EXPECT_EQ(decide(rules, "", "2025-02-02").verdict, Verdict::Refuse);
    EXPECT_EQ(decide(rules, "", "2025-03-31").verdict, Verdict::Refuse);
    EXPECT_EQ(decide(rules, "", "2025-04-01").verdict, Verdict::Permit);
}

TEST(Evaluate, ABillNeverDecides) {
    auto bill = rule("A", "", "{deny: true}");
    bill.replace(bill.find("in_force"), 8, "bill");
    EXPECT_EQ(decide(bill, "").verdict, Verdict::Permit);
}

TEST(Evaluate, AnOverrideIsWrittenAndCountsOnlyWhereItApplies) {
    auto rules = rule("A", "", "{deny: true}") + rule(
                                                     "B",
                                                     "{eq: [purpose.code, medical]}",
                                                     "{during: [{duty: d, text: T}]}",
                                                     "overrides: [A]\n"
                                                 );
    EXPECT_EQ(decide(rules, "purpose: {code: medical}").verdict, Verdict::PermitWithDuties);
    EXPECT_EQ(decide(rules, "purpose: {code: traffic}").verdict, Verdict::Refuse);
    EXPECT_EQ(decide(rules, "").verdict, Verdict::Refuse) << "unknown does not override";
}

TEST(Evaluate, ADoubtfulRuleOpensNothingWithoutCounsel) {
    const std::string kDoubt = "confidence: \"?\"\n";
    auto opening = rule("A", "", "{deny: true}") +
                   rule("B", "", "{during: [{duty: d, text: T}]}", "overrides: [A]\n" + kDoubt);
    auto exception = rule("B", "", "{deny_unless: {needs: [{record: national_law}]}}", kDoubt);
    auto relaxing = rule(
        "B",
        "",
        "{cap: {param: footage_days, value: 3, relax: [{needs: [{record: national_law}]}]}}",
        kDoubt
    );
    const std::string kFacts =
        "{act: retain, retention: {footage_days: 9}, records: [{kind: national_law}";
    for (const auto& rules : {opening, exception, relaxing}) {
        auto without = decide(rules, kFacts + "]}");
        EXPECT_EQ(without.verdict, Verdict::Refuse) << rules;
        EXPECT_TRUE(without.pending) << rules;
        EXPECT_TRUE(has(without.missing, "counsel_attestation")) << rules;
        auto other = decide(rules, kFacts + ", {kind: counsel_attestation, question: BB}]}");
        EXPECT_EQ(other.verdict, Verdict::Refuse) << "counsel was asked something else";
        auto attested =
            decide(rules, kFacts + ", {kind: counsel_attestation, question: 'on B, and C'}]}");
        EXPECT_EQ(attested.verdict, Verdict::PermitWithDuties) << rules;
    }
    auto denying = rule("B", "", "{deny: true}", kDoubt);
    EXPECT_FALSE(decide(denying, "").pending) << "a doubtful no is a no at once";
}

TEST(Evaluate, LooksOnlyAtPacksWhoseLawIsTouched) {
    auto rules = rule("A", "", "{deny: true}", "connects: [site, controller, recipient]\n");
    EXPECT_EQ(decide(rules, "site: {jurisdictions: [FR]}").verdict, Verdict::Refuse);
    EXPECT_EQ(decide(rules, "site: {jurisdictions: [FR-IDF]}").verdict, Verdict::Refuse);
    EXPECT_EQ(decide(rules, "site: {jurisdictions: [JP]}").verdict, Verdict::PermitWithDuties);
    EXPECT_EQ(
        decide(rules, "{site: {jurisdictions: [JP]}, controller: {country: FR}}").verdict,
        Verdict::Refuse
    );
    EXPECT_EQ(
        decide(rules, "{site: {jurisdictions: [JP]}, places: [{role: recipient, country: FR}]}")
            .verdict,
        Verdict::Refuse
    );
    EXPECT_EQ(
        decide(rules, "{site: {jurisdictions: [JP]}, places: [{role: store, country: FR}]}")
            .verdict,
        Verdict::PermitWithDuties
    );
}

TEST(Evaluate, WhereNoPackSpeaksNothingIsSilentlyGreen) {
    auto rules = rule("A", "", "{deny: true}");
    auto plain =
        decide(rules, "{act: capture, site: {jurisdictions: [JP]}, analytic: {kind: recording}}");
    EXPECT_EQ(plain.verdict, Verdict::PermitWithDuties);
    EXPECT_TRUE(has(plain.because, kNoPackRule));
    EXPECT_FALSE(plain.missing.empty());
    auto faces = decide(
        rules, "{act: identify, site: {jurisdictions: [JP]}, analytic: {kind: face_identification}}"
    );
    EXPECT_EQ(faces.verdict, Verdict::Refuse);
    EXPECT_TRUE(faces.pending);
    auto nowhere = decide(rules, "{act: capture, site: {jurisdictions: []}}");
    EXPECT_TRUE(has(nowhere.missing, "site.jurisdictions"));
}

TEST(Evaluate, ADatedMembershipEndsOnItsLastDay) {
    auto rules = rule("A", "{any_place: {within: [places.country, lent]}}", "{deny: true}");
    const auto* facts = "places: [{role: recipient, country: GB}]";
    EXPECT_EQ(decide(rules, facts, "2031-12-27").verdict, Verdict::Refuse);
    EXPECT_EQ(decide(rules, facts, "2031-12-28").verdict, Verdict::Permit);
}

TEST(Evaluate, SpeaksOnlyOfTheActsARuleNames) {
    auto rules = rule("A", "", "{deny: true}", "acts: [export]\n");
    EXPECT_EQ(decide(rules, "act: export").verdict, Verdict::Refuse);
    EXPECT_EQ(decide(rules, "act: view").verdict, Verdict::Permit);
    EXPECT_EQ(decide(rules, "").verdict, Verdict::Refuse) << "an act not stated may be any";
}

}  // namespace
}  // namespace proviso::policy
