#include "stream_table.h"

namespace proviso::catalog {

std::optional<Stream> find_stream(
    soci::session& session, const CameraId& camera, std::string_view stream
) {
    Stream found;
    auto name = std::string(stream);
    session << "SELECT number, longest_us FROM streams WHERE camera = :camera AND stream = :stream",
        soci::use(camera.text(), "camera"), soci::use(name, "stream"), soci::into(found.number),
        soci::into(found.longest_us);
    if (!session.got_data()) return std::nullopt;
    return found;
}

long long StreamNumbers::find_or_make(
    soci::session& session, const CameraId& camera, std::string_view stream, Learned& learned
) {
    auto key = std::make_pair(camera.text(), std::string(stream));
    auto known = known_.with([&](const Learned& all) {
        auto found = all.find(key);
        return found == all.end() ? -1 : found->second;
    });
    if (known >= 0) return known;
    if (auto found = learned.find(key); found != learned.end()) return found->second;
    long long number = 0;
    if (auto found = find_stream(session, camera, stream)) {
        number = found->number;
    } else {
        session << "SELECT COALESCE(MAX(number), 0) + 1 FROM streams", soci::into(number);
        session << "INSERT INTO streams (number, camera, stream, longest_us, bytes, segments) "
                   "VALUES (:number, :camera, :stream, 0, 0, 0)",
            soci::use(number, "number"), soci::use(key.first, "camera"),
            soci::use(key.second, "stream");
    }
    learned.emplace(std::move(key), number);
    return number;
}

void StreamNumbers::keep(const Learned& learned) {
    if (learned.empty()) return;
    known_.with([&](Learned& all) { all.insert(learned.begin(), learned.end()); });
}

void StreamNumbers::forget() {
    known_.with([](Learned& all) { all.clear(); });
}

}  // namespace proviso::catalog
