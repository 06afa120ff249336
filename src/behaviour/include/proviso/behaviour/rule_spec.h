#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/behaviour/observation.h>

/// What people draw and write down about a scene: zones, lines and rules. The registers keep it in
/// the camera's document; the engine works by it.
namespace proviso::behaviour {

/// A polygon of three corners or more, or a line of two points.
struct Zone {
    std::string name;
    std::vector<Point> points;

    bool is_line() const { return points.size() == 2; }

    friend bool operator==(const Zone&, const Zone&) = default;
};

inline constexpr auto kRuleKinds = std::to_array<std::string_view>(
    {"intrusion",
     "line_crossing",
     "loitering",
     "wrong_way",
     "crowd",
     "counting",
     "running",
     "abandoned_object",
     "removed_object",
     "fall",
     "tailgating"}
);

/// Which way over a line: `in` is from the left to the right of somebody who looks from its first
/// point to its second.
inline constexpr auto kDirections = std::to_array<std::string_view>({"any", "in", "out"});

inline constexpr auto kWeekdays =
    std::to_array<std::string_view>({"mon", "tue", "wed", "thu", "fri", "sat", "sun"});

inline constexpr auto kSeverities = std::to_array<std::string_view>({"alert", "detection"});

/// When a rule counts. From later than to goes past midnight and belongs to the day it began.
struct Schedule {
    std::array<bool, 7> days{true, true, true, true, true, true, true};  ///< Monday first
    int from = 0;                                                        ///< minutes after midnight
    int to = 24 * 60;                                                    ///< exclusive
    std::string timezone;                                                ///< IANA name: the site's

    friend bool operator==(const Schedule&, const Schedule&) = default;
};

/// One rule. What is not given is the kind's own default.
struct RuleSpec {
    std::string name;
    std::string kind;  ///< of kRuleKinds
    std::string zone;  ///< of a Zone; empty: the whole picture
    std::vector<ObjectClass> classes{ObjectClass::Person};
    std::string direction = "any";  ///< of kDirections: line_crossing, wrong_way, tailgating
    std::optional<int> heading;     ///< wrong_way in a zone: the right way, degrees, 0 up, 90 right
    std::optional<double> seconds;  ///< how long it must last
    std::optional<int> count;       ///< crowd: from how many on
    std::optional<double> speed;    ///< running: body heights a second
    std::optional<Schedule> schedule;
    std::optional<int> cooldown;  ///< seconds until the same may be told again
    std::string severity = "alert";
    double min_precision = 0;  ///< the rule suspends itself when surely below; 0: never

    friend bool operator==(const RuleSpec&, const RuleSpec&) = default;
};

/// The word that the law knows the rule by (`analytic.kind`): what is taken away is looked for as
/// what is left behind is, and who follows through a door as who crosses a line.
constexpr std::string_view analytic_of(std::string_view rule_kind) {
    if (rule_kind == "removed_object") return "abandoned_object";
    if (rule_kind == "tailgating") return "line_crossing";
    return rule_kind;
}

/// Kinds that stand on a line, and kinds that need an area (or take the whole picture).
constexpr bool needs_line(std::string_view kind) {
    return kind == "line_crossing" || kind == "tailgating";
}

constexpr bool takes_line(std::string_view kind) {
    return needs_line(kind) || kind == "counting" || kind == "wrong_way";
}

}  // namespace proviso::behaviour
