#include <proviso/ledger/ledger.h>

namespace proviso::ledger {

Result<Receipt> Ledger::append(Draft draft) {
    std::vector<Draft> one;
    one.push_back(std::move(draft));
    auto receipts = PROVISO_TRY(append_all(std::move(one)));
    return receipts.front();
}

}  // namespace proviso::ledger
