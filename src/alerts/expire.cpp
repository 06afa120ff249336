#include <algorithm>

#include <proviso/base/log.h>

#include "alerts_inside.h"

namespace proviso::alerts {

namespace {

constexpr long long kBatch = 500;

struct Victim {
    std::string id;
    Timestamp from;
    bool has_picture = false;
};

std::vector<std::string> texts(soci::session& session, const std::string& query) {
    std::string text;
    soci::statement statement = (session.prepare << query, soci::into(text));
    statement.execute(false);
    std::vector<std::string> all;
    while (statement.fetch()) all.push_back(text);
    return all;
}

/// The next rows that are over their age, or whose key is one of `dead`.
std::vector<Victim> victims(
    soci::session& session,
    const std::string& table,
    const CameraId& camera,
    long long limit,
    const std::vector<std::string>& dead
) {
    std::string id;
    long long from = 0;
    int picture = 0;
    auto most = kBatch;
    soci::statement statement(session);
    statement.exchange(soci::into(id));
    statement.exchange(soci::into(from));
    statement.exchange(soci::into(picture));
    statement.exchange(soci::use(camera.text(), "camera"));
    statement.exchange(soci::use(limit, "last"));
    std::string keys = "''";
    std::vector<std::string> names;
    names.reserve(dead.size());
    for (std::size_t i = 0; i < dead.size(); ++i) {
        names.push_back("key" + std::to_string(i));
        keys += ", :" + names.back();
        statement.exchange(soci::use(dead[i], names.back()));
    }
    statement.exchange(soci::use(most, "most"));
    statement.alloc();
    statement.prepare(
        "SELECT id, from_us, picture FROM " + table +
        " WHERE camera = :camera AND (from_us <= :last OR key_id IN (" + keys + ")) LIMIT :most"
    );
    statement.define_and_bind();
    statement.execute(false);
    std::vector<Victim> found;
    while (statement.fetch()) found.push_back({id, from_us(from), picture != 0});
    return found;
}

void erase_rows(soci::session& session, const std::string& table, const Victim& victim) {
    if (table == "reviews") {
        for (const auto* part : {"review_findings", "review_tracks"}) {
            session << "DELETE FROM " << part << " WHERE review = :id", soci::use(victim.id, "id");
        }
    }
    session << "DELETE FROM " << table << " WHERE id = :id", soci::use(victim.id, "id");
}

}  // namespace

Result<> Alerts::expire(std::span<const Keep> keep, std::int64_t otherwise) {
    auto& inside = *inside_;
    std::set<std::string> cameras;
    PROVISO_TRY(inside.database.read([&](soci::session& session) {
        for (const auto* table : {"reviews", "tracks", "activity", "heat", "passages"}) {
            for (auto& camera :
                 texts(session, "SELECT DISTINCT camera FROM " + std::string(table))) {
                cameras.insert(std::move(camera));
            }
        }
        return Result<>();
    }));
    auto now = inside.clock.now();
    auto today = day_of(now);
    for (const auto& name : cameras) {
        auto camera = CameraId::literal(name);
        auto rule = std::find_if(keep.begin(), keep.end(), [&](const auto& one) {
            return one.camera == camera;
        });
        if (rule != keep.end() && rule->legal_hold) continue;
        auto days = rule == keep.end() ? otherwise : rule->days;
        auto limit = now - std::chrono::days(days);
        std::set<std::string> alive;
        std::set<long long> alive_days{today.time_since_epoch().count()};
        for (const auto& key : inside.keys.list()) {
            if (key.camera != camera) continue;
            alive.insert(key.id);
            alive_days.insert(key.day.time_since_epoch().count());
        }
        for (const std::string table : {"reviews", "tracks"}) {
            std::vector<std::string> dead;
            PROVISO_TRY(inside.database.read([&](soci::session& session) {
                // Slugs only: a camera's name never holds a quote.
                dead = texts(
                    session,
                    "SELECT DISTINCT key_id FROM " + table + " WHERE camera = '" + name + "'"
                );
                return Result<>();
            }));
            std::erase_if(dead, [&](const auto& key) { return alive.contains(key); });
            if (dead.size() > 200) dead.resize(200);  // the rest in the next round
            for (;;) {
                std::vector<Victim> found;
                PROVISO_TRY(inside.database.read([&](soci::session& session) {
                    found = victims(session, table, camera, to_us(limit), dead);
                    return Result<>();
                }));
                if (found.empty()) break;
                for (const auto& victim : found) {
                    if (!victim.has_picture) continue;
                    PROVISO_TRY(inside.pictures.remove(camera, day_of(victim.from), victim.id));
                }
                PROVISO_TRY(inside.database.write([&](soci::session& session) {
                    for (const auto& victim : found) erase_rows(session, table, victim);
                    return Result<>();
                }));
            }
        }
        PROVISO_TRY(inside.database.write([&](soci::session& session) {
            auto sweep = [&](const std::string& table,
                             const std::string& column,
                             long long per_day,
                             long long us_each) {
                auto last = to_us(limit) / us_each;
                session << "DELETE FROM " << table << " WHERE camera = :camera AND " << column
                        << " <= :last",
                    soci::use(name, "camera"), soci::use(last, "last");
                long long first = -1;
                long long newest = -1;
                soci::indicator given = soci::i_null;
                soci::indicator given_too = soci::i_null;
                session << "SELECT MIN(" << column << "), MAX(" << column << ") FROM " << table
                        << " WHERE camera = :camera",
                    soci::use(name, "camera"), soci::into(first, given),
                    soci::into(newest, given_too);
                if (given != soci::i_ok) return;
                for (auto day = first / per_day; day <= newest / per_day; ++day) {
                    if (alive_days.contains(day)) continue;
                    auto begin = day * per_day;
                    auto end = begin + per_day;
                    session << "DELETE FROM " << table << " WHERE camera = :camera AND " << column
                            << " >= :first AND " << column << " < :last",
                        soci::use(name, "camera"), soci::use(begin, "first"),
                        soci::use(end, "last");
                }
            };
            sweep("activity", "minute", 1440, 60'000'000);
            sweep("heat", "hour", 24, 3'600'000'000);
            sweep("passages", "day", 1, 86'400'000'000);
            return Result<>();
        }));
    }
    return inside.pictures.sweep();
}

Result<std::vector<CameraTally>> Alerts::tally() const {
    std::map<std::string, CameraTally> all;
    PROVISO_TRY(inside_->database.read([&](soci::session& session) {
        std::string camera;
        int severity = 0;
        long long count = 0;
        soci::statement items =
            (session.prepare << "SELECT camera, severity, COUNT(*) FROM reviews GROUP BY camera, "
                                "severity",
             soci::into(camera),
             soci::into(severity),
             soci::into(count));
        items.execute(false);
        while (items.fetch()) {
            auto& tally = all[camera];
            (severity == static_cast<int>(Severity::Alert) ? tally.alerts : tally.detections) =
                static_cast<std::uint64_t>(count);
        }
        soci::statement objects =
            (session.prepare << "SELECT camera, COUNT(*) FROM tracks GROUP BY camera",
             soci::into(camera),
             soci::into(count));
        objects.execute(false);
        while (objects.fetch()) all[camera].tracks = static_cast<std::uint64_t>(count);
        return Result<>();
    }));
    std::vector<CameraTally> list;
    for (auto& [name, tally] : all) {
        tally.camera = CameraId::literal(name);
        list.push_back(std::move(tally));
    }
    return list;
}

}  // namespace proviso::alerts
