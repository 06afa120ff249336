#include <algorithm>
#include <array>
#include <bitset>

#include <fmt/format.h>

#include <proviso/policy/evaluate.h>

#include "pack_inside.h"

namespace proviso::policy {

namespace {

enum class Spoke : std::uint8_t { Refuse, Require, Cap, Floor, Duty, Unknown };

constexpr std::array<std::string_view, 6> kSpoke{
    "refuse", "require", "cap", "floor", "duty", "unknown"};

constexpr std::uint64_t bit_of(Vocabulary words, std::string_view word) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == word) return std::uint64_t{1} << i;
    }
    return 0;
}

constexpr std::uint64_t bits_of(Vocabulary words, std::initializer_list<std::string_view> some) {
    std::uint64_t bits = 0;
    for (auto word : some) bits |= bit_of(words, word);
    return bits;
}

constexpr auto kBiometricKinds = bits_of(
    registers::kAnalytics,
    {"reidentification",
     "face_verification",
     "face_identification",
     "biometric_categorisation",
     "emotion",
     "audio_recording",
     "audio_event"}
);
constexpr auto kBiometricActs = bits_of(registers::kActs, {"identify", "enrol"});
constexpr auto kAnalysingActs = bits_of(registers::kActs, {"analyse", "act_on"});
constexpr auto kBiometricProducts = bits_of(
    registers::kProduces,
    {"face_template",
     "body_template",
     "attribute_age",
     "attribute_gender",
     "attribute_ethnicity",
     "emotion",
     "voiceprint",
     "speech"}
);
constexpr auto kRetain = bit_of(registers::kActs, "retain");

constexpr std::array<std::string_view, 4> kLimitNames{
    "footage_days", "template_days", "watch_list_days", "log_days"};

bool has(std::uint64_t bits, std::uint8_t word) {
    return word != kUnknownWord && (bits >> word & 1U) != 0;
}

/// "answer:space.kind" for every fact.
const std::vector<std::string>& answer_duties() {
    static const auto kDuties = [] {
        std::vector<std::string> duties;
        for (const auto& field : fields()) duties.push_back(fmt::format("answer:{}", field.path));
        return duties;
    }();
    return kDuties;
}

std::size_t field_position(std::string_view path) {
    return static_cast<std::size_t>(find_field(path) - fields().data());
}

/// Which of a pack's ties to the question hold.
std::uint8_t ties(const Asking& asking, const Pack& pack) {
    if (pack.everywhere) return 0xff;
    auto in_pack = [&](const Code& code) {
        return std::any_of(
            pack.jurisdictions.begin(),
            pack.jurisdictions.end(),
            [&](const Target& target) { return lies_in(asking, code, target); }
        );
    };
    std::uint8_t mask = 0;
    if (asking.in.jurisdictions &&
        std::any_of(asking.in.jurisdictions->begin(), asking.in.jurisdictions->end(), in_pack)) {
        mask |= kSite;
    }
    if ((pack.connects & kController) != 0 && in_pack(asking.in.controller_country)) {
        mask |= kController;
    }
    constexpr std::uint8_t kOfPlaces = kStore | kViewer | kRecipient | kSupport;
    if ((pack.connects & kOfPlaces) == 0 || !asking.in.places) return mask;
    for (const auto& place : *asking.in.places) {
        constexpr std::array<std::uint8_t, 4> kByRole{kStore, kViewer, kRecipient, kSupport};
        if (place.role < kByRole.size() && !place.country.empty() && in_pack(place.country)) {
            mask |= kByRole.at(place.role);
        }
    }
    return mask;
}

/// One evaluation: gathers what the rules say, then weighs it.
class Weighing {
public:
    Weighing(const PackSet& packs, const Facts& facts, Day on)
        : packs_(packs.inside()), asking_{packs_.program, facts.inside(), on} {
        biometric_ = asking_.in.is_biometric();
        retaining_ = has(kRetain, asking_.in.words[slot::kAct]);
        caps_.fill(kNone);
        floors_.fill(kNone);
        said_.reserve(24);
        duties_.reserve(24);
    }

    Decision decide() {
        std::array<std::uint8_t, kMostPacks> tied{};
        for (std::size_t i = 0; i < packs_.packs.size(); ++i) {
            tied[i] = ties(asking_, packs_.packs[i]);
        }
        auto act = asking_.in.words[slot::kAct];
        auto kind = asking_.in.words[slot::kAnalyticKind];
        for (auto index : packs_.by_act[act == kUnknownWord ? registers::kActs.size() : act]) {
            const auto& rule = packs_.rules[index];
            if (kind != kUnknownWord && (rule.kinds >> kind & 1U) == 0) continue;
            if ((tied[rule.pack] & rule.connects) == 0 || !rule.applies(asking_.on)) continue;
            if (overridden_.test(index)) continue;
            auto scope = ask(rule.scope);
            if (scope == Tri::False) continue;
            rule_ = &rule;
            if (scope == Tri::Unknown) {
                unknown(rule.scope);
            } else {
                speak();
            }
        }
        no_pack();
        return verdict();
    }

private:
    static constexpr std::int64_t kNone = -1;

    struct Said {
        const Rule* rule;
        Spoke how;
        bool refuses;
    };

    Tri ask(int node) const {
        return node < 0 ? Tri::True : evaluate_node(asking_, static_cast<std::uint16_t>(node));
    }

    void speak() {
        const auto& effect = rule_->effect;
        spoke_ = Spoke::Duty;
        refuses_ = false;
        override_others();
        if (effect.deny) refuse_finally();
        if (effect.deny_unless) exception(*effect.deny_unless);
        for (const auto& need : effect.require) require(need, true);
        for (const auto& need : effect.ask) require(need, false);
        if (effect.facts != 0) need_facts();
        if (effect.prove >= 0) prove();
        for (const auto& cap : effect.caps) apply_cap(cap);
        for (const auto& floor : effect.floors) apply_floor(floor);
        for (const auto& duty : effect.duties) {
            if (ask(duty.when) != Tri::False) add_duty(duty.id);
        }
        said_.push_back({rule_, spoke_, refuses_});
    }

    /// What a rule overrides falls silent; if the rule is doubtful, counsel must vouch for it.
    void override_others() {
        if (rule_->overridden.empty()) return;
        if (rule_->doubtful() && !vouched()) {
            spoke_ = Spoke::Require;
            refuse_for_now("counsel_attestation", rule_->attestation);
        }
        for (auto index : rule_->overridden) overridden_.set(index);
    }

    bool vouched() const {
        Requirement attestation;
        attestation.kinds = bit_of(registers::kRecordKinds, "counsel_attestation");
        attestation.question = rule_->id;
        return is_met(asking_, attestation);
    }

    void refuse_finally() {
        spoke_ = Spoke::Refuse;
        refuses_ = true;
        final_ = true;
    }

    void lack(std::string_view what, std::string_view question) {
        for (const auto& lacking : missing_) {
            if (lacking.what == what && lacking.rule == rule_id()) return;
        }
        missing_.push_back({what, rule_id(), question});
    }

    std::string_view rule_id() const {
        return rule_ == nullptr ? kNoPackRule : std::string_view(rule_->id);
    }

    void refuse_for_now(std::string_view what, std::string_view question) {
        lack(what, question);
        refuses_ = true;
        pending_ = true;
    }

    void exception(const Exception& exception) {
        auto holds = ask(exception.where);
        if (holds == Tri::False) return refuse_finally();
        if (holds == Tri::Unknown) {
            open_question(exception.where);
            if (refuses_) return;
        }
        for (const auto& need : exception.needs) require(need, true);
        if (!refuses_ && rule_->doubtful() && !vouched()) {
            spoke_ = Spoke::Require;
            refuse_for_now("counsel_attestation", rule_->attestation);
        }
    }

    void require(const Requirement& need, bool refuse) {
        auto wanted = ask(need.when);
        if (wanted == Tri::False) return;
        if (is_met(asking_, need)) {
            if (spoke_ == Spoke::Duty) spoke_ = Spoke::Require;
            return add_duty(need.duty);
        }
        if (wanted == Tri::Unknown) return open_question(need.when);
        if (refuse) {
            if (spoke_ != Spoke::Refuse) spoke_ = Spoke::Require;
            return refuse_for_now(need.what, need.next_step);
        }
        lack(need.what, need.next_step);
        add_duty(need.duty);
    }

    void prove() {
        auto holds = ask(rule_->effect.prove);
        if (holds == Tri::False) refuse_finally();
        if (holds == Tri::Unknown) open_question(rule_->effect.prove);
    }

    void need_facts() {
        auto lacking = rule_->effect.facts;
        for (std::size_t i = 0; i < fields().size(); ++i) {
            if (asking_.in.knows(fields()[i])) lacking &= ~(std::uint64_t{1} << i);
        }
        open_questions(lacking);
    }

    /// A condition inside the effect is unknown.
    void open_question(int node) {
        if (node >= 0) open_questions(blame(asking_, static_cast<std::uint16_t>(node)));
    }

    void open_questions(std::uint64_t lacking) {
        if (lacking == 0) return;
        bool refuse = refuses_unknown();
        for (std::size_t i = 0; lacking != 0; ++i, lacking >>= 1U) {
            if ((lacking & 1U) == 0) continue;
            if (refuse) {
                refuse_for_now(fields()[i].path, fields()[i].question);
            } else {
                lack(fields()[i].path, fields()[i].question);
                add_duty(answer_duties()[i]);
            }
        }
        if (refuse && spoke_ != Spoke::Refuse) spoke_ = Spoke::Unknown;
    }

    /// The scope itself is unknown.
    void unknown(int node) {
        if (rule_->votes() && !rule_->effect.can_refuse() && rule_->effect.ask.empty() &&
            rule_->effect.caps.empty() && rule_->effect.floors.empty()) {
            return;  // At most a duty hangs on it: not worth a question.
        }
        spoke_ = Spoke::Unknown;
        refuses_ = false;
        open_question(node);
        said_.push_back({rule_, Spoke::Unknown, refuses_});
    }

    bool refuses_unknown() const {
        switch (rule_->effect.on_unknown) {
            case OnUnknown::Deny: return true;
            case OnUnknown::Ask: return false;
            case OnUnknown::ByClass: break;
        }
        return biometric_ && rule_->effect.can_refuse();
    }

    void apply_cap(const Limit& limit) {
        auto asked = asking_.in.numbers[limit.param];
        std::int64_t most = limit.value;
        bool lifted = false;
        const Limit::Step* next = nullptr;
        for (const auto& step : limit.relax) {
            auto met = std::all_of(step.needs.begin(), step.needs.end(), [&](auto& need) {
                return is_met(asking_, need);
            });
            if (met && (!rule_->doubtful() || vouched())) {
                most = step.to.value_or(most);
                lifted = !step.to;
                for (const auto& need : step.needs) add_duty(need.duty);
            } else if (next == nullptr && (!step.to || asked <= *step.to)) {
                next = &step;
            }
        }
        if (lifted) return;
        if (spoke_ != Spoke::Refuse) spoke_ = Spoke::Cap;
        if (retaining_ && asked > most) {
            refuses_ = true;
            if (next == nullptr) {
                final_ = true;
            } else {
                for (const auto& need : next->needs) {
                    if (!is_met(asking_, need)) refuse_for_now(need.what, need.next_step);
                }
                if (rule_->doubtful() && !vouched()) {
                    refuse_for_now("counsel_attestation", rule_->attestation);
                }
            }
        }
        auto& cap = caps_.at(limit.param - slot::kFootageDays);
        if (cap == kNone || most < cap) cap = most;
    }

    void apply_floor(const Limit& limit) {
        auto asked = asking_.in.numbers[limit.param];
        if (spoke_ != Spoke::Refuse) spoke_ = Spoke::Floor;
        if (retaining_ && asked != kUnknownNumber && asked < limit.value) {
            refuses_ = true;
            final_ = true;
        }
        auto& floor = floors_.at(limit.param - slot::kFootageDays);
        floor = std::max(floor, limit.value);
    }

    void add_duty(std::string_view duty) {
        if (std::find(duties_.begin(), duties_.end(), duty) == duties_.end()) {
            duties_.push_back(duty);
        }
    }

    /// Where no pack speaks for a site nothing is silently green.
    void no_pack() {
        rule_ = nullptr;
        refuses_ = false;
        if (!asking_.in.jurisdictions || asking_.in.jurisdictions->empty()) {
            static const auto kField = field_position("site.jurisdictions");
            no_pack_says(fields()[kField].path, fields()[kField].question, answer_duties()[kField]);
            return;
        }
        auto covered = [&](const Code& code) {
            return std::any_of(packs_.packs.begin(), packs_.packs.end(), [&](const Pack& pack) {
                return std::any_of(
                    pack.jurisdictions.begin(),
                    pack.jurisdictions.end(),
                    [&](const Target& target) {
                        return (target.group == Target::kNone && code.is_under(target.code)) ||
                               (target.group != Target::kNone &&
                                packs_.program.groups[target.group].name == code.text());
                    }
                );
            });
        };
        const auto& codes = *asking_.in.jurisdictions;
        if (std::all_of(codes.begin(), codes.end(), covered)) return;
        Requirement attestation;
        attestation.kinds = bit_of(registers::kRecordKinds, "counsel_attestation");
        attestation.question = kNoPackRule;
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

    void no_pack_says(std::string_view what, std::string_view question, std::string_view duty) {
        no_pack_spoke_ = true;
        if (biometric_) {
            refuse_for_now(what, question);
            no_pack_refuses_ = true;
        } else {
            lack(what, question);
            add_duty(duty);
        }
    }

    Decision verdict() {
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
        } else if (said_.empty() && !no_pack_spoke_) {
            decision.verdict = Verdict::Permit;
        } else {
            decision.verdict = Verdict::PermitWithDuties;
        }
        explain(decision);
        return decision;
    }

    bool refused_by_limit() const {
        return std::any_of(said_.begin(), said_.end(), [](auto& said) { return said.refuses; });
    }

    void explain(Decision& decision) {
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
            missing_.push_back(
                {"counsel_attestation",
                 decision.because.empty() ? kNoPackRule : decision.because.front().rule,
                 "One rule wants it kept longer than another allows: ask counsel which one yields"}
            );
        }
        if (!final_) decision.missing = std::move(missing_);
        if (!refused) decision.duties = std::move(duties_);
    }

    const PackSet::Inside& packs_;
    Asking asking_;
    bool biometric_ = false;
    bool retaining_ = false;
    const Rule* rule_ = nullptr;
    Spoke spoke_ = Spoke::Duty;
    bool refuses_ = false;
    bool final_ = false;
    bool pending_ = false;
    bool no_pack_spoke_ = false;
    bool no_pack_refuses_ = false;
    std::array<std::int64_t, kLimitNames.size()> caps_{};
    std::array<std::int64_t, kLimitNames.size()> floors_{};
    std::bitset<kMostRules> overridden_;
    std::vector<Said> said_;
    std::vector<Lacking> missing_;
    std::vector<std::string_view> duties_;
};

}  // namespace

bool Facts::Inside::is_biometric() const {
    auto act = words[slot::kAct];
    auto kind = words[slot::kAnalyticKind];
    if (has(kBiometricActs, act) || has(kBiometricKinds, kind)) return true;
    if (flags[slot::kAudio] == Tri::True) return true;
    if ((sets[slot::kProduces] & kBiometricProducts) != 0) return true;
    return has(kAnalysingActs, act) && kind == kUnknownWord;
}

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::Permit: return "permit";
        case Verdict::PermitWithDuties: return "permit_with_duties";
        case Verdict::Refuse: return "refuse";
        case Verdict::Conflict: return "conflict";
    }
    return "refuse";
}

Decision evaluate(const PackSet& packs, const Facts& facts, Day on) {
    return Weighing(packs, facts, on).decide();
}

}  // namespace proviso::policy
