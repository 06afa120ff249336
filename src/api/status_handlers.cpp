#include <fmt/format.h>

#include "alerts_metrics.h"
#include "event_channel.h"
#include "handlers.h"
#include "house_view.h"
#include "problem.h"

namespace proviso::api {

namespace {

constexpr std::size_t kMostStreams = 72;

struct Recorded {
    std::uint64_t bytes = 0;
    std::uint64_t segments = 0;
};

Recorded recorded(const Call& call, const HouseView& view) {
    Recorded sum;
    for (const auto& [camera, usage] : view.usage) {
        if (!call.user().may_see(camera)) continue;
        sum.bytes += usage.bytes;
        sum.segments += usage.segments;
    }
    return sum;
}

std::string_view state_of(const HouseView& view, const CameraId& camera) {
    auto found = view.health.find({camera, "main"});
    return found == view.health.end() ? "off" : std::string_view(found->second.state);
}

std::int64_t uptime(const Call& call) {
    return std::chrono::floor<std::chrono::seconds>(
               call.state.rooms.clock.now() - call.state.started
    )
        .count();
}

}  // namespace

Result<Response> get_status(Call& call) {
    auto view = PROVISO_TRY(look_around(call, std::nullopt));
    int total = 0;
    int enabled = 0;
    int recording = 0;
    int refused = 0;
    for (const auto* camera : visible_cameras(call)) {
        ++total;
        if (camera->enabled) ++enabled;
        auto state = state_of(view, camera->name);
        if (state == "recording") ++recording;
        if (state == "refused") ++refused;
    }
    auto storage = call.rooms().storage_health();
    auto sum = recorded(call, view);
    return Response::json(
        200,
        {{"version", PROVISO_VERSION},
         {"started", to_iso8601(call.state.started)},
         {"now", to_iso8601(call.rooms().clock.now())},
         {"uptime_seconds", uptime(call)},
         {"storage",
          {{"total_bytes", storage.total_bytes},
           {"free_bytes", storage.free_bytes},
           {"recorded_bytes", sum.bytes},
           {"segments", sum.segments}}},
         {"cameras",
          {{"total", total}, {"enabled", enabled}, {"recording", recording}, {"refused", refused}}},
         {"live_viewers", call.rooms().hub.viewers()},
         {"ledger_size", call.rooms().ledger.size()}}
    );
}

Result<Response> watch_events(Call& call) {
    auto ticket = call.state.presence.enter(call.user().id, call.token, kMostStreams);
    if (!ticket) {
        return problem(
            429, "too_many", "this session has too many event streams open", "close some of them"
        );
    }
    Response response;
    response.set("Content-Type", "text/event-stream");
    response.channel =
        std::make_unique<EventChannel>(call, SessionGuard(call, std::move(ticket), false));
    return response;
}

Result<Response> get_metrics(Call& call) {
    auto view = PROVISO_TRY(look_around(call, std::nullopt));
    auto storage = call.rooms().storage_health();
    auto sum = recorded(call, view);
    std::string out;
    auto one = [&out](std::string_view name, std::string_view type, auto value) {
        out += fmt::format("# TYPE proviso_{0} {1}\nproviso_{0} {2}\n", name, type, value);
    };
    one("service_uptime_seconds", "gauge", uptime(call));
    one("storage_total_bytes", "gauge", storage.total_bytes);
    one("storage_free_bytes", "gauge", storage.free_bytes);
    one("storage_used_bytes", "gauge", storage.total_bytes - storage.free_bytes);
    one("recorded_bytes", "gauge", sum.bytes);
    one("recorded_segments", "gauge", sum.segments);
    one("live_viewers", "gauge", call.rooms().hub.viewers());
    one("ledger_entries", "counter", call.rooms().ledger.size());
    one("http_requests_total", "counter", call.state.requests.load());
    one("http_forbidden_total", "counter", call.state.refusals.load());
    auto each = [&](std::string_view name, std::string_view type, auto value_of) {
        out += fmt::format("# TYPE proviso_camera_{} {}\n", name, type);
        for (const auto& [key, health] : view.health) {
            if (!call.user().may_see(key.first)) continue;
            out += fmt::format(
                "proviso_camera_{}{{camera=\"{}\",stream=\"{}\"}} {}\n",
                name,
                key.first.text(),
                key.second,
                value_of(health)
            );
        }
    };
    each("fps", "gauge", [](const auto& health) { return health.frames_per_second; });
    each("bits_per_second", "gauge", [](const auto& health) { return health.bits_per_second; });
    each("recording", "gauge", [](const auto& health) {
        return health.state == "recording" ? 1 : 0;
    });
    each("reconnects_total", "counter", [](const auto& health) { return health.reconnects; });
    each("lost_packets_total", "counter", [](const auto& health) { return health.lost_packets; });
    alerts_metrics(call, view, out);
    return Response::text(200, "text/plain; version=0.0.4; charset=utf-8", std::move(out));
}

}  // namespace proviso::api
