#include "alerts_metrics.h"

#include <fmt/format.h>

namespace proviso::api {

namespace {

using Counts = std::map<std::pair<CameraId, std::string>, std::uint64_t>;

void counted(
    const Call& call,
    std::string& out,
    std::string_view name,
    std::string_view label,
    const Counts& counts
) {
    out += fmt::format("# TYPE proviso_{} counter\n", name);
    for (const auto& [key, count] : counts) {
        if (!call.user().may_see(key.first)) continue;
        out += fmt::format(
            "proviso_{}{{camera=\"{}\",{}=\"{}\"}} {}\n",
            name,
            key.first.text(),
            label,
            key.second,
            count
        );
    }
}

}  // namespace

void alerts_metrics(const Call& call, const HouseView& /*view*/, std::string& out) {
    const auto& rooms = call.state.rooms;
    std::vector<std::pair<CameraId, AnalyticsStatus>> eyes;
    for (const auto* camera : visible_cameras(call)) {
        if (rooms.analytics) eyes.emplace_back(camera->name, rooms.analytics(camera->name));
    }
    auto each = [&](std::string_view name, std::string_view type, auto value_of) {
        out += fmt::format("# TYPE proviso_{} {}\n", name, type);
        for (const auto& [camera, status] : eyes) {
            if (status.model.empty()) continue;
            out += fmt::format(
                "proviso_{}{{camera=\"{}\"}} {}\n", name, camera.text(), value_of(status)
            );
        }
    };
    each("process_fps", "gauge", [](const auto& status) { return status.frames_per_second; });
    each("detection_fps", "gauge", [](const auto& status) { return status.looked_per_second; });
    each("skipped_fps", "gauge", [](const auto& status) { return status.skipped_per_second; });
    each("skipped_frames_total", "counter", [](const auto& status) { return status.skipped; });
    each("vision_worker_restarts_total", "counter", [](const auto& status) {
        return status.worker_restarts;
    });
    out += "# TYPE proviso_detector_inference_speed_seconds gauge\n";
    for (const auto& [camera, status] : eyes) {
        if (status.model.empty()) continue;
        out += fmt::format(
            "proviso_detector_inference_speed_seconds{{camera=\"{}\",name=\"{}\"}} {}\n",
            camera.text(),
            status.model,
            status.inference_seconds
        );
    }
    counted(call, out, "camera_events", "label", call.state.seen_objects.copy());
    counted(call, out, "camera_reviews_total", "severity", call.state.seen_items.copy());
    out += "# TYPE proviso_rules_suspended gauge\n";
    if (auto rules = rooms.alerts.accuracy(call.user().cameras)) {
        std::map<CameraId, int> suspended;
        for (const auto& rule : *rules) suspended[rule.camera] += rule.suspended ? 1 : 0;
        for (const auto& [camera, count] : suspended) {
            out +=
                fmt::format("proviso_rules_suspended{{camera=\"{}\"}} {}\n", camera.text(), count);
        }
    }
    out += fmt::format(
        "# TYPE proviso_pictures_dropped_total counter\nproviso_pictures_dropped_total {}\n",
        rooms.alerts.pictures_dropped()
    );
    if (!rooms.figures) return;
    for (const auto& [name, value] : rooms.figures()) {
        out += fmt::format("proviso_{} {}\n", name, value);
    }
}

}  // namespace proviso::api
