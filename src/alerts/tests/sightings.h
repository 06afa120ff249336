#pragma once

#include <proviso/alerts/records.h>
#include <proviso/behaviour/finding.h>

namespace proviso::alerts {

using namespace std::chrono_literals;

inline const Timestamp kNoon = *parse_timestamp("2026-11-22T12:00:00Z");
inline const CameraId kGate = CameraId::literal("gate");
inline const CameraId kYard = CameraId::literal("yard");

inline behaviour::TrackView person(behaviour::TrackId id, float x, float y = 0.5F) {
    behaviour::TrackView view;
    view.id = id;
    view.kind = behaviour::ObjectClass::Person;
    view.box = {x - 0.05F, y - 0.2F, 0.1F, 0.2F};  // its foot is at (x, y)
    view.score = 0.9F;
    view.confirmed = true;
    view.first_seen = kNoon;
    return view;
}

inline behaviour::Observation look(
    microseconds at, std::vector<behaviour::TrackView> tracks, float activity = 0.1F
) {
    behaviour::Observation seen;
    seen.wall = kNoon + at;
    seen.width = 640;
    seen.height = 360;
    seen.activity = activity;
    seen.looked = true;
    seen.tracks = std::move(tracks);
    for (auto& track : seen.tracks) track.first_seen = std::min(track.first_seen, seen.wall);
    return seen;
}

inline behaviour::Finding intrusion(
    std::uint64_t id,
    microseconds from,
    microseconds to,
    bool ended = true,
    const std::string& rule = "after-hours"
) {
    behaviour::Finding finding;
    finding.id = id;
    finding.rule = rule;
    finding.kind = "intrusion";
    finding.zone = "drive";
    finding.severity = "alert";
    finding.title = "Person in drive";
    finding.why = "A person stood in drive for 2 s; the rule allows 1 s.";
    finding.numbers = {{"seconds", 2.0}, {"limit", 1.0}};
    finding.from = kNoon + from;
    finding.to = kNoon + to;
    finding.ended = ended;
    return finding;
}

}  // namespace proviso::alerts
