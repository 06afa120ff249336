#include <fmt/format.h>

#include "gate_inside.h"

namespace proviso::law {

namespace {

constexpr std::size_t kMostNoted = 100'000;

}  // namespace

Gate::Inside::Inside(
    std::shared_ptr<const policy::PackSet> packs_given,
    registers::Source& registers_given,
    ledger::Ledger& ledger_given,
    const Clock& clock_given,
    GateOptions options_given
)
    : packs(Packs{std::move(packs_given), nullptr}),
      registers(registers_given),
      ledger(ledger_given),
      clock(clock_given),
      options(std::move(options_given)) {}

Result<Weighed> Gate::Inside::weigh_now(
    const Question& question, const registers::Snapshot& snapshot
) const {
    return weigh(packs.copy(), snapshot, question, today());
}

Result<std::uint64_t> Gate::Inside::note(const Question& question, const Weighed& weighed) {
    auto known = state.with([&](State& now) -> std::optional<std::uint64_t> {
        auto found = now.noted.find(question.key);
        if (found == now.noted.end() || !found->second.weighed.same_as(weighed)) return {};
        return found->second.index;
    });
    if (known && !ledger_failing) return *known;
    auto receipt = ledger.append(draft_of(question, weighed, false));
    ledger_failing = !receipt;
    if (!receipt) return std::move(receipt).error().while_doing("record the decision");
    state.with([&](State& now) {
        if (now.noted.size() >= kMostNoted) now.noted.clear();
        now.noted[question.key] = {weighed, receipt->index};
    });
    return receipt->index;
}

std::optional<Clearance> Gate::Inside::clearance(const Question& question) const {
    if (!question.clear || options.clearances == nullptr) return std::nullopt;
    auto found = options.clearances->clearance(question.camera, *question.clear);
    if (found && question.exports && !found->exports) return std::nullopt;
    return found;
}

bool Gate::Inside::prolong(
    Lease& lease,
    const registers::Snapshot& snapshot,
    const Weighed& weighed,
    std::uint64_t index,
    const std::optional<Clearance>& lift
) {
    auto until = clock.monotonic() + options.lease;
    if (lift) until = std::min(until, lift->until_mono);
    // Under the lock, so that a review that withdraws the sound comes wholly before or after.
    return state.with([&](State& now) {
        if (changed_since(snapshot, weighed)) return false;
        auto held = now.held.find(&lease);
        if (held != now.held.end()) held->second.sound = weighed.conditions.audio;
        lease.sound = weighed.conditions.audio;
        lease.decision = index;
        lease.not_after_mono_us = until.time_since_epoch().count();
        return true;
    });
}

std::shared_ptr<Lease> Gate::Inside::grant(const Question& question) {
    auto lease = std::make_shared<Lease>();
    state.with([&](State& now) {
        if (now.held.size() > 64 && now.held.size() % 64 == 0) {
            std::erase_if(now.held, [](auto& each) { return each.second.lease.expired(); });
        }
        now.held[lease.get()] = {lease, question, false};
    });
    return lease;
}

bool Gate::Inside::changed_since(const registers::Snapshot& snapshot, const Weighed& weighed)
    const {
    return registers.snapshot()->version != snapshot.version || packs.copy() != weighed.packs;
}

template <class Act>
Result<Answer<Act>> Gate::Inside::ask(Act act, const Question& question) {
    while (true) {
        auto snapshot = registers.snapshot();
        auto weighed = PROVISO_TRY(weigh_now(question, *snapshot));
        auto index = note(question, weighed);
        if (!weighed.permits()) {
            // A no needs no record to be a no.
            std::optional<DecisionRef> ref;
            if (index) ref = DecisionRef{*index};
            return Answer<Act>(refusal_of(question, weighed.decision, ref));
        }
        if (!index) return std::move(index).error();
        auto lease = grant(question);
        // A change told before the lease was known to review() is seen here, a later one there.
        // A lift that ends from here on revokes the lease, which is known.
        auto lift = clearance(question);
        if (question.clear && !lift) {
            lease->revoked = true;
            return Answer<Act>(masked_refusal(question, DecisionRef{*index}));
        }
        if (!prolong(*lease, *snapshot, weighed, *index, lift)) continue;
        return Answer<Act>(Permit<Act>(std::move(act), weighed.conditions, std::move(lease)));
    }
}

Result<std::optional<Refusal>> Gate::Inside::renew(
    const std::shared_ptr<Lease>& lease, const Question& question, Conditions* conditions
) {
    while (true) {
        auto snapshot = registers.snapshot();
        auto weighed = PROVISO_TRY(weigh_now(question, *snapshot));
        auto index = note(question, weighed);
        if (!weighed.permits()) {
            lease->revoked = true;
            std::optional<DecisionRef> ref;
            if (index) ref = DecisionRef{*index};
            return std::optional(refusal_of(question, weighed.decision, ref));
        }
        if (!index) return std::move(index).error();
        if (changed_since(*snapshot, weighed)) continue;
        auto lift = clearance(question);
        if (question.clear && !lift) {
            lease->revoked = true;
            return std::optional(masked_refusal(question, DecisionRef{*index}));
        }
        if (lease->revoked) return std::optional(revoked_refusal(question, DecisionRef{*index}));
        if (!prolong(*lease, *snapshot, weighed, *index, lift)) continue;
        if (conditions != nullptr) *conditions = weighed.conditions;
        return std::optional<Refusal>();
    }
}

Gate::Gate(
    std::shared_ptr<const policy::PackSet> packs,
    registers::Source& registers,
    ledger::Ledger& ledger,
    const Clock& clock,
    GateOptions options
)
    : inside_(
          std::make_shared<Inside>(std::move(packs), registers, ledger, clock, std::move(options))
      ) {
    registers.on_change([weak = std::weak_ptr(inside_)](const registers::SnapshotPtr& snapshot) {
        if (auto inside = weak.lock()) inside->review(snapshot);
    });
    if (inside_->options.clearances != nullptr) {
        inside_->options.clearances->on_end([weak = std::weak_ptr(inside_)] {
            if (auto inside = weak.lock()) inside->review_clear();
        });
    }
    reviewer_ = Worker("gate", [inside = inside_.get()](const std::stop_token& stop) {
        inside->watch(stop);
    });
}

Gate::~Gate() = default;

Result<Answer<Capture>> Gate::ask(Capture act) {
    auto question = question_of(act);
    return inside_->ask(std::move(act), question);
}

Result<Answer<View>> Gate::ask(View act) {
    auto question = question_of(act, inside_->options.viewer_country);
    return inside_->ask(std::move(act), question);
}

Result<Answer<Export>> Gate::ask(Export act) {
    auto question = question_of(act, inside_->options.viewer_country);
    return inside_->ask(std::move(act), question);
}

Result<Answer<Analyse>> Gate::ask(Analyse act) {
    auto question = PROVISO_TRY(question_of(act));
    return inside_->ask(std::move(act), question);
}

Result<Answer<Identify>> Gate::ask(Identify act) {
    auto question = PROVISO_TRY(question_of(act));
    return inside_->ask(std::move(act), question);
}

Result<Answer<Enrol>> Gate::ask(Enrol act) {
    auto question = PROVISO_TRY(question_of(act));
    return inside_->ask(std::move(act), question);
}

Result<std::optional<Refusal>> Gate::renew(Permit<Capture>& permit) {
    return inside_->renew(permit.lease_, question_of(permit.act_), &permit.conditions_);
}

Result<std::optional<Refusal>> Gate::renew(Permit<View>& permit) {
    auto question = question_of(permit.act_, inside_->options.viewer_country);
    return inside_->renew(permit.lease_, question, nullptr);
}

Result<std::optional<Refusal>> Gate::renew(Permit<Analyse>& permit) {
    return inside_->renew(permit.lease_, PROVISO_TRY(question_of(permit.act_)), nullptr);
}

Result<std::optional<Refusal>> Gate::renew(Permit<Identify>& permit) {
    return inside_->renew(permit.lease_, PROVISO_TRY(question_of(permit.act_)), nullptr);
}

void Gate::set_packs(Packs packs) {
    inside_->packs.with([&](Packs& kept) { kept = std::move(packs); });
    review();
}

Packs Gate::packs() const { return inside_->packs.copy(); }

void Gate::review() { inside_->review(inside_->registers.snapshot()); }

void Gate::on_revoked(std::function<void(const CameraId&, const Refusal&)> listener) {
    inside_->listeners.with([&](auto& all) { all.push_back(std::move(listener)); });
}

}  // namespace proviso::law
