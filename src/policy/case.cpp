#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <proviso/policy/evaluate.h>

#include "fields.h"

namespace proviso::policy {

namespace {

using Limits = std::vector<std::pair<std::string_view, std::int64_t>>;

struct Expectation {
    std::string verdict;
    std::vector<std::string> because;
    std::vector<std::string> not_because;
    std::vector<std::string> duties;
    std::vector<std::string> missing;
    Json caps;
    Json floors;
};

const std::vector<std::string> kVerdicts{"permit", "permit_with_duties", "refuse", "conflict"};
const std::vector<std::string> kLimits{
    "footage_days", "template_days", "watch_list_days", "log_days"};

Result<Json> read_limits(const Json& json, const std::string& where) {
    if (json.is_null()) return Json::object();
    ObjectReader read(json, where);
    Json limits = Json::object();
    for (const auto& name : kLimits) {
        if (read.has(name)) limits[name] = read.integer(name, 0, 1'000'000);
    }
    PROVISO_TRY(read.finish());
    return limits;
}

Result<Expectation> read_expectation(const Json& json) {
    Expectation expected;
    ObjectReader read(json, "expect");
    expected.verdict = read.one_of_or("verdict", kVerdicts, "");
    expected.because = read.texts_or_empty("because");
    expected.not_because = read.texts_or_empty("not_because");
    expected.duties = read.texts_or_empty("duties");
    expected.missing = read.texts_or_empty("missing");
    auto caps = read.member("caps");
    auto floors = read.member("floors");
    PROVISO_TRY(read.finish());
    expected.caps = PROVISO_TRY(read_limits(caps, "expect.caps"));
    expected.floors = PROVISO_TRY(read_limits(floors, "expect.floors"));
    return expected;
}

void compare_limits(
    const Json& expected,
    const Limits& found,
    std::string_view what,
    std::vector<std::string>& failures
) {
    for (const auto& [name, value] : expected.items()) {
        auto limit = std::find_if(found.begin(), found.end(), [&name = name](auto& each) {
            return each.first == name;
        });
        if (limit == found.end()) {
            failures.push_back(
                fmt::format("expected {} {} {}, found none", what, name, value.dump())
            );
        } else if (limit->second != value.get<std::int64_t>()) {
            failures.push_back(
                fmt::format("expected {} {} {}, found {}", what, name, value.dump(), limit->second)
            );
        }
    }
}

std::vector<std::string> compare(
    const PackSet& packs, const Expectation& expected, const Decision& decision
) {
    std::vector<std::string> failures;
    auto verdict = to_string(decision.verdict);
    if (!expected.verdict.empty() && expected.verdict != verdict) {
        failures.push_back(fmt::format("expected verdict {}, found {}", expected.verdict, verdict));
    }
    auto decided = [&](const std::string& rule) {
        return std::any_of(decision.because.begin(), decision.because.end(), [&](auto& reason) {
            return packs.names_rule(rule, reason.rule);
        });
    };
    for (const auto& rule : expected.because) {
        if (!decided(rule)) failures.push_back(fmt::format("{} is not among the reasons", rule));
    }
    for (const auto& rule : expected.not_because) {
        if (decided(rule)) failures.push_back(fmt::format("{} is among the reasons", rule));
    }
    for (const auto& duty : expected.duties) {
        const auto& duties = decision.duties;
        // A rule's name stands for whatever it asks to be done.
        bool is_asked = std::find(duties.begin(), duties.end(), duty) != duties.end() ||
                        (!duties.empty() && decided(duty));
        if (!is_asked) {
            failures.push_back(fmt::format("duty {} is not among the duties", duty));
        }
    }
    for (const auto& what : expected.missing) {
        auto kind = word_index(registers::kRecordKinds, what, "expect.missing");
        auto bit = kind ? std::uint64_t{1} << *kind : 0;
        if (std::none_of(decision.missing.begin(), decision.missing.end(), [&](auto& lacking) {
                return lacking.what == what || (lacking.kinds & bit) != 0;
            })) {
            failures.push_back(fmt::format("{} is not among what is missing", what));
        }
    }
    compare_limits(expected.caps, decision.caps, "cap", failures);
    compare_limits(expected.floors, decision.floors, "floor", failures);
    return failures;
}

/// A word of an open list that no rule knows and that is no misspelling of one.
bool unheard_of(std::string_view path, const Json& word) {
    if (!word.is_string()) return false;
    auto words = find_field(path)->words;
    std::vector<std::string> known(words.begin(), words.end());
    const auto& text = word.get_ref<const std::string&>();
    return std::find(known.begin(), known.end(), text) == known.end() &&
           nearest(text, known).empty();
}

/// Purposes and exemptions are open lists. A purpose nobody heard of counts as not stated, and an
/// exemption nobody heard of exempts from nothing.
void forget_the_unheard_of(Json& facts) {
    auto purpose = facts.find("purpose");
    if (purpose != facts.end() && purpose->is_object() && purpose->contains("code") &&
        unheard_of("purpose.code", purpose->at("code"))) {
        purpose->erase("code");
    }
    auto controller = facts.find("controller");
    if (controller == facts.end() || !controller->is_object()) return;
    auto exempt = controller->find("exempt");
    if (exempt == controller->end() || !exempt->is_array()) return;
    auto known = Json::array();
    for (const auto& word : *exempt) {
        if (!unheard_of("controller.exempt", word)) known.push_back(word);
    }
    *exempt = std::move(known);
}

}  // namespace

Result<CaseResult> check_case(const PackSet& packs, const Json& document, Day today) {
    if (!document.is_object()) return invalid_input("a case is a mapping");
    auto facts_json = document;
    CaseResult result;
    result.name = "unnamed";
    result.on = today;
    if (auto name = document.find("case"); name != document.end()) {
        if (!name->is_string()) return invalid_input("'case' is the case's name, as a text");
        result.name = name->get<std::string>();
    }
    auto doing = "case '" + result.name + "'";
    if (auto on = document.find("on"); on != document.end() && !on->is_null()) {
        if (!on->is_string()) return invalid_input("'on' is a day such as 2026-11-22");
        result.on = PROVISO_TRY(parse_day(on->get<std::string>()).while_doing(doing));
    }
    Expectation expected;
    if (auto expect = document.find("expect"); expect != document.end()) {
        expected = PROVISO_TRY(read_expectation(*expect).while_doing(doing));
    }
    for (const auto* key : {"case", "on", "expect"}) facts_json.erase(key);
    forget_the_unheard_of(facts_json);
    auto facts = PROVISO_TRY(Facts::from_json(facts_json).while_doing(doing));
    result.decision = evaluate(packs, facts, result.on);
    result.failures = compare(packs, expected, result.decision);
    return result;
}

}  // namespace proviso::policy
