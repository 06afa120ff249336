#include <algorithm>
#include <cmath>

#include <proviso/behaviour/tracker.h>

#include "assignment.h"
#include "track.h"

namespace proviso::behaviour {

namespace {

constexpr std::size_t kMostDetections = 128;
constexpr std::size_t kMostTracks = 256;
/// A step of the clock beyond this is a clock that was set, or a camera that was away.
constexpr auto kLongestStep = std::chrono::seconds(30);
/// A box this much the same as another's is the other, seen twice.
constexpr float kSeenTwice = 0.65F;
/// Another thing in the box by this much spoils its colours.
constexpr float kCrowded = 0.15F;
constexpr float kLargestSizeChange = 0.5F;
constexpr float kWeakOverlap = 0.3F;
constexpr float kYoungOverlap = 0.2F;

bool usable(const Detection& seen, float least_score) {
    const auto& box = seen.box;
    bool finite = std::isfinite(box.x) && std::isfinite(box.y) && std::isfinite(box.w) &&
                  std::isfinite(box.h) && std::isfinite(seen.score);
    return finite && seen.score >= least_score && box.w > 0 && box.h > 0 && box.x < 1 &&
           box.y < 1 && box.x + box.w > 0 && box.y + box.h > 0;
}

Detection tidy(const Detection& seen) {
    Detection one = seen;
    float right = std::min(seen.box.x + seen.box.w, 1.0F);
    float bottom = std::min(seen.box.y + seen.box.h, 1.0F);
    one.box.x = std::max(seen.box.x, 0.0F);
    one.box.y = std::max(seen.box.y, 0.0F);
    one.box.w = std::max(right - one.box.x, 0.002F);
    one.box.h = std::max(bottom - one.box.y, 0.002F);
    one.score = std::min(seen.score, 1.0F);
    if (one.appearance) {
        float sum = 0;
        for (float share : *one.appearance) sum += share;
        if (!(sum > 0.5F && sum < 1.5F)) one.appearance.reset();
    }
    return one;
}

bool inside(const Box& box, std::span<const Box> regions) {
    if (regions.empty()) return true;
    auto centre = box.centre();
    return std::any_of(regions.begin(), regions.end(), [&](const Box& region) {
        return centre.x >= region.x && centre.x <= region.x + region.w && centre.y >= region.y &&
               centre.y <= region.y + region.h;
    });
}

}  // namespace

TrackerConfig TrackerConfig::for_threshold(float threshold) {
    TrackerConfig config;
    if (!(threshold > 0 && threshold < 1)) return config;
    config.begin_score = std::min(threshold + 0.05F, 0.95F);
    config.strong_score = threshold;
    config.weak_score = 0.5F * threshold;
    return config;
}

struct Tracker::Memory {
    explicit Memory(TrackerConfig chosen) : config(chosen) {}

    TrackerConfig config;
    std::vector<Track> tracks;
    std::vector<TrackId> ended;
    TrackId next = 1;
    std::optional<Timestamp> last;
    float aspect = 16.0F / 9.0F;

    // One look at a time.
    std::vector<Detection> seen;
    std::vector<int> owner;      // of each detection: index of a track, or -1
    std::vector<int> detection;  // of each track: index of a detection, or -1

    float step_to(Timestamp wall);
    template <class Cost>
    void pair(double dearest, Cost cost);
    void pair_strong();
    void pair_weak(Timestamp wall);
    void pair_young();
    void correct(Timestamp wall);
    void begin(Timestamp wall);
    void end(Timestamp wall);
    double strong_cost(const Track& track, const Detection& one) const;

    bool free(std::size_t track, std::size_t one) const {
        return detection[track] < 0 && owner[one] < 0 && tracks[track].kind() == seen[one].kind;
    }

    Tracks views(Timestamp wall);
};

float Tracker::Memory::step_to(Timestamp wall) {
    // Pictures arrive in order; a clock that goes back or leaps was set by somebody.
    microseconds step = last ? wall - *last : microseconds(0);
    last = wall;
    if (step < microseconds(0)) {
        for (auto& track : tracks) track.shift_clock(step);
        step = milliseconds(40);
    }
    return std::chrono::duration<float>(std::min<microseconds>(step, kLongestStep)).count();
}

template <class Cost>
void Tracker::Memory::pair(double dearest, Cost cost) {
    std::vector<std::size_t> rows;
    std::vector<std::size_t> columns;
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        if (detection[i] < 0) rows.push_back(i);
    }
    for (std::size_t j = 0; j < seen.size(); ++j) {
        if (owner[j] < 0) columns.push_back(j);
    }
    CostMatrix costs(rows.size(), columns.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = 0; j < columns.size(); ++j) {
            if (free(rows[i], columns[j])) {
                costs.at(i, j) = cost(tracks[rows[i]], seen[columns[j]]);
            }
        }
    }
    auto chosen = assign(costs, dearest);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (chosen[i] < 0) continue;
        detection[rows[i]] = static_cast<int>(columns[chosen[i]]);
        owner[columns[chosen[i]]] = static_cast<int>(rows[i]);
    }
}

double Tracker::Memory::strong_cost(const Track& track, const Detection& one) const {
    float shared = overlap(track.box(aspect), one.box);
    float surprise = track.surprise(one.box, aspect, config);
    if (surprise > config.gate && shared < 0.3F) return CostMatrix::kForbidden;
    if (track.size_change(one.box, aspect) > kLargestSizeChange && shared < 0.3F) {
        return CostMatrix::kForbidden;
    }
    float unlike = track.colours_differ(one);
    if (track.lost() && unlike > config.unlike) return CostMatrix::kForbidden;
    float place = 0.5F * (1 - shared) + 0.5F * std::min(1.0F, surprise / config.gate);
    return config.appearance_share * std::min(1.0F, unlike / config.unlike) +
           (1 - config.appearance_share) * place;
}

void Tracker::Memory::pair_strong() {
    pair(config.dearest, [&](const Track& track, const Detection& one) {
        if (!track.confirmed() || one.score < config.strong_score) return CostMatrix::kForbidden;
        return strong_cost(track, one);
    });
}

void Tracker::Memory::pair_weak(Timestamp wall) {
    pair(1 - kWeakOverlap, [&](const Track& track, const Detection& one) {
        if (!track.confirmed() || track.lost() || wall - track.seen_well() > config.weak_for) {
            return CostMatrix::kForbidden;
        }
        float shared = overlap(track.box(aspect), one.box);
        return shared < kWeakOverlap ? CostMatrix::kForbidden : 1.0 - shared;
    });
}

void Tracker::Memory::pair_young() {
    pair(1, [&](const Track& track, const Detection& one) {
        if (track.confirmed() || one.score < config.strong_score) return CostMatrix::kForbidden;
        float shared = overlap(track.box(aspect), one.box);
        float surprise = track.surprise(one.box, aspect, config);
        if (shared < kYoungOverlap && surprise > config.gate / 2) return CostMatrix::kForbidden;
        return 0.5 * (1 - shared) + 0.5 * std::min(1.0F, surprise / config.gate);
    });
}

void Tracker::Memory::correct(Timestamp wall) {
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        if (detection[i] < 0) continue;
        const auto& one = seen[detection[i]];
        bool clear = true;
        for (std::size_t j = 0; j < seen.size() && clear; ++j) {
            clear = static_cast<int>(j) == detection[i] || seen[j].score < config.strong_score ||
                    overlap(seen[j].box, one.box) < kCrowded;
        }
        tracks[i].correct(one, wall, aspect, config);
        tracks[i].learn_colours(one, clear && one.score >= config.strong_score);
    }
}

void Tracker::Memory::begin(Timestamp wall) {
    const std::size_t known = detection.size();
    for (std::size_t j = 0; j < seen.size(); ++j) {
        const auto& one = seen[j];
        if (owner[j] >= 0 || one.score < config.begin_score || tracks.size() >= kMostTracks) {
            continue;
        }
        bool twice = false;
        for (std::size_t i = 0; i < tracks.size() && !twice; ++i) {
            twice = (i >= known || detection[i] >= 0) && tracks[i].kind() == one.kind &&
                    overlap(tracks[i].box(aspect), one.box) > kSeenTwice;
        }
        if (twice) continue;
        tracks.emplace_back(next++, one, wall, aspect);
        tracks.back().learn_colours(one, true);
    }
}

void Tracker::Memory::end(Timestamp wall) {
    std::erase_if(tracks, [&](const Track& track) {
        auto keep = track.stationary() ? config.keep_stationary : config.keep_lost;
        bool over = track.lost() && (!track.confirmed() || wall - track.seen() > keep ||
                                     track.left_picture(aspect));
        if (over) ended.push_back(track.id());
        return over;
    });
}

Tracks Tracker::Memory::views(Timestamp wall) {
    Tracks out;
    out.ended.swap(ended);
    for (const auto& track : tracks) {
        if (track.lost() && wall - track.seen() > config.show_lost) continue;
        out.tracks.push_back(track.view(aspect));
    }
    return out;
}

Tracker::Tracker(TrackerConfig config) : memory_(std::make_unique<Memory>(config)) {}

Tracker::Tracker(Tracker&&) noexcept = default;
Tracker& Tracker::operator=(Tracker&&) noexcept = default;
Tracker::~Tracker() = default;

Tracks Tracker::take(const Look& look) {
    auto& m = *memory_;
    if (std::isfinite(look.aspect) && look.aspect > 0.05F && look.aspect < 20) {
        m.aspect = look.aspect;
    }
    float seconds = m.step_to(look.wall);
    m.seen.clear();
    for (const auto& one : look.detections) {
        if (usable(one, m.config.weak_score)) m.seen.push_back(tidy(one));
    }
    std::stable_sort(m.seen.begin(), m.seen.end(), [](const Detection& a, const Detection& b) {
        return a.score > b.score;
    });
    if (m.seen.size() > kMostDetections) m.seen.resize(kMostDetections);
    m.owner.assign(m.seen.size(), -1);
    m.detection.assign(m.tracks.size(), -1);
    std::vector<bool> looked_for(m.tracks.size());
    for (std::size_t i = 0; i < m.tracks.size(); ++i) {
        looked_for[i] = inside(m.tracks[i].box(m.aspect), look.regions);
        if (looked_for[i] || m.tracks[i].lost()) m.tracks[i].predict(seconds, m.config);
    }
    m.pair_strong();
    m.pair_weak(look.wall);
    m.pair_young();
    m.correct(look.wall);
    for (std::size_t i = 0; i < looked_for.size(); ++i) {
        if (m.detection[i] >= 0) continue;
        if (looked_for[i]) {
            m.tracks[i].miss();
        } else {
            m.tracks[i].hold(look.wall);
        }
    }
    m.begin(look.wall);
    m.end(look.wall);
    return m.views(look.wall);
}

Tracks Tracker::idle(Timestamp wall) {
    auto& m = *memory_;
    float seconds = m.step_to(wall);
    for (auto& track : m.tracks) {
        if (track.lost()) track.predict(seconds, m.config);
        track.hold(wall);
    }
    m.end(wall);
    return m.views(wall);
}

}  // namespace proviso::behaviour
