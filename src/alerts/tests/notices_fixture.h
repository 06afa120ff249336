#pragma once

#include <fstream>

#include <proviso/alerts/notices.h>
#include <proviso/alerts/sinks.h>
#include <proviso/ledger/hooked_ledger.h>
#include <proviso/store/test_database.h>

#include "sightings.h"

namespace proviso::alerts {

inline constexpr auto kSecret = "0123456789abcdef0123456789abcdef";

class NoticesTest : public testing::Test {
protected:
    void SetUp() override {
        database = store::TestDatabase::make(store::Engine::Sqlite);
        keys::Unlock unlock;
        unlock.key_file = folder.path() / "master.key";
        keys = *keys::KeyStore::open(folder.path() / "keys", unlock);
        ASSERT_TRUE(keys->attach_ledger(ledger));
        AlertsOptions options;
        options.pictures = folder.path() / "pictures";
        options.flush = 1h;
        alerts = *Alerts::open(options, **database, *keys, ledger, clock);
        std::ofstream(folder.path() / "secret") << kSecret << "\n";
    }

    void TearDown() override {
        notifier.reset();
        alerts.reset();
    }

    void notify(const std::string& yaml, NoticeTiming timing = {5ms, 20ms, 1h}) {
        auto document = parse_yaml_document(yaml);
        ASSERT_TRUE(document) << document.error().story();
        auto config = read_notices(*document, folder.path());
        ASSERT_TRUE(config) << config.error().story() << config.error().next_step();
        auto may_send = [this](const CameraId& camera, const std::string& country, Timestamp) {
            std::lock_guard lock(mutex);
            asked.emplace_back(camera.text() + " " + country);
            return country != "XX";
        };
        auto opened = Notifier::open(*config, *alerts, clock, may_send, timing);
        ASSERT_TRUE(opened) << opened.error().story();
        notifier = *std::move(opened);
    }

    void find(
        std::uint64_t id, const CameraId& camera = kGate, const std::string& severity = "alert"
    ) {
        auto at = std::chrono::seconds(30 * id);
        auto finding = intrusion(id, at, at);
        finding.severity = severity;
        alerts->found(camera, finding);
        ASSERT_TRUE(alerts->flush());
    }

    NoticeHealth health() { return notifier->health().at(0); }

    store::TestFolder folder;
    FakeClock clock{kNoon};
    ledger::HookedLedger ledger{clock};
    std::unique_ptr<store::TestDatabase> database;
    std::unique_ptr<keys::KeyStore> keys;
    std::unique_ptr<Alerts> alerts;
    std::unique_ptr<Notifier> notifier;
    std::mutex mutex;
    std::vector<std::string> asked;
};

}  // namespace proviso::alerts
