#pragma once

#include <proviso/law/matrix.h>
#include <proviso/registers/documents.h>

/// How long recordings are kept where nobody says: the packs' numbers, read for a place.
namespace proviso::law {

/// What the camera's document asks for. Where it asks for nothing, the default of the law for its
/// site on that day (of a workplace the one for workplaces, where there is one); of two packs the
/// shorter while one is only announced.
std::int64_t footage_days(
    const Packs& packs, const registers::Snapshot& snapshot, const registers::Camera& camera, Day on
);

/// Of a camera that is on record no more, so that no site and no purpose explains its recordings.
std::int64_t unexplained_days(const Packs& packs, Day on);

}  // namespace proviso::law
