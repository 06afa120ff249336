#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <unordered_map>

#include <proviso/base/guarded.h>
#include <proviso/law/gate.h>

#include "weigh.h"

namespace proviso::law {

/// A lease somebody holds, and what it was given for.
struct Held {
    std::weak_ptr<Lease> lease;
    Question question;
    bool sound = false;
};

/// A decision already in the ledger.
struct Noted {
    Weighed weighed;
    std::uint64_t index = 0;
};

/// Outlives the gate while a change of the registers is still being told.
struct Gate::Inside {
    Inside(
        std::shared_ptr<const policy::PackSet> packs_given,
        registers::Source& registers_given,
        ledger::Ledger& ledger_given,
        const Clock& clock_given,
        GateOptions options_given
    );

    Day today() const { return day_of(clock.now()); }

    Result<Weighed> weigh_now(const Question& question, const registers::Snapshot& snapshot) const;

    /// What was weighed is no longer what there is.
    bool changed_since(const registers::Snapshot& snapshot, const Weighed& weighed) const;

    /// The ledger index of the decision: a new entry, unless the same one stands there already.
    Result<std::uint64_t> note(const Question& question, const Weighed& weighed);

    /// A lease from now, not yet valid; known to review() from then on.
    std::shared_ptr<Lease> grant(const Question& question);
    /// Lets the lease be what was weighed, not beyond the lift it rests on; false, and nothing
    /// done, if what was weighed has changed since.
    bool prolong(
        Lease& lease,
        const registers::Snapshot& snapshot,
        const Weighed& weighed,
        std::uint64_t index,
        const std::optional<Clearance>& lift
    );

    /// The lift a clear act rests on; nothing for acts that want none.
    std::optional<Clearance> clearance(const Question& question) const;

    template <class Act>
    Result<Answer<Act>> ask(Act act, const Question& question);

    /// `conditions` receives the new ones; null where they do not matter.
    Result<std::optional<Refusal>> renew(
        const std::shared_ptr<Lease>& lease, const Question& question, Conditions* conditions
    );

    void review(const registers::SnapshotPtr& snapshot);
    void review_clear();
    void report_review(std::size_t leases);
    void watch(const std::stop_token& stop);

    Guarded<Packs> packs;
    registers::Source& registers;
    ledger::Ledger& ledger;
    const Clock& clock;
    const GateOptions options;

    struct State {
        std::unordered_map<const Lease*, Held> held;
        std::map<std::string, Noted> noted;  ///< by the question's key
        std::optional<MonoTime> last_report;
    };

    Guarded<State> state;
    Guarded<std::vector<std::function<void(const CameraId&, const Refusal&)>>> listeners;
    /// The last append failed: nothing may rest on what was noted before until one succeeds.
    std::atomic<bool> ledger_failing{false};

private:
    std::vector<Held> live_leases();
    void silence(std::vector<std::pair<Held, Weighed>> silenced);
    void revoke(std::vector<std::pair<Held, Weighed>> refused);
};

}  // namespace proviso::law
