#include <cstdio>
#include <cstdlib>
#include <mutex>

#include <proviso/base/file.h>
#include <proviso/record/test_house.h>

namespace proviso::record {

namespace {

constexpr std::string_view kPack = R"(
id: test
title: A law for tests
version: "1.0.0"
checked: 2026-01-01
review_by: 2099-01-01
language: en
jurisdictions: [DE]
)";

constexpr std::string_view kRule = R"(
id: T-NOTICE
title: People must know that they are filmed
cite: "Test Act s. 1"
status: in_force
confidence: R
acts: [capture, view, export]
effect:
  require_before:
    - {record: [notice], next_step: "Put a notice for this place on record"}
---
id: T-SOUND
title: Sound needs counsel's word
cite: "Test Act s. 2"
status: in_force
confidence: R
acts: [capture]
scope: {stated: {eq: [camera.audio, true]}}
effect:
  require_before:
    - {record: [counsel_attestation], next_step: "Ask counsel about sound"}
)";

template <class T>
T must(Result<T> result) {
    if (result) return *std::move(result);
    std::fprintf(stderr, "test house: %s\n", result.error().story().c_str());
    std::abort();
}

template <class Act>
law::Permit<Act> must_permit(Result<law::Answer<Act>> answer) {
    auto given = must(std::move(answer));
    if (auto* permit = std::get_if<law::Permit<Act>>(&given)) return std::move(*permit);
    std::fprintf(stderr, "test house: %s\n", std::get<law::Refusal>(given).words().c_str());
    std::abort();
}

keys::Unlock unlock_in(const std::filesystem::path& folder) {
    keys::Unlock unlock;
    unlock.key_file = folder / "master.key";
    return unlock;
}

}  // namespace

TestRegisters::TestRegisters() {
    registers::Snapshot first;
    first.version = 1;
    registers::Site site;
    site.name = SiteId::literal("here");
    site.title = "Here";
    site.jurisdictions = {"DE"};
    site.sector = "retail";
    site.timezone = "Europe/Berlin";
    site.controller = {.name = "Somebody", .kind = "private", .country = "DE", .exempt = {}};
    site.storage_country = "DE";
    first.sites[site.name] = site;
    registers::Purpose purpose;
    purpose.name = PurposeId::literal("theft");
    purpose.code = "property_protection";
    purpose.basis = "legitimate_interests";
    first.purposes[purpose.name] = purpose;
    snapshot_ = std::make_shared<const registers::Snapshot>(std::move(first));
    set_notice(true);
}

registers::SnapshotPtr TestRegisters::snapshot() const {
    std::lock_guard lock(mutex_);
    return snapshot_;
}

void TestRegisters::on_change(std::function<void(const registers::SnapshotPtr&)> listener) {
    std::lock_guard lock(mutex_);
    listeners_.push_back(std::move(listener));
}

void TestRegisters::change(const std::function<void(registers::Snapshot&)>& how) {
    std::unique_lock lock(mutex_);
    auto next = *snapshot_;
    how(next);
    ++next.version;
    snapshot_ = std::make_shared<const registers::Snapshot>(std::move(next));
    const auto told = snapshot_;
    const auto listeners = listeners_;
    lock.unlock();
    for (const auto& listener : listeners) listener(told);
}

void TestRegisters::add_camera(const CameraId& name) {
    change([&](registers::Snapshot& next) {
        registers::Camera camera;
        camera.name = name;
        camera.site = SiteId::literal("here");
        camera.purpose = PurposeId::literal("theft");
        camera.main.url = "rtsp://192.0.2.1/main";
        camera.audio = false;
        next.cameras[name] = camera;
    });
}

void TestRegisters::set_notice(bool on_record) {
    change([&](registers::Snapshot& next) {
        registers::Record notice;
        notice.name = "notice-here";
        notice.kind = "notice";
        notice.site = SiteId::literal("here");
        notice.withdrawn = !on_record;
        next.records[notice.name] = notice;
    });
}

void TestRegisters::set_sound(bool permitted) {
    change([&](registers::Snapshot& next) {
        for (auto& [name, camera] : next.cameras) camera.audio = true;
        registers::Record counsel;
        counsel.name = "counsel-here";
        counsel.kind = "counsel_attestation";
        counsel.site = SiteId::literal("here");
        counsel.fields = {{"question", "T-SOUND"}};
        counsel.withdrawn = !permitted;
        next.records[counsel.name] = counsel;
    });
}

std::vector<policy::PackFile> test_pack_files() {
    return {{"test/pack.yaml", std::string(kPack)}, {"test/rules/notice.yaml", std::string(kRule)}};
}

std::shared_ptr<const policy::PackSet> test_packs() {
    return must(policy::PackSet::compile(test_pack_files()));
}

TestHouse::TestHouse(
    const std::filesystem::path& folder, ledger::Ledger& the_ledger, const Clock& clock
)
    : folder_(folder),
      ledger(the_ledger),
      keys((
          must(make_folders(folder)), must(keys::KeyStore::open(folder / "keys", unlock_in(folder)))
      )),
      database(must(store::Database::open("sqlite:" + (folder / "proviso.db").string()))),
      catalog(must(catalog::Catalog::open(*database))),
      gate(test_packs(), registers, the_ledger, clock, {std::chrono::minutes(5), "", &clearances}) {
    must(keys->attach_ledger(ledger));
}

law::Permit<law::Capture> TestHouse::may_capture(const CameraId& camera) {
    return must_permit(gate.ask(law::Capture{camera}));
}

std::shared_ptr<law::Permit<law::View>> TestHouse::may_view(const CameraId& camera, bool clear) {
    return std::make_shared<law::Permit<law::View>>(must_permit(gate.ask(law::View{
        camera, UserId::literal("u-1"), false, clear})));
}

law::Permit<law::Export> TestHouse::may_export(
    const CameraId& camera, Timestamp from, Timestamp to, bool clear
) {
    return must_permit(gate.ask(law::Export{
        camera, UserId::literal("u-1"), from, to, "property_protection", "", clear}));
}

}  // namespace proviso::record
