#include <proviso/proof/entry.h>

#include "../target.h"

PROVISO_FUZZ_TARGET(ledger_entry) {
    using namespace proviso;
    auto entry = proof::decode_entry(as_text(bytes));
    if (!entry) return;
    auto again = proof::encode(*entry);
    fuzz::expect(again && *again == as_text(bytes), "two texts, one meaning");
}
