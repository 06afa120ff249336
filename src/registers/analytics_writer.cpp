#include "analytics.h"

namespace proviso::registers {

namespace {

using behaviour::ObjectClass;
using behaviour::RuleSpec;
using behaviour::Schedule;
using behaviour::Zone;

/// A share with at most four places, as it was read.
double plain(float share) { return std::round(static_cast<double>(share) * 1e4) / 1e4; }

Json words_of(const std::vector<ObjectClass>& classes) {
    Json words = Json::array();
    for (auto kind : classes) words.push_back(behaviour::to_string(kind));
    return words;
}

Json to_json(const Zone& zone) {
    Json points = Json::array();
    for (const auto& point : zone.points) {
        points.push_back(Json::array({plain(point.x), plain(point.y)}));
    }
    return {{"name", zone.name}, {"points", std::move(points)}};
}

Json to_json(const std::vector<Zone>& zones) {
    Json list = Json::array();
    for (const auto& zone : zones) list.push_back(to_json(zone));
    return list;
}

std::string time_of(int minutes) { return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60); }

Json to_json(const Schedule& schedule) {
    Json days = Json::array();
    for (std::size_t i = 0; i < schedule.days.size(); ++i) {
        if (schedule.days[i]) days.push_back(behaviour::kWeekdays[i]);
    }
    Json json = {
        {"days", std::move(days)}, {"from", time_of(schedule.from)}, {"to", time_of(schedule.to)}};
    if (!schedule.timezone.empty()) json["timezone"] = schedule.timezone;
    return json;
}

Json to_json(const RuleSpec& rule) {
    Json json = {{"name", rule.name}, {"kind", rule.kind}, {"severity", rule.severity}};
    if (!rule.zone.empty()) json["zone"] = rule.zone;
    if (!rule.classes.empty()) json["classes"] = words_of(rule.classes);
    if (rule.direction != "any") json["direction"] = rule.direction;
    if (rule.heading) json["heading"] = *rule.heading;
    if (rule.seconds) json["seconds"] = *rule.seconds;
    if (rule.count) json["count"] = *rule.count;
    if (rule.speed) json["speed"] = *rule.speed;
    if (rule.schedule) json["schedule"] = to_json(*rule.schedule);
    if (rule.cooldown) json["cooldown"] = *rule.cooldown;
    if (rule.min_precision > 0) json["min_precision"] = rule.min_precision;
    return json;
}

}  // namespace

Json to_json(const Analytics& analytics) {
    Json json = {
        {"model", analytics.model},
        {"detect", words_of(analytics.detect)},
        {"anomaly", analytics.anomaly},
        {"tamper", analytics.tamper}};
    if (analytics.min_score) json["min_score"] = *analytics.min_score;
    if (analytics.learning_hours) json["learning_hours"] = *analytics.learning_hours;
    if (analytics.faces) {
        json["faces"] = {{"kind", analytics.faces->kind}};
        if (!analytics.faces->gallery.empty()) json["faces"]["gallery"] = analytics.faces->gallery;
    }
    if (!analytics.privacy.empty()) json["privacy"] = to_json(analytics.privacy);
    if (!analytics.zones.empty()) json["zones"] = to_json(analytics.zones);
    if (!analytics.rules.empty()) {
        json["rules"] = Json::array();
        for (const auto& rule : analytics.rules) json["rules"].push_back(to_json(rule));
    }
    return json;
}

}  // namespace proviso::registers
