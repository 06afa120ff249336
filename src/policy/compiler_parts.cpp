#include <algorithm>

#include <fmt/format.h>

#include "compiler.h"

namespace proviso::policy {

namespace {

constexpr std::size_t kMostGroups = 1000;

}  // namespace

Error problem_at(std::string_view where, std::string_view what, std::string next_step) {
    return invalid_input(fmt::format("{}: {}", where, what), std::move(next_step));
}

Result<Day> day_or(const Json& mapping, const char* key, Day fallback, std::string_view where) {
    auto found = mapping.find(key);
    if (found == mapping.end() || found->is_null()) return fallback;
    if (!found->is_string()) return problem_at(where, "a day is written 2026-11-22");
    return parse_day(found->get_ref<const std::string&>()).while_doing(where);
}

Result<Requirement> Compiler::requirement(const Json& json, const std::string& where) {
    ObjectReader read(json, where);
    Requirement required;
    required.questions = rule_;
    const auto& kinds = read.member("record");
    std::vector<std::string> names;
    if (kinds.is_string()) names.push_back(kinds.get<std::string>());
    if (kinds.is_array()) names = read.texts_or_empty("record");
    required.duty = read.text_or("duty", "");
    required.next_step = read.text_or("next_step", "");
    required.least_covers = read.one_of_or("covers", {"all", "any"}, "any") == "all" ? kWhole : 0;
    required.each_entrance = read.one_of_or("entrances", {"each", "any"}, "any") == "each";
    required.most_age_days = read.integer_or("max_age_days", 1, 100'000, -1);
    required.least_age_days = read.integer_or("min_age_days", 1, 100'000, 0);
    auto about = read.texts_or_empty("questions");
    required.questions.insert(required.questions.end(), about.begin(), about.end());
    const auto& when = read.member("when");
    PROVISO_TRY(read.finish());
    if (names.empty()) return problem_at(where, "names no record", "write record: notice");
    std::string nouns;
    for (const auto& name : names) {
        auto index = word_index(registers::kRecordKinds, name, where + ".record");
        auto kind = PROVISO_TRY(std::move(index));
        required.kinds |= std::uint64_t{1} << kind;
        nouns += fmt::format("{}{}", nouns.empty() ? "" : " or ", record_noun(kind));
    }
    required.what = names.front();
    if (required.duty.empty()) required.duty = names.front();
    if (required.next_step.empty()) {
        required.next_step = fmt::format("Put {} on record", nouns);
        if (required.each_entrance) required.next_step += ", one for every entrance";
        if (required.least_covers > 0) required.next_step += ", covering everyone concerned";
        if (required.most_age_days > 0) {
            required.next_step += fmt::format(", not older than {} days", required.most_age_days);
        }
        if (required.least_age_days > 0) {
            required.next_step += fmt::format(", {} days before", required.least_age_days);
        }
        if (std::find(names.begin(), names.end(), "counsel_attestation") != names.end()) {
            required.next_step += fmt::format(" (question: {})", rule_.front());
        }
    }
    if (!when.is_null()) required.when = PROVISO_TRY(condition(when, where + ".when"));
    return required;
}

Result<std::vector<Target>> Compiler::targets(const Json& json, const std::string& where) {
    std::vector<Target> list;
    auto add = [&](const Json& value) -> Result<> {
        if (!value.is_string()) return problem_at(where, "takes jurisdiction codes or group names");
        const auto& text = value.get_ref<const std::string&>();
        Target target;
        auto group = groups_.find(text);
        if (group != groups_.end()) {
            target.group = group->second;
        } else {
            target.code = PROVISO_TRY(parse_code(text, where));
        }
        list.push_back(target);
        return {};
    };
    if (!json.is_array()) {
        PROVISO_TRY(add(json));
        return list;
    }
    for (const auto& value : json) PROVISO_TRY(add(value));
    if (list.empty()) return problem_at(where, "the list is empty");
    return list;
}

Result<> Compiler::add_group(const std::string& name, const Json& members) {
    auto where = "group " + name;
    if (!members.is_array() || members.empty())
        return problem_at(where, "takes a list of countries");
    if (groups_.contains(name)) return problem_at(where, "is defined twice");
    if (program_.groups.size() >= kMostGroups)
        return problem_at(where, "there are too many groups");
    Group group;
    group.name = name;
    for (const auto& member : members) {
        if (member.is_string()) {
            const auto& text = member.get_ref<const std::string&>();
            auto other = groups_.find(text);
            if (other != groups_.end()) {
                const auto& included = program_.groups[other->second];
                group.countries |= included.countries;
                group.dated.insert(group.dated.end(), included.dated.begin(), included.dated.end());
                continue;
            }
            auto code = PROVISO_TRY(parse_code(text, where));
            if (code.is_country()) {
                group.countries.set(code.country());
            } else {
                group.dated.push_back({code});
            }
            continue;
        }
        if (!member.is_object()) return problem_at(where, "a member is a code or {code, from, to}");
        ObjectReader read(member, where);
        auto text = read.text("code");
        read.member("from");
        read.member("to");
        PROVISO_TRY(read.finish());
        Group::Dated dated;
        dated.code = PROVISO_TRY(parse_code(text, where));
        dated.from = PROVISO_TRY(day_or(member, "from", dated.from, where));
        dated.to = PROVISO_TRY(day_or(member, "to", dated.to, where));
        group.dated.push_back(dated);
    }
    auto index = static_cast<std::uint16_t>(program_.groups.size());
    program_.groups.push_back(std::move(group));
    groups_.emplace(name, index);
    return {};
}

}  // namespace proviso::policy
