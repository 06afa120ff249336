#pragma once

#include <filesystem>
#include <set>

#include <proviso/crypto/secret.h>

#include "disk.h"
#include "drafting.h"

namespace proviso::ledger {

/// The personal parts, one small encrypted file each, so that one can be erased without touching
/// anything else. put() and sync() are for the writer thread; the rest is thread-safe.
class PayloadStore {
public:
    PayloadStore(std::filesystem::path folder, crypto::SecretBytes key, Disk& disk);

    /// Salt and text under the payload key, bound to their commitment.
    Bytes seal(const Payload& payload) const;

    Result<> put(std::uint64_t index, ByteView sealed);
    /// After this what was put survives a power cut.
    Result<> sync();

    /// NotFound if it is not there any more; Corrupt if it is not what `commit` says.
    Result<Json> read(std::uint64_t index, const Digest& commit) const;
    /// Overwrites and removes it; success if it is not there.
    Result<> erase(std::uint64_t index) const;
    /// Removes what was put for an entry that did not get into the log.
    void discard(std::uint64_t index) const;
    /// Removes what was written for entries that never got into the log.
    Result<> remove_from(std::uint64_t size) const;

private:
    std::filesystem::path path_of(std::uint64_t index) const;

    std::filesystem::path folder_;
    crypto::SecretBytes key_;
    Disk& disk_;
    std::set<std::filesystem::path> to_sync_;
};

}  // namespace proviso::ledger
