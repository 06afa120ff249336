#include <proviso/base/log.h>

#include "alerts_inside.h"
#include "review_table.h"
#include "track_table.h"

namespace proviso::alerts {

using namespace std::chrono_literals;

namespace {

constexpr auto kPathsEvery = 5s;
constexpr auto kBelievable = 1h;
/// What waits while the database cannot be written; the oldest goes beyond it.
constexpr std::size_t kMostWaiting = 20'000;

void cut(auto& list) {
    if (list.size() <= kMostWaiting) return;
    list.erase(list.begin(), list.end() - static_cast<std::ptrdiff_t>(kMostWaiting));
}

}  // namespace

Alerts::Inside::Inside(
    AlertsOptions given,
    store::Database& database_,
    keys::KeyStore& keys_,
    ledger::Ledger& ledger_,
    const Clock& clock_
)
    : options(std::move(given)),
      database(database_),
      keys(keys_),
      ledger(ledger_),
      clock(clock_),
      pictures(options.pictures, keys_) {}

Timestamp Alerts::Inside::plausible(Timestamp at) const {
    auto now = clock.now();
    return at > now + kBelievable || at < now - kBelievable ? now : at;
}

void Alerts::Inside::poke() {
    {
        std::lock_guard lock(waking);
        poked = true;
    }
    wake.notify_one();
}

void Alerts::Inside::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        if (auto done = flush(); !done) log_error("alerts: {}", done.error().story());
        std::unique_lock lock(waking);
        wake.wait_for(lock, stop, options.flush, [this] { return poked; });
        poked = false;
    }
}

/// The newest key of a camera and day: made if it is today's, never made again for another day,
/// whose key may have been destroyed.
Result<std::string> Alerts::Inside::key_of(const CameraId& camera, Day day) {
    if (day >= day_of(clock.now())) return PROVISO_TRY(keys.camera_day(camera, day)).id;
    for (const auto& key : keys.list()) {
        if (key.camera == camera && key.day == day) return key.id;
    }
    return std::string();
}

Result<> Alerts::Inside::keep_pictures() {
    while (auto job = jobs.try_pop()) {
        auto day = day_of(job->from);
        auto key = PROVISO_TRY(key_of(job->camera, day));
        if (key.empty()) continue;
        PROVISO_TRY(
            pictures.put(job->camera, day, job->id, key, *job->jpeg).while_doing("keep a picture")
        );
        scenes.kept(*job);
        kept.push_back(*std::move(job));
    }
    return {};
}

Result<> Alerts::Inside::write(const Gathered& gathered) {
    std::map<std::pair<CameraId, Day>, std::string> key_ids;
    auto key_for = [&](const CameraId& camera, Day day) -> Result<std::string> {
        auto& id = key_ids[{camera, day}];
        if (id.empty()) id = PROVISO_TRY(key_of(camera, day));
        return id;
    };
    // What is kept of a day lives and dies with a key, also where nothing is recorded.
    constexpr long long kMinutes = 1440;
    constexpr long long kHours = 24;
    auto day_at = [](long long number, long long per_day) {
        return Day(std::chrono::days(number / per_day));
    };
    for (const auto& [key, peak] : gathered.activity) {
        PROVISO_TRY(key_for(key.first, day_at(key.second, kMinutes)));
    }
    for (const auto& [key, names] : gathered.passages) {
        PROVISO_TRY(key_for(key.first, day_at(key.second, 1)));
    }
    for (const auto& change : gathered.reviews) {
        PROVISO_TRY(key_for(change.after.camera, day_of(change.after.from)));
    }
    for (const auto& change : gathered.tracks) {
        PROVISO_TRY(key_for(change.after.camera, day_of(change.after.from)));
    }
    auto has_key = [&](const CameraId& camera, Day day) { return !key_ids[{camera, day}].empty(); };
    std::map<CameraId, std::string> today;
    if (rules_changed.exchange(false)) {
        for (const auto& [camera, watched] : scenes.all_watched()) {
            today[camera] = PROVISO_TRY(key_of(camera, day_of(clock.now())));
        }
    }
    std::vector<std::pair<AccuracyRow, ReviewItem>> fallen;
    PROVISO_TRY(database.write([&](soci::session& session) -> Result<> {
        fallen.clear();
        for (const auto& change : gathered.reviews) {
            const auto& item = change.after;
            auto day = day_of(item.from);
            if (has_key(item.camera, day)) put_review(session, item, key_ids[{item.camera, day}]);
        }
        for (const auto& change : gathered.tracks) {
            const auto& track = change.after;
            auto day = day_of(track.from);
            if (has_key(track.camera, day)) put_track(session, track, key_ids[{track.camera, day}]);
        }
        for (const auto& [key, peak] : gathered.activity) {
            if (!has_key(key.first, day_at(key.second, kMinutes))) continue;
            put_activity(session, key.first, key.second, peak);
        }
        for (const auto& [key, sum] : gathered.heat) {
            if (!has_key(key.first, day_at(key.second, kHours))) continue;
            add_heat(session, key.first, key.second, sum);
        }
        for (const auto& [key, names] : gathered.passages) {
            if (!has_key(key.first, day_at(key.second, 1))) continue;
            for (const auto& [name, passed] : names) {
                add_passages(session, key.first, key.second, passed);
            }
        }
        for (const auto& job : kept) {
            session << "UPDATE reviews SET picture = 1 WHERE id = :id", soci::use(job.id, "id");
            session << "UPDATE tracks SET picture = 1 WHERE id = :id", soci::use(job.id, "id");
        }
        for (const auto& [camera, key] : today) {
            auto more = weigh(session, camera, key);
            fallen.insert(fallen.end(), more.begin(), more.end());
        }
        return {};
    }));
    kept.clear();
    announce(fallen);
    return {};
}

Result<> Alerts::Inside::flush() {
    std::lock_guard lock(flushing);
    auto now = clock.now();
    // A picture that cannot be kept is lost; what it shows is not.
    auto pictured = keep_pictures();
    if (!pictured) log_warning("alerts: {}", pictured.error().story());
    bool with_paths = now - paths_written >= kPathsEvery;
    if (with_paths) paths_written = now;
    waiting.add(scenes.take(now, with_paths));
    if (unrecorded) record_suspensions();
    if (waiting.empty() && kept.empty() && !rules_changed) return {};
    auto written = write(waiting).while_doing("write what was seen");
    if (!written) {
        cut(waiting.reviews);
        cut(waiting.tracks);
        cut(waiting.scenes);
        rules_changed = true;
        return written;
    }
    auto told = std::exchange(waiting, {});
    tell(told);
    return {};
}

void Alerts::Inside::tell(const Gathered& gathered) {
    auto all = listeners.copy();
    if (all.empty()) return;
    auto each = [&all](const auto& changes) {
        for (const auto& change : changes) {
            for (const auto& listener : all) listener(Change(change));
        }
    };
    each(gathered.tracks);
    each(gathered.reviews);
    each(gathered.scenes);
}

Result<> Alerts::Inside::load() {
    return database.write([this](soci::session& session) {
        end_open_reviews(session);
        end_open_tracks(session);
        Where where;
        where.add("suspended_us > 0");
        for (const auto& row : select_accuracy(session, where)) {
            suspended.with([&](auto& all) { all.emplace(row.camera, row.rule); });
            if (!row.recorded) unrecorded = true;
        }
        return Result<>();
    });
}

}  // namespace proviso::alerts
