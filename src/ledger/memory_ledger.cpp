#include <map>
#include <mutex>

#include <proviso/ledger/memory_ledger.h>

#include "drafting.h"

namespace proviso::ledger {

namespace {

constexpr std::string_view kOrigin = "proviso.invalid/memory";

class MemoryLedger final : public Ledger {
public:
    explicit MemoryLedger(const Clock& clock) : clock_(clock) {}

    Result<std::vector<Receipt>> append_all(std::vector<Draft> drafts) override {
        std::lock_guard lock(mutex_);
        std::vector<Drafted> made;
        std::vector<std::optional<Payload>> payloads;
        for (auto& draft : drafts) {
            auto payload = PROVISO_TRY(make_payload(draft));
            std::optional<Digest> commit;
            if (payload) commit = payload->commit;
            made.push_back(PROVISO_TRY(make_entry(std::move(draft), commit, clock_)));
            payloads.push_back(std::move(payload));
        }
        std::vector<Receipt> receipts;
        for (std::size_t i = 0; i < made.size(); ++i) {
            receipts.push_back({leaves_.size(), made[i].leaf, made[i].at});
            if (auto& payload = payloads[i]) personal_[leaves_.size()] = std::move(payload->text);
            leaves_.push_back(made[i].leaf);
            entries_.push_back(std::move(made[i].bytes));
        }
        return receipts;
    }

    std::uint64_t size() const override {
        std::lock_guard lock(mutex_);
        return entries_.size();
    }

    Result<std::vector<StoredEntry>> read(std::uint64_t first, std::size_t count) const override {
        std::lock_guard lock(mutex_);
        std::vector<StoredEntry> found;
        for (auto index = first; index < entries_.size() && found.size() < count; ++index) {
            auto entry = PROVISO_TRY(proof::decode_entry(entries_[index]));
            found.push_back({index, entries_[index], std::move(entry)});
        }
        return found;
    }

    Result<Json> personal(std::uint64_t index) const override {
        std::lock_guard lock(mutex_);
        auto found = personal_.find(index);
        if (found == personal_.end()) {
            return Error(ErrorKind::NotFound, "the entry has no personal part, or it was erased");
        }
        return parse_json(found->second);
    }

    Result<> erase_personal(std::uint64_t index) override {
        std::lock_guard lock(mutex_);
        if (index >= entries_.size()) return no_entry();
        personal_.erase(index);
        return {};
    }

    Result<std::string> checkpoint_note() const override {
        std::lock_guard lock(mutex_);
        return proof::sign(checkpoint(), key_);
    }

    Result<std::vector<InclusionProof>> prove_all(const std::vector<std::uint64_t>& indices
    ) const override {
        std::lock_guard lock(mutex_);
        std::vector<InclusionProof> proofs;
        auto note = proof::sign(checkpoint(), key_);
        for (auto index : indices) {
            if (index >= entries_.size()) return no_entry();
            auto path = proof::inclusion_path(leaves_, index);
            proofs.push_back({index, entries_[index], std::move(path), note, checkpoint()});
        }
        return proofs;
    }

    Result<std::vector<Digest>> prove_consistency(std::uint64_t old_size, std::uint64_t new_size)
        const override {
        std::lock_guard lock(mutex_);
        if (old_size > new_size || new_size > leaves_.size()) return no_entry();
        return proof::consistency_path(std::span(leaves_).first(new_size), old_size);
    }

    std::string verifier_key() const override {
        return proof::verifier_key(kOrigin, key_.public_key());
    }

private:
    static Error no_entry() { return {ErrorKind::NotFound, "the ledger has no such entry"}; }

    proof::Checkpoint checkpoint() const {
        return {std::string(kOrigin), leaves_.size(), proof::tree_root(leaves_)};
    }

    const Clock& clock_;
    const crypto::SigningKey key_ = crypto::SigningKey::generate();
    mutable std::mutex mutex_;
    std::vector<std::string> entries_;
    std::vector<Digest> leaves_;
    std::map<std::uint64_t, std::string> personal_;
};

class BrokenLedger final : public Ledger {
public:
    explicit BrokenLedger(ErrorKind kind) : kind_(kind) {}

    Result<std::vector<Receipt>> append_all(std::vector<Draft> /*drafts*/) override {
        return broken();
    }

    std::uint64_t size() const override { return 0; }

    Result<std::vector<StoredEntry>> read(
        std::uint64_t /*first*/, std::size_t /*count*/
    ) const override {
        return std::vector<StoredEntry>();
    }

    Result<Json> personal(std::uint64_t /*index*/) const override { return broken(); }

    Result<> erase_personal(std::uint64_t /*index*/) override { return broken(); }

    Result<std::string> checkpoint_note() const override { return broken(); }

    Result<std::vector<InclusionProof>> prove_all(const std::vector<std::uint64_t>& /*indices*/
    ) const override {
        return broken();
    }

    Result<std::vector<Digest>> prove_consistency(
        std::uint64_t /*old_size*/, std::uint64_t /*new_size*/
    ) const override {
        return broken();
    }

    std::string verifier_key() const override {
        return proof::verifier_key("proviso.invalid/broken", key_.public_key());
    }

private:
    Error broken() const { return {kind_, "the ledger cannot be written"}; }

    const ErrorKind kind_;
    const crypto::SigningKey key_ = crypto::SigningKey::generate();
};

}  // namespace

std::unique_ptr<Ledger> make_memory_ledger(const Clock& clock) {
    return std::make_unique<MemoryLedger>(clock);
}

std::unique_ptr<Ledger> make_broken_ledger(ErrorKind kind) {
    return std::make_unique<BrokenLedger>(kind);
}

}  // namespace proviso::ledger
