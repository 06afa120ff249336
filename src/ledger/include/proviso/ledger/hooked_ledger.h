#pragma once

#include <atomic>
#include <functional>

#include <proviso/ledger/memory_ledger.h>

namespace proviso::ledger {

/// A memory ledger that can be told to fail, or to do something just before or after an append; for
/// tests of the modules above. What it is told must not change while others append.
class HookedLedger final : public Ledger {
public:
    explicit HookedLedger(const Clock& clock) : real_(make_memory_ledger(clock)) {}

    std::function<void()> before;
    std::function<void()> after;
    std::atomic<bool> broken{false};

    Result<std::vector<Receipt>> append_all(std::vector<Draft> drafts) override {
        if (broken) return Error(ErrorKind::NoSpace, "the ledger is full");
        if (before) before();
        auto receipts = real_->append_all(std::move(drafts));
        if (after) after();
        return receipts;
    }

    std::uint64_t size() const override { return real_->size(); }

    Result<std::vector<StoredEntry>> read(std::uint64_t first, std::size_t count) const override {
        return real_->read(first, count);
    }

    Result<Json> personal(std::uint64_t index) const override { return real_->personal(index); }

    Result<> erase_personal(std::uint64_t index) override { return real_->erase_personal(index); }

    Result<std::string> checkpoint_note() const override { return real_->checkpoint_note(); }

    Result<std::vector<InclusionProof>> prove_all(const std::vector<std::uint64_t>& indices
    ) const override {
        return real_->prove_all(indices);
    }

    Result<std::vector<Digest>> prove_consistency(std::uint64_t old_size, std::uint64_t new_size)
        const override {
        return real_->prove_consistency(old_size, new_size);
    }

    std::string verifier_key() const override { return real_->verifier_key(); }

private:
    std::unique_ptr<Ledger> real_;
};

}  // namespace proviso::ledger
