#include "proviso/alerts/alerts.h"

#include <algorithm>

#include <proviso/base/log.h>
#include <proviso/behaviour/finding.h>

#include "alerts_inside.h"
#include "proviso/alerts/event_id.h"
#include "review_table.h"
#include "schema.h"
#include "track_table.h"

namespace proviso::alerts {

using namespace std::chrono_literals;

namespace {

Error no_such_item() { return {ErrorKind::NotFound, "there is no such review item"}; }

/// What comes from the rules, made to fit what is shown and stored.
Sighted sighted_of(const behaviour::Finding& finding) {
    Sighted sighted;
    sighted.id = finding.id;
    auto& record = sighted.record;
    record.rule = finding.rule;
    record.kind = finding.kind;
    record.zone = finding.zone;
    record.severity = finding.severity == "alert" ? Severity::Alert : Severity::Detection;
    record.title = finding.title;
    record.why = finding.why;
    record.numbers = finding.numbers.is_object() ? finding.numbers : Json::object();
    return sighted;
}

template <class T>
Page<T> page_of(std::vector<T> rows, std::size_t limit) {
    Page<T> page;
    page.more = rows.size() > limit;
    if (page.more) rows.resize(limit);
    page.items = std::move(rows);
    return page;
}

}  // namespace

Alerts::Alerts() = default;

Alerts::~Alerts() {
    inside_->worker.stop();
    auto now = inside_->clock.now();
    for (const auto& [camera, watched] : inside_->scenes.all_watched()) {
        inside_->scenes.closed(camera, now);
    }
    if (auto done = inside_->flush(); !done) log_error("alerts: {}", done.error().story());
}

Result<std::unique_ptr<Alerts>> Alerts::open(
    AlertsOptions options,
    store::Database& database,
    keys::KeyStore& keys,
    ledger::Ledger& ledger,
    const Clock& clock
) {
    PROVISO_TRY(database.migrate("alerts", schema()));
    std::unique_ptr<Alerts> alerts(new Alerts());
    alerts->inside_ = std::make_unique<Inside>(std::move(options), database, keys, ledger, clock);
    auto& inside = *alerts->inside_;
    PROVISO_TRY(inside.load().while_doing("open alerts"));
    inside.worker = Worker("alerts", [&inside](const std::stop_token& stop) { inside.run(stop); });
    return alerts;
}

void Alerts::configured(const CameraId& camera, WatchedCamera watched) {
    inside_->scenes.configured(camera, std::move(watched));
    inside_->rules_changed = true;
    inside_->poke();
}

std::vector<behaviour::TrackId> Alerts::observed(
    const CameraId& camera, const behaviour::Observation& observation
) {
    inside_->feeds.publish(camera, observation);
    auto at = inside_->plausible(observation.wall);
    return inside_->scenes.observed(camera, observation, at);
}

bool Alerts::found(const CameraId& camera, const behaviour::Finding& finding) {
    if (!finding.rule.empty() && suspended(camera, finding.rule)) return false;
    auto sighted = sighted_of(finding);
    auto at = inside_->plausible(finding.to);
    sighted.record.from = std::min(inside_->plausible(finding.from), at);
    if (finding.ended) sighted.record.to = at;
    bool is_new = inside_->scenes.found(camera, std::move(sighted), finding.tracks, at);
    if (is_new) inside_->poke();
    return is_new;
}

void Alerts::counted(const CameraId& camera, Timestamp at, std::span<const PassageCount> counts) {
    inside_->scenes.counted(camera, inside_->plausible(at), counts);
}

void Alerts::pictured(const CameraId& camera, MaskedPicture picture) {
    for (auto& job : inside_->scenes.pictured(camera, std::move(picture))) {
        inside_->jobs.push(std::move(job));
    }
    inside_->poke();
}

void Alerts::closed(const CameraId& camera, Timestamp at) {
    inside_->scenes.closed(camera, inside_->plausible(at));
    inside_->poke();
}

bool Alerts::suspended(const CameraId& camera, std::string_view rule) const {
    return inside_->suspended.with([&](const auto& all) {
        return all.contains({camera, std::string(rule)});
    });
}

Result<Page<ReviewItem>> Alerts::reviews(const ReviewQuery& query) const {
    std::vector<ReviewItem> rows;
    PROVISO_TRY(inside_->database.read([&](soci::session& session) {
        rows = select_reviews(session, query);
        return Result<>();
    }));
    return page_of(std::move(rows), query.limit);
}

Result<std::optional<ReviewItem>> Alerts::review(const std::string& id) const {
    std::optional<ReviewItem> item;
    if (!is_event_id(id)) return item;
    PROVISO_TRY(inside_->database.read([&](soci::session& session) {
        item = select_review(session, id);
        return Result<>();
    }));
    return item;
}

Result<Page<TrackRecord>> Alerts::tracks(const TrackQuery& query) const {
    std::vector<TrackRecord> rows;
    PROVISO_TRY(inside_->database.read([&](soci::session& session) {
        rows = select_tracks(session, query);
        return Result<>();
    }));
    return page_of(std::move(rows), query.limit);
}

Result<std::optional<TrackRecord>> Alerts::track(const std::string& id) const {
    std::optional<TrackRecord> track;
    if (!is_event_id(id)) return track;
    PROVISO_TRY(inside_->database.read([&](soci::session& session) {
        track = select_track(session, id);
        return Result<>();
    }));
    return track;
}

Result<Bytes> Alerts::picture(const std::string& id) const {
    std::string key;
    CameraId camera;
    Timestamp from;
    if (is_event_id(id)) {
        PROVISO_TRY(inside_->database.read([&](soci::session& session) {
            if (auto item = select_review(session, id)) {
                camera = item->camera;
                from = item->from;
                key = select_review_key(session, id);
            } else if (auto track = select_track(session, id)) {
                camera = track->camera;
                from = track->from;
                key = select_track_key(session, id);
            }
            return Result<>();
        }));
    }
    if (key.empty()) return Error(ErrorKind::NotFound, "there is no picture of it");
    return inside_->pictures.get(camera, day_of(from), id, key);
}

Result<std::size_t> Alerts::mark_viewed(
    const std::vector<std::string>& ids, bool viewed, const CameraScope& scope
) {
    std::size_t changed = 0;
    PROVISO_TRY(inside_->database.write([&](soci::session& session) {
        changed = 0;
        for (const auto& id : ids) {
            if (is_event_id(id) && set_viewed(session, id, viewed, scope)) ++changed;
        }
        return Result<>();
    }));
    return changed;
}

Result<ReviewItem> Alerts::judge(
    const std::string& id, Judgement judgement, const std::string& rule
) {
    auto known = PROVISO_TRY(review(id));
    if (!known) return no_such_item();
    auto key = PROVISO_TRY(inside_->key_of(known->camera, day_of(inside_->clock.now())));
    std::vector<std::pair<AccuracyRow, ReviewItem>> fallen;
    PROVISO_TRY(inside_->database.write([&](soci::session& session) -> Result<> {
        fallen.clear();
        known = select_review(session, id);
        if (!known) return no_such_item();
        bool any = false;
        for (std::size_t number = 0; number < known->findings.size(); ++number) {
            auto& finding = known->findings[number];
            if (finding.kind == kSuspendedKind || (!rule.empty() && finding.rule != rule)) continue;
            any = true;
            set_judgement(session, id, number, judgement);
            move_judgement(session, known->camera, finding, finding.judgement, judgement);
            finding.judgement = judgement;
        }
        if (!any) {
            return Error(
                ErrorKind::Conflict, "nothing in this item can be judged", "judge the alert itself"
            );
        }
        fallen = inside_->weigh(session, known->camera, key);
        return {};
    }));
    inside_->announce(fallen);
    return *std::move(known);
}

Result<std::vector<Accuracy>> Alerts::accuracy(const CameraScope& scope) const {
    std::vector<AccuracyRow> rows;
    Where where;
    where.within(scope, "camera");
    PROVISO_TRY(inside_->database.read([&](soci::session& session) {
        rows = select_accuracy(session, where);
        return Result<>();
    }));
    std::vector<Accuracy> all;
    for (const auto& row : rows) {
        Accuracy one;
        one.camera = row.camera;
        one.rule = row.rule;
        one.kind = row.kind;
        one.model = row.model;
        one.right = static_cast<std::uint64_t>(row.right);
        one.wrong = static_cast<std::uint64_t>(row.wrong);
        one.unsure = static_cast<std::uint64_t>(row.unsure);
        one.floor = inside_->floor_of(row.camera, row.rule);
        one.suspended = row.suspended_us > 0;
        all.push_back(std::move(one));
    }
    return all;
}

Result<> Alerts::resume(const CameraId& camera, const std::string& rule) {
    bool lifted = false;
    PROVISO_TRY(inside_->database.write([&](soci::session& session) {
        lifted = lift_suspension(session, camera, rule);
        return Result<>();
    }));
    if (!lifted) {
        return Error(ErrorKind::Conflict, "this rule is not suspended", "see GET /api/accuracy");
    }
    inside_->suspended.with([&](auto& all) { all.erase({camera, rule}); });
    return {};
}

Result<std::vector<std::optional<double>>> Alerts::activity(
    const CameraId& camera, Timestamp from, Timestamp to, std::chrono::minutes step
) const {
    auto minutes = [](Timestamp at) {
        return std::chrono::floor<std::chrono::minutes>(at).time_since_epoch().count();
    };
    auto first = minutes(from) / step.count() * step.count();
    auto end = minutes(to + 59'999'999us);
    std::vector<std::pair<long long, double>> rows;
    PROVISO_TRY(inside_->database.read([&](soci::session& session) {
        rows = select_activity(session, camera, first, end);
        return Result<>();
    }));
    auto count = static_cast<std::size_t>((end - first + step.count() - 1) / step.count());
    std::vector<std::optional<double>> values(count);
    for (const auto& [minute, peak] : rows) {
        auto& value = values[static_cast<std::size_t>((minute - first) / step.count())];
        value = std::max(value.value_or(0), peak);
    }
    return values;
}

Result<Heat> Alerts::heat(const CameraId& camera, Timestamp from, Timestamp to) const {
    auto hours = [](Timestamp at) {
        return std::chrono::floor<std::chrono::hours>(at).time_since_epoch().count();
    };
    HeatSum sum;
    PROVISO_TRY(inside_->database.read([&](soci::session& session) {
        sum = select_heat(session, camera, hours(from), hours(to - 1us) + 1);
        return Result<>();
    }));
    Heat heat;
    heat.pictures = sum.pictures;
    if (sum.pictures == 0) return heat;
    for (std::size_t i = 0; i < kHeatCells; ++i) {
        heat.cells[i] =
            static_cast<double>(sum.cells[i]) / (255.0 * static_cast<double>(sum.pictures));
    }
    return heat;
}

Result<std::vector<Passages>> Alerts::passages(const CameraId& camera, Day day) const {
    std::vector<Passages> rows;
    PROVISO_TRY(inside_->database.read([&](soci::session& session) {
        rows = select_passages(session, camera, day.time_since_epoch().count());
        return Result<>();
    }));
    return rows;
}

std::shared_ptr<BoxFeed> Alerts::boxes(const CameraId& camera, std::function<void()> wake) {
    return inside_->feeds.listen(camera, std::move(wake));
}

std::optional<WatchedCamera> Alerts::watched(const CameraId& camera) const {
    return inside_->scenes.watched(camera);
}

void Alerts::on_change(std::function<void(const Change&)> listener) {
    inside_->listeners.with([&](auto& all) { all.push_back(std::move(listener)); });
}

Result<> Alerts::flush() { return inside_->flush(); }

std::uint64_t Alerts::pictures_dropped() const { return inside_->jobs.dropped(); }

}  // namespace proviso::alerts
