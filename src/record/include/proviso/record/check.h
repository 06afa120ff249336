#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <proviso/catalog/catalog.h>
#include <proviso/keys/key_store.h>
#include <proviso/ledger/ledger.h>

namespace proviso::record {

struct Finding {
    std::string invariant;  ///< "REC-2"
    std::string subject;    ///< segment id or file
    std::string words;
};

/// Walks the numbered invariants of recordings: every row has its file, every file its row, every
/// fragment decrypts, every closed segment hashes to the root in its ledger entry, no two
/// segments of a stream overlap, every second between them has a gap with a cause.
/// `deep` decrypts and hashes everything; otherwise headers only.
Result<std::vector<Finding>> check_recordings(
    const std::filesystem::path& folder,
    catalog::Catalog& catalog,
    keys::KeyStore& keys,
    ledger::Ledger& ledger,
    bool deep
);

struct RebuildReport {
    std::uint64_t segments = 0;
    std::uint64_t gaps = 0;
    std::vector<std::string> skipped;  ///< files that are not recordings or are damaged
};

/// Makes the catalog again from nothing but the files and the ledger.
Result<RebuildReport> rebuild_catalog(
    const std::filesystem::path& folder, catalog::Catalog& catalog, const ledger::Ledger& ledger
);

}  // namespace proviso::record
