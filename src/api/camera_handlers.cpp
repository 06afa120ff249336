#include <algorithm>

#include <fmt/format.h>

#include "handlers.h"
#include "house_view.h"

namespace proviso::api {

namespace {

constexpr std::chrono::days kLongestTimeline{8};
constexpr std::chrono::days kMostDays{400};
constexpr std::size_t kMostSegments = 50'000;
/// Two segments with less between them look like one recording to a person.
constexpr microseconds kSeam{1'000'000};

Error wrong_range(std::string_view longest) {
    return invalid_input(
        "'to' must be after 'from' and not too far", fmt::format("ask for at most {}", longest)
    );
}

Json spans_json(const std::vector<catalog::Segment>& segments) {
    auto spans = Json::array();
    Timestamp end;
    for (const auto& segment : segments) {
        bool open = segment.state == catalog::SegmentState::Open;
        if (!spans.empty() && segment.from - end <= kSeam) {
            auto& span = spans.back();
            end = std::max(end, segment.to);
            span["to"] = to_iso8601(end);
            span["bytes"] = span["bytes"].get<std::uint64_t>() + segment.bytes;
            span["segments"] = span["segments"].get<std::uint64_t>() + 1;
            span["open"] = open;
            continue;
        }
        end = segment.to;
        spans.push_back(
            {{"from", to_iso8601(segment.from)},
             {"to", to_iso8601(segment.to)},
             {"bytes", segment.bytes},
             {"segments", std::uint64_t{1}},
             {"open", open}}
        );
    }
    return spans;
}

}  // namespace

Result<Response> list_sites(Call& call) {
    std::map<SiteId, int> cameras;
    for (const auto* camera : visible_cameras(call)) ++cameras[camera->site];
    auto list = Json::array();
    for (const auto& [id, site] : call.documents->sites) {
        if (call.user().cameras && !cameras.contains(id)) continue;
        list.push_back(
            {{"name", id.text()},
             {"title", site.title},
             {"jurisdictions", site.jurisdictions},
             {"sector", site.sector},
             {"timezone", site.timezone},
             {"storage_country", site.storage_country},
             {"controller",
              {{"name", site.controller.name},
               {"kind", site.controller.kind},
               {"country", site.controller.country}}},
             {"cameras", cameras[id]}}
        );
    }
    return Response::json(200, {{"sites", std::move(list)}});
}

Result<Response> list_cameras(Call& call) {
    auto view = PROVISO_TRY(look_around(call, std::nullopt));
    auto list = Json::array();
    for (const auto* camera : visible_cameras(call)) {
        list.push_back(camera_json(call, view, *camera));
    }
    return Response::json(200, {{"cameras", std::move(list)}});
}

Result<Response> get_camera(Call& call) {
    auto view = PROVISO_TRY(look_around(call, call.camera));
    return Response::json(200, camera_json(call, view, call.documents->cameras.at(call.camera)));
}

Result<Response> get_timeline(Call& call) {
    auto stream = media::to_string(PROVISO_TRY(stream_of(call.query)));
    auto from = PROVISO_TRY(call.query.required_time("from"));
    auto to = PROVISO_TRY(call.query.required_time("to"));
    if (to <= from || to - from > kLongestTimeline) return wrong_range("8 days");
    auto segments = PROVISO_TRY(
        call.rooms().catalog.segments(call.camera, stream, from, to, kMostSegments, false)
    );
    auto gaps = Json::array();
    for (const auto& gap : PROVISO_TRY(call.rooms().catalog.gaps(call.camera, stream, from, to))) {
        gaps.push_back(
            {{"from", to_iso8601(gap.from)},
             {"to", gap.to ? Json(to_iso8601(*gap.to)) : Json()},
             {"cause", gap.cause},
             {"words", gap.detail},
             {"leaf", gap.leaf ? Json(*gap.leaf) : Json()}}
        );
    }
    auto archive = PROVISO_TRY(
        call.rooms().catalog.segments(call.camera, "masked", from, to, kMostSegments, false)
    );
    auto lifts = Json::array();
    for (const auto& lift : PROVISO_TRY(call.rooms().lifts.of_camera(call.camera, from, to))) {
        lifts.push_back(
            {{"from", to_iso8601(lift.begins)},
             {"to", to_iso8601(lift.ended.value_or(lift.ends))},
             {"lift", lift.id},
             {"user", lift.what.user.text()},
             {"break_glass", lift.what.break_glass}}
        );
    }
    return Response::json(
        200,
        {{"camera", call.camera.text()},
         {"stream", stream},
         {"masked", spans_json(archive)},
         {"lifts", std::move(lifts)},
         {"from", to_iso8601(from)},
         {"to", to_iso8601(to)},
         {"spans", spans_json(segments)},
         {"gaps", std::move(gaps)}}
    );
}

Result<Response> get_days(Call& call) {
    auto stream = media::to_string(PROVISO_TRY(stream_of(call.query)));
    auto from = PROVISO_TRY(call.query.required_day("from"));
    auto to = PROVISO_TRY(call.query.required_day("to"));
    if (to < from || to - from > kMostDays) return wrong_range("400 days");
    auto days =
        PROVISO_TRY(call.rooms().catalog.days(call.camera, stream, from, to + std::chrono::days(1))
        );
    auto list = Json::array();
    for (const auto& day : days) {
        list.push_back(
            {{"day", to_iso8601(day.day)},
             {"recorded_seconds", day.recorded_us / 1'000'000},
             {"bytes", day.bytes}}
        );
    }
    return Response::json(
        200, {{"camera", call.camera.text()}, {"stream", stream}, {"days", std::move(list)}}
    );
}

}  // namespace proviso::api
