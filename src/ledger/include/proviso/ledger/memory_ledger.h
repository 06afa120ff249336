#pragma once

#include <proviso/ledger/ledger.h>

namespace proviso::ledger {

/// A real log without a disk, for tests of the modules above.
std::unique_ptr<Ledger> make_memory_ledger(const Clock& clock);

/// A ledger that cannot write: every append fails with `kind`.
std::unique_ptr<Ledger> make_broken_ledger(ErrorKind kind);

}  // namespace proviso::ledger
