#include "weigh.h"

#include <algorithm>

#include <proviso/registers/vocabulary.h>

namespace proviso::law {

namespace {

constexpr std::size_t kMostNamed = 40;  // a ledger entry has at most 4096 bytes

Json rule_ids(const policy::Decision& decision) {
    Json ids = Json::array();
    for (const auto& reason : decision.because) {
        if (ids.size() < kMostNamed) ids.push_back(reason.rule);
    }
    return ids;
}

Json lacking(const policy::Decision& decision) {
    std::vector<std::string> names;
    for (const auto& each : decision.missing) {
        std::string what(each.what);
        if (std::find(names.begin(), names.end(), what) == names.end() &&
            names.size() < kMostNamed) {
            names.push_back(std::move(what));
        }
    }
    return names;
}

bool same(const policy::Decision& a, const policy::Decision& b) {
    return a.verdict == b.verdict && a.pending == b.pending;
}

}  // namespace

bool Weighed::same_as(const Weighed& other) const {
    if (packs != other.packs || facts_digest != other.facts_digest ||
        sound_digest != other.sound_digest || day != other.day || !same(decision, other.decision) ||
        sound.has_value() != other.sound.has_value()) {
        return false;
    }
    return !sound || same(*sound, *other.sound);
}

Result<Weighed> weigh(
    Packs packs, const registers::Snapshot& snapshot, const Question& question, Day day
) {
    auto facts = PROVISO_TRY(facts_for(
        packs, day, snapshot, question.camera, question.stated, question.places, question.subject
    ));
    Weighed weighed;
    weighed.day = day;
    weighed.facts_digest = facts.digest();
    weighed.decision = packs.decide(facts, day);
    for (const auto& [name, days] : weighed.decision.caps) {
        if (name == "footage_days") weighed.conditions.footage_days_cap = days;
        if (name == "template_days") weighed.conditions.template_days_cap = days;
        if (name == "watch_list_days") weighed.conditions.watch_list_days_cap = days;
    }
    for (const auto& [name, days] : weighed.decision.floors) {
        if (name == "footage_days") weighed.conditions.footage_days_floor = days;
    }
    weighed.conditions.duties.assign(
        weighed.decision.duties.begin(), weighed.decision.duties.end()
    );
    auto camera = snapshot.cameras.find(question.camera);
    if (question.capture && weighed.permits() && camera->second.audio.value_or(false)) {
        auto sound = PROVISO_TRY(
            facts_for(packs, day, snapshot, question.camera, with_sound(), question.places)
        );
        weighed.sound_digest = sound.digest();
        weighed.sound = packs.decide(sound, day);
        weighed.conditions.audio = weighed.sound->permits();
    }
    weighed.packs = std::move(packs);
    return weighed;
}

ledger::Draft draft_of(const Question& question, const Weighed& weighed, bool revokes) {
    const auto& decision = weighed.decision;
    Json body = {
        {"act", question.act},
        {"camera", question.camera.text()},
        {"day", to_iso8601(weighed.day)},
        {"facts", weighed.facts_digest},
        {"rules", rule_ids(decision)},
        {"verdict", policy::to_string(decision.verdict)}};
    if (weighed.packs.in_force) body["pack"] = weighed.packs.in_force->digest();
    if (weighed.packs.announced) body["announced"] = weighed.packs.announced->digest();
    if (!question.analytic.empty()) {
        body["analytic"] = question.analytic;
        const auto& gallery = question.stated.at("analytic").at("gallery");
        if (gallery != "none") body["gallery"] = gallery;
    }
    if (question.clear) body["clear"] = true;
    if (decision.pending) body["pending"] = true;
    if (!decision.missing.empty()) body["missing"] = lacking(decision);
    if (revokes) body["revokes"] = true;
    if (weighed.conditions.footage_days_cap) {
        body["footage_days_cap"] = *weighed.conditions.footage_days_cap;
    }
    if (weighed.sound) {
        body["sound"] = {
            {"facts", weighed.sound_digest},
            {"rules", rule_ids(*weighed.sound)},
            {"verdict", policy::to_string(weighed.sound->verdict)}};
    }
    return {"decision", std::move(body), nullptr};
}

std::vector<Reason> reasons_of(const policy::Decision& decision) {
    std::vector<Reason> reasons;
    reasons.reserve(decision.because.size());
    for (const auto& each : decision.because) {
        reasons.push_back(
            {std::string(each.rule),
             std::string(each.cite),
             std::string(each.title),
             std::string(each.effect)}
        );
    }
    return reasons;
}

std::vector<Missing> missing_of(const policy::Decision& decision) {
    std::vector<Missing> missing;
    missing.reserve(decision.missing.size());
    for (const auto& each : decision.missing) {
        missing.push_back(
            {std::string(each.what),
             std::string(each.rule),
             std::string(each.question),
             std::string(registers::usual_owner(each.what)),
             each.lead_days}
        );
    }
    return missing;
}

Refusal refusal_of(
    const Question& question, const policy::Decision& decision, std::optional<DecisionRef> ref
) {
    return {
        question.act,
        decision.pending,
        reasons_of(decision),
        missing_of(decision),
        ref,
        question.analytic};
}

Refusal masked_refusal(const Question& question, std::optional<DecisionRef> ref) {
    return {
        question.act,
        true,
        {{"X-LIFT", "Proviso's own rule", "People are shown masked unless a lift runs", "refuse"}},
        {{"lift", "X-LIFT", "Ask for the masks to be lifted, and say why"}},
        ref,
        question.analytic};
}

Refusal revoked_refusal(const Question& question, std::optional<DecisionRef> ref) {
    return {
        question.act,
        true,
        {{"X-LEASE", "Proviso's own rule", "What the permit was given for has changed", "refuse"}},
        {{"permit", "X-LEASE", "Ask again"}},
        ref,
        question.analytic};
}

}  // namespace proviso::law
