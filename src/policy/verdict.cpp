#include <algorithm>
#include <bit>

#include "weighing.h"

namespace proviso::policy {

namespace {

constexpr std::array<std::string_view, 6> kSpoke{
    "refuse", "require", "cap", "floor", "duty", "unknown"};

constexpr std::array<std::string_view, 4> kLimitNames{
    "footage_days", "template_days", "watch_list_days", "log_days"};

std::size_t field_position(std::string_view path) {
    return static_cast<std::size_t>(find_field(path) - fields().data());
}

}  // namespace

void Weighing::no_pack() {
    rule_ = nullptr;
    refuses_ = false;
    if (!asking_.in.jurisdictions || asking_.in.jurisdictions->empty()) {
        static const auto kField = field_position("site.jurisdictions");
        no_pack_says(fields()[kField].path, fields()[kField].question, answer_duties()[kField]);
        return;
    }
    auto speaks_of = [&](const Pack& pack, const Code& code) {
        return std::any_of(
            pack.jurisdictions.begin(),
            pack.jurisdictions.end(),
            [&](const Target& target) {
                return (target.group == Target::kNone && code.is_under(target.code)) ||
                       (target.group != Target::kNone &&
                        packs_.program.groups[target.group].name == code.text());
            }
        );
    };
    auto covered = [&](const Code& code) {
        for (auto near = packs_.packs_of_country[code.country()]; near != 0; near &= near - 1) {
            if (speaks_of(packs_.packs[static_cast<std::size_t>(std::countr_zero(near))], code)) {
                return true;
            }
        }
        // The name of a group of countries stands for no country of its own.
        return std::any_of(packs_.packs.begin(), packs_.packs.end(), [&](const Pack& pack) {
            return speaks_of(pack, code);
        });
    };
    const auto& codes = *asking_.in.jurisdictions;
    if (std::all_of(codes.begin(), codes.end(), covered)) return;
    Requirement attestation;
    attestation.kinds = bit_of(registers::kRecordKinds, "counsel_attestation");
    attestation.questions = {std::string(kNoPackRule)};
    if (is_met(asking_, attestation)) {
        no_pack_spoke_ = true;
        return add_duty("counsel_attestation");
    }
    no_pack_says(
        "counsel_attestation",
        "Load a pack for the law of this place, or put counsel's attestation on record "
        "(question: X-PACK)",
        "counsel_attestation"
    );
}

void Weighing::no_pack_says(
    std::string_view what, std::string_view question, std::string_view duty
) {
    no_pack_spoke_ = true;
    if (biometric_) {
        refuse_for_now(lack_of(what, question));
        no_pack_refuses_ = true;
    } else {
        lack(lack_of(what, question));
        add_duty(duty);
    }
}

Decision Weighing::verdict() {
    Decision decision;
    for (std::size_t i = 0; i < kLimitNames.size(); ++i) {
        if (caps_.at(i) != kNone) decision.caps.emplace_back(kLimitNames.at(i), caps_.at(i));
        if (floors_.at(i) != kNone) {
            decision.floors.emplace_back(kLimitNames.at(i), floors_.at(i));
        }
    }
    bool conflict = false;
    for (std::size_t i = 0; i < kLimitNames.size(); ++i) {
        conflict = conflict || (caps_.at(i) != kNone && floors_.at(i) > caps_.at(i));
    }
    bool refused = final_ || pending_ || refused_by_limit();
    if (final_ || (refused && !conflict)) {
        decision.verdict = Verdict::Refuse;
        decision.pending = !final_;
    } else if (conflict) {
        decision.verdict = Verdict::Conflict;
    } else if (asks_for_nothing()) {
        decision.verdict = Verdict::Permit;
    } else {
        decision.verdict = Verdict::PermitWithDuties;
    }
    explain(decision);
    return decision;
}

/// A rule that does nothing but silence others asks for nothing.
bool Weighing::asks_for_nothing() const {
    return !no_pack_spoke_ && std::all_of(said_.begin(), said_.end(), [](const auto& said) {
        return said.rule->effect.is_empty();
    });
}

bool Weighing::refused_by_limit() const {
    return std::any_of(said_.begin(), said_.end(), [](auto& said) { return said.refuses; });
}

void Weighing::explain(Decision& decision) {
    bool refused = decision.verdict == Verdict::Refuse;
    bool conflict = decision.verdict == Verdict::Conflict;
    decision.because.reserve(said_.size() + 1);
    for (const auto& said : said_) {
        if (refused && !said.refuses) continue;
        if (conflict && !said.refuses && said.how != Spoke::Cap && said.how != Spoke::Floor) {
            continue;
        }
        decision.because.push_back(
            {said.rule->id,
             said.rule->cite,
             said.rule->title,
             kSpoke.at(static_cast<std::size_t>(said.how))}
        );
    }
    if (no_pack_spoke_ && (!refused || no_pack_refuses_)) {
        decision.because.push_back(
            {kNoPackRule,
             "Proviso's own rule",
             "No rules are loaded for the law of this place",
             kSpoke.at(static_cast<std::size_t>(Spoke::Unknown))}
        );
    }
    if (conflict) {
        // The minimum is what yields, so the question is about its rule.
        auto floor = std::find_if(said_.begin(), said_.end(), [](const auto& said) {
            return said.how == Spoke::Floor;
        });
        missing_.push_back(
            {"counsel_attestation",
             floor == said_.end() ? kNoPackRule : std::string_view(floor->rule->id),
             "One rule wants it kept longer than another allows: ask counsel which one yields"}
        );
    }
    if (!final_) decision.missing = std::move(missing_);
    if (!refused) decision.duties = std::move(duties_);
}

}  // namespace proviso::policy
