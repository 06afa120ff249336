#include "track.h"

#include <algorithm>
#include <cmath>

#include <proviso/behaviour/appearance.h>

namespace proviso::behaviour {

namespace {

/// Sizes per second that a thing of which nothing is known yet may move.
constexpr float kFirstPace = 1.5F;
constexpr float kSizeNoise = 0.1F;
constexpr float kSizeWander = 0.25F;
/// After this many seconds without being seen the pace has fallen to a third.
constexpr float kTireSeconds = 2.0F;
/// Colours follow the light slowly.
constexpr float kColourShare = 0.1F;
/// A thing stands while its centre stays within this share of its size.
constexpr float kStands = 0.35F;

}  // namespace

void Axis::predict(float seconds, float acceleration) {
    float power = acceleration * acceleration;
    place += pace * seconds;
    place_variance += 2 * seconds * covariance + seconds * seconds * pace_variance +
                      power * seconds * seconds * seconds / 3;
    covariance += seconds * pace_variance + power * seconds * seconds / 2;
    pace_variance += power * seconds;
}

void Axis::correct(float measured, float noise) {
    float total = place_variance + noise * noise;
    float place_gain = place_variance / total;
    float pace_gain = covariance / total;
    float off = measured - place;
    place += place_gain * off;
    pace += pace_gain * off;
    pace_variance -= pace_gain * covariance;
    covariance *= 1 - place_gain;
    place_variance *= 1 - place_gain;
}

void Axis::tire(float seconds) { pace *= std::exp(-seconds / kTireSeconds); }

void Extent::predict(float seconds, float wander) { variance += wander * wander * seconds; }

void Extent::correct(float measured, float noise) {
    float gain = variance / (variance + noise * noise);
    size += gain * (measured - size);
    variance *= 1 - gain;
}

Track::Track(TrackId id, const Detection& first, Timestamp wall, float aspect)
    : id_(id),
      kind_(first.kind),
      score_(first.score),
      lying_(first.lying),
      first_seen_(wall),
      seen_(wall),
      seen_well_(wall),
      anchored_(wall) {
    auto centre = first.box.centre();
    w_.size = first.box.w * aspect;
    h_.size = first.box.h;
    float size = own_size();
    x_.place = centre.x * aspect;
    y_.place = centre.y;
    for (auto* axis : {&x_, &y_}) {
        axis->place_variance = 0.01F * size * size;
        axis->pace_variance = kFirstPace * kFirstPace * size * size;
    }
    w_.variance = h_.variance = 0.02F * size * size;
    anchor_ = {x_.place, y_.place};
}

float Track::own_size() const { return std::max(0.005F, std::sqrt(w_.size * h_.size)); }

void Track::predict(float seconds, const TrackerConfig& config) {
    float size = own_size();
    if (lost_) {
        x_.tire(seconds);
        y_.tire(seconds);
    }
    x_.predict(seconds, config.acceleration * size);
    y_.predict(seconds, config.acceleration * size);
    w_.predict(seconds, kSizeWander * size);
    h_.predict(seconds, kSizeWander * size);
}

void Track::correct(
    const Detection& seen, Timestamp wall, float aspect, const TrackerConfig& config
) {
    float size = own_size();
    // A weak box is a bad ruler: half hidden things are cut where they vanish.
    float doubt = 1 + 2 * (1 - std::clamp(seen.score, 0.0F, 1.0F));
    auto centre = seen.box.centre();
    x_.correct(centre.x * aspect, config.place_noise * size * doubt);
    y_.correct(centre.y, config.place_noise * size * doubt);
    w_.correct(seen.box.w * aspect, kSizeNoise * size * doubt);
    h_.correct(seen.box.h, kSizeNoise * size * doubt);
    w_.size = std::max(w_.size, 0.002F);
    h_.size = std::max(h_.size, 0.002F);
    score_ = seen.score;
    lying_ = seen.lying;
    lost_ = false;
    ++looks_;
    if (looks_ >= config.confirm_looks) confirmed_ = true;
    seen_ = wall;
    if (seen.score >= config.strong_score) seen_well_ = wall;
    note_standing(wall, config.stationary_after);
}

void Track::note_standing(Timestamp wall, microseconds after) {
    float away = std::hypot(x_.place - anchor_.x, y_.place - anchor_.y);
    if (away > kStands * own_size()) {
        anchor_ = {x_.place, y_.place};
        anchored_ = wall;
        stationary_ = false;
    } else if (wall - anchored_ >= after) {
        stationary_ = true;
    }
}

void Track::hold(Timestamp wall) {
    x_.pace = y_.pace = 0;
    if (lost_) return;
    seen_ = seen_well_ = wall;
}

void Track::miss() { lost_ = true; }

void Track::learn_colours(const Detection& seen, bool clear) {
    if (!seen.appearance) return;
    if (!colours_) {
        colours_ = seen.appearance;
    } else if (clear) {
        for (std::size_t i = 0; i < colours_->size(); ++i) {
            (*colours_)[i] += kColourShare * ((*seen.appearance)[i] - (*colours_)[i]);
        }
    }
}

Box Track::box(float aspect) const {
    return {
        (x_.place - w_.size / 2) / aspect,
        y_.place - h_.size / 2,
        w_.size / aspect,
        h_.size,
    };
}

float Track::surprise(const Box& box, float aspect, const TrackerConfig& config) const {
    auto centre = box.centre();
    float noise = config.place_noise * own_size();
    float dx = centre.x * aspect - x_.place;
    float dy = centre.y - y_.place;
    return dx * dx / (x_.place_variance + noise * noise) +
           dy * dy / (y_.place_variance + noise * noise);
}

float Track::size_change(const Box& box, float aspect) const {
    float size = std::sqrt(box.w * aspect * box.h);
    return std::abs(std::log(std::max(size, 1e-4F) / own_size()));
}

float Track::colours_differ(const Detection& seen) const {
    constexpr float kUnknown = 0.2F;
    if (!colours_ || !seen.appearance) return kUnknown;
    return appearance_distance(*colours_, *seen.appearance);
}

bool Track::left_picture(float aspect) const {
    return x_.place < 0 || x_.place > aspect || y_.place < 0 || y_.place > 1;
}

void Track::shift_clock(microseconds by) {
    seen_ += by;
    seen_well_ += by;
    anchored_ += by;
}

TrackView Track::view(float aspect) const {
    TrackView view;
    view.id = id_;
    view.kind = kind_;
    view.box = box(aspect);
    float right = std::clamp(view.box.x + view.box.w, 0.0F, 1.0F);
    float bottom = std::clamp(view.box.y + view.box.h, 0.0F, 1.0F);
    view.box.x = std::clamp(view.box.x, 0.0F, 1.0F);
    view.box.y = std::clamp(view.box.y, 0.0F, 1.0F);
    view.box.w = right - view.box.x;
    view.box.h = bottom - view.box.y;
    view.score = score_;
    view.confirmed = confirmed_;
    view.predicted = lost_;
    view.stationary = stationary_;
    view.lying = lying_;
    view.velocity = {x_.pace / aspect, y_.pace};
    view.first_seen = first_seen_;
    if (colours_) view.colour = dominant_colour(*colours_);
    return view;
}

}  // namespace proviso::behaviour
