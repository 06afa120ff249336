#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <proviso/base/result.h>
#include <proviso/base/time.h>
#include <proviso/law/act.h>

namespace proviso::law {

class Gate;

/// Where a decision stands in the ledger.
struct DecisionRef {
    std::uint64_t ledger_index = 0;
};

/// What a permit brings with it.
struct Conditions {
    std::optional<std::int64_t> footage_days_cap;  ///< days a recording may live
    std::optional<std::int64_t> footage_days_floor;
    std::optional<std::int64_t> template_days_cap;    ///< days a template may live
    std::optional<std::int64_t> watch_list_days_cap;  ///< days an entry of a watch-list may live
    bool audio = false;  ///< sound might be kept when it was asked; see Permit::sound()
    std::vector<std::string> duties;  ///< ids of what must be done meanwhile
};

/// One reason out of many: the rule and where the law says it.
struct Reason {
    std::string rule;
    std::string cite;
    std::string title;   ///< one plain sentence for a person
    std::string effect;  ///< "refuse", "require", "cap", "floor", "duty", "unknown"
};

/// What would turn a refusal.
struct Missing {
    std::string what;  ///< a record kind or a fact
    std::string rule;
    std::string next_step;       ///< for a person
    std::string owner = {};      ///< whose task it usually is: "officer", "controller", ...
    std::int64_t lead_days = 0;  ///< how long it must have stood before it counts
};

/// An answer of no. It is not an error: it says why and what a person can do.
struct Refusal {
    std::string act;
    bool pending = false;  ///< true: providing what is missing would turn it
    std::vector<Reason> reasons;
    std::vector<Missing> missing;
    std::optional<DecisionRef> decision;
    std::string analytic = {};  ///< of analyse and identify: analytic.kind

    /// "Recording is refused: no notice is on record (GDPR Art. 13). Put a notice on record."
    std::string words() const;
};

/// The state shared between the gate and one permit. Only the gate writes it.
struct Lease {
    std::atomic<bool> revoked{false};
    std::atomic<bool> sound{false};  ///< of a capture: sound may be kept, too
    std::atomic<std::int64_t> not_after_mono_us{0};
    std::atomic<std::uint64_t> decision{0};
};

/// Permission for one act, for a while. Only the Gate makes one; who does not hold one cannot
/// call what needs it. Move-only. `valid()` is a few nanoseconds and may be asked per packet.
template <class Act>
class Permit {
public:
    Permit(Permit&&) noexcept = default;
    Permit& operator=(Permit&&) noexcept = default;
    Permit(const Permit&) = delete;
    Permit& operator=(const Permit&) = delete;
    ~Permit() = default;

    const Act& act() const { return act_; }

    const Conditions& conditions() const { return conditions_; }

    DecisionRef decision() const { return {lease_->decision.load(std::memory_order_relaxed)}; }

    /// `now` is any recent reading of the monotonic clock (the packet's own time will do).
    bool valid(MonoTime now) const {
        return !lease_->revoked.load(std::memory_order_acquire) &&
               now.time_since_epoch().count() <
                   lease_->not_after_mono_us.load(std::memory_order_relaxed);
    }

    /// Whether sound may be kept as well: withdrawn and given again while the permit goes on. As
    /// quick as valid().
    bool sound(MonoTime now) const {
        return lease_->sound.load(std::memory_order_acquire) && valid(now);
    }

private:
    friend class Gate;

    Permit(Act act, Conditions conditions, std::shared_ptr<Lease> lease)
        : act_(std::move(act)), conditions_(std::move(conditions)), lease_(std::move(lease)) {}

    Act act_;
    Conditions conditions_;
    std::shared_ptr<Lease> lease_;
};

/// Permit or Refusal.
template <class Act>
using Answer = std::variant<Permit<Act>, Refusal>;

}  // namespace proviso::law
