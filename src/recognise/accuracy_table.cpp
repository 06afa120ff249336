#include <cmath>

#include "proviso/recognise/evaluation.h"

namespace proviso::recognise {

namespace {

constexpr std::int64_t kMost = std::int64_t{1} << 53;
constexpr std::size_t kMostPoints = 1000;
constexpr std::size_t kMostGroups = 200;

Json to_json(const Rate& rate) { return Json::array({rate.errors, rate.trials}); }

Result<Rate> read_rate(const Json& json) {
    if (!json.is_array() || json.size() != 2 || !json[0].is_number_integer() ||
        !json[1].is_number_integer()) {
        return invalid_input("a rate is written [errors, trials]");
    }
    auto errors = json[0].get<std::int64_t>();
    auto trials = json[1].get<std::int64_t>();
    if (errors < 0 || trials < errors || trials > kMost) {
        return invalid_input("a rate has more errors than trials");
    }
    return Rate{static_cast<std::uint64_t>(errors), static_cast<std::uint64_t>(trials)};
}

Result<OperatingPoint> read_point(const Json& json) {
    ObjectReader read(json, "operating point");
    OperatingPoint point;
    auto thousandths = read.integer("threshold_thousandths", -1000, 1000);
    point.threshold = static_cast<double>(thousandths) / 1000;
    auto fmr = read_rate(read.member("fmr"));
    auto fnmr = read_rate(read.member("fnmr"));
    const auto& groups = read.member("groups");
    PROVISO_TRY(read.finish());
    point.fmr = PROVISO_TRY(std::move(fmr));
    point.fnmr = PROVISO_TRY(std::move(fnmr));
    if (!groups.is_object() || groups.size() > kMostGroups) {
        return invalid_input("an operating point has no groups");
    }
    for (const auto& [name, rates] : groups.items()) {
        ObjectReader group(rates, "group");
        auto group_fmr = read_rate(group.member("fmr"));
        auto group_fnmr = read_rate(group.member("fnmr"));
        PROVISO_TRY(group.finish());
        auto& into = point.groups[name];
        into.fmr = PROVISO_TRY(std::move(group_fmr));
        into.fnmr = PROVISO_TRY(std::move(group_fnmr));
    }
    return point;
}

}  // namespace

Json to_json(const AccuracyTable& table) {
    Json points = Json::array();
    for (const auto& point : table.points) {
        Json groups = Json::object();
        for (const auto& [name, group] : point.groups) {
            groups[name] = {{"fmr", to_json(group.fmr)}, {"fnmr", to_json(group.fnmr)}};
        }
        points.push_back(
            {{"threshold_thousandths", std::llround(point.threshold * 1000)},
             {"fmr", to_json(point.fmr)},
             {"fnmr", to_json(point.fnmr)},
             {"groups", std::move(groups)}}
        );
    }
    return {
        {"model", table.model},
        {"set", table.set},
        {"date", table.date},
        {"people", table.people},
        {"pictures", table.pictures},
        {"failed", table.failed},
        {"points", std::move(points)}};
}

Result<AccuracyTable> read_accuracy_table(const Json& json) {
    ObjectReader read(json, "accuracy table");
    AccuracyTable table;
    table.model = read.text("model");
    table.set = read.text("set");
    table.date = read.text("date");
    table.people = static_cast<std::size_t>(read.integer("people", 0, kMost));
    table.pictures = static_cast<std::size_t>(read.integer("pictures", 0, kMost));
    table.failed = static_cast<std::size_t>(read.integer("failed", 0, kMost));
    const auto& points = read.member("points");
    PROVISO_TRY(read.finish());
    if (!points.is_array() || points.size() > kMostPoints) {
        return invalid_input("accuracy table: 'points' is not a list of at most 1000");
    }
    for (const auto& each : points) {
        auto point = PROVISO_TRY(read_point(each));
        if (!table.points.empty() && point.threshold <= table.points.back().threshold) {
            return invalid_input("accuracy table: the thresholds do not rise");
        }
        table.points.push_back(std::move(point));
    }
    return table;
}

}  // namespace proviso::recognise
