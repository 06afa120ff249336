#pragma once

#include <memory>
#include <vector>

#include <proviso/base/document.h>
#include <proviso/base/time.h>
#include <proviso/proof/checkpoint.h>
#include <proviso/proof/entry.h>
#include <proviso/proof/merkle.h>

namespace proviso::ledger {

using crypto::Digest;

/// What somebody wants written down. `body` is public for ever: ids, times, hashes, rule ids.
/// `personal` (null if none) is kept encrypted beside the tree and can be erased.
struct Draft {
    std::string type;
    Json body = Json::object();
    Json personal;
};

struct Receipt {
    std::uint64_t index = 0;
    Digest leaf{};
    Timestamp at;
};

struct StoredEntry {
    std::uint64_t index = 0;
    std::string bytes;  ///< as hashed into the tree
    proof::Entry entry;
};

/// An entry with all that shows it is in the log.
struct InclusionProof {
    std::uint64_t index = 0;
    std::string entry_bytes;
    std::vector<Digest> path;
    std::string checkpoint_note;
    proof::Checkpoint checkpoint;
};

/// The append-only log. Thread-safe.
class Ledger {
public:
    Ledger() = default;
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;
    virtual ~Ledger() = default;

    /// Returns only when the entries survive a power cut; all of them or none. Appends of many
    /// threads share one flush. On any error nothing may be done that needed the entry.
    virtual Result<std::vector<Receipt>> append_all(std::vector<Draft> drafts) = 0;

    Result<Receipt> append(Draft draft);

    /// Entries acknowledged so far.
    virtual std::uint64_t size() const = 0;
    virtual Result<std::vector<StoredEntry>> read(std::uint64_t first, std::size_t count) const = 0;
    /// The personal part of an entry; NotFound if it had none or it was erased.
    virtual Result<Json> personal(std::uint64_t index) const = 0;
    virtual Result<> erase_personal(std::uint64_t index) = 0;
    /// The newest signed checkpoint, as a note.
    virtual Result<std::string> checkpoint_note() const = 0;
    /// Proofs against one checkpoint, in the order asked for. Waits, if need be, until a
    /// checkpoint covers all the entries: under two seconds, and Timeout after eleven on a storage
    /// that hardly moves.
    virtual Result<std::vector<InclusionProof>> prove_all(const std::vector<std::uint64_t>& indices
    ) const = 0;

    Result<InclusionProof> prove(std::uint64_t index) const;

    virtual Result<std::vector<Digest>> prove_consistency(
        std::uint64_t old_size, std::uint64_t new_size
    ) const = 0;
    /// The verifier key a stranger needs.
    virtual std::string verifier_key() const = 0;
};

}  // namespace proviso::ledger
