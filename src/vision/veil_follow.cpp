#include <algorithm>
#include <cmath>

#include "veil_people.h"

/// Who was found is followed from look to look, and hidden in between and for a while after.
namespace proviso::vision {
namespace {

using behaviour::Box;
using behaviour::ObjectClass;

constexpr float kGrow = 0.14F;           // of a box that was seen
constexpr float kGrowHead = 0.06F;       // above it: boxes end at the forehead
constexpr float kSamePlace = 0.3F;       // of its own sizes
constexpr float kGrowFace = 0.35F;       // hair and chin
constexpr float kGrowPerSecond = 0.25F;  // of one that was not
constexpr double kSecond = 90'000;
constexpr std::int64_t kLostPlace = 8 * 90'000;
constexpr std::int64_t kGone = 90'000;
constexpr std::int64_t kKeptMiss = 45'000;  // a kept person may be missed for so long
constexpr float kEdge = 0.03F;              // who is lost here has left
constexpr std::size_t kMostPlaces = 64;

Box moved(const Box& box, behaviour::Point velocity, double seconds) {
    return {box.x + velocity.x * float(seconds), box.y + velocity.y * float(seconds), box.w, box.h};
}

/// Share of `a` that `b` covers.
float shared(const Box& a, const Box& b) {
    auto w = std::min(a.x + a.w, b.x + b.w) - std::max(a.x, b.x);
    auto h = std::min(a.y + a.h, b.y + b.h) - std::max(a.y, b.y);
    return w <= 0 || h <= 0 || a.area() <= 0 ? 0 : w * h / a.area();
}

bool at_the_edge(const Box& box) {
    return box.x < kEdge || box.y < kEdge || box.x + box.w > 1 - kEdge || box.y + box.h > 1 - kEdge;
}

}  // namespace

void People::follow(std::int64_t pts, std::span<const Box> regions, float aspect) {
    auto tracks = tracker_.take(
        {.wall = Timestamp(microseconds(pts * 100 / 9)),
         .aspect = aspect,
         .detections = detections_,
         .regions = regions}
    );
    for (auto& [id, one] : followed_) one.predicted = true;
    for (const auto& track : tracks.tracks) {
        auto& one = followed_[track.id];
        one.kind = track.kind;
        one.now = track.box;
        one.velocity = track.velocity;
        one.predicted = track.predicted;
        if (!track.predicted) {
            one.before = one.times == 0 ? track.box : one.box;
            one.box = track.box;
            one.seen = pts;
            remember(one);
            one.best = std::max(one.best, track.score);
            ++one.times;
        }
        marks_.push_back({track.id, track.kind, pts, track.box, track.predicted, false});
        if (!track.predicted && track.kind == ObjectClass::Person && one.best < strong_) {
            doubts_.push_back({Doubt::Weak, pts, pts, track.box, track.id});
        }
    }
}

/// A head that fades into a dark wall is still where it was: for as long as somebody stands at a
/// place, all that was seen of it there counts.
void People::remember(Followed& one) {
    auto foot = one.box.foot();
    auto near = std::abs(foot.x - one.foot.x) < kSamePlace * one.box.w &&
                std::abs(foot.y - one.foot.y) < kSamePlace * one.box.h;
    if (one.times > 0 && near) {
        one.most = hull(one.most, one.box);
        return;
    }
    one.most = one.box;
    one.foot = foot;
}

/// Who was followed and is gone, though not over the edge of the picture, may still stand there.
void People::lose(std::int64_t pts, std::span<const Box> movers, bool usual) {
    for (auto& [id, one] : followed_) {
        one.in_front = one.in_front || std::ranges::any_of(movers, [&](const Box& box) {
                           return shared(one.box, box) > 0.5F;
                       });
    }
    for (auto it = followed_.begin(); it != followed_.end();) {
        const auto& one = it->second;
        auto still = std::any_of(marks_.begin(), marks_.end(), [&](const TrackMark& mark) {
            return mark.track == it->first;
        });
        if (still) {
            ++it;
            continue;
        }
        if (one.times >= 3 && !at_the_edge(one.box) && one.kind == ObjectClass::Person) {
            places_.push_back(
                {grown(hull(one.box, one.now), kGrow),
                 one.seen + kLostPlace,
                 one.in_front && usual,
                 pts}
            );
            doubts_.push_back({Doubt::Lost, one.seen, pts, one.box, it->first});
        }
        it = followed_.erase(it);
    }
    std::erase_if(places_, [&](Place& place) {
        auto front = !usual || std::ranges::any_of(movers, [&](const Box& box) {
            return shared(place.box, box) > 0 || shared(box, place.box) > 0;
        });
        if (front) place.front_seen = pts;
        // Who stood in front of the usual picture is gone once nothing is in front of it there.
        return place.until < pts || (place.in_front && pts - place.front_seen > kGone);
    });
    if (places_.size() > kMostPlaces) places_.erase(places_.begin());
}

Box People::where(const Followed& one, std::int64_t pts) const {
    auto ahead = double(pts - last_) / kSecond;
    auto then = moved(one.now, one.velocity, ahead);
    auto missed = float(double(pts - one.seen) / kSecond);
    auto grow = one.kind == ObjectClass::Face ? kGrowFace : kGrow;
    if (one.predicted) grow += kGrowPerSecond * missed;
    auto all = hull(hull(hull(one.before, one.box), hull(one.now, then)), one.most);
    all = grown(all, grow);
    if (one.kind != ObjectClass::Person) return all;
    all.y -= kGrowHead * all.h;
    all.h *= 1 + kGrowHead;
    return all;
}

void People::hide(std::int64_t pts, Cells& cells) const {
    for (const auto& [id, one] : followed_) cells.add(where(one, pts));
    for (const auto& place : places_) cells.add(place.box);
    if (pts != last_) return;
    for (const auto& one : detections_) {
        cells.add(grown(one.box, one.kind == ObjectClass::Face ? kGrowFace : kGrow));
    }
}

std::vector<Box> People::known() const {
    std::vector<Box> all;
    for (const auto& [id, one] : followed_) all.push_back(grown(one.now, kGrow));
    return all;
}

void People::watch_kept() {
    for (auto& mark : marks_) {
        if (!kept_.contains(mark.track)) continue;
        auto& one = followed_[mark.track];
        auto meets = [&](const Box& other) { return shared(one.now, other) > 0.05F; };
        one.crossed = std::any_of(followed_.begin(), followed_.end(), [&](const auto& other) {
            return !kept_.contains(other.first) && other.second.kind == ObjectClass::Person &&
                   meets(other.second.now);
        });
        if (one.crossed) {
            doubts_.push_back({Doubt::Crossed, mark.pts, mark.pts, mark.box, mark.track});
        }
        mark.kept = !one.crossed && mark.pts - one.seen <= kKeptMiss;
    }
}

void People::keep(std::int64_t pts, Cells& cells) const {
    if (kept_.empty()) return;
    for (const auto& [id, one] : followed_) {
        if (!kept_.contains(id) || one.crossed || pts - one.seen > kKeptMiss) continue;
        auto then = moved(one.now, one.velocity, double(pts - last_) / kSecond);
        cells.remove(grown(hull(one.now, then), kGrow));
    }
    for (const auto& [id, one] : followed_) {
        auto shown = kept_.contains(id) && !one.crossed && pts - one.seen <= kKeptMiss;
        // The face of a kept person is a track of its own.
        auto face = one.kind == ObjectClass::Face &&
                    std::any_of(followed_.begin(), followed_.end(), [&](const auto& other) {
                        return kept_.contains(other.first) && !other.second.crossed &&
                               shared(one.now, other.second.now) > 0.8F;
                    });
        if (!shown && !face) cells.add(where(one, pts));
    }
    if (pts != last_) return;
    for (const auto& one : detections_) {
        if (one.kind != ObjectClass::Person) continue;
        auto is_kept = std::any_of(followed_.begin(), followed_.end(), [&](const auto& other) {
            return kept_.contains(other.first) &&
                   behaviour::overlap(one.box, other.second.now) > 0.3F;
        });
        if (!is_kept) cells.add(grown(one.box, kGrow));
    }
}

}  // namespace proviso::vision
