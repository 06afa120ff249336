#include "track_table.h"

#include <cmath>

namespace proviso::alerts {

namespace {

constexpr double kGrid = 10'000;  // of the picture; and seconds in milliseconds

/// Integers in one line: "x y ms x y ms".
std::string pack_path(const std::vector<PathPoint>& path) {
    std::string text;
    for (const auto& point : path) {
        for (auto value : {point.x * kGrid, point.y * kGrid, point.seconds * 1000.0}) {
            if (!text.empty()) text += ' ';
            text += std::to_string(std::llround(value));
        }
    }
    return text;
}

std::vector<PathPoint> unpack_path(const std::string& text) {
    std::vector<PathPoint> path;
    const char* at = text.c_str();
    while (*at != '\0') {
        std::array<double, 3> values{};
        for (auto& value : values) {
            char* end = nullptr;
            value = static_cast<double>(std::strtoll(at, &end, 10));
            if (end == at) return path;
            at = end;
        }
        path.push_back(
            {static_cast<float>(values[0] / kGrid),
             static_cast<float>(values[1] / kGrid),
             static_cast<float>(values[2] / 1000)}
        );
    }
    return path;
}

/// Each name between two line breaks, so that a search for one finds no other.
std::string pack_zones(const std::set<std::string>& zones) {
    std::string text = "\n";
    for (const auto& zone : zones) text += zone + "\n";
    return text;
}

std::set<std::string> unpack_zones(const std::string& text) {
    std::set<std::string> zones;
    for (std::size_t at = 1; at < text.size();) {
        auto end = text.find('\n', at);
        if (end == std::string::npos) break;
        zones.insert(text.substr(at, end - at));
        at = end + 1;
    }
    return zones;
}

std::string like_zone(const std::string& zone) {
    std::string text = "%\n";
    for (char c : zone) {
        if (c == '%' || c == '_' || c == '\\') text += '\\';
        text += c;
    }
    return text + "\n%";
}

std::vector<TrackRecord> select_where(
    soci::session& session, const Where& where, std::size_t limit
) {
    TrackRecord track;
    std::string camera;
    std::string zones;
    std::string path;
    long long from = 0;
    long long last = 0;
    int ended = 0;
    int picture = 0;
    auto most = static_cast<long long>(limit);
    soci::statement statement(session);
    statement.exchange(soci::into(track.id));
    statement.exchange(soci::into(camera));
    statement.exchange(soci::into(track.kind));
    statement.exchange(soci::into(track.colour));
    statement.exchange(soci::into(from));
    statement.exchange(soci::into(last));
    statement.exchange(soci::into(ended));
    statement.exchange(soci::into(track.direction));
    statement.exchange(soci::into(zones));
    statement.exchange(soci::into(path));
    statement.exchange(soci::into(picture));
    where.bind(statement);
    statement.exchange(soci::use(most, "most"));
    statement.alloc();
    statement.prepare(
        "SELECT id, camera, kind, colour, from_us, last_us, ended, direction, zones, path, picture "
        "FROM tracks WHERE " +
        where.text() + " ORDER BY id DESC LIMIT :most"
    );
    statement.define_and_bind();
    statement.execute(false);
    std::vector<TrackRecord> tracks;
    while (statement.fetch()) {
        auto& found = tracks.emplace_back(track);
        found.camera = CameraId::literal(camera);
        found.from = from_us(from);
        found.last = from_us(last);
        found.ended = ended != 0;
        found.zones = unpack_zones(zones);
        found.path = unpack_path(path);
        found.has_picture = picture != 0;
    }
    return tracks;
}

}  // namespace

void put_track(soci::session& session, const TrackRecord& track, const std::string& key_id) {
    auto from = to_us(track.from);
    auto last = to_us(track.last);
    int ended = track.ended ? 1 : 0;
    int picture = track.has_picture ? 1 : 0;
    auto zones = pack_zones(track.zones);
    auto path = pack_path(track.path);
    session << "INSERT INTO tracks (id, camera, kind, colour, from_us, last_us, ended, direction, "
               "zones, path, picture, key_id) VALUES (:id, :camera, :kind, :colour, :from_us, "
               ":last_us, :ended, :direction, :zones, :path, :picture, :key_id) "
               "ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, colour = excluded.colour, "
               "last_us = excluded.last_us, ended = excluded.ended, "
               "direction = excluded.direction, zones = excluded.zones, path = excluded.path, "
               "picture = CASE WHEN "
               "excluded.picture > tracks.picture THEN excluded.picture ELSE tracks.picture END",
        soci::use(track.id, "id"), soci::use(track.camera.text(), "camera"),
        soci::use(track.kind, "kind"), soci::use(track.colour, "colour"),
        soci::use(from, "from_us"), soci::use(last, "last_us"), soci::use(ended, "ended"),
        soci::use(track.direction, "direction"), soci::use(zones, "zones"), soci::use(path, "path"),
        soci::use(picture, "picture"), soci::use(key_id, "key_id");
}

std::vector<TrackRecord> select_tracks(soci::session& session, const TrackQuery& query) {
    Where where;
    where.within(query.scope, "camera");
    if (query.camera) where.add("camera = :camera", "camera", query.camera->text());
    if (!query.kind.empty()) where.add("kind = :kind", "kind", query.kind);
    if (!query.zone.empty()) {
        where.add("zones LIKE :zone ESCAPE '\\'", "zone", like_zone(query.zone));
    }
    if (!query.colour.empty()) where.add("colour = :colour", "colour", query.colour);
    if (!query.direction.empty()) {
        where.add("direction = :direction", "direction", query.direction);
    }
    if (query.min_seconds) {
        where.add(
            "last_us - from_us >= :least",
            "least",
            static_cast<long long>(std::min<std::uint64_t>(*query.min_seconds, 1U << 30U)) *
                1'000'000
        );
    }
    if (query.from) where.add("last_us > :from_us", "from_us", to_us(*query.from));
    if (query.to) where.add("from_us < :to_us", "to_us", to_us(*query.to));
    if (!query.before.empty()) where.add("id < :before", "before", query.before);
    return select_where(session, where, query.limit + 1);
}

std::optional<TrackRecord> select_track(soci::session& session, const std::string& id) {
    Where where;
    where.add("id = :id", "id", id);
    auto tracks = select_where(session, where, 1);
    if (tracks.empty()) return std::nullopt;
    return std::move(tracks.front());
}

std::string select_track_key(soci::session& session, const std::string& id) {
    std::string key;
    session << "SELECT key_id FROM tracks WHERE id = :id", soci::use(id, "id"), soci::into(key);
    return session.got_data() ? key : std::string();
}

void end_open_tracks(soci::session& session) {
    session << "UPDATE tracks SET ended = 1 WHERE ended = 0";
}

}  // namespace proviso::alerts
