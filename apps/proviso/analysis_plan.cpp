#include "analysis_plan.h"

#include <algorithm>

namespace proviso::app {

namespace {

void add(std::vector<WantedAnalytic>& all, std::string_view kind) {
    all.push_back({std::string(kind), std::string(kind), false});
}

bool of_things(std::string_view kind) { return kind == "abandoned_object"; }

}  // namespace

std::vector<WantedAnalytic> wanted_of(const registers::Camera& camera) {
    std::vector<WantedAnalytic> all;
    if (!camera.analytics) return all;
    const auto& asked = *camera.analytics;
    bool anything = !asked.detect.empty() || asked.tamper || asked.faces || !asked.rules.empty();
    if (!anything) return all;
    add(all, "motion");
    if (!asked.detect.empty()) {
        add(all, "object_detection");
        add(all, "tracking");
    }
    if (asked.tamper) add(all, "tamper");
    if (asked.anomaly) add(all, "anomaly");
    if (asked.faces) add(all, asked.faces->kind);
    for (const auto& rule : asked.rules) {
        all.push_back({std::string(behaviour::analytic_of(rule.kind)), rule.name, true});
    }
    return all;
}

std::vector<std::string_view> foundations_of(std::string_view kind) {
    if (kind == "motion") return {};
    if (kind == "object_detection" || kind == "tamper" || of_things(kind) || identifies(kind) ||
        kind == "face_detection") {
        return {"motion"};
    }
    // Counting needs to know who is who for a moment, but keeps no track of anybody.
    if (kind == "tracking" || kind == "counting") return {"motion", "object_detection"};
    return {"motion", "object_detection", "tracking"};
}

bool identifies(std::string_view kind) {
    return kind == "face_verification" || kind == "face_identification";
}

vision::EyeConfig eye_config(const registers::Camera& camera, const Permitted& permitted) {
    vision::EyeConfig config;
    config.detect = config.health = false;
    if (!camera.analytics || !permitted("motion")) return config;
    const auto& asked = *camera.analytics;
    config.model = asked.model;
    config.classes = asked.detect;
    config.min_score = static_cast<float>(asked.min_score.value_or(0));
    config.detect = !asked.detect.empty() && permitted("object_detection") &&
                    (permitted("tracking") || permitted("counting"));
    config.health = asked.tamper && permitted("tamper");
    config.static_objects =
        permitted("abandoned_object") && std::ranges::any_of(asked.rules, [](const auto& rule) {
            return of_things(behaviour::analytic_of(rule.kind));
        });
    config.faces = asked.faces && permitted(asked.faces->kind);
    config.embed = config.faces && identifies(asked.faces->kind);
    for (const auto& zone : asked.privacy) config.privacy_masks.push_back(zone.points);
    return config;
}

std::vector<std::string_view> kinds_under(
    const vision::EyeConfig& config, const Permitted& permitted
) {
    std::vector<std::string_view> kinds{"motion"};
    if (config.detect) {
        kinds.push_back("object_detection");
        kinds.push_back(permitted("tracking") ? "tracking" : "counting");
    }
    if (config.health) kinds.push_back("tamper");
    if (config.static_objects) kinds.push_back("abandoned_object");
    if (config.faces && !config.embed) kinds.push_back("face_detection");
    return kinds;
}

media::StreamKind looked_at(const registers::Camera& camera) {
    return camera.sub ? media::StreamKind::Sub : media::StreamKind::Main;
}

}  // namespace proviso::app
