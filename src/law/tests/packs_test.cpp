#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include <proviso/base/file.h>
#include <proviso/base/id.h>
#include <proviso/law/packs.h>

namespace proviso::law {
namespace {

namespace fs = std::filesystem;

const fs::path kPacks = PROVISO_PACKS;

Day day(const char* text) { return parse_day(text).value(); }

std::shared_ptr<const policy::PackSet> shipped() {
    static const auto kLoaded = load_packs(kPacks).value();
    return kLoaded;
}

std::vector<Json> shipped_cases() {
    std::vector<Json> cases;
    for (const auto& entry : fs::recursive_directory_iterator(kPacks)) {
        if (entry.path().parent_path().filename() != "cases") continue;
        auto documents = parse_yaml(read_file(entry.path()).value()).value();
        for (auto& each : documents) cases.push_back(std::move(each));
    }
    return cases;
}

class Folder {
public:
    Folder() : path_(fs::temp_directory_path() / Uuid::random().text()) {
        fs::create_directories(path_);
    }

    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    ~Folder() { fs::remove_all(path_); }

    fs::path write(const std::string& name, const std::string& content) const {
        fs::create_directories((path_ / name).parent_path());
        EXPECT_TRUE(write_file_atomic(path_ / name, as_bytes(content)));
        return path_ / name;
    }

    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

TEST(Packs, EveryShippedCaseComesOutAsExpected) {
    auto report = check_files(*shipped(), {kPacks}, day("2026-11-22"));
    ASSERT_TRUE(report) << report.error().story();
    EXPECT_EQ(report->failed, 0) << report->text;
    EXPECT_GT(report->cases, 250);
}

TEST(Packs, EveryRuleHasThreeCasesAndIsSeenToDecideBothWays) {
    struct Seen {
        int cases = 0;
        bool speaks = false;
        bool is_silent = false;
        bool refuses = false;
        bool permits = false;
    };

    std::map<std::string, Seen, std::less<>> seen;
    auto packs = shipped();
    auto rules = packs->rules();
    for (const auto& document : shipped_cases()) {
        const auto& expected = document.at("expect");
        auto verdict = expected.value("verdict", "");
        std::set<std::string> named;
        for (const auto* list : {"because", "not_because"}) {
            for (const auto& id : expected.value(list, std::vector<std::string>{})) {
                auto rule = std::find_if(rules.begin(), rules.end(), [&](auto& each) {
                    return packs->names_rule(id, each.id);
                });
                if (rule == rules.end()) {
                    EXPECT_EQ(id, policy::kNoPackRule) << document.at("case");
                    continue;
                }
                auto& now = seen[std::string(rule->id)];
                if (named.insert(std::string(rule->id)).second) ++now.cases;
                if (list == std::string("not_because")) {
                    now.is_silent = true;
                    continue;
                }
                now.speaks = true;
                (verdict == "refuse" ? now.refuses : now.permits) = true;
            }
        }
    }
    for (const auto& rule : rules) {
        const auto& now = seen[std::string(rule.id)];
        EXPECT_GE(now.cases, 3) << rule.id;
        // A bill never decides anything, so it can only be seen to be silent.
        if (rule.status == "bill") {
            EXPECT_TRUE(now.is_silent) << rule.id;
        } else {
            EXPECT_TRUE(now.speaks) << rule.id;
            EXPECT_TRUE(now.is_silent || (now.refuses && now.permits)) << rule.id;
        }
    }
}

/// The case without one thing that it states: each fact and each record in turn.
std::vector<Json> each_with_less(const Json& document) {
    std::vector<Json> all;
    auto without = [&](const Json::json_pointer& at) {
        auto less = document;
        less.erase("expect");
        auto& parent = less[at.parent_pointer()];
        if (parent.is_array()) {
            parent.erase(std::stoul(at.back()));
        } else {
            parent.erase(at.back());
        }
        all.push_back(std::move(less));
    };
    for (const auto& [key, value] : document.items()) {
        if (key == "case" || key == "on" || key == "act" || key == "expect") continue;
        Json::json_pointer at("/" + key);
        if (key == "subjects" || key == "places") without(at);
        if (key == "subjects" || value.is_null()) continue;
        if (value.is_array()) {
            for (std::size_t i = 0; i < value.size(); ++i) without(at / i);
        } else if (value.is_object()) {
            for (const auto& [name, fact] : value.items()) without(at / name);
        }
    }
    return all;
}

TEST(Packs, ARuleThatCanLackSomethingIsSeenLackingItInACase) {
    auto packs = shipped();
    std::map<std::string_view, std::string> can;
    std::set<std::string_view> seen;
    auto asking = [&](const Json& document, auto&& note) {
        auto result = policy::check_case(*packs, document, day("2026-11-22"));
        ASSERT_TRUE(result) << result.error().story();
        for (const auto& lacking : result->decision.missing) note(lacking);
    };
    for (const auto& document : shipped_cases()) {
        asking(document, [&](auto& lacking) { seen.insert(lacking.rule); });
        for (const auto& less : each_with_less(document)) {
            asking(less, [&](auto& lacking) {
                can.emplace(lacking.rule, document.at("case").template get<std::string>());
            });
        }
    }
    for (const auto& [rule, from] : can) {
        EXPECT_TRUE(seen.contains(rule)) << rule << " asks, but only with less than: " << from;
    }
    EXPECT_GT(can.size(), 100U);
}

TEST(Packs, NoDoubtfulRuleIsOverdueForReviewLongerThanNinetyDays) {
    auto packs = shipped();
    std::map<std::string, bool, std::less<>> doubtful;
    for (const auto& rule : packs->rules()) {
        if (rule.confidence == "?") doubtful[std::string(rule.pack)] = true;
    }
    for (const auto& pack : packs->packs()) {
        auto most = std::chrono::days(doubtful[pack.id] ? 90 : 180);
        EXPECT_LE(pack.review_by - pack.checked, most) << pack.id;
    }
}

TEST(Packs, EveryDutyOfEveryCaseIsWorded) {
    auto packs = shipped();
    for (const auto& document : shipped_cases()) {
        auto result = policy::check_case(*packs, document, day("2026-11-22"));
        ASSERT_TRUE(result) << result.error().story();
        for (auto duty : result->decision.duties) {
            if (duty.starts_with("answer:")) continue;
            EXPECT_FALSE(packs->duty_text(duty).empty()) << duty;
        }
    }
}

TEST(Packs, ABrokenRuleNamesItsFileAndItselfAndNothingIsLoaded) {
    Folder folder;
    fs::copy(kPacks, folder.path(), fs::copy_options::recursive);
    folder.write("de/rules/zz.yaml", R"(id: DE-NEW
title: t
cite: c
status: in_force
confidence: V
scope: {eq: [space.knd, street]}
effect: {deny: true}
)");
    auto loaded = load_packs(folder.path());
    ASSERT_FALSE(loaded);
    auto story = loaded.error().story();
    EXPECT_NE(story.find("de/rules/zz.yaml"), std::string::npos) << story;
    EXPECT_NE(story.find("DE-NEW"), std::string::npos) << story;
    EXPECT_NE(loaded.error().next_step().find("space.kind"), std::string::npos);
}

TEST(Packs, AFolderWithoutPacksIsAnError) {
    Folder folder;
    EXPECT_FALSE(load_packs(folder.path()));
    EXPECT_FALSE(load_packs(folder.path() / "nowhere"));
}

TEST(CheckFiles, NamesTheCaseThatFailsAndWhatWasFound) {
    Folder folder;
    auto file = folder.write("cases.yaml", R"(case: wrong on purpose
act: retain
site: {jurisdictions: [FR]}
space: {kind: public_premises}
retention: {footage_days: 90}
expect: {verdict: permit, because: [DE-DSK-72H], caps: {footage_days: 7}, missing: [lia]}
)");
    auto report = check_files(*shipped(), {file}, day("2026-11-22"));
    ASSERT_TRUE(report) << report.error().story();
    EXPECT_EQ(report->failed, 1);
    for (const auto* part :
         {"FAIL wrong on purpose",
          "verdict: refuse",
          "FR-CSI-L252-5 [Code de la securite interieure Art. L252-5",
          "expected verdict permit, found refuse",
          "DE-DSK-72H is not among the reasons",
          "expected cap footage_days 7, found 30",
          "lia is not among what is missing"}) {
        EXPECT_NE(report->text.find(part), std::string::npos) << part << "\n" << report->text;
    }
}

TEST(CheckFiles, TheExampleOfTheFactsPageComesOutAsItSays) {
    auto page = read_file(kPacks.parent_path() / "docs/reference/facts.md").value();
    auto begin = page.find("```yaml\n") + 8;
    Folder folder;
    auto file = folder.write("example.yaml", page.substr(begin, page.find("```", begin) - begin));
    auto report = check_files(*shipped(), {file}, day("2026-11-22"));
    ASSERT_TRUE(report) << report.error().story();
    EXPECT_EQ(report->cases, 1);
    EXPECT_EQ(report->failed, 0) << report->text;
}

TEST(CheckFiles, ACaseInAnotherFormatFailsByNameAndTheOthersAreStillAnswered) {
    Folder folder;
    auto file = folder.write(
        "odd.yaml",
        "case: x\nspace: {knd: street}\n---\ncase: y\nact: capture\n"
        "space: {kind: sanitary}\nexpect: {verdict: refuse}\n"
    );
    auto report = check_files(*shipped(), {file}, day("2026-11-22"));
    ASSERT_TRUE(report) << report.error().story();
    EXPECT_EQ(report->cases, 2);
    EXPECT_EQ(report->failed, 1);
    for (const auto* part : {"odd.yaml", "case 'x'", "space.kind", "ok   y"}) {
        EXPECT_NE(report->text.find(part), std::string::npos) << part << "\n" << report->text;
    }
}

TEST(CheckFiles, AFileThatIsNoYamlIsAnErrorThatNamesIt) {
    Folder folder;
    auto report =
        check_files(*shipped(), {folder.write("odd.yaml", "case: [x\n")}, day("2026-11-22"));
    ASSERT_FALSE(report);
    EXPECT_NE(report.error().story().find("odd.yaml"), std::string::npos);
}

TEST(CheckFiles, APurposeNobodyHeardOfIsNoneAndAMisspellingIsAnError) {
    Folder folder;
    auto check = [&](const std::string& facts) {
        auto file =
            folder.write("cases.yaml", "act: analyse\nsite: {jurisdictions: [US-OH]}\n" + facts);
        auto report = check_files(*shipped(), {file}, day("2026-11-22"));
        return report ? report->text : report.error().story();
    };
    for (const auto* facts :
         {"purpose: {code: queue_length}\n",
          "controller: {kind: private, exempt: [lighthouse]}\n"}) {
        EXPECT_NE(check(facts).find("0 failed"), std::string::npos) << check(facts);
    }
    for (const auto* facts :
         {"purpose: {code: thef_prevention}\n",
          "controller: {kind: private, exempt: [glba_finance]}\n"}) {
        EXPECT_NE(check(facts).find("1 failed"), std::string::npos) << check(facts);
    }
}

TEST(CheckFiles, WhateverWouldDoMayBeExpectedAsMissing) {
    Folder folder;
    auto file = folder.write("cases.yaml", R"(case: an assessment or a consent
act: identify
controller: {kind: private}
site: {jurisdictions: [SG]}
space: {kind: public_premises}
analytic: {kind: face_identification}
subjects: [public]
records: [{kind: notice}]
expect: {verdict: refuse, missing: [lia, consent]}
)");
    auto report = check_files(*shipped(), {file}, day("2026-11-22"));
    ASSERT_TRUE(report) << report.error().story();
    EXPECT_EQ(report->failed, 0) << report->text;
}

TEST(CheckFiles, ADayNotStatedIsToday) {
    Folder folder;
    // The prohibition of emotion recognition at work began on 2025-02-02.
    auto file = folder.write("cases.yaml", R"(case: an office
act: analyse
site: {jurisdictions: [DE], sector: office}
space: {kind: workplace}
analytic: {kind: emotion}
purpose: {code: statistics}
expect: {because: [EU-AIA-A5-1f]}
)");
    EXPECT_EQ(check_files(*shipped(), {file}, day("2025-02-02"))->failed, 0);
    EXPECT_EQ(check_files(*shipped(), {file}, day("2025-02-01"))->failed, 1);
}

TEST(Packs, TheNumbersOfAPlaceComeWithThoseOfTheUnionAndTheWorld) {
    auto on = parse_day("2026-11-23").value();
    auto table = parameter_table(*shipped(), {"DE-BE"}, on).value();
    EXPECT_NE(table.find("DE "), std::string::npos);
    EXPECT_NE(table.find("retention.footage.cap_with_reason"), std::string::npos);
    EXPECT_NE(table.find("everywhere"), std::string::npos);
    EXPECT_NE(table.find("rights.access.answer"), std::string::npos) << "of the Union";
    EXPECT_EQ(table.find("template.after_purpose"), std::string::npos) << "that is Texas";
    auto all = parameter_table(*shipped(), {}, on).value();
    EXPECT_NE(all.find("template.after_purpose"), std::string::npos);
    EXPECT_FALSE(parameter_table(*shipped(), {"XX"}, on));
}

}  // namespace
}  // namespace proviso::law
