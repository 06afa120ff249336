#include "track_log.h"

#include <algorithm>
#include <cmath>

#include "proviso/alerts/event_id.h"

namespace proviso::alerts {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t kMostTracks = 256;
constexpr std::size_t kMostPoints = 128;
constexpr auto kLongestLife = 1h;
constexpr auto kBetweenPoints = 500ms;
constexpr auto kBetweenPictures = 2s;
constexpr int kMostPictures = 4;
constexpr float kBetterPicture = 1.5F;
/// Less than this share of the picture is standing still.
constexpr float kStill = 0.05F;

bool sane(const behaviour::TrackView& view) {
    for (float value : {view.box.x, view.box.y, view.box.w, view.box.h, view.score}) {
        if (!std::isfinite(value) || value < -1 || value > 2) return false;
    }
    return true;
}

/// Even-odd rule.
bool inside(const behaviour::Polygon& polygon, behaviour::Point point) {
    bool is_inside = false;
    for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
        const auto& a = polygon[i];
        const auto& b = polygon[j];
        if ((a.y > point.y) == (b.y > point.y)) continue;
        if (point.x < (b.x - a.x) * (point.y - a.y) / (b.y - a.y) + a.x) is_inside = !is_inside;
    }
    return is_inside;
}

std::string direction_of(const std::vector<PathPoint>& path) {
    if (path.size() < 2) return "still";
    float dx = path.back().x - path.front().x;
    float dy = path.back().y - path.front().y;
    if (std::abs(dx) < kStill && std::abs(dy) < kStill) return "still";
    if (std::abs(dx) >= std::abs(dy)) return dx > 0 ? "right" : "left";
    return dy > 0 ? "down" : "up";
}

/// Every second point goes, the ends stay.
void thin_out(std::vector<PathPoint>& path) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (i % 2 == 0 || i + 1 == path.size()) path[kept++] = path[i];
    }
    path.resize(kept);
}

/// Faces and plates are parts of other things; what stands still is scenery.
bool counts_as_active(const behaviour::TrackView& view) {
    using behaviour::ObjectClass;
    return !view.stationary && view.kind != ObjectClass::Face && view.kind != ObjectClass::Plate;
}

}  // namespace

void TrackLog::follow(Life& life, const behaviour::TrackView& view, Timestamp at) {
    auto& record = life.record;
    record.kind = behaviour::to_string(view.kind);
    if (!view.colour.empty()) record.colour = view.colour;
    record.last = std::max(record.last, at);
    life.moved = true;
    if (view.predicted) return;
    auto foot = view.box.foot();
    for (const auto& zone : zones_) {
        if (zone.points.size() >= 3 && inside(zone.points, foot)) record.zones.insert(zone.name);
    }
    auto seconds = std::chrono::duration<float>(record.last - record.from).count();
    auto between = std::chrono::duration<float>(kBetweenPoints).count();
    if (!record.path.empty() && seconds - record.path.back().seconds < between) return;
    record.path.push_back({std::clamp(foot.x, 0.F, 1.F), std::clamp(foot.y, 0.F, 1.F), seconds});
    if (record.path.size() > kMostPoints) thin_out(record.path);
    record.direction = direction_of(record.path);
}

void TrackLog::end(Life& life) {
    life.record.ended = true;
    ended_.push_back(std::move(life));
}

TrackLog::Seen TrackLog::take(const behaviour::Observation& observation) {
    Seen seen;
    auto at = observation.wall;
    for (auto track : observation.ended) {
        auto found = lives_.find(track);
        if (found == lives_.end()) continue;
        end(found->second);
        lives_.erase(found);
    }
    bool picture_due = observation.looked && at - last_picture_ >= kBetweenPictures;
    for (const auto& view : observation.tracks) {
        if (!view.confirmed || !sane(view)) continue;
        auto found = lives_.find(view.id);
        if (found != lives_.end() && at - found->second.record.from > kLongestLife) {
            end(found->second);
            lives_.erase(found);
            found = lives_.end();
        }
        if (found == lives_.end()) {
            if (lives_.size() >= kMostTracks) continue;
            Life life;
            life.record.camera = camera_;
            bool plausible = view.first_seen <= at && at - view.first_seen < kLongestLife;
            life.record.from = plausible ? view.first_seen : at;
            life.record.last = at;
            life.record.id = make_event_id(life.record.from);
            found = lives_.emplace(view.id, std::move(life)).first;
        }
        auto& life = found->second;
        follow(life, view, at);
        ++seen.in_sight[life.record.kind];
        if (counts_as_active(view)) {
            seen.active.push_back({view.id, {life.record.id, life.record.kind, life.record.colour}}
            );
        }
        float quality = view.box.area() * view.score;
        bool better = life.pictures == 0 || quality > life.quality * kBetterPicture;
        if (picture_due && !view.predicted && better && life.pictures < kMostPictures) {
            life.quality = quality;
            ++life.pictures;
            seen.wanted.push_back(view.id);
        }
    }
    if (!seen.wanted.empty()) last_picture_ = at;
    return seen;
}

std::optional<TrackBrief> TrackLog::brief(behaviour::TrackId track) const {
    const auto* record = find(track);
    if (record == nullptr) return std::nullopt;
    return TrackBrief{record->id, record->kind, record->colour};
}

const TrackRecord* TrackLog::find(behaviour::TrackId track) const {
    auto found = lives_.find(track);
    return found == lives_.end() ? nullptr : &found->second.record;
}

void TrackLog::pictured(const std::string& id) {
    for (auto& [track, life] : lives_) {
        if (life.record.id == id) life.record.has_picture = true;
    }
    for (auto& life : ended_) {
        if (life.record.id == id) life.record.has_picture = true;
    }
}

void TrackLog::close() {
    for (auto& [track, life] : lives_) end(life);
    lives_.clear();
}

std::vector<TrackChange> TrackLog::take_changes(bool with_paths) {
    std::vector<TrackChange> changes;
    auto tell = [&changes](Life& life, Stage stage) {
        changes.push_back({stage, life.known ? life.told : life.record, life.record});
        life.told = life.record;
        life.known = true;
        life.moved = false;
    };
    for (auto& [track, life] : lives_) {
        bool news = life.record.has_picture != life.told.has_picture ||
                    life.record.zones != life.told.zones ||
                    life.record.colour != life.told.colour || life.record.kind != life.told.kind;
        if (!life.known) {
            tell(life, Stage::New);
        } else if (news || (with_paths && life.moved)) {
            tell(life, Stage::Update);
        }
    }
    for (auto& life : ended_) {
        if (!life.known) tell(life, Stage::New);
        tell(life, Stage::End);
    }
    ended_.clear();
    return changes;
}

}  // namespace proviso::alerts
