#pragma once

#include <proviso/base/guarded.h>
#include <proviso/base/log.h>
#include <proviso/law/facts.h>
#include <proviso/law/gate.h>
#include <proviso/law/packs.h>
#include <proviso/ledger/memory_ledger.h>
#include <proviso/registers/source.h>

namespace proviso::law {

/// Registers kept by hand: a test sets the state and everybody is told.
class HandRegisters final : public registers::Source {
public:
    explicit HandRegisters(registers::Snapshot first) { keep(std::move(first)); }

    registers::SnapshotPtr snapshot() const override {
        auto now = state_.copy();
        if (before_next_) std::exchange(before_next_, nullptr)();
        return now;
    }

    void on_change(std::function<void(const registers::SnapshotPtr&)> listener) override {
        listeners_.with([&](auto& all) { all.push_back(std::move(listener)); });
    }

    template <class F>
    void change(F&& f) {
        auto next = *state_.copy();
        f(next);
        auto told = keep(std::move(next));
        for (const auto& listener : listeners_.copy()) listener(told);
    }

    /// As change(), but nobody is told.
    template <class F>
    void change_untold(F&& f) {
        auto next = *state_.copy();
        f(next);
        keep(std::move(next));
    }

    /// Runs once, after somebody has taken a snapshot and before he can use it.
    void after_next_snapshot(std::function<void()> deed) { before_next_ = std::move(deed); }

private:
    registers::SnapshotPtr keep(registers::Snapshot next) {
        next.version = ++version_;
        auto made = std::make_shared<const registers::Snapshot>(std::move(next));
        state_.with([&](auto& state) { state = made; });
        return made;
    }

    std::atomic<std::uint64_t> version_{0};
    Guarded<registers::SnapshotPtr> state_;
    Guarded<std::vector<std::function<void(const registers::SnapshotPtr&)>>> listeners_;
    mutable std::function<void()> before_next_;
};

/// A real log in memory that a test can break and mend.
class BreakableLedger final : public ledger::Ledger {
public:
    explicit BreakableLedger(const Clock& clock) : real_(ledger::make_memory_ledger(clock)) {}

    Result<std::vector<ledger::Receipt>> append_all(std::vector<ledger::Draft> drafts) override {
        if (broken) return Error(ErrorKind::NoSpace, "the storage is full");
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

    Json body(std::uint64_t index) const {
        auto entries = real_->read(index, 1).value();
        return entries.at(0).entry.body;
    }

    std::atomic<bool> broken{false};

private:
    std::unique_ptr<ledger::Ledger> real_;
};

inline CameraId camera(std::string_view name) { return CameraId::literal(name); }

inline registers::Record record(std::string name, std::string kind, SiteId site) {
    registers::Record made;
    made.name = std::move(name);
    made.kind = std::move(kind);
    made.site = std::move(site);
    return made;
}

/// A car park in Berlin and a shop in Paris, each with two cameras and all papers.
inline registers::Snapshot two_sites() {
    registers::Snapshot state;
    auto berlin = SiteId::literal("berlin");
    auto paris = SiteId::literal("paris");
    registers::Purpose purpose;
    purpose.name = PurposeId::literal("protection");
    purpose.code = "property_protection";
    purpose.basis = "legitimate_interests";
    state.purposes[purpose.name] = purpose;
    for (const auto& [name, country] : {std::pair(berlin, "DE"), std::pair(paris, "FR")}) {
        registers::Site site;
        site.name = name;
        site.jurisdictions = {country};
        site.sector = name == berlin ? "car_park" : "retail";
        site.controller.kind = "private";
        site.controller.country = country;
        site.storage_country = country;
        state.sites[name] = site;
        for (const auto* number : {"-1", "-2"}) {
            registers::Camera made;
            made.name = CameraId::literal(name.text() + number);
            made.site = name;
            made.purpose = purpose.name;
            made.space.kind = "public_premises";
            made.space.entrances = 1;
            made.space.staff_present = false;
            made.subjects = {"public"};
            made.footage_days = 30;
            state.cameras[made.name] = made;
        }
        for (const auto* kind : {"notice", "lia", "dpia"}) {
            auto made = record(name.text() + "-" + kind, kind, name);
            state.records[made.name] = made;
        }
    }
    auto prefect = record("paris-prefect", "prefect_authorisation", paris);
    state.records[prefect.name] = prefect;
    return state;
}

inline Timestamp at(const char* text) { return parse_timestamp(text).value(); }

/// Everything a gate needs, on 2026-11-22 at noon.
struct Scene {
    std::shared_ptr<const policy::PackSet> packs = load_packs(PROVISO_PACKS).value();
    FakeClock clock{at("2026-11-22T12:00:00Z")};
    BreakableLedger ledger{clock};
    HandRegisters registers{two_sites()};
    Gate gate{packs, registers, ledger, clock, {std::chrono::minutes(5), "DE"}};

    template <class Act>
    Permit<Act> permit(Act act) {
        return std::get<Permit<Act>>(gate.ask(std::move(act)).value());
    }

    template <class Act>
    Refusal refusal(Act act) {
        return std::get<Refusal>(gate.ask(std::move(act)).value());
    }

    void withdraw(const std::string& name) {
        registers.change([&](auto& state) { state.records.at(name).withdrawn = true; });
    }
};

}  // namespace proviso::law
