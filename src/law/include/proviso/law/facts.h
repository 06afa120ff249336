#pragma once

#include <vector>

#include <proviso/law/matrix.h>
#include <proviso/policy/facts.h>
#include <proviso/registers/documents.h>

/// From what is on record to what the law asks: pure, so that it is tested on states made by hand.
namespace proviso::law {

/// A place that comes with the question: who looks from where, who receives.
struct PlaceFact {
    std::string role;
    std::string country;
};

/// The facts of a camera as on record, in the format of docs/reference/facts.md, without the
/// question (`act`, `analytic`). Withdrawn records and those of other sites and cameras are left
/// out, and so are records that speak for one person alone: except, as covering everyone
/// concerned, those of `subject` when the question is about that person only. Sound is stated as
/// not recorded, since it is dropped at the door unless permitted. How long recordings are kept is
/// what the document asks for, or else the default of the law (footage_days()). NotFound for a
/// camera that is not on record.
Result<Json> facts_of(
    const Packs& packs,
    Day on,
    const registers::Snapshot& snapshot,
    const CameraId& camera,
    const std::vector<PlaceFact>& places = {},
    const std::string& subject = {}
);

/// As facts_of(), with `question` (a partial document) stated over it.
Result<policy::Facts> facts_for(
    const Packs& packs,
    Day on,
    const registers::Snapshot& snapshot,
    const CameraId& camera,
    const Json& question,
    const std::vector<PlaceFact>& places = {},
    const std::string& subject = {}
);

}  // namespace proviso::law
