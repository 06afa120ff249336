#include "static_objects.h"

#include <algorithm>
#include <cmath>

namespace proviso::vision {
namespace {

using behaviour::Box;
using behaviour::ObjectClass;
using behaviour::StaticObject;

constexpr double kFastSeconds = 1;
constexpr double kSlowSeconds = 900;
constexpr double kLearnSeconds = 15;  // before anything is concluded
constexpr float kDifference = 12;
constexpr float kStill = 8;
constexpr float kSettled = 5;         // seconds a pixel must have differed
constexpr float kUntilStill = 2;      // seconds until a thing put down counts as still
constexpr float kMostSeconds = 3600;  // then it belongs to the scene
constexpr std::size_t kLeastPixels = 10;
constexpr float kLargest = 0.12F;  // of the picture; more is light or a vehicle
constexpr std::size_t kMostObjects = 32;
constexpr float kAround = 0.15F;
constexpr std::chrono::minutes kRemembered{15};

float covered(const Box& inner, const Box& outer) {
    auto w = std::min(inner.x + inner.w, outer.x + outer.w) - std::max(inner.x, outer.x);
    auto h = std::min(inner.y + inner.h, outer.y + outer.h) - std::max(inner.y, outer.y);
    return w <= 0 || h <= 0 || inner.area() <= 0 ? 0.0F : w * h / inner.area();
}

}  // namespace

void StaticObjects::begin(const SmallPicture& picture) {
    width_ = picture.width;
    height_ = picture.height;
    slow_.assign(picture.pixels.begin(), picture.pixels.end());
    fast_ = slow_;
    seconds_.assign(slow_.size(), 0);
    hidden_.assign(slow_.size(), 0);
    visited_.assign(slow_.size(), 0);
    objects_.clear();
    started_ = true;
    age_ = 0;
}

/// Where somebody is, and where somebody was who did not walk away.
void StaticObjects::hide(std::span<const behaviour::TrackView> tracks, Timestamp wall) {
    for (const auto& old : before_) {
        auto still = std::any_of(tracks.begin(), tracks.end(), [&](const auto& track) {
            return track.id == old.id;
        });
        auto slow = std::hypot(old.velocity.x, old.velocity.y) < 0.05F;
        if (!still && slow && old.confirmed && stood_.size() < 64) {
            stood_.push_back({old.box, wall + kRemembered});
        }
    }
    before_.assign(tracks.begin(), tracks.end());
    std::erase_if(stood_, [&](const Stood& one) { return one.until < wall; });
    std::fill(hidden_.begin(), hidden_.end(), std::uint8_t{0});
    for (const auto& track : tracks) {
        const auto& box = track.box;
        auto x0 = std::max(0, int((box.x - kAround * box.w) * float(width_)));
        auto y0 = std::max(0, int((box.y - kAround * box.h) * float(height_)));
        auto x1 = std::min(width_, int((box.x + box.w * (1 + kAround)) * float(width_)) + 1);
        auto y1 = std::min(height_, int((box.y + box.h * (1 + kAround)) * float(height_)) + 1);
        for (int y = y0; y < y1; ++y) {
            for (int x = x0; x < x1; ++x) hidden_[std::size_t(y * width_ + x)] = 1;
        }
    }
}

void StaticObjects::learn(const SmallPicture& picture, double seconds) {
    auto fast = static_cast<float>(1 - std::exp(-seconds / kFastSeconds));
    auto slow = static_cast<float>(1 - std::exp(-seconds / std::clamp(age_, 1.0, kSlowSeconds)));
    auto passed = static_cast<float>(std::min(seconds, 3.0));
    for (std::size_t i = 0; i < slow_.size(); ++i) {
        auto value = static_cast<float>(picture.pixels[i]);
        auto jump = std::abs(value - fast_[i]);
        fast_[i] += fast * (value - fast_[i]);
        if (hidden_[i] != 0) continue;
        auto differs = std::abs(fast_[i] - slow_[i]) > kDifference;
        if (!differs) {
            seconds_[i] = std::max(0.0F, std::min(seconds_[i], kSettled + 2) - 2 * passed);
            slow_[i] += slow * (value - slow_[i]);
        } else if (age_ < kLearnSeconds) {
            slow_[i] += slow * (value - slow_[i]);
        } else if (jump < kStill) {
            seconds_[i] += passed;
            if (seconds_[i] > kMostSeconds) {
                slow_[i] = fast_[i];
                seconds_[i] = 0;
            }
        }
    }
    age_ += seconds;
}

StaticObjects::Found StaticObjects::describe(std::span<const int> pixels) const {
    int left = width_;
    int top = height_;
    int right = 0;
    int bottom = 0;
    Found found;
    double now = 0;
    double before = 0;
    for (auto at : pixels) {
        auto x = at % width_;
        auto y = at / width_;
        left = std::min(left, x);
        right = std::max(right, x);
        top = std::min(top, y);
        bottom = std::max(bottom, y);
        found.seconds = std::max(found.seconds, seconds_[std::size_t(at)]);
        // The outline of a thing is an edge of the picture that holds it.
        for (int step : {1, -1, width_, -width_}) {
            auto next = at + step;
            if (next < 0 || next >= width_ * height_) continue;
            if (seconds_[std::size_t(next)] > kSettled) continue;
            now += std::abs(fast_[std::size_t(at)] - fast_[std::size_t(next)]);
            before += std::abs(slow_[std::size_t(at)] - slow_[std::size_t(next)]);
        }
    }
    found.box = {
        float(left) / float(width_),
        float(top) / float(height_),
        float(right - left + 1) / float(width_),
        float(bottom - top + 1) / float(height_)};
    found.removed = before > now * 1.2;
    return found;
}

void StaticObjects::find() {
    found_.clear();
    std::fill(visited_.begin(), visited_.end(), std::uint8_t{0});
    for (int start = 0; start < width_ * height_; ++start) {
        if (visited_[std::size_t(start)] != 0 || seconds_[std::size_t(start)] <= kSettled) continue;
        region_.clear();
        stack_.assign(1, start);
        visited_[std::size_t(start)] = 1;
        while (!stack_.empty()) {
            auto at = stack_.back();
            stack_.pop_back();
            region_.push_back(at);
            auto x = at % width_;
            for (int dy = -2; dy <= 2; ++dy) {
                for (int dx = -2; dx <= 2; ++dx) {
                    auto next = at + dy * width_ + dx;
                    if (x + dx < 0 || x + dx >= width_ || next < 0 || next >= width_ * height_) {
                        continue;
                    }
                    auto& seen = visited_[std::size_t(next)];
                    if (seen != 0 || seconds_[std::size_t(next)] <= kSettled) continue;
                    seen = 1;
                    stack_.push_back(next);
                }
            }
        }
        if (region_.size() < kLeastPixels) continue;
        auto found = describe(region_);
        if (found.box.area() <= kLargest && found_.size() < kMostObjects) found_.push_back(found);
    }
}

bool StaticObjects::stood_there(const Box& box, Timestamp wall) const {
    return std::any_of(stood_.begin(), stood_.end(), [&](const Stood& one) {
        return one.until >= wall && covered(box, one.box) > 0.6F && box.h > 0.5F * one.box.h;
    });
}

void StaticObjects::match(Timestamp wall) {
    std::vector<StaticObject> kept;
    for (auto& found : found_) {
        if (stood_there(found.box, wall)) continue;
        auto known =
            std::find_if(objects_.begin(), objects_.end(), [&](const StaticObject& object) {
                return behaviour::overlap(object.box, found.box) > 0.25F ||
                       covered(object.box, found.box) > 0.6F ||
                       covered(found.box, object.box) > 0.6F;
            });
        if (known != objects_.end()) {
            auto object = *known;
            objects_.erase(known);
            object.box = found.box;
            kept.push_back(object);
        } else {
            auto ago = found.seconds + kUntilStill;
            auto since = wall - microseconds(static_cast<std::int64_t>(ago * 1e6F));
            kept.push_back({next_id_++, found.box, found.removed, since});
        }
    }
    objects_ = std::move(kept);
}

const std::vector<StaticObject>& StaticObjects::take(
    const SmallPicture& picture,
    double seconds,
    Timestamp wall,
    std::span<const behaviour::TrackView> tracks
) {
    auto size = static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height);
    if (picture.pixels.size() < size || size == 0) return objects_;
    if (!started_ || picture.width != width_ || picture.height != height_) {
        begin(picture);
        return objects_;
    }
    hide(tracks, wall);
    learn(picture, seconds);
    if (age_ < kLearnSeconds) return objects_;
    find();
    match(wall);
    return objects_;
}

}  // namespace proviso::vision
