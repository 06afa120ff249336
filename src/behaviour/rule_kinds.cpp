#include <algorithm>

#include <proviso/behaviour/rules.h>

namespace proviso::behaviour {

namespace {

constexpr Range kNone{};

constexpr auto kKinds = std::to_array<RuleKind>({
    {"intrusion",
     "Intrusion",
     "Somebody or something is in the zone for at least `seconds`.",
     {0, 86'400, 1},
     kNone,
     kNone,
     10},
    {"line_crossing",
     "Line crossed",
     "Somebody or something crosses the line in the direction asked for.",
     kNone,
     kNone,
     kNone,
     2},
    {"loitering",
     "Loitering",
     "Somebody stays in the zone for at least `seconds`, walking about or standing.",
     {1, 86'400, 60},
     kNone,
     kNone,
     60},
    {"wrong_way",
     "Wrong way",
     "Something moves against the right way: in an area for at least `seconds`, or over a line.",
     {0, 60, 1},
     kNone,
     kNone,
     10},
    {"crowd",
     "Crowd",
     "At least `count` are in the zone together for at least `seconds`.",
     {0, 86'400, 5},
     {1, 10'000, 10},
     kNone,
     60},
    {"counting",
     "Count",
     "Counts who crosses the line in and out, or who is in the area; tells nothing by itself.",
     kNone,
     kNone,
     kNone,
     0},
    {"running",
     "Running",
     "Somebody moves faster than `speed` own heights a second for at least `seconds`.",
     {0, 60, 1},
     kNone,
     {0.1, 20, 1.6},
     15},
    {"abandoned_object",
     "Object left behind",
     "A thing that was not there before stands for at least `seconds` with nobody near it.",
     {0, 86'400, 30},
     kNone,
     kNone,
     60},
    {"removed_object",
     "Object taken away",
     "A thing that belongs there has been away for at least `seconds`.",
     {0, 86'400, 10},
     kNone,
     kNone,
     60},
    {"fall",
     "Fall",
     "Somebody who stood went down quickly and has lain for at least `seconds`.",
     {0, 600, 3},
     kNone,
     kNone,
     60},
    {"tailgating",
     "Tailgating",
     "Somebody crosses the line in the direction asked for within `seconds` of the one before.",
     {0.1, 60, 3},
     kNone,
     kNone,
     5},
});

Json describe(const Range& range) {
    return {{"least", range.least}, {"most", range.most}, {"usual", range.usual}};
}

}  // namespace

std::span<const RuleKind> rule_kinds() { return kKinds; }

const RuleKind* find_rule_kind(std::string_view kind) {
    auto found = std::find_if(kKinds.begin(), kKinds.end(), [&](const RuleKind& one) {
        return one.kind == kind;
    });
    return found == kKinds.end() ? nullptr : &*found;
}

Json rule_vocabulary() {
    Json kinds = Json::array();
    for (const auto& one : kKinds) {
        Json kind{
            {"kind", one.kind},
            {"title", one.title},
            {"words", one.words},
            {"analytic", analytic_of(one.kind)},
            {"needs_line", needs_line(one.kind)},
            {"takes_line", takes_line(one.kind)},
            {"cooldown", one.cooldown},
        };
        if (one.seconds.used()) kind["seconds"] = describe(one.seconds);
        if (one.count.used()) kind["count"] = describe(one.count);
        if (one.speed.used()) kind["speed"] = describe(one.speed);
        kinds.push_back(std::move(kind));
    }
    return kinds;
}

}  // namespace proviso::behaviour
