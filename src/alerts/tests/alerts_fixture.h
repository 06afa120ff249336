#pragma once

#include <mutex>

#include <proviso/alerts/alerts.h>
#include <proviso/ledger/hooked_ledger.h>
#include <proviso/store/test_database.h>

#include "sightings.h"

namespace proviso::alerts {

class AlertsTest : public store::EngineTest {
protected:
    void SetUp() override {
        EngineTest::SetUp();
        if (IsSkipped()) return;
        keys::Unlock unlock;
        unlock.key_file = folder.path() / "master.key";
        auto opened = keys::KeyStore::open(folder.path() / "keys", unlock);
        ASSERT_TRUE(opened) << opened.error().story();
        keys = *std::move(opened);
        ASSERT_TRUE(keys->attach_ledger(ledger));
        open();
    }

    void open() {
        AlertsOptions options;
        options.pictures = folder.path() / "pictures";
        options.flush = 1h;  // the tests flush
        auto opened = Alerts::open(options, database(), *keys, ledger, clock);
        ASSERT_TRUE(opened) << opened.error().story();
        alerts = *std::move(opened);
        alerts->on_change([this](const Change& change) {
            std::lock_guard lock(mutex);
            changes.push_back(change);
        });
    }

    void watch(double floor = 0, const std::string& model = "embedded") {
        WatchedCamera watched;
        watched.model = model;
        watched.zones = {{"drive", {{0.4F, 0.4F}, {0.6F, 0.4F}, {0.6F, 0.6F}, {0.4F, 0.6F}}}};
        watched.rules = {{"after-hours", "intrusion", floor}};
        alerts->configured(kGate, watched);
        flush();
    }

    void flush() {
        auto done = alerts->flush();
        ASSERT_TRUE(done) << done.error().story();
    }

    std::vector<ReviewItem> items(ReviewQuery query = {}) {
        flush();
        auto page = alerts->reviews(query);
        EXPECT_TRUE(page) << (page ? "" : page.error().story());
        return page ? page->items : std::vector<ReviewItem>{};
    }

    /// One alert with its own item; the id of the item.
    std::string alert(std::uint64_t number) {
        auto at = std::chrono::seconds(20 * number);
        alerts->found(kGate, intrusion(number, at, at));
        alerts->observed(kGate, look(at + 15s, {}));
        auto all = items();
        return all.empty() ? std::string() : all.front().id;
    }

    int count_entries(std::string_view type) {
        int count = 0;
        for (const auto& stored : *ledger.read(0, ledger.size())) {
            if (stored.entry.type == type) ++count;
        }
        return count;
    }

    store::TestFolder folder;
    FakeClock clock{kNoon};
    ledger::HookedLedger ledger{clock};
    std::unique_ptr<keys::KeyStore> keys;
    std::mutex mutex;
    std::vector<Change> changes;
    std::unique_ptr<Alerts> alerts;
};

}  // namespace proviso::alerts
