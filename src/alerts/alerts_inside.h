#pragma once

#include <atomic>
#include <condition_variable>

#include <proviso/alerts/alerts.h>
#include <proviso/base/bounded_queue.h>
#include <proviso/base/guarded.h>
#include <proviso/base/worker.h>

#include "accuracy_table.h"
#include "box_feed.h"
#include "pictures.h"
#include "scenes.h"

namespace proviso::alerts {

struct Alerts::Inside {
    Inside(
        AlertsOptions given,
        store::Database& database_,
        keys::KeyStore& keys_,
        ledger::Ledger& ledger_,
        const Clock& clock_
    );

    /// A worker's idea of the time, pulled to ours if it cannot be true.
    Timestamp plausible(Timestamp at) const;
    void poke();
    void run(const std::stop_token& stop);
    Result<> flush();
    void tell(const Gathered& gathered);

    Result<std::string> key_of(const CameraId& camera, Day day);
    Result<> keep_pictures();
    Result<> write(const Gathered& gathered);

    /// Suspends what must be, in the running transaction; the items that say so.
    std::vector<std::pair<AccuracyRow, ReviewItem>> weigh(
        soci::session& session, const CameraId& camera, const std::string& key_id
    );
    /// After the commit: in memory, in the ledger, to the listeners.
    void announce(const std::vector<std::pair<AccuracyRow, ReviewItem>>& fallen);
    void record_suspensions();
    double floor_of(const CameraId& camera, const std::string& rule) const;
    Result<> load();

    const AlertsOptions options;
    store::Database& database;
    keys::KeyStore& keys;
    ledger::Ledger& ledger;
    const Clock& clock;
    Pictures pictures;
    Scenes scenes;
    BoxFeeds feeds;
    BoundedQueue<PictureJob> jobs{64, WhenFull::DropOldest};
    Guarded<std::set<std::pair<CameraId, std::string>>> suspended;
    Guarded<std::vector<std::function<void(const Change&)>>> listeners;
    std::atomic<bool> rules_changed{false};
    std::atomic<bool> unrecorded{false};

    std::mutex flushing;
    Gathered waiting;  ///< what could not be written yet; under `flushing`
    std::vector<PictureJob> kept;
    Timestamp paths_written;

    std::mutex waking;
    std::condition_variable_any wake;
    bool poked = false;
    Worker worker;
};

}  // namespace proviso::alerts
