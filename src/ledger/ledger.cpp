#include <proviso/ledger/ledger.h>

namespace proviso::ledger {

Result<Receipt> Ledger::append(Draft draft) {
    std::vector<Draft> one;
    one.push_back(std::move(draft));
    auto receipts = PROVISO_TRY(append_all(std::move(one)));
    return receipts.front();
}

Result<InclusionProof> Ledger::prove(std::uint64_t index) const {
    auto proofs = PROVISO_TRY(prove_all({index}));
    return std::move(proofs.front());
}

}  // namespace proviso::ledger
