#pragma once

#include <atomic>

#include <proviso/ledger/memory_ledger.h>

namespace proviso::record {

/// A log in memory that a test can make fail, as a full disk would.
class MoodyLedger final : public ledger::Ledger {
public:
    explicit MoodyLedger(const Clock& clock) : real_(ledger::make_memory_ledger(clock)) {}

    Result<std::vector<ledger::Receipt>> append_all(std::vector<ledger::Draft> drafts) override {
        if (fail) return Error(ErrorKind::NoSpace, "the storage is full");
        return real_->append_all(std::move(drafts));
    }

    std::uint64_t size() const override { return real_->size(); }

    Result<std::vector<ledger::StoredEntry>> read(std::uint64_t first, std::size_t count)
        const override {
        return real_->read(first, count);
    }

    Result<Json> personal(std::uint64_t index) const override { return real_->personal(index); }

    Result<> erase_personal(std::uint64_t index) override { return real_->erase_personal(index); }

    Result<std::string> checkpoint_note() const override { return real_->checkpoint_note(); }

    Result<std::vector<ledger::InclusionProof>> prove_all(const std::vector<std::uint64_t>& indices
    ) const override {
        return real_->prove_all(indices);
    }

    Result<std::vector<ledger::Digest>> prove_consistency(
        std::uint64_t old_size, std::uint64_t new_size
    ) const override {
        return real_->prove_consistency(old_size, new_size);
    }

    std::string verifier_key() const override { return real_->verifier_key(); }

    std::atomic<bool> fail{false};

private:
    std::unique_ptr<ledger::Ledger> real_;
};

}  // namespace proviso::record
