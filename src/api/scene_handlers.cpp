#include <fmt/format.h>

#include <proviso/alerts/alerts.h>

#include "handlers.h"
#include "problem.h"
#include "state.h"

namespace proviso::api {

namespace {

constexpr std::chrono::days kLongestActivity{8};
constexpr std::chrono::days kLongestHeat{31};
constexpr std::uint64_t kMinute = 60;
constexpr std::uint64_t kDay = 86'400;

struct Range {
    Timestamp from;
    Timestamp to;
};

Result<Range> range_of(const Query& query, std::chrono::days longest) {
    Range range;
    range.from = PROVISO_TRY(query.required_time("from"));
    range.to = PROVISO_TRY(query.required_time("to"));
    if (range.to <= range.from || range.to - range.from > longest) {
        return invalid_input(
            "'to' must be after 'from' and not too far",
            fmt::format("ask for at most {} days", longest.count())
        );
    }
    return range;
}

Json state_json(const AnalyticState& state, bool suspended) {
    Json json{
        {"kind", state.kind},
        {"name", state.name},
        {"state", suspended ? "suspended" : state.state},
        {"words",
         suspended ? "Suspended itself: too many of its alerts were judged false." : state.words},
        {"reasons", reasons_json(state.reasons)},
        {"missing", missing_json(state.missing)}};
    if (state.learned) json["learned"] = *state.learned;
    return json;
}

}  // namespace

Result<Response> get_activity(Call& call) {
    auto range = PROVISO_TRY(range_of(call.query, kLongestActivity));
    auto step = PROVISO_TRY(call.query.number("step")).value_or(kMinute);
    if (step < kMinute || step > kDay || step % kMinute != 0) {
        return invalid_input("'step' must be whole minutes, up to a day", "for example 300");
    }
    std::chrono::minutes minutes(step / kMinute);
    auto values = Json::array();
    for (const auto& value :
         PROVISO_TRY(call.rooms().alerts.activity(call.camera, range.from, range.to, minutes))) {
        values.push_back(value ? Json(*value) : Json());
    }
    auto first = range.from.time_since_epoch() / minutes * minutes;
    return Response::json(
        200,
        {{"camera", call.camera.text()},
         {"from", to_iso8601(Timestamp(first))},
         {"step", step},
         {"values", std::move(values)}}
    );
}

Result<Response> get_heat(Call& call) {
    auto range = PROVISO_TRY(range_of(call.query, kLongestHeat));
    auto heat = PROVISO_TRY(call.rooms().alerts.heat(call.camera, range.from, range.to));
    return Response::json(
        200,
        {{"camera", call.camera.text()},
         {"from", to_iso8601(range.from)},
         {"to", to_iso8601(range.to)},
         {"pictures", heat.pictures},
         {"cells", heat.cells}}
    );
}

Result<Response> get_analytics(Call& call) {
    auto& rooms = call.rooms();
    AnalyticsStatus status;
    if (rooms.analytics) status = rooms.analytics(call.camera);
    auto list = Json::array();
    for (const auto& one : status.analytics) {
        list.push_back(state_json(one, rooms.alerts.suspended(call.camera, one.name)));
    }
    auto counts = Json::array();
    auto today = day_of(rooms.clock.now());
    for (const auto& one : PROVISO_TRY(rooms.alerts.passages(call.camera, today))) {
        counts.push_back(
            {{"name", one.name}, {"in", one.in}, {"out", one.out}, {"inside", one.inside}}
        );
    }
    return Response::json(
        200,
        {{"model", status.model},
         {"analytics", std::move(list)},
         {"frames_per_second", status.frames_per_second},
         {"looked_per_second", status.looked_per_second},
         {"skipped", status.skipped},
         {"worker_restarts", status.worker_restarts},
         {"counts", std::move(counts)}}
    );
}

}  // namespace proviso::api
