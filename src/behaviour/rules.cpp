#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <proviso/behaviour/rules.h>
#include <proviso/behaviour/time_zone.h>

#include "geometry.h"

namespace proviso::behaviour {

namespace {

constexpr std::size_t kLongestName = 64;
constexpr float kSmallestZone = 1e-4F;
constexpr float kShortestLine = 0.02F;
constexpr float kSamePoint = 1e-4F;

bool good_name(std::string_view name) {
    return !name.empty() && name.size() <= kLongestName &&
           std::none_of(name.begin(), name.end(), [](unsigned char c) {
               return c < 0x20 || c == 0x7f;
           });
}

template <class Words>
bool among(const Words& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

Error about(const RuleSpec& rule, std::string_view what, std::string next_step) {
    return invalid_input(fmt::format("rule '{}' {}", rule.name, what), std::move(next_step));
}

Result<> check_place(const RuleSpec& rule, const std::vector<Zone>& zones) {
    auto zone = std::find_if(zones.begin(), zones.end(), [&](const Zone& one) {
        return one.name == rule.zone;
    });
    bool there = zone != zones.end();
    if (!rule.zone.empty() && !there) {
        std::vector<std::string> names;
        for (const auto& one : zones) names.push_back(one.name);
        auto near = nearest(rule.zone, names);
        return about(
            rule,
            fmt::format("speaks of zone '{}', which is not there", rule.zone),
            near.empty() ? "draw the zone first, or name another" : "perhaps " + near
        );
    }
    bool line = there && zone->is_line();
    if (needs_line(rule.kind) && !line) {
        return about(rule, "needs a line", "give the name of a zone with two points");
    }
    if (line && !takes_line(rule.kind)) {
        return about(
            rule,
            fmt::format("needs an area, and zone '{}' is a line", rule.zone),
            "give the name of a zone with three points or more"
        );
    }
    if (rule.kind == "counting" && !there) {
        return about(rule, "needs a zone to count in", "give the name of a zone or a line");
    }
    if (!among(kDirections, rule.direction)) {
        return about(
            rule, fmt::format("has direction '{}'", rule.direction), "write any, in or out"
        );
    }
    if (rule.kind == "wrong_way" && line && rule.direction == "any") {
        return about(rule, "does not say which way is wrong", "add direction: in or out");
    }
    if (rule.kind == "wrong_way" && !line && !rule.heading) {
        return about(
            rule, "does not say which way is right", "add heading: degrees, 0 up, 90 right"
        );
    }
    return {};
}

Result<> check_number(
    const RuleSpec& rule, std::string_view name, std::optional<double> value, Range range
) {
    if (!value) return {};
    if (!range.used()) {
        return about(
            rule,
            fmt::format("gives {}, and {} has none", name, rule.kind),
            fmt::format("remove {}", name)
        );
    }
    if (*value >= range.least && *value <= range.most) return {};
    return about(
        rule,
        fmt::format("has {} {}", name, *value),
        fmt::format("write a number from {} to {}", range.least, range.most)
    );
}

}  // namespace

Result<> check_zone(const Zone& zone) {
    if (!good_name(zone.name)) {
        return invalid_input("a zone has no name of 1 to 64 plain characters", "name it");
    }
    auto wrong = [&](std::string_view what, std::string next_step) {
        return invalid_input(fmt::format("zone '{}' {}", zone.name, what), std::move(next_step));
    };
    const auto& points = zone.points;
    if (points.size() < 2 || points.size() > kMostCorners) {
        return wrong(
            fmt::format("has {} points", points.size()),
            fmt::format("draw a line of 2 or an area of 3 to {} points", kMostCorners)
        );
    }
    for (const auto& point : points) {
        bool inside = point.x >= 0 && point.x <= 1 && point.y >= 0 && point.y <= 1;
        if (!inside) {
            return wrong("leaves the picture", "write points as fractions from 0 to 1");
        }
    }
    if (zone.is_line()) {
        if (std::hypot(points[1].x - points[0].x, points[1].y - points[0].y) < kShortestLine) {
            return wrong("is too short a line", "draw it over at least 2 % of the picture");
        }
        return {};
    }
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto& next = points[(i + 1) % points.size()];
        if (std::hypot(next.x - points[i].x, next.y - points[i].y) < kSamePoint) {
            return wrong(fmt::format("has point {} twice", i + 1), "leave the second one out");
        }
    }
    if (crosses_itself(points)) return wrong("crosses itself", "draw it without crossing edges");
    if (area(points) < kSmallestZone) {
        return wrong("is too small to stand in", "draw it over at least 0.01 % of the picture");
    }
    return {};
}

Result<> check_rule(const RuleSpec& rule, const std::vector<Zone>& zones) {
    if (!good_name(rule.name)) {
        return invalid_input("a rule has no name of 1 to 64 plain characters", "name it");
    }
    const auto* kind = find_rule_kind(rule.kind);
    if (kind == nullptr) {
        return about(
            rule,
            fmt::format("is of kind '{}'", rule.kind),
            fmt::format("write one of {}", fmt::join(kRuleKinds, ", "))
        );
    }
    PROVISO_TRY(check_place(rule, zones));
    PROVISO_TRY(check_number(rule, "seconds", rule.seconds, kind->seconds));
    PROVISO_TRY(check_number(rule, "count", rule.count, kind->count));
    PROVISO_TRY(check_number(rule, "speed", rule.speed, kind->speed));
    PROVISO_TRY(check_number(rule, "cooldown", rule.cooldown, {0, 86'400, 0}));
    PROVISO_TRY(check_number(rule, "min_precision", rule.min_precision, {0, 1, 0}));
    if (rule.heading && (*rule.heading < 0 || *rule.heading > 359)) {
        return about(rule, fmt::format("has heading {}", *rule.heading), "write 0 to 359 degrees");
    }
    if (!among(kSeverities, rule.severity)) {
        return about(
            rule, fmt::format("has severity '{}'", rule.severity), "write alert or detection"
        );
    }
    if (!rule.schedule) return {};
    const auto& schedule = *rule.schedule;
    constexpr int kDay = 24 * 60;
    if (schedule.from < 0 || schedule.from > kDay || schedule.to < 0 || schedule.to > kDay) {
        return about(rule, "has a schedule beyond the day", "write times from 00:00 to 24:00");
    }
    if (!schedule.timezone.empty()) {
        PROVISO_TRY(TimeZone::load(schedule.timezone)
                        .while_doing(fmt::format("rule '{}', schedule", rule.name)));
    }
    return {};
}

}  // namespace proviso::behaviour
