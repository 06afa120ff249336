#include "subjects.h"

#include <algorithm>
#include <cmath>

namespace proviso::behaviour {

namespace {

constexpr std::size_t kMostSubjects = 512;
constexpr std::size_t kMostIds = 4;
constexpr std::size_t kMostTrail = 64;
constexpr double kTrailSeconds = 3;
/// A new track near where another was lost this long ago is the same thing.
constexpr double kAdoptSeconds = 4;
constexpr double kForgetSeconds = 10;
constexpr float kBorder = 0.004F;
/// Older by more is another life of the camera, not a picture out of order.
constexpr auto kOutOfOrder = std::chrono::seconds(10);
/// A wall clock that leaps further, with no other clock beside it, was set.
constexpr auto kLeap = std::chrono::hours(1);

bool usable(const TrackView& view) {
    const auto& box = view.box;
    return view.confirmed && std::isfinite(box.x) && std::isfinite(box.y) && std::isfinite(box.w) &&
           std::isfinite(box.h) && box.w > 0 && box.h > 0 && box.w <= 2 && box.h <= 2 &&
           std::abs(box.x) <= 2 && std::abs(box.y) <= 2;
}

Sighting sighting_of(const TrackView& view, const Scene& scene) {
    const auto& box = view.box;
    Sighting one;
    one.at = scene.now;
    one.foot = {box.foot().x * scene.aspect, box.foot().y};
    one.centre = {box.centre().x * scene.aspect, box.centre().y};
    one.top = box.y;
    one.height = box.h;
    one.width = box.w * scene.aspect;
    one.lying = view.lying;
    one.cut = box.x < kBorder || box.y < kBorder || box.x + box.w > 1 - kBorder ||
              box.y + box.h > 1 - kBorder;
    return one;
}

float length(Point point) { return std::hypot(point.x, point.y); }

}  // namespace

std::optional<Point> Subject::moved(double seconds) const {
    if (trail.size() < 3 || trail.back().cut) return std::nullopt;
    const auto& last = trail.back();
    const Sighting* then = nullptr;
    std::vector<float> heights;
    for (auto one = trail.rbegin(); one != trail.rend(); ++one) {
        if (one->cut) return std::nullopt;
        heights.push_back(one->height);
        then = &*one;
        if (last.at - one->at >= seconds) break;
    }
    if (last.at - then->at < seconds * 0.8 || heights.size() < 3) return std::nullopt;
    auto middle = heights.begin() + static_cast<std::ptrdiff_t>(heights.size() / 2);
    std::nth_element(heights.begin(), middle, heights.end());
    float own = std::max(*middle, 0.01F);
    Point by_foot{last.foot.x - then->foot.x, last.foot.y - then->foot.y};
    Point by_centre{last.centre.x - then->centre.x, last.centre.y - then->centre.y};
    Point by_top{by_centre.x, last.top - then->top};
    auto least = std::min({by_foot, by_centre, by_top}, [](Point a, Point b) {
        return length(a) < length(b);
    });
    return Point{least.x / own, least.y / own};
}

bool Pulse::advance(Timestamp wall, MonoTime mono) {
    if (!wall_) {
        wall_ = wall;
        mono_ = mono;
        return true;
    }
    bool steady = mono != MonoTime{} && mono_ != MonoTime{};
    microseconds step = steady ? mono - mono_ : wall - *wall_;
    if (step < microseconds(0) && step > -kOutOfOrder) return false;
    if (step < microseconds(0) || (!steady && step > kLeap)) step = microseconds(0);
    now_ += std::chrono::duration<double>(step).count();
    wall_ = wall;
    mono_ = mono;
    return true;
}

Subject* Subjects::find(const TrackView& view) {
    for (auto& [key, subject] : subjects_) {
        if (subject.ids.back() == view.id && subject.track_began == view.first_seen) {
            return &subject;
        }
    }
    return nullptr;
}

Subject* Subjects::adopt(const TrackView& view, const Scene& scene) {
    Subject* best = nullptr;
    double nearest = 1;
    for (auto& [key, subject] : subjects_) {
        double away = scene.now - subject.last_seen;
        if (subject.seen || subject.kind != view.kind || away > kAdoptSeconds) continue;
        if (!subject.colour.empty() && !view.colour.empty() && subject.colour != view.colour) {
            away += 1;
        }
        const auto& last = subject.trail.back();
        float ratio = view.box.h / std::max(last.height, 1e-3F);
        if (ratio > 1.8F || ratio < 0.55F) continue;
        // It may have gone on at its pace, or stopped.
        Point pace = subject.moved(0.6).value_or(Point{});
        float ahead = static_cast<float>(std::min(away, 1.5)) / 0.6F * last.height;
        float x = view.box.foot().x * scene.aspect;
        float y = view.box.foot().y;
        float gone_on =
            std::hypot(x - last.foot.x - pace.x * ahead, y - last.foot.y - pace.y * ahead);
        float stopped = std::hypot(x - last.foot.x, y - last.foot.y);
        double reach = (0.6 + 0.2 * away) * std::max(last.height, 0.03F);
        double distance = std::min(gone_on, stopped) / reach;
        if (distance < nearest) {
            nearest = distance;
            best = &subject;
        }
    }
    return best;
}

void Subjects::update(Subject& subject, const TrackView& view, const Scene& scene) {
    subject.seen = !view.predicted;
    if (!subject.seen) return;
    subject.box = view.box;
    subject.foot = view.box.foot();
    subject.stationary = view.stationary;
    subject.last_seen = scene.now;
    if (!view.colour.empty()) subject.colour = view.colour.substr(0, 16);
    if (!subject.trail.empty() && scene.now - subject.trail.back().at < 0.04) {
        subject.trail.pop_back();  // forty a second are enough
    }
    subject.trail.push_back(sighting_of(view, scene));
    auto old = std::find_if(subject.trail.begin(), subject.trail.end(), [&](const Sighting& one) {
        return scene.now - one.at <= kTrailSeconds;
    });
    subject.trail.erase(subject.trail.begin(), old);
    if (subject.trail.size() > kMostTrail) subject.trail.erase(subject.trail.begin());
}

void Subjects::take(const Observation& observation, Scene& scene) {
    for (auto& [key, subject] : subjects_) subject.seen = false;
    std::vector<const TrackView*> fresh;
    for (const auto& view : observation.tracks) {
        if (!usable(view)) continue;
        auto* known = find(view);
        if (known == nullptr) {
            fresh.push_back(&view);
        } else if (!known->seen) {
            update(*known, view, scene);
        }
    }
    for (const auto* view : fresh) {
        if (view->predicted) continue;
        auto* subject = adopt(*view, scene);
        if (subject == nullptr) {
            if (subjects_.size() >= kMostSubjects) continue;
            subject = &subjects_[next_];
            subject->key = next_++;
            subject->kind = view->kind;
            subject->first_seen = scene.now;
        }
        subject->ids.push_back(view->id);
        if (subject->ids.size() > kMostIds) subject->ids.erase(subject->ids.begin());
        subject->track_began = view->first_seen;
        update(*subject, *view, scene);
    }
    for (auto one = subjects_.begin(); one != subjects_.end();) {
        if (scene.now - one->second.last_seen > kForgetSeconds) {
            scene.gone.push_back(one->first);
            one = subjects_.erase(one);
        } else {
            scene.subjects.push_back(&one->second);
            ++one;
        }
    }
}

}  // namespace proviso::behaviour
