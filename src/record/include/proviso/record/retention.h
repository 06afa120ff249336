#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <proviso/catalog/catalog.h>
#include <proviso/keys/key_store.h>
#include <proviso/ledger/ledger.h>

namespace proviso::record {

/// How long one camera's recordings may live: the least of what was asked and what the law caps.
struct RetentionRule {
    CameraId camera;
    std::int64_t footage_days = 0;
    std::optional<std::uint64_t> max_bytes;
    bool legal_hold = false;  ///< nothing of this camera goes while one covers it
    /// Of a camera that has nothing recorded at all, keys of this day and later ones stay: what
    /// else is kept of it is sealed with them.
    std::optional<Day> keys_from = {};
    bool masked = false;  ///< of the masked archive alone; else of everything but that
};

struct RetentionReport {
    std::uint64_t segments_deleted = 0;
    std::uint64_t bytes_freed = 0;
    std::vector<std::string> keys_destroyed;
};

/// One pass: what is over its age or size goes, oldest first; a camera-day's key is destroyed
/// when its last segment goes. Key first, ledger entry, then file, then row: a crash between
/// leaves nothing readable that should be gone.
Result<RetentionReport> apply_retention(
    const std::vector<RetentionRule>& rules,
    const std::filesystem::path& folder,
    catalog::Catalog& catalog,
    keys::KeyStore& keys,
    ledger::Ledger& ledger,
    Timestamp now
);

}  // namespace proviso::record
