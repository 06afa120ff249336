#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <proviso/ledger/memory_ledger.h>
#include <proviso/proof/bundle.h>

namespace proviso::verify {

/// A small, complete bundle from fragments that were really sealed and a ledger that really grew:
/// two recordings with a gap between them, the first exported from its second fragment on, the
/// second up to its last but one.
struct MadeBundle {
    proof::Manifest manifest;
    proof::Evidence evidence;
    Bytes clip;
    std::string checkpoint;
    std::string log;

    /// The file, from the parts as they are now.
    Bytes file() const;
};

/// What a test wants to be different while the bundle is made, and so correctly signed.
struct Wishes {
    std::string verdict = "permit";
    bool with_unneeded_entry = false;
    std::function<void(proof::Manifest&)> manifest = {};
    std::function<void(Json& closed)> closed = {};
    std::function<void(Bytes& clip)> clip = {};
};

MadeBundle make_bundle(const Wishes& wishes = {});

}  // namespace proviso::verify
