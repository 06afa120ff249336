#include "proviso/law/outlook.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace proviso::law {

namespace {

constexpr std::chrono::days kOneDay{1};

using policy::Decision;

/// 0 permitted, 1 for counsel, 2 refused for want of something, 3 refused.
int strictness(const Decision& decision) {
    if (decision.permits()) return 0;
    if (decision.verdict == policy::Verdict::Conflict) return 1;
    return decision.pending ? 2 : 3;
}

using Words = std::vector<std::string_view>;

Words sorted(Words words) {
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
}

Words asked_for(const Decision& decision) {
    Words what;
    what.reserve(decision.missing.size());
    for (const auto& one : decision.missing) what.push_back(one.what);
    return sorted(std::move(what));
}

std::optional<std::int64_t> cap_of(const Decision& decision) {
    for (const auto& [name, days] : decision.caps) {
        if (name == "footage_days") return days;
    }
    return {};
}

bool reads_alike(const Decision& a, const Decision& b) {
    return a.verdict == b.verdict && a.pending == b.pending && cap_of(a) == cap_of(b) &&
           asked_for(a) == asked_for(b) && sorted(a.duties) == sorted(b.duties);
}

bool is_stricter(const Decision& before, const Decision& after) {
    auto difference = strictness(after) - strictness(before);
    if (difference != 0) return difference > 0;
    constexpr std::int64_t kNoCap = 1'000'000;
    auto cap = cap_of(before).value_or(kNoCap);
    auto new_cap = cap_of(after).value_or(kNoCap);
    if (cap != new_cap) return new_cap < cap;
    auto asked = asked_for(before);
    auto asks = asked_for(after);
    if (asked != asks) return !std::includes(asked.begin(), asked.end(), asks.begin(), asks.end());
    return after.duties.size() > before.duties.size();
}

/// What some packs said to every question, in order.
struct Answers {
    const Packs& packs;
    std::vector<Decision> decisions;
};

void compare(
    const Questions& asked,
    const Answers& old,
    const Answers& now,
    Day on,
    std::string_view cause,
    std::vector<Flip>& flips
) {
    for (std::size_t i = 0; i < now.decisions.size(); ++i) {
        const auto& before = old.decisions[i];
        const auto& after = now.decisions[i];
        if (reads_alike(before, after)) continue;
        flips.push_back(
            {on,
             asked.cell(i, before, old.packs),
             asked.cell(i, after, now.packs),
             std::string(cause),
             is_stricter(before, after)}
        );
    }
}

/// Days on which a record that counts begins or no longer does.
std::set<Day> record_days(const registers::Snapshot& snapshot, Day first, Day last) {
    std::set<Day> days;
    auto note = [&](Day day) {
        if (first <= day && day <= last) days.insert(day);
    };
    for (const auto& [name, record] : snapshot.records) {
        if (record.withdrawn) continue;
        if (record.valid_from) note(*record.valid_from);
        if (record.valid_until) note(*record.valid_until + kOneDay);
    }
    return days;
}

std::set<Day> law_days(const Packs& packs, Day first, Day last) {
    auto list = packs.in_force->boundaries(first, last);
    std::set<Day> days(list.begin(), list.end());
    if (packs.announced != nullptr) {
        list = packs.announced->boundaries(first, last);
        days.insert(list.begin(), list.end());
    }
    return days;
}

std::map<std::string, std::string> rule_digests(const policy::PackSet& packs) {
    std::map<std::string, std::string> rules;
    for (const auto& rule : packs.rules()) rules.emplace(rule.id, rule.digest);
    return rules;
}

/// The same flip on the same day.
bool same_flip(const Flip& a, const Flip& b) {
    return a.on == b.on && a.after.camera == b.after.camera &&
           a.after.capability == b.after.capability && a.after.verdict == b.after.verdict &&
           a.after.pending == b.after.pending &&
           a.after.footage_days_cap == b.after.footage_days_cap &&
           a.after.missing.size() == b.after.missing.size() && a.after.duties == b.after.duties;
}

/// The site a record is about, directly or through its camera; null: the whole house.
const registers::Site* site_of(
    const registers::Record& record, const registers::Snapshot& snapshot
) {
    auto name = record.site;
    if (record.camera) {
        auto camera = snapshot.cameras.find(*record.camera);
        if (camera != snapshot.cameras.end()) name = camera->second.site;
    }
    if (!name) return nullptr;
    auto site = snapshot.sites.find(*name);
    return site == snapshot.sites.end() ? nullptr : &site->second;
}

std::vector<LookAgain> look_again(
    const policy::PackSet& after,
    const std::set<std::string>& changed,
    const registers::Snapshot& snapshot,
    Day today
) {
    std::vector<LookAgain> found;
    std::set<std::pair<std::string, std::string>> said;
    for (const auto& rule : after.rules()) {
        if (!changed.contains(std::string(rule.id))) continue;
        for (const auto& kind : after.records_asked_by(rule.id)) {
            for (const auto& [name, record] : snapshot.records) {
                if (record.withdrawn || record.kind != kind) continue;
                const auto* site = site_of(record, snapshot);
                if (site != nullptr && !after.speaks_of(rule.pack, site->jurisdictions, today)) {
                    continue;
                }
                if (said.emplace(name, rule.id).second) {
                    found.push_back({name, std::string(kind), std::string(rule.id)});
                }
            }
        }
    }
    return found;
}

std::vector<Flip> changes(
    const Packs& packs,
    const registers::Snapshot& snapshot,
    const Questions& asked,
    Day from,
    Day to
) {
    auto of_law = law_days(packs, from + kOneDay, to);
    auto days = record_days(snapshot, from + kOneDay, to);
    days.insert(of_law.begin(), of_law.end());
    std::vector<Flip> flips;
    Answers before{packs, asked.ask(packs, from)};
    for (auto day : days) {
        Answers after{packs, asked.ask(packs, day)};
        compare(asked, before, after, day, of_law.contains(day) ? "law" : "record", flips);
        before.decisions = std::move(after.decisions);
    }
    return flips;
}

}  // namespace

Result<std::vector<Flip>> horizon(
    const Packs& packs,
    const registers::Snapshot& snapshot,
    Day from,
    Day to,
    const std::string& viewer_country
) {
    auto asked = PROVISO_TRY(Questions::of(packs, from, snapshot, {}, viewer_country));
    return changes(packs, snapshot, asked, from, to);
}

Result<PackDifference> difference(
    const std::shared_ptr<const policy::PackSet>& before,
    const std::shared_ptr<const policy::PackSet>& after,
    const registers::Snapshot& snapshot,
    Day today,
    Day until,
    const std::string& viewer_country
) {
    PackDifference found;
    const Packs old_law{before, nullptr};
    const Packs new_law{after, nullptr};
    auto old = PROVISO_TRY(Questions::of(old_law, today, snapshot, {}, viewer_country));
    auto asked = PROVISO_TRY(Questions::of(new_law, today, snapshot, {}, viewer_country));
    compare(
        asked,
        {old_law, old.ask(old_law, today)},
        {new_law, asked.ask(new_law, today)},
        today,
        "pack",
        found.today
    );

    auto coming_before = changes(old_law, snapshot, old, today, until);
    for (auto& flip : changes(new_law, snapshot, asked, today, until)) {
        bool known = std::any_of(coming_before.begin(), coming_before.end(), [&](auto& each) {
            return same_flip(each, flip);
        });
        if (!known) found.later.push_back(std::move(flip));
    }

    auto rules_before = rule_digests(*before);
    auto rules_after = rule_digests(*after);
    std::set<std::string> touched;
    for (const auto& [id, digest] : rules_after) {
        auto known = rules_before.find(id);
        if (known != rules_before.end() && known->second == digest) continue;
        (known == rules_before.end() ? found.rules_new : found.rules_changed).push_back(id);
        touched.insert(id);
    }
    for (const auto& [id, digest] : rules_before) {
        if (!rules_after.contains(id)) found.rules_gone.push_back(id);
    }
    found.look_again = look_again(*after, touched, snapshot, today);
    return found;
}

}  // namespace proviso::law
