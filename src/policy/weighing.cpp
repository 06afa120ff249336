#include "weighing.h"

#include <algorithm>
#include <bit>

namespace proviso::policy {

void Weighing::speak() {
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

void Weighing::override_others() {
    if (rule_->overridden.empty()) return;
    if (rule_->doubtful() && !vouched()) {
        spoke_ = Spoke::Require;
        refuse_for_now(lack_of("counsel_attestation", rule_->attestation));
    }
    for (auto index : rule_->overridden) overridden_.set(index);
}

bool Weighing::vouched() const { return is_met(asking_, rule_->vouched); }

void Weighing::refuse_finally() {
    spoke_ = Spoke::Refuse;
    refuses_ = true;
    final_ = true;
}

void Weighing::lack(const Lacking& lacking) {
    for (const auto& known : missing_) {
        if (known.what == lacking.what && known.rule == lacking.rule) return;
    }
    missing_.push_back(lacking);
}

Lacking Weighing::lack_of(std::string_view what, std::string_view question) const {
    return {what, rule_id(), question};
}

Lacking Weighing::lack_of(const Requirement& need) const {
    return {need.what, rule_id(), need.next_step, need.kinds, need.least_age_days};
}

std::string_view Weighing::rule_id() const {
    return rule_ == nullptr ? kNoPackRule : std::string_view(rule_->id);
}

void Weighing::refuse_for_now(const Lacking& lacking) {
    lack(lacking);
    refuses_ = true;
    pending_ = true;
}

void Weighing::exception(const Exception& exception) {
    auto holds = ask(exception.where);
    if (holds == Tri::False) return refuse_finally();
    if (holds == Tri::Unknown) {
        open_question(exception.where);
        if (refuses_) return;
    }
    for (const auto& need : exception.needs) require(need, true);
    if (!refuses_ && rule_->doubtful() && !vouched()) {
        spoke_ = Spoke::Require;
        refuse_for_now(lack_of("counsel_attestation", rule_->attestation));
    }
}

void Weighing::require(const Requirement& need, bool refuse) {
    auto wanted = ask(need.when);
    if (wanted == Tri::False) return;
    if (is_met(asking_, need)) {
        if (spoke_ == Spoke::Duty) spoke_ = Spoke::Require;
        return add_duty(need.duty);
    }
    if (wanted == Tri::Unknown) {
        open_question(need.when);
        if (refuse && refuses_) lack(lack_of(need));
        return;
    }
    if (refuse) {
        if (spoke_ != Spoke::Refuse) spoke_ = Spoke::Require;
        return refuse_for_now(lack_of(need));
    }
    lack(lack_of(need));
    add_duty(need.duty);
}

void Weighing::prove() {
    auto holds = ask(rule_->effect.prove);
    if (holds == Tri::False) refuse_finally();
    if (holds == Tri::Unknown) open_question(rule_->effect.prove);
}

void Weighing::need_facts() {
    auto lacking = rule_->effect.facts;
    for (auto rest = lacking; rest != 0; rest &= rest - 1) {
        auto field = static_cast<std::size_t>(std::countr_zero(rest));
        if (asking_.in.knows(fields()[field])) lacking &= ~(std::uint64_t{1} << field);
    }
    open_questions(lacking);
}

void Weighing::open_question(int node) {
    if (node >= 0) open_questions(blame(asking_, static_cast<std::uint16_t>(node)));
}

void Weighing::open_questions(std::uint64_t lacking) {
    if (lacking == 0) return;
    bool refuse = refuses_unknown();
    for (; lacking != 0; lacking &= lacking - 1) {
        auto i = static_cast<std::size_t>(std::countr_zero(lacking));
        if (refuse) {
            refuse_for_now(lack_of(fields()[i].path, fields()[i].question));
        } else {
            lack(lack_of(fields()[i].path, fields()[i].question));
            add_duty(answer_duties()[i]);
        }
    }
    if (refuse && spoke_ != Spoke::Refuse) spoke_ = Spoke::Unknown;
}

void Weighing::unknown(int node) {
    if (rule_->votes() && !rule_->effect.can_refuse() && rule_->effect.ask.empty() &&
        rule_->effect.caps.empty() && rule_->effect.floors.empty()) {
        return;  // At most a duty hangs on it: not worth a question.
    }
    spoke_ = Spoke::Unknown;
    refuses_ = false;
    open_question(node);
    said_.push_back({rule_, Spoke::Unknown, refuses_});
}

bool Weighing::refuses_unknown() const {
    switch (rule_->effect.on_unknown) {
        case OnUnknown::Deny: return true;
        case OnUnknown::Ask: return false;
        case OnUnknown::ByClass: break;
    }
    return biometric_ && rule_->effect.can_refuse();
}

bool Weighing::has_all(const Limit::Step& step) const {
    return std::all_of(step.needs.begin(), step.needs.end(), [&](const auto& need) {
        return is_met(asking_, need);
    });
}

void Weighing::refuse_until(const Limit::Step* step) {
    refuses_ = true;
    if (step == nullptr) {
        final_ = true;
        return;
    }
    for (const auto& need : step->needs) {
        if (!is_met(asking_, need)) refuse_for_now(lack_of(need));
    }
    if (rule_->doubtful() && !vouched()) {
        refuse_for_now(lack_of("counsel_attestation", rule_->attestation));
    }
}

void Weighing::apply_cap(const Limit& limit) {
    auto asked = asking_.in.numbers[limit.param];
    std::int64_t most = limit.value;
    bool lifted = false;
    const Limit::Step* next = nullptr;
    for (const auto& step : limit.relax) {
        if (has_all(step) && (!rule_->doubtful() || vouched())) {
            most = step.to.value_or(most);
            lifted = !step.to;
            for (const auto& need : step.needs) add_duty(need.duty);
        } else if (next == nullptr && (!step.to || asked <= *step.to)) {
            next = &step;
        }
    }
    if (lifted) return;
    if (spoke_ != Spoke::Refuse) spoke_ = Spoke::Cap;
    if (retaining_ && asked > most) refuse_until(next);
    auto& cap = caps_.at(limit.param - slot::kFootageDays);
    if (cap == kNone || most < cap) cap = most;
}

void Weighing::apply_floor(const Limit& limit) {
    auto asked = asking_.in.numbers[limit.param];
    auto least = limit.value;
    bool short_of_it = retaining_ && asked != kUnknownNumber;
    const Limit::Step* next = nullptr;
    for (const auto& step : limit.relax) {
        if (has_all(step) && (!rule_->doubtful() || vouched())) {
            least = step.to.value_or(0);
            for (const auto& need : step.needs) add_duty(need.duty);
        } else if (next == nullptr && asked >= step.to.value_or(0)) {
            next = &step;
        }
    }
    if (least == 0 && limit.value > 0) return;
    if (spoke_ != Spoke::Refuse) spoke_ = Spoke::Floor;
    if (short_of_it && asked < least) refuse_until(next);
    auto& floor = floors_.at(limit.param - slot::kFootageDays);
    floor = std::max(floor, least);
}

void Weighing::add_duty(std::string_view duty) {
    if (std::find(duties_.begin(), duties_.end(), duty) == duties_.end()) {
        duties_.push_back(duty);
    }
}

}  // namespace proviso::policy
