#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>

#include <proviso/catalog/catalog.h>
#include <proviso/keys/key_store.h>
#include <proviso/law/gate.h>
#include <proviso/ledger/ledger.h>
#include <proviso/registers/source.h>

/// What stands around a recorder, real but small: a law of one rule (a camera is recorded only
/// with a notice on record), registers that a test changes, keys and catalog in a folder.
namespace proviso::record {

class TestRegisters final : public registers::Source {
public:
    TestRegisters();

    registers::SnapshotPtr snapshot() const override;
    void on_change(std::function<void(const registers::SnapshotPtr&)> listener) override;

    void add_camera(const CameraId& camera);
    /// Puts the notice on record, or withdraws it.
    void set_notice(bool on_record);
    /// All cameras have sound; it may be kept or not.
    void set_sound(bool permitted);

private:
    void change(const std::function<void(registers::Snapshot&)>& how);

    mutable std::mutex mutex_;
    registers::SnapshotPtr snapshot_;
    std::vector<std::function<void(const registers::SnapshotPtr&)>> listeners_;
};

std::shared_ptr<const policy::PackSet> test_packs();
std::vector<policy::PackFile> test_pack_files();

/// Everybody may see everything clear, or nobody may.
class TestClearances final : public law::Clearances {
public:
    std::optional<law::Clearance> clearance(const CameraId&, const UserId&) const override {
        if (!lifted) return std::nullopt;
        return law::Clearance{"test", Timestamp::max(), MonoTime::max(), true};
    }

    void on_end(std::function<void()> /*listener*/) override {}

    std::atomic<bool> lifted{true};
};

class TestHouse {
public:
    /// `ledger` is outside of the house so that a test may bring its own.
    TestHouse(const std::filesystem::path& folder, ledger::Ledger& ledger, const Clock& clock);

    law::Permit<law::Capture> may_capture(const CameraId& camera);
    std::shared_ptr<law::Permit<law::View>> may_view(const CameraId& camera, bool clear = true);
    law::Permit<law::Export> may_export(
        const CameraId& camera, Timestamp from, Timestamp to, bool clear = true
    );

    std::filesystem::path recordings() const { return folder_ / "recordings"; }

    std::filesystem::path exports() const { return folder_ / "exports"; }

    const std::filesystem::path folder_;
    ledger::Ledger& ledger;
    TestRegisters registers;
    std::unique_ptr<keys::KeyStore> keys;
    std::unique_ptr<store::Database> database;
    std::unique_ptr<catalog::Catalog> catalog;
    TestClearances clearances;
    law::Gate gate;
};

}  // namespace proviso::record
