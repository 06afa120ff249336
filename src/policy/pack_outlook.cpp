#include <algorithm>
#include <tuple>

#include "pack_inside.h"

namespace proviso::policy {

std::vector<Day> PackSet::boundaries(Day first, Day last) const {
    std::vector<Day> days;
    auto note = [&](Day day) {
        if (first <= day && day <= last) days.push_back(day);
    };
    // The day after a last one is the first on which something else holds.
    auto note_span = [&](Day from, Day to) {
        if (from != Day::min()) note(from);
        if (to != Day::max()) note(to + std::chrono::days(1));
    };
    for (const auto& rule : inside_->rules) {
        if (!rule.votes()) continue;
        note_span(rule.from.value_or(Day::min()), rule.to.value_or(Day::max()));
    }
    for (const auto& group : inside_->program.groups) {
        for (const auto& member : group.dated) note_span(member.from, member.to);
    }
    for (const auto& node : inside_->program.nodes) {
        if (node.op != Op::Days) continue;
        auto day = [](std::int64_t count) { return Day(std::chrono::days(count)); };
        // Days; further is "for ever", and a number nobody knows is further than any.
        auto near = [](std::int64_t count) { return count > -200'000 && count < 200'000; };
        if (near(node.number)) note(day(node.number));
        if (near(node.other_number)) note(day(node.other_number + 1));
    }
    std::sort(days.begin(), days.end());
    days.erase(std::unique(days.begin(), days.end()), days.end());
    return days;
}

namespace {

/// How closely a pack speaks of these places: 0 not at all, 1 of the whole world, 2 of a group of
/// countries that one lies in, more the smaller the part of a country.
int closeness(
    const PackSet::Inside& inside, const Pack& pack, const std::vector<std::string>& places, Day on
) {
    static const Facts::Inside kNothing;
    const Asking asking{inside.program, kNothing, on};
    int closest = pack.everywhere ? 1 : 0;
    for (const auto& text : places) {
        if (text.size() > Code::kLongest) continue;
        const Code code(text);
        for (const auto& target : pack.jurisdictions) {
            if (!lies_in(asking, code, target)) continue;
            bool group = target.group != Target::kNone;
            closest =
                std::max(closest, group ? 2 : 2 + static_cast<int>(target.code.text().size()));
        }
    }
    return closest;
}

}  // namespace

bool PackSet::speaks_of(
    std::string_view pack, const std::vector<std::string>& jurisdictions, Day on
) const {
    for (std::size_t i = 0; i < inside_->infos.size(); ++i) {
        if (inside_->infos[i].id != pack) continue;
        return closeness(*inside_, inside_->packs[i], jurisdictions, on) > 0;
    }
    return false;
}

std::vector<Parameter> PackSet::parameters() const {
    std::vector<Parameter> list;
    for (const auto& table : inside_->parameters) {
        list.insert(list.end(), table.begin(), table.end());
    }
    std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
        return std::tie(a.pack, a.name) < std::tie(b.pack, b.name);
    });
    return list;
}

std::optional<Parameter> PackSet::parameter(
    std::string_view name, const std::vector<std::string>& jurisdictions, Day on
) const {
    const Parameter* best = nullptr;
    int closest = 0;
    for (std::size_t i = 0; i < inside_->packs.size(); ++i) {
        for (const auto& each : inside_->parameters[i]) {
            if (each.name != name || !each.holds(on)) continue;
            auto close = closeness(*inside_, inside_->packs[i], jurisdictions, on);
            if (close == 0 || close < closest) continue;
            bool less = best == nullptr || close > closest ||
                        each.days(Reading::AtMost) < best->days(Reading::AtMost);
            if (less) best = &each;
            closest = close;
        }
    }
    return best == nullptr ? std::nullopt : std::optional<Parameter>(*best);
}

std::vector<std::string_view> PackSet::records_asked_by(std::string_view rule) const {
    std::uint64_t kinds = 0;
    auto add = [&](const std::vector<Requirement>& needs) {
        for (const auto& need : needs) kinds |= need.kinds;
    };
    for (const auto& each : inside_->rules) {
        if (each.id != rule) continue;
        add(each.effect.require);
        add(each.effect.ask);
        if (each.effect.deny_unless) add(each.effect.deny_unless->needs);
        for (const auto& cap : each.effect.caps) {
            for (const auto& step : cap.relax) add(step.needs);
        }
    }
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < registers::kRecordKinds.size(); ++i) {
        if ((kinds >> i & 1U) != 0) names.push_back(registers::kRecordKinds[i]);
    }
    return names;
}

}  // namespace proviso::policy
