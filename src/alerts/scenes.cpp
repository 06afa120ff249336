#include "scenes.h"

#include <algorithm>
#include <cmath>

namespace proviso::alerts {

using namespace std::chrono_literals;

namespace {

/// Motion is told to have ended after this, as Frigate's `off_delay`.
constexpr auto kMotionOff = 30s;

long long minute_of(Timestamp at) {
    return std::chrono::floor<std::chrono::minutes>(at).time_since_epoch().count();
}

long long hour_of(Timestamp at) {
    return std::chrono::floor<std::chrono::hours>(at).time_since_epoch().count();
}

void append(auto& to, auto&& more) {
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

bool Gathered::empty() const {
    return reviews.empty() && tracks.empty() && activity.empty() && heat.empty() &&
           passages.empty() && scenes.empty();
}

void Gathered::add(Gathered more) {
    append(reviews, more.reviews);
    append(tracks, more.tracks);
    append(scenes, more.scenes);
    for (const auto& [key, peak] : more.activity) activity[key] = std::max(activity[key], peak);
    for (const auto& [key, sum] : more.heat) {
        auto& into = heat[key];
        into.pictures += sum.pictures;
        for (std::size_t i = 0; i < kHeatCells; ++i) into.cells[i] += sum.cells[i];
    }
    for (auto& [key, names] : more.passages) {
        for (auto& [name, passed] : names) {
            auto& into = passages[key][name];
            into.name = name;
            into.in += passed.in;
            into.out += passed.out;
            into.inside = passed.inside;
        }
    }
}

Scenes::Scene& Scenes::scene(const CameraId& camera) {
    return scenes_.try_emplace(camera, camera).first->second;
}

void Scenes::configured(const CameraId& camera, WatchedCamera watched) {
    std::lock_guard lock(mutex_);
    auto& here = scene(camera);
    here.tracks.watch(watched.zones);
    here.reviews.use_model(watched.model);
    here.watched = std::move(watched);
}

std::vector<behaviour::TrackId> Scenes::observed(
    const CameraId& camera, const behaviour::Observation& observation, Timestamp at
) {
    std::lock_guard lock(mutex_);
    auto& here = scene(camera);
    auto activity = std::isfinite(observation.activity) ? observation.activity : 0.F;
    auto& peak = gathered_.activity[{camera, minute_of(at)}];
    peak = std::max(peak, static_cast<double>(activity));
    auto& heat = gathered_.heat[{camera, hour_of(at)}];
    ++heat.pictures;
    for (std::size_t i = 0; i < kHeatCells; ++i) heat.cells[i] += observation.heat[i];
    if (activity > 0) here.moved = std::max(here.moved, at);
    // A picture nobody looked at says nothing new about objects.
    if (!observation.looked && observation.tracks.empty() && observation.ended.empty()) {
        here.reviews.tick(at);
        return {};
    }
    auto seen = here.tracks.take(observation);
    here.in_sight = std::move(seen.in_sight);
    here.reviews.objects(at, seen.active);
    return std::move(seen.wanted);
}

bool Scenes::found(
    const CameraId& camera,
    Sighted sighted,
    const std::vector<behaviour::TrackId>& tracks,
    Timestamp at
) {
    std::lock_guard lock(mutex_);
    auto& here = scene(camera);
    sighted.record.model = here.watched.model;
    for (auto track : tracks) {
        if (auto brief = here.tracks.brief(track)) sighted.tracks.push_back(*std::move(brief));
    }
    return here.reviews.finding(at, sighted);
}

void Scenes::counted(const CameraId& camera, Timestamp at, std::span<const PassageCount> counts) {
    std::lock_guard lock(mutex_);
    auto& here = scene(camera);
    auto day = day_of(at).time_since_epoch().count();
    for (const auto& now : counts) {
        auto& last = here.totals[now.name];
        // The engine began anew: its totals are all news.
        if (now.in < last.in || now.out < last.out) last = {};
        if (now.in != last.in || now.out != last.out || now.inside != last.inside) {
            auto& passed = gathered_.passages[{camera, day}][now.name];
            passed.name = now.name;
            passed.in += now.in - last.in;
            passed.out += now.out - last.out;
            passed.inside = now.inside;
        }
        last = now;
    }
}

std::vector<PictureJob> Scenes::pictured(const CameraId& camera, MaskedPicture picture) {
    std::vector<PictureJob> jobs;
    if (picture.jpeg.empty() || picture.jpeg.size() > kMostPictureBytes) return jobs;
    auto jpeg = std::make_shared<const Bytes>(std::move(picture.jpeg));
    auto add = [&](const std::string& id, Timestamp from) {
        bool known =
            std::any_of(jobs.begin(), jobs.end(), [&](const auto& job) { return job.id == id; });
        if (!known) jobs.push_back({id, camera, from, jpeg});
    };
    std::lock_guard lock(mutex_);
    auto& here = scene(camera);
    for (auto finding : picture.findings) {
        const auto* item = here.reviews.item_of(finding);
        // The first picture stays: it is of the finding the item began with.
        if (item != nullptr && !item->has_picture) add(item->id, item->from);
    }
    for (auto track : picture.tracks) {
        if (const auto* record = here.tracks.find(track)) add(record->id, record->from);
        if (const auto* item = here.reviews.item_wanting(track)) add(item->id, item->from);
    }
    return jobs;
}

void Scenes::kept(const PictureJob& job) {
    std::lock_guard lock(mutex_);
    auto& here = scene(job.camera);
    here.tracks.pictured(job.id);
    here.reviews.pictured(job.id);
}

void Scenes::closed(const CameraId& camera, Timestamp at) {
    std::lock_guard lock(mutex_);
    auto& here = scene(camera);
    here.tracks.close();
    here.reviews.close(at);
    here.in_sight.clear();
    here.totals.clear();
    here.moved = {};
}

std::optional<WatchedCamera> Scenes::watched(const CameraId& camera) const {
    std::lock_guard lock(mutex_);
    auto found = scenes_.find(camera);
    if (found == scenes_.end() || found->second.watched.model.empty()) return std::nullopt;
    return found->second.watched;
}

std::map<CameraId, WatchedCamera> Scenes::all_watched() const {
    std::lock_guard lock(mutex_);
    std::map<CameraId, WatchedCamera> all;
    for (const auto& [camera, here] : scenes_) {
        if (!here.watched.model.empty()) all.emplace(camera, here.watched);
    }
    return all;
}

void Scenes::tell_scene(Scene& scene, Timestamp now) {
    SceneChange change;
    change.camera = scene.told.camera;
    change.motion = scene.moved != Timestamp{} && now - scene.moved < kMotionOff;
    change.review = scene.reviews.open_severity();
    auto in_sight = scene.in_sight;
    for (const auto& [kind, count] : scene.told.objects) {
        if (count > 0) in_sight.try_emplace(kind, 0);
    }
    change.objects.assign(in_sight.begin(), in_sight.end());
    bool same = change.motion == scene.told.motion && change.review == scene.told.review &&
                change.objects == scene.told.objects;
    if (same) return;
    scene.told = change;
    std::erase_if(scene.told.objects, [](const auto& seen) { return seen.second == 0; });
    gathered_.scenes.push_back(std::move(change));
}

Gathered Scenes::take(Timestamp now, bool with_paths) {
    std::lock_guard lock(mutex_);
    for (auto& [camera, here] : scenes_) {
        here.reviews.tick(now);
        tell_scene(here, now);
        append(gathered_.reviews, here.reviews.take_changes());
        append(gathered_.tracks, here.tracks.take_changes(with_paths));
    }
    return std::exchange(gathered_, {});
}

}  // namespace proviso::alerts
