#include <algorithm>
#include <string>

#include "proviso/law/matrix.h"

namespace proviso::law {

namespace {

using policy::Decision;
using policy::Verdict;

int strictness(const Decision& decision) {
    switch (decision.verdict) {
        case Verdict::Permit:
        case Verdict::PermitWithDuties: return 0;
        case Verdict::Conflict: return 1;
        case Verdict::Refuse: return decision.pending ? 2 : 3;
    }
    return 3;
}

template <class T, class Same>
void join(std::vector<T>& into, const std::vector<T>& more, Same same) {
    for (const auto& one : more) {
        bool there =
            std::any_of(into.begin(), into.end(), [&](auto& each) { return same(each, one); });
        if (!there) into.push_back(one);
    }
}

using Limits = std::vector<std::pair<std::string_view, std::int64_t>>;

void join_limits(Limits& into, const Limits& more, bool least) {
    for (const auto& [name, days] : more) {
        auto there =
            std::find_if(into.begin(), into.end(), [&](auto& each) { return each.first == name; });
        if (there == into.end()) {
            into.emplace_back(name, days);
        } else {
            there->second = least ? std::min(there->second, days) : std::max(there->second, days);
        }
    }
}

bool floor_above_cap(const Decision& decision) {
    return std::any_of(decision.floors.begin(), decision.floors.end(), [&](auto& floor) {
        return std::any_of(decision.caps.begin(), decision.caps.end(), [&](auto& cap) {
            return cap.first == floor.first && cap.second < floor.second;
        });
    });
}

/// Both of equal strictness: everything either says.
Decision together(Decision one, const Decision& other) {
    join(one.because, other.because, [](auto& a, auto& b) { return a.rule == b.rule; });
    join(one.duties, other.duties, [](auto a, auto b) { return a == b; });
    join(one.missing, other.missing, [](auto& a, auto& b) {
        return a.rule == b.rule && a.what == b.what;
    });
    join_limits(one.caps, other.caps, true);
    join_limits(one.floors, other.floors, false);
    if (other.verdict == Verdict::PermitWithDuties) one.verdict = other.verdict;
    if (one.permits() && floor_above_cap(one)) one.verdict = Verdict::Conflict;
    return one;
}

}  // namespace

std::string Packs::duty_text(std::string_view duty) const {
    std::string_view text;
    if (announced != nullptr) text = announced->duty_text(duty);
    if (text.empty()) text = in_force->duty_text(duty);
    if (!text.empty()) return std::string(text);
    std::string words(duty);
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
}

Decision Packs::decide(const policy::Facts& facts, Day on) const {
    auto now = policy::evaluate(*in_force, facts, on);
    if (announced == nullptr) return now;
    auto soon = policy::evaluate(*announced, facts, on);
    auto difference = strictness(soon) - strictness(now);
    if (difference > 0) return soon;
    return difference < 0 ? now : together(std::move(now), soon);
}

}  // namespace proviso::law
