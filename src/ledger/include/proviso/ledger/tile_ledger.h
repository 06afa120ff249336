#pragma once

#include <filesystem>

#include <proviso/crypto/secret.h>
#include <proviso/crypto/sign.h>
#include <proviso/ledger/ledger.h>

namespace proviso::ledger {

struct TileLedgerOptions {
    std::filesystem::path folder;
    std::string origin;  ///< names this log for ever, e.g. "proviso.example/7f3a..."
    crypto::SigningKey signing_key;
    crypto::SecretBytes payload_key;  ///< wraps the personal payloads
    milliseconds checkpoint_every{1000};
};

/// The log on disk as C2SP tlog-tiles: `checkpoint`, `tile/...`, `tile/entries/...`, plus `wal`
/// (what is acknowledged but not yet integrated) and `payload/`. Refuses to open, naming the
/// first damaged index, if what is on disk does not hash to the signed checkpoint.
Result<std::unique_ptr<Ledger>> open_tile_ledger(TileLedgerOptions options, const Clock& clock);

/// Walks every entry and tile of a log folder with nothing but the verifier key.
/// The number of entries proven, or Corrupt naming what broke.
Result<std::uint64_t> verify_tile_ledger(
    const std::filesystem::path& folder, std::string_view verifier_key
);

}  // namespace proviso::ledger
