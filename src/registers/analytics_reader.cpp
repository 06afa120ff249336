#include <algorithm>
#include <charconv>

#include <proviso/behaviour/rules.h>

#include "analytics.h"

namespace proviso::registers {

namespace {

using behaviour::ObjectClass;
using behaviour::Point;
using behaviour::RuleSpec;
using behaviour::Schedule;
using behaviour::Zone;

constexpr std::size_t kMostZones = 32;
constexpr std::size_t kMostRules = 64;
constexpr std::size_t kMostCorners = 64;

std::optional<Point> point_of(const Json& pair) {
    if (!pair.is_array() || pair.size() != 2) return std::nullopt;
    auto share = [](const Json& value) -> std::optional<float> {
        if (!value.is_number()) return std::nullopt;
        auto number = value.get<double>();
        if (!(number >= 0 && number <= 1)) return std::nullopt;
        return static_cast<float>(std::round(number * 1e4) / 1e4);
    };
    auto x = share(pair[0]);
    auto y = share(pair[1]);
    if (!x || !y) return std::nullopt;
    return Point{*x, *y};
}

Result<Zone> read_zone(DocumentPart reader, std::size_t least_corners) {
    Zone zone;
    zone.name = reader.slug("name");
    const auto& points = reader.read.member("points");
    if (!points.is_array() || points.size() < least_corners || points.size() > kMostCorners) {
        reader.read.fail(
            fmt::format("'points' needs {} to {} points", least_corners, kMostCorners),
            "write it as [[0.1, 0.2], [0.9, 0.2], [0.9, 0.9]], shares of the picture from the top "
            "left; two points are a line"
        );
    } else {
        for (const auto& pair : points) {
            auto point = point_of(pair);
            if (!point) {
                reader.read.fail(
                    "'points' holds something that is no point of the picture",
                    "write each as [x, y] with shares from 0 to 1"
                );
                break;
            }
            zone.points.push_back(*point);
        }
    }
    PROVISO_TRY(reader.read.finish());
    if (auto sound = behaviour::check_zone(zone); !sound) {
        reader.read.fail(sound.error().message(), sound.error().next_step());
    }
    PROVISO_TRY(reader.read.finish());
    return zone;
}

Result<std::vector<Zone>> read_zones(
    DocumentPart& reader, std::string_view key, std::size_t least_corners
) {
    std::vector<Zone> zones;
    for (auto& part : reader.parts(key, kMostZones)) {
        auto zone = PROVISO_TRY(read_zone(std::move(part), least_corners));
        bool twice =
            std::ranges::any_of(zones, [&](const Zone& other) { return other.name == zone.name; });
        if (twice) reader.read.fail(fmt::format("'{}' has two named '{}'", key, zone.name));
        zones.push_back(std::move(zone));
    }
    return zones;
}

std::optional<int> minutes_of(std::string_view text) {
    auto digits = [&](std::size_t at) {
        int value = -1;
        std::from_chars(text.data() + at, text.data() + at + 2, value);
        return value;
    };
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    for (auto at : {0U, 1U, 3U, 4U}) {
        if (text[at] < '0' || text[at] > '9') return std::nullopt;
    }
    auto minutes = digits(0) * 60 + digits(3);
    if (digits(3) > 59 || minutes > 24 * 60) return std::nullopt;
    return minutes;
}

Result<Schedule> read_schedule(DocumentPart reader) {
    Schedule schedule;
    if (auto days = reader.words("days", behaviour::kWeekdays)) {
        if (days->empty()) reader.read.fail("'days' is empty", "leave it out for every day");
        for (std::size_t i = 0; i < schedule.days.size(); ++i) {
            schedule.days[i] = std::ranges::count(*days, behaviour::kWeekdays[i]) > 0;
        }
    }
    auto time = [&](std::string_view key, int fallback) {
        if (!reader.read.has(key)) return fallback;
        if (auto minutes = minutes_of(reader.read.text(key))) return *minutes;
        reader.read.fail(
            fmt::format("'{}' is not a time of day", key), "write it in quotes, as \"20:00\""
        );
        return fallback;
    };
    schedule.from = time("from", schedule.from);
    schedule.to = time("to", schedule.to);
    if (schedule.from == schedule.to) {
        reader.read.fail("'from' and 'to' are the same", "leave both out for the whole day");
    }
    schedule.timezone = reader.read.text_or("timezone", {});
    if (!schedule.timezone.empty()) reader.apply("timezone", check_timezone(schedule.timezone));
    PROVISO_TRY(reader.read.finish());
    return schedule;
}

std::vector<ObjectClass> read_classes(
    DocumentPart& reader, std::string_view key, std::vector<ObjectClass> fallback
) {
    auto given = reader.words(key, behaviour::kObjectClasses);
    if (!given) return fallback;
    std::vector<ObjectClass> classes;
    for (const auto& word : *given) {
        if (auto kind = behaviour::parse_object_class(word)) classes.push_back(*kind);
    }
    return classes;
}

/// Keys that mean something for some kinds only.
void check_keys(DocumentPart& reader, const RuleSpec& rule) {
    auto only = [&](std::string_view key, bool given, std::initializer_list<std::string_view> of) {
        if (!given || std::ranges::find(of, rule.kind) != of.end()) return;
        reader.read.fail(
            fmt::format("'{}' means nothing for '{}'", key, rule.kind),
            fmt::format("remove it; it is for {}", fmt::join(of, ", "))
        );
    };
    only("direction", rule.direction != "any", {"line_crossing", "wrong_way", "tailgating"});
    only("heading", rule.heading.has_value(), {"wrong_way"});
    only("count", rule.count.has_value(), {"crowd"});
    only("speed", rule.speed.has_value(), {"running"});
}

void check_place(DocumentPart& reader, const RuleSpec& rule, const std::vector<Zone>& zones) {
    const Zone* zone = nullptr;
    std::vector<std::string> names;
    for (const auto& each : zones) {
        names.push_back(each.name);
        if (each.name == rule.zone) zone = &each;
    }
    if (!rule.zone.empty() && zone == nullptr) {
        auto close = nearest(rule.zone, names);
        return reader.read.fail(
            fmt::format("there is no zone '{}'", rule.zone),
            close.empty() ? "add it under 'zones'" : fmt::format("did you mean '{}'?", close)
        );
    }
    bool line = zone != nullptr && zone->is_line();
    if (behaviour::needs_line(rule.kind) && !line) {
        return reader.read.fail(
            fmt::format("'{}' needs a line", rule.kind), "give the name of a zone with two points"
        );
    }
    if (line && !behaviour::takes_line(rule.kind)) {
        return reader.read.fail(
            fmt::format("'{}' needs an area, and '{}' is a line", rule.kind, rule.zone),
            "give the name of a zone with three points or more"
        );
    }
    if (rule.kind == "counting" && zone == nullptr) {
        return reader.read.fail("'counting' needs a zone or a line", "add 'zone'");
    }
    if (rule.kind != "wrong_way") return;
    if (line && rule.direction == "any") {
        reader.read.fail("'wrong_way' over a line needs to know which", "add direction: in or out");
    }
    if (!line && !rule.heading) {
        reader.read.fail(
            "'wrong_way' needs to know the right way", "add heading: degrees, 0 up, 90 right"
        );
    }
}

Result<RuleSpec> read_rule(DocumentPart reader, const Analytics& analytics) {
    RuleSpec rule;
    rule.name = reader.slug("name");
    rule.kind = reader.word("kind", behaviour::kRuleKinds);
    if (reader.read.has("zone")) rule.zone = reader.slug("zone");
    bool things = rule.kind == "abandoned_object" || rule.kind == "removed_object";
    rule.classes = read_classes(
        reader, "classes", things ? std::vector<ObjectClass>() : std::vector{ObjectClass::Person}
    );
    rule.direction =
        reader.read.one_of_or("direction", to_strings(behaviour::kDirections), rule.direction);
    if (auto degrees = reader.number("heading", 0, 359)) rule.heading = static_cast<int>(*degrees);
    rule.seconds = reader.real("seconds", 0, 86'400);
    if (auto count = reader.number("count", 1, 10'000)) rule.count = static_cast<int>(*count);
    rule.speed = reader.real("speed", 0.1, 20);
    if (reader.read.has("schedule")) {
        rule.schedule = PROVISO_TRY(read_schedule(reader.part("schedule")));
    }
    if (auto pause = reader.number("cooldown", 0, 86'400)) rule.cooldown = static_cast<int>(*pause);
    rule.severity =
        reader.read.one_of_or("severity", to_strings(behaviour::kSeverities), rule.severity);
    rule.min_precision = reader.real("min_precision", 0, 1).value_or(0);
    PROVISO_TRY(reader.read.finish());
    check_keys(reader, rule);
    check_place(reader, rule, analytics.zones);
    if (!things && rule.classes.empty()) {
        reader.read.fail("'classes' is empty", "name what the rule is about, e.g. [person]");
    }
    for (auto kind : rule.classes) {
        if (std::ranges::count(analytics.detect, kind) > 0) continue;
        reader.read.fail(
            fmt::format("'classes' holds '{}', which is not looked for", to_string(kind)),
            fmt::format("add '{}' to 'detect'", to_string(kind))
        );
    }
    if (auto sound = behaviour::check_rule(rule, analytics.zones); !sound) {
        reader.read.fail(sound.error().message(), sound.error().next_step());
    }
    PROVISO_TRY(reader.read.finish());
    return rule;
}

Result<FaceAnalytics> read_faces(DocumentPart reader) {
    FaceAnalytics faces;
    faces.kind = reader.word("kind", kFaceAnalytics);
    if (reader.read.has("gallery")) faces.gallery = reader.slug("gallery");
    if (faces.kind != "face_detection" && faces.gallery.empty()) {
        reader.read.fail("'gallery' is missing", "name the gallery that faces are compared with");
    }
    if (faces.kind == "face_detection" && !faces.gallery.empty()) {
        reader.read.fail(
            "'gallery' means nothing for 'face_detection'", "it compares nobody; remove it"
        );
    }
    PROVISO_TRY(reader.read.finish());
    return faces;
}

}  // namespace

Result<Analytics> read_analytics(DocumentPart reader) {
    Analytics analytics;
    if (reader.read.has("model")) analytics.model = reader.slug("model");
    analytics.detect = read_classes(reader, "detect", {});
    for (auto kind : analytics.detect) {
        if (kind != ObjectClass::Face && kind != ObjectClass::Other) continue;
        reader.read.fail(
            fmt::format("'detect' holds '{}', which is no kind of thing to track", to_string(kind)),
            kind == ObjectClass::Face ? "add 'faces' instead" : "remove it"
        );
    }
    analytics.min_score = reader.real("min_score", 0.05, 0.99);
    analytics.anomaly = reader.read.boolean_or("anomaly", false);
    analytics.learning_hours = reader.real("learning_hours", 0.05, 2000);
    if (analytics.learning_hours && !analytics.anomaly) {
        reader.read.fail("'learning_hours' means nothing without 'anomaly'", "add anomaly: true");
    }
    analytics.tamper = reader.read.boolean_or("tamper", false);
    if (reader.read.has("faces")) {
        analytics.faces = PROVISO_TRY(read_faces(reader.part("faces")));
    }
    analytics.privacy = PROVISO_TRY(read_zones(reader, "privacy", 3));
    analytics.zones = PROVISO_TRY(read_zones(reader, "zones", 2));
    for (auto& part : reader.parts("rules", kMostRules)) {
        auto rule = PROVISO_TRY(read_rule(std::move(part), analytics));
        bool twice = std::ranges::any_of(analytics.rules, [&](const RuleSpec& other) {
            return other.name == rule.name;
        });
        if (twice) reader.read.fail(fmt::format("'rules' has two named '{}'", rule.name));
        analytics.rules.push_back(std::move(rule));
    }
    if (analytics.anomaly && analytics.detect.empty()) {
        reader.read.fail("'anomaly' needs something to watch", "add detect: [person]");
    }
    PROVISO_TRY(reader.read.finish());
    return analytics;
}

}  // namespace proviso::registers
