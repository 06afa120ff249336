#pragma once

#include <mutex>

#include <proviso/law/gate.h>
#include <proviso/ledger/memory_ledger.h>
#include <proviso/policy/pack_set.h>

namespace proviso::live {

/// A register that holds one camera "gate" and, until it is withdrawn, its notice.
class OneCamera final : public registers::Source {
public:
    OneCamera() { set(true); }

    registers::SnapshotPtr snapshot() const override {
        std::lock_guard lock(mutex_);
        return snapshot_;
    }

    void on_change(std::function<void(const registers::SnapshotPtr&)> /*listener*/) override {}

    void set(bool with_notice) {
        auto next = std::make_shared<registers::Snapshot>();
        registers::Site site;
        site.name = SiteId::literal("berlin");
        site.jurisdictions = {"DE"};
        site.sector = "car_park";
        site.timezone = "Europe/Berlin";
        site.storage_country = "DE";
        site.controller = {"Parkhaus", "private", "DE", {}};
        registers::Purpose purpose;
        purpose.name = PurposeId::literal("security");
        purpose.code = "property_protection";
        purpose.basis = "legitimate_interests";
        registers::Camera camera;
        camera.name = CameraId::literal("gate");
        camera.site = site.name;
        camera.purpose = purpose.name;
        camera.main.url = "rtsp://127.0.0.1/main";
        if (with_notice) {
            registers::Record notice;
            notice.name = "berlin-notice";
            notice.kind = "notice";
            notice.site = site.name;
            next->records.emplace(notice.name, notice);
        }
        next->sites.emplace(site.name, site);
        next->purposes.emplace(purpose.name, purpose);
        next->cameras.emplace(camera.name, camera);
        std::lock_guard lock(mutex_);
        next->version = ++version_;
        snapshot_ = std::move(next);
    }

private:
    mutable std::mutex mutex_;
    registers::SnapshotPtr snapshot_;
    std::uint64_t version_ = 0;
};

inline std::shared_ptr<const policy::PackSet> notice_pack() {
    constexpr auto kPack =
        "id: test\ntitle: Test\nversion: \"1.0.0\"\nchecked: 2026-01-01\nreview_by: 2027-01-01\n"
        "language: en\njurisdictions: [\"*\"]\n";
    constexpr auto kRule =
        "id: T-NOTICE\ntitle: People must be told\ncite: Test Act 1\nstatus: in_force\n"
        "confidence: V\nacts: [capture, view, export]\nscope: {in: [site.jurisdictions, [DE]]}\n"
        "effect:\n  require_before:\n"
        "    - {record: notice, next_step: \"Put a notice on record\"}\n";
    auto packs =
        policy::PackSet::compile({{"test/pack.yaml", kPack}, {"test/rules/a.yaml", kRule}});
    if (!packs) throw std::runtime_error(packs.error().story());
    return *packs;
}

/// A gate that permits viewing camera "gate" while its notice is on record.
struct TestLaw {
    FakeClock clock{*parse_timestamp("2026-06-01T12:00:00Z")};
    OneCamera camera;
    std::unique_ptr<ledger::Ledger> ledger = ledger::make_memory_ledger(clock);
    law::Gate gate{notice_pack(), camera, *ledger, clock, {}};

    std::shared_ptr<law::Permit<law::View>> permit() {
        auto answer = gate.ask(law::View{
            CameraId::literal("gate"), UserId::literal("u-0011223344556677"), true});
        if (!answer) throw std::runtime_error(answer.error().story());
        if (auto* refusal = std::get_if<law::Refusal>(&*answer)) {
            throw std::runtime_error(refusal->words());
        }
        return std::make_shared<law::Permit<law::View>>(
            std::get<law::Permit<law::View>>(*std::move(answer))
        );
    }
};

}  // namespace proviso::live
