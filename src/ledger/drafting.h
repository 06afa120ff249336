#pragma once

#include <optional>

#include <proviso/ledger/ledger.h>

namespace proviso::ledger {

/// The personal part of a draft, ready to be committed to: the salt makes the digest useless for
/// guessing once the payload is erased.
struct Payload {
    std::array<std::uint8_t, 16> salt{};
    std::string text;  ///< canonical JSON
    Digest commit{};
};

/// Nothing if the draft has no personal part. InvalidInput if it cannot be written canonically,
/// TooLarge over 64 KiB.
Result<std::optional<Payload>> make_payload(const Draft& draft);

/// An entry as it goes into the tree.
struct Drafted {
    std::string bytes;
    Digest leaf{};
    Timestamp at;
};

/// Stamps and encodes. `commit` is that of the payload, if there is one.
Result<Drafted> make_entry(Draft draft, const std::optional<Digest>& commit, const Clock& clock);

}  // namespace proviso::ledger
