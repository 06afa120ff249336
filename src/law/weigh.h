#pragma once

#include <proviso/law/matrix.h>
#include <proviso/law/permit.h>
#include <proviso/ledger/ledger.h>
#include <proviso/policy/evaluate.h>
#include <proviso/registers/documents.h>

#include "question.h"

namespace proviso::law {

/// A question weighed on a day: everything that is written down and handed out.
struct Weighed {
    policy::Decision decision;
    std::string facts_digest;
    Day day;
    Conditions conditions;
    /// Of a capture that asked for sound.
    std::optional<policy::Decision> sound;
    std::string sound_digest;

    /// What it was read in: the text above is theirs.
    Packs packs;

    bool permits() const { return decision.permits(); }

    /// Decides on the same grounds to the same end.
    bool same_as(const Weighed& other) const;
};

Result<Weighed> weigh(
    Packs packs, const registers::Snapshot& snapshot, const Question& question, Day day
);

/// The ledger entry of a decision: ids, dates and digests, nothing personal.
ledger::Draft draft_of(const Question& question, const Weighed& weighed, bool revokes);

Refusal refusal_of(
    const Question& question, const policy::Decision& decision, std::optional<DecisionRef> ref
);

/// Where the law permits, but nothing lifts the masks.
Refusal masked_refusal(const Question& question, std::optional<DecisionRef> ref);

/// Where no rule refuses: the camera is gone, what was asked for changed, or the permit was
/// revoked meanwhile and may be had anew.
Refusal revoked_refusal(const Question& question, std::optional<DecisionRef> ref);

std::vector<Reason> reasons_of(const policy::Decision& decision);
std::vector<Missing> missing_of(const policy::Decision& decision);

}  // namespace proviso::law
