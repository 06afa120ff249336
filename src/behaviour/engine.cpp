#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include <proviso/behaviour/engine.h>

#include "rule_work.h"

namespace proviso::behaviour {

namespace {

Result<RulePlan> plan_of(
    const RuleSpec& rule, const std::vector<Zone>& zones, const TimeZone& timezone
) {
    PROVISO_TRY(check_rule(rule, zones));
    RulePlan plan;
    plan.spec = rule;
    plan.kind = find_rule_kind(rule.kind);
    for (const auto& zone : zones) {
        if (zone.name == rule.zone) plan.zone = zone.points;
    }
    plan.seconds = rule.seconds.value_or(plan.kind->seconds.usual);
    plan.count = rule.count.value_or(static_cast<int>(plan.kind->count.usual));
    plan.speed = rule.speed.value_or(plan.kind->speed.usual);
    plan.cooldown = rule.cooldown.value_or(plan.kind->cooldown);
    plan.timezone = timezone;
    if (rule.schedule && !rule.schedule->timezone.empty()) {
        plan.timezone = PROVISO_TRY(TimeZone::load(rule.schedule->timezone));
    }
    return plan;
}

std::unique_ptr<RuleWork> work_of(RulePlan plan) {
    const auto kind = plan.spec.kind;
    bool line = plan.zone.size() == 2;
    if (line) return make_line_rule(std::move(plan));
    if (kind == "running" || kind == "wrong_way") return make_motion_rule(std::move(plan));
    if (kind == "fall") return make_fall_rule(std::move(plan));
    if (kind == "abandoned_object" || kind == "removed_object") {
        return make_object_rule(std::move(plan));
    }
    return make_area_rule(std::move(plan));
}

}  // namespace

struct Engine::Parts {
    std::vector<std::unique_ptr<RuleWork>> rules;
    Subjects subjects;
    Pulse pulse;
    std::uint64_t next_id = 1;
    float aspect = 16.0F / 9.0F;
};

Engine::Engine(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

Result<Engine> Engine::make(
    const std::vector<Zone>& zones, const std::vector<RuleSpec>& rules, const std::string& timezone
) {
    if (zones.size() > kMostZones || rules.size() > kMostRules) {
        return Error(
            ErrorKind::TooLarge,
            fmt::format("more than {} zones or {} rules", kMostZones, kMostRules),
            "remove some"
        );
    }
    TimeZone site;
    if (!timezone.empty()) site = PROVISO_TRY(TimeZone::load(timezone));
    std::set<std::string> names;
    for (const auto& zone : zones) {
        PROVISO_TRY(check_zone(zone));
        if (!names.insert(zone.name).second) {
            return invalid_input(fmt::format("two zones are called '{}'", zone.name), "rename one");
        }
    }
    names.clear();
    auto parts = std::make_unique<Parts>();
    for (const auto& rule : rules) {
        auto plan = PROVISO_TRY(plan_of(rule, zones, site));
        parts->rules.push_back(work_of(std::move(plan)));
        if (!names.insert(rule.name).second) {
            return invalid_input(fmt::format("two rules are called '{}'", rule.name), "rename one");
        }
    }
    return Engine(std::move(parts));
}

std::vector<Finding> Engine::take(const Observation& observation) {
    std::vector<Finding> out;
    auto& parts = *parts_;
    if (!parts.pulse.advance(observation.wall, observation.mono)) return out;
    if (observation.width > 0 && observation.height > 0) {
        float aspect =
            static_cast<float>(observation.width) / static_cast<float>(observation.height);
        if (aspect > 0.05F && aspect < 20) parts.aspect = aspect;
    }
    Scene scene;
    scene.wall = observation.wall;
    scene.now = parts.pulse.now();
    scene.aspect = parts.aspect;
    scene.objects = observation.objects;
    parts.subjects.take(observation, scene);
    for (auto& rule : parts.rules) rule->take(scene, parts.next_id, out);
    return out;
}

std::vector<Finding> Engine::set_running(const std::string& rule, bool running) {
    std::vector<Finding> out;
    for (auto& one : parts_->rules) {
        if (one->plan().spec.name != rule) continue;
        one->set_running(running);
        if (!running) one->close(out);
    }
    return out;
}

std::vector<Finding> Engine::finish() {
    std::vector<Finding> out;
    for (auto& one : parts_->rules) one->close(out);
    return out;
}

std::vector<Count> Engine::counts() const {
    std::vector<Count> out;
    for (const auto& one : parts_->rules) one->count(out);
    return out;
}

}  // namespace proviso::behaviour
