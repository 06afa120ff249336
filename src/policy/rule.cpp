#include "rule.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace proviso::policy {

namespace {

using DutyTexts = std::map<std::string, std::string, std::less<>>;

const std::vector<std::string> kStatuses{
    "in_force", "adopted", "bill", "guidance", "case", "repealed"};
const std::vector<std::string> kConfidences{"V", "V~", "R", "?"};
const std::vector<std::string> kFactors{
    "site", "controller", "subject", "store", "viewer", "recipient", "support"};
const std::vector<std::string> kParams{
    "footage_days", "template_days", "watch_list_days", "log_days"};

bool is_rule_id(std::string_view text) {
    return !text.empty() && text.size() <= 48 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '/' || c == '.';
    });
}

Result<std::vector<Requirement>> read_needs(
    Compiler& compiler, const Json& list, const std::string& where
) {
    std::vector<Requirement> needs;
    if (list.is_null()) return needs;
    if (!list.is_array()) return problem_at(where, "takes a list of records");
    for (std::size_t i = 0; i < list.size(); ++i) {
        needs.push_back(PROVISO_TRY(compiler.requirement(list[i], fmt::format("{}[{}]", where, i)))
        );
    }
    return needs;
}

Result<Limit> read_limit(Compiler& compiler, const Json& json, const std::string& where) {
    ObjectReader read(json, where);
    auto param = read.one_of("param", kParams);
    Limit limit;
    limit.value = read.integer("value", 0, 100'000);
    auto steps = read.member("relax");
    PROVISO_TRY(read.finish());
    auto position = std::find(kParams.begin(), kParams.end(), param) - kParams.begin();
    limit.param = static_cast<slot::Number>(slot::kFootageDays + position);
    if (steps.is_null()) return limit;
    if (!steps.is_array()) return problem_at(where, "relax takes a list of {to, needs}");
    for (const auto& json_step : steps) {
        ObjectReader read_step(json_step, where + ".relax");
        Limit::Step step;
        if (read_step.has("to")) step.to = read_step.integer("to", 0, 100'000);
        auto needs = read_step.member("needs");
        PROVISO_TRY(read_step.finish());
        step.needs = PROVISO_TRY(read_needs(compiler, needs, where + ".relax.needs"));
        if (step.needs.empty()) return problem_at(where, "relax must need a record");
        limit.relax.push_back(std::move(step));
    }
    return limit;
}

Result<std::vector<Limit>> read_limits(
    Compiler& compiler, const Json& json, const std::string& where
) {
    std::vector<Limit> limits;
    if (json.is_object()) limits.push_back(PROVISO_TRY(read_limit(compiler, json, where)));
    if (json.is_array()) {
        for (const auto& each : json) {
            limits.push_back(PROVISO_TRY(read_limit(compiler, each, where)));
        }
    }
    if (!json.is_null() && limits.empty()) return problem_at(where, "takes {param, value}");
    return limits;
}

Result<> read_duties(
    Compiler& compiler,
    const Json& list,
    const std::string& where,
    DutyTexts& texts,
    std::vector<Duty>& duties
) {
    if (list.is_null()) return {};
    if (!list.is_array()) return problem_at(where, "takes a list of duties");
    for (const auto& json : list) {
        ObjectReader read(json, where);
        Duty duty{read.text("duty")};
        auto text = read.text_or("text", "");
        auto when = read.member("when");
        PROVISO_TRY(read.finish());
        auto [known, is_new] = texts.emplace(duty.id, text);
        if (!is_new && known->second.empty()) known->second = text;
        if (!text.empty() && known->second != text) {
            return problem_at(
                where, fmt::format("duty '{}' is worded in two ways", duty.id), "word it once"
            );
        }
        if (!when.is_null()) duty.when = PROVISO_TRY(compiler.condition(when, where + ".when"));
        duties.push_back(std::move(duty));
    }
    return {};
}

Result<Effect> read_effect(
    Compiler& compiler, const Json& json, const std::string& where, DutyTexts& texts
) {
    ObjectReader read(json, where);
    Effect effect;
    effect.deny = read.boolean_or("deny", false);
    auto unless = read.member("deny_unless");
    auto require = read.member("require_before");
    auto ask = read.member("ask");
    auto facts = read.texts_or_empty("facts");
    auto prove = read.member("prove");
    auto cap = read.member("cap");
    auto floor = read.member("floor");
    auto during = read.member("during");
    auto after = read.member("after");
    auto unknown = read.one_of_or("on_unknown", {"by_class", "deny", "ask"}, "by_class");
    read.one_of_or("on_fail", {"deny"}, "deny");
    PROVISO_TRY(read.finish());
    if (unknown == "deny") effect.on_unknown = OnUnknown::Deny;
    if (unknown == "ask") effect.on_unknown = OnUnknown::Ask;
    if (!unless.is_null()) {
        auto inside = where + ".deny_unless";
        ObjectReader exception(unless, inside);
        auto condition = exception.member("where");
        auto needs = exception.member("needs");
        PROVISO_TRY(exception.finish());
        effect.deny_unless.emplace();
        if (!condition.is_null()) {
            effect.deny_unless->where =
                PROVISO_TRY(compiler.condition(condition, inside + ".where"));
        }
        effect.deny_unless->needs = PROVISO_TRY(read_needs(compiler, needs, inside + ".needs"));
        if (condition.is_null() && effect.deny_unless->needs.empty()) {
            return problem_at(inside, "states no exception", "write deny: true");
        }
    }
    effect.require = PROVISO_TRY(read_needs(compiler, require, where + ".require_before"));
    effect.ask = PROVISO_TRY(read_needs(compiler, ask, where + ".ask"));
    for (const auto& path : facts) {
        const auto* field = find_field(path);
        if (field == nullptr || field->of_place) return unknown_field(path).while_doing(where);
        effect.facts |= std::uint64_t{1} << (field - fields().data());
    }
    if (!prove.is_null()) effect.prove = PROVISO_TRY(compiler.condition(prove, where + ".prove"));
    effect.caps = PROVISO_TRY(read_limits(compiler, cap, where + ".cap"));
    effect.floors = PROVISO_TRY(read_limits(compiler, floor, where + ".floor"));
    PROVISO_TRY(read_duties(compiler, during, where + ".during", texts, effect.duties));
    PROVISO_TRY(read_duties(compiler, after, where + ".after", texts, effect.duties));
    return effect;
}

/// The analytic kinds for which the condition can be other than false.
std::uint64_t possible_kinds(const Program& program, int index) {
    constexpr auto kAll = ~std::uint64_t{0};
    if (index < 0) return kAll;
    const auto& node = program.nodes[static_cast<std::size_t>(index)];
    if (node.op == Op::Word && node.slot == slot::kAnalyticKind) return node.mask;
    if (node.op != Op::All && node.op != Op::Any) return kAll;
    auto kinds = node.op == Op::All ? kAll : 0;
    for (int i = 0; i < node.count; ++i) {
        auto part = possible_kinds(program, node.first + i);
        kinds = node.op == Op::All ? kinds & part : kinds | part;
    }
    return kinds;
}

Result<std::uint8_t> read_connects(const std::vector<std::string>& names, std::string_view where) {
    if (names.empty()) return std::uint8_t{kSite};
    std::uint8_t mask = 0;
    for (const auto& name : names) {
        auto found = std::find(kFactors.begin(), kFactors.end(), name);
        if (found == kFactors.end()) {
            return problem_at(
                where,
                fmt::format("connects: unknown factor '{}'", name),
                fmt::format("use one of: {}", fmt::join(kFactors, ", "))
            );
        }
        // The people in the picture are where the site is.
        constexpr std::array<std::uint8_t, 7> kBits{
            kSite, kController, kSite, kStore, kViewer, kRecipient, kSupport};
        mask |= kBits.at(static_cast<std::size_t>(found - kFactors.begin()));
    }
    return mask;
}

}  // namespace

Result<Rule> read_rule(
    Compiler& compiler, const Program& program, const Json& document, DutyTexts& duties
) {
    auto named = document.is_object() && document.contains("id") && document["id"].is_string()
                     ? document["id"].get<std::string>()
                     : std::string("without an id");
    auto where = "rule " + named;
    ObjectReader read(document, where);
    Rule rule;
    rule.id = read.text("id");
    rule.aliases = read.texts_or_empty("aliases");
    rule.part_of = read.text_or("part_of", "");
    rule.title = read.text("title");
    rule.cite = read.text("cite");
    read.texts_or_empty("src");
    read.text_or("note", "");
    rule.status_text = read.one_of("status", kStatuses);
    rule.confidence = read.one_of("confidence", kConfidences);
    rule.overrides = read.texts_or_empty("overrides");
    auto acts = read.texts_or_empty("acts");
    auto connects = read.texts_or_empty("connects");
    auto applies = read.member("applies");
    auto scope = read.member("scope");
    auto effect = read.member("effect");
    PROVISO_TRY(read.finish());
    if (!is_rule_id(rule.id))
        return problem_at(where, "the id may have letters, digits, '-', '/' and '.'");
    auto status = std::find(kStatuses.begin(), kStatuses.end(), rule.status_text);
    rule.status = static_cast<Status>(status - kStatuses.begin());
    rule.connects = PROVISO_TRY(read_connects(connects, where));
    if (!acts.empty()) rule.acts = 0;
    for (const auto& act : acts) {
        rule.acts |= static_cast<std::uint16_t>(
            1U << PROVISO_TRY(word_index(registers::kActs, act, where + ": acts"))
        );
    }
    if (!applies.is_null()) {
        ObjectReader dates(applies, where + ": applies");
        auto from = dates.text_or("from", "");
        auto to = dates.text_or("to", "");
        PROVISO_TRY(dates.finish());
        if (!from.empty()) rule.from = PROVISO_TRY(parse_day(from).while_doing(where));
        if (!to.empty()) rule.to = PROVISO_TRY(parse_day(to).while_doing(where));
        if (rule.from && rule.to && *rule.to < *rule.from) {
            return problem_at(where, "ends before it begins");
        }
    }
    auto names = rule.aliases;
    names.insert(names.begin(), rule.id);
    if (!rule.part_of.empty()) names.push_back(rule.part_of);
    rule.vouched.kinds = std::uint64_t{1} << PROVISO_TRY(
                             word_index(registers::kRecordKinds, "counsel_attestation", where)
                         );
    rule.vouched.questions = names;
    compiler.set_rule(std::move(names));
    if (!scope.is_null()) rule.scope = PROVISO_TRY(compiler.condition(scope, where + ": scope"));
    rule.effect = PROVISO_TRY(read_effect(compiler, effect, where + ": effect", duties));
    if (rule.effect.is_empty() && rule.overrides.empty()) {
        return problem_at(where, "has no effect");
    }
    rule.kinds = possible_kinds(program, rule.scope);
    rule.attestation = fmt::format(
        "Put counsel's attestation on record: the law is doubtful here (question: {})", rule.id
    );
    return rule;
}

}  // namespace proviso::policy
