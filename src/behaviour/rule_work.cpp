#include "rule_work.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "geometry.h"

namespace proviso::behaviour {

namespace {

constexpr std::size_t kMostOpen = 64;
constexpr std::size_t kMostCooling = 1024;
constexpr std::size_t kMostTracks = 32;

}  // namespace

double round2(double value) { return std::round(value * 100) / 100; }

std::string name_of(const Subject& subject) {
    return fmt::format("{} {}", to_string(subject.kind), subject.ids.back());
}

bool RulePlan::concerns(const Subject& subject) const {
    const auto& classes = spec.classes;
    return std::find(classes.begin(), classes.end(), subject.kind) != classes.end();
}

bool RulePlan::holds(Point point) const { return zone.empty() || contains(zone, point); }

std::string RulePlan::place() const {
    return spec.zone.empty() ? "" : fmt::format(" in zone '{}'", spec.zone);
}

std::string RulePlan::clock(Timestamp at) const {
    auto local = timezone.local(at);
    auto second = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count() % 60;
    return fmt::format(
        "{:02}:{:02}:{:02}", local.minute / 60, local.minute % 60, (second + 60) % 60
    );
}

bool RulePlan::scheduled(Timestamp at) const {
    if (!spec.schedule) return true;
    const auto& schedule = *spec.schedule;
    auto local = timezone.local(at);
    bool today = schedule.days[static_cast<std::size_t>(local.weekday)];
    bool yesterday = schedule.days[static_cast<std::size_t>((local.weekday + 6) % 7)];
    if (schedule.from == schedule.to) return today;
    if (schedule.from < schedule.to) {
        return today && local.minute >= schedule.from && local.minute < schedule.to;
    }
    return (today && local.minute >= schedule.from) || (yesterday && local.minute < schedule.to);
}

void Presence::note(bool in, double now, double linger) {
    if (in) {
        if (!inside) since = now;
        inside = true;
        last = now;
    } else if (inside && now - last > linger) {
        inside = false;
    }
}

void RuleWork::take(const Scene& scene, std::uint64_t& next_id, std::vector<Finding>& out) {
    if (!running_ || !plan_.scheduled(scene.wall)) {
        close(out);
        return;
    }
    scene_ = &scene;
    next_id_ = &next_id;
    out_ = &out;
    std::erase_if(cooling_, [&](const auto& one) { return one.second <= scene.now; });
    look(scene);
    for (auto key : scene.gone) forget(key);
    scene_ = nullptr;
}

void RuleWork::close(std::vector<Finding>& out) {
    out_ = &out;
    for (auto& [key, one] : open_) end(one);
    open_.clear();
    cooling_.clear();
    reset();
}

Finding RuleWork::begin(const Telling& telling) const {
    Finding finding;
    finding.id = (*next_id_)++;
    finding.rule = plan_.spec.name;
    finding.kind = plan_.spec.kind;
    finding.zone = plan_.spec.zone;
    finding.severity = plan_.spec.severity;
    finding.title = plan_.spec.zone.empty()
                        ? std::string(plan_.kind->title)
                        : fmt::format("{}: {}", plan_.kind->title, plan_.spec.zone);
    finding.why = telling.why;
    finding.numbers = telling.numbers;
    finding.tracks = telling.tracks;
    finding.box = telling.box;
    auto ago = std::clamp(scene_->now - telling.from, 0.0, 7.0 * 86'400);
    finding.from = scene_->wall - microseconds(static_cast<std::int64_t>(ago * 1e6));
    finding.to = scene_->wall;
    return finding;
}

void RuleWork::tell(std::uint64_t key, const Telling& telling) {
    if (open(key) || cooling(key) || open_.size() >= kMostOpen) return;
    auto& one = open_[key];
    one.finding = begin(telling);
    one.kept = scene_->now;
    out_->push_back(one.finding);
}

void RuleWork::tell_once(std::uint64_t key, const Telling& telling) {
    if (cooling(key)) return;
    out_->push_back(begin(telling));
    out_->back().ended = true;
    cool(key);
}

void RuleWork::keep(std::uint64_t key) {
    auto found = open_.find(key);
    if (found == open_.end()) return;
    found->second.kept = scene_->now;
    // A wall clock that was set back does not end things before they began.
    found->second.finding.to = std::max(found->second.finding.from, scene_->wall);
}

void RuleWork::join(std::uint64_t key, const Subject& subject) {
    auto found = open_.find(key);
    if (found == open_.end()) return;
    auto& tracks = found->second.finding.tracks;
    auto id = subject.ids.back();
    if (std::find(tracks.begin(), tracks.end(), id) != tracks.end()) return;
    if (tracks.size() < kMostTracks) tracks.push_back(id);
}

bool RuleWork::cooling(std::uint64_t key) const { return cooling_.contains(key); }

void RuleWork::cool(std::uint64_t key) {
    if (plan_.cooldown > 0 && cooling_.size() < kMostCooling) {
        cooling_[key] = scene_->now + plan_.cooldown;
    }
}

void RuleWork::end(Open& open) {
    open.finding.ended = true;
    out_->push_back(open.finding);
}

void RuleWork::settle(double release, bool and_cool) {
    for (auto one = open_.begin(); one != open_.end();) {
        if (scene_->now - one->second.kept > release) {
            end(one->second);
            if (and_cool) cool(one->first);
            one = open_.erase(one);
        } else {
            ++one;
        }
    }
}

}  // namespace proviso::behaviour
