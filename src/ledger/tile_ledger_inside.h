#pragma once

#include <proviso/ledger/tile_ledger.h>

#include "disk.h"

namespace proviso::ledger {

/// open_tile_ledger() on a storage that a test can make fail. `disk` outlives the ledger.
Result<std::unique_ptr<Ledger>> open_tile_ledger_on(
    Disk& disk, TileLedgerOptions options, const Clock& clock
);

}  // namespace proviso::ledger
