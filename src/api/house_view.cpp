#include "house_view.h"

#include <algorithm>

#include <fmt/format.h>

#include <proviso/law/retention.h>

namespace proviso::api {

namespace {

Json time_or_null(const std::optional<Timestamp>& at) {
    return at ? Json(to_iso8601(*at)) : Json();
}

Json stream_json(
    const Call& call, const HouseView& view, const CameraId& camera, media::StreamKind kind
) {
    std::string name(media::to_string(kind));
    CameraHealth health;
    health.state = "off";
    health.words = "Not running.";
    auto found = view.health.find({camera, name});
    if (found != view.health.end()) health = found->second;
    auto codec = call.state.rooms.hub.codec({camera, kind});
    return {
        {"stream", name},
        {"state", health.state},
        {"words", health.words},
        {"frames_per_second", health.frames_per_second},
        {"bits_per_second", health.bits_per_second},
        {"reconnects", health.reconnects},
        {"lost_packets", health.lost_packets},
        {"last_packet", time_or_null(health.last_packet)},
        {"durable_to", time_or_null(health.durable_to)},
        {"sound", health.sound.empty() ? Json() : Json(health.sound)},
        {"sound_recorded", health.sound_recorded},
        {"codec", codec ? Json(codec->rfc6381) : Json()},
        {"width", codec ? Json(codec->width) : Json()},
        {"height", codec ? Json(codec->height) : Json()},
    };
}

const law::Cell* cell_of(
    const HouseView& view, const CameraId& camera, std::string_view capability
) {
    auto found = view.cells.find(camera);
    if (found == view.cells.end()) return nullptr;
    for (const auto& cell : found->second) {
        if (cell.capability == capability) return &cell;
    }
    return nullptr;
}

Json capability_json(const law::Cell* cell) {
    if (cell == nullptr) {
        return {{"verdict", "refuse"}, {"pending", false}, {"words", "Nothing is known."}};
    }
    return {{"verdict", cell->verdict}, {"pending", cell->pending}, {"words", words(*cell)}};
}

}  // namespace

std::string words(const law::Cell& cell) {
    if (cell.verdict == "permit") return "Permitted.";
    if (cell.verdict == "permit_with_duties") {
        return cell.duties.size() == 1
                   ? "Permitted, with one duty."
                   : fmt::format("Permitted, with {} duties.", cell.duties.size());
    }
    law::Refusal refusal;
    refusal.act = cell.capability == "recording"   ? "capture"
                  : cell.capability == "live_view" ? "view"
                                                   : "analyse";
    refusal.pending = cell.pending;
    refusal.reasons = cell.reasons;
    refusal.missing = cell.missing;
    if (cell.verdict == "conflict") {
        return "Two rules contradict each other. " + refusal.words();
    }
    return refusal.words();
}

Result<HouseView> look_around(Call& call, const std::optional<CameraId>& camera) {
    HouseView view;
    view.packs = call.rooms().gate.packs();
    view.today = day_of(call.rooms().clock.now());
    for (auto& health : call.rooms().camera_health()) {
        std::pair key{health.camera, health.stream};
        view.health.emplace(std::move(key), std::move(health));
    }
    for (auto& usage : PROVISO_TRY(call.rooms().catalog.usage())) {
        auto key = usage.camera;
        view.usage.emplace(std::move(key), std::move(usage));
    }
    for (auto& cell : PROVISO_TRY(call.rooms().gate.matrix(camera, std::nullopt))) {
        view.cells[cell.camera].push_back(std::move(cell));
    }
    return view;
}

std::vector<const registers::Camera*> visible_cameras(const Call& call) {
    std::vector<const registers::Camera*> visible;
    for (const auto& [id, camera] : call.documents->cameras) {
        if (call.user().may_see(id)) visible.push_back(&camera);
    }
    return visible;
}

std::string purpose_code(const registers::Snapshot& documents, const CameraId& camera) {
    auto found = documents.cameras.find(camera);
    if (found == documents.cameras.end()) return {};
    auto purpose = documents.purposes.find(found->second.purpose);
    return purpose == documents.purposes.end() ? std::string() : purpose->second.code;
}

Result<media::StreamKind> stream_of(const Query& query) {
    return media::parse_stream_kind(query.text("stream").value_or("main"));
}

Json camera_json(const Call& call, const HouseView& view, const registers::Camera& camera) {
    auto streams = Json::array();
    streams.push_back(stream_json(call, view, camera.name, media::StreamKind::Main));
    if (camera.sub) {
        streams.push_back(stream_json(call, view, camera.name, media::StreamKind::Sub));
    }
    const auto* recording = cell_of(view, camera.name, "recording");
    std::optional<std::int64_t> cap;
    if (recording != nullptr) cap = recording->footage_days_cap;
    auto asked = law::footage_days(view.packs, *call.documents, camera, view.today);
    catalog::CameraUsage usage;
    auto found = view.usage.find(camera.name);
    if (found != view.usage.end()) usage = found->second;
    return {
        {"name", camera.name.text()},
        {"site", camera.site.text()},
        {"title", camera.title},
        {"purpose",
         {{"name", camera.purpose.text()}, {"code", purpose_code(*call.documents, camera.name)}}},
        {"enabled", camera.enabled},
        {"streams", std::move(streams)},
        {"recording", capability_json(recording)},
        {"live_view", capability_json(cell_of(view, camera.name, "live_view"))},
        {"retention",
         {{"asked_days", asked},
          {"cap_days", cap ? Json(*cap) : Json()},
          {"effective_days", cap ? std::min(*cap, asked) : asked}}},
        {"usage",
         {{"bytes", usage.bytes},
          {"segments", usage.segments},
          {"oldest", time_or_null(usage.oldest)},
          {"newest", time_or_null(usage.newest)}}},
    };
}

}  // namespace proviso::api
