#include "scene_table.h"

#include <algorithm>
#include <cmath>

#include <proviso/base/bytes.h>
#include <proviso/crypto/encode.h>

namespace proviso::alerts {

namespace {

constexpr double kPeakSteps = 10'000;

std::string pack(const HeatSum& sum) {
    Bytes bytes;
    ByteWriter writer(bytes);
    for (auto cell : sum.cells) writer.u64(cell);
    return crypto::to_base64(bytes);
}

/// What cannot be read counts as nothing: it is a picture of motion, not evidence.
void add_packed(HeatSum& sum, const std::string& packed) {
    auto bytes = crypto::from_base64(packed);
    if (!bytes || bytes->size() != kHeatCells * 8) return;
    ByteReader reader(*bytes);
    for (auto& cell : sum.cells) cell += reader.u64();
}

}  // namespace

void put_activity(soci::session& session, const CameraId& camera, long long minute, double peak) {
    auto value = static_cast<int>(std::lround(std::clamp(peak, 0.0, 1.0) * kPeakSteps));
    session << "INSERT INTO activity (camera, minute, peak) VALUES (:camera, :minute, :peak) "
               "ON CONFLICT (camera, minute) DO UPDATE SET peak = "
               "CASE WHEN excluded.peak > activity.peak THEN excluded.peak ELSE activity.peak END",
        soci::use(camera.text(), "camera"), soci::use(minute, "minute"), soci::use(value, "peak");
}

std::vector<std::pair<long long, double>> select_activity(
    soci::session& session, const CameraId& camera, long long first_minute, long long end_minute
) {
    long long minute = 0;
    int peak = 0;
    soci::statement statement =
        (session.prepare << "SELECT minute, peak FROM activity WHERE camera = :camera "
                            "AND minute >= :first AND minute < :last ORDER BY minute",
         soci::use(camera.text(), "camera"),
         soci::use(first_minute, "first"),
         soci::use(end_minute, "last"),
         soci::into(minute),
         soci::into(peak));
    statement.execute(false);
    std::vector<std::pair<long long, double>> rows;
    while (statement.fetch()) rows.emplace_back(minute, peak / kPeakSteps);
    return rows;
}

void add_heat(soci::session& session, const CameraId& camera, long long hour, const HeatSum& more) {
    auto sum = select_heat(session, camera, hour, hour + 1);
    sum.pictures += more.pictures;
    for (std::size_t i = 0; i < kHeatCells; ++i) sum.cells[i] += more.cells[i];
    auto pictures = static_cast<long long>(sum.pictures);
    auto packed = pack(sum);
    session << "INSERT INTO heat (camera, hour, pictures, cells) VALUES (:camera, :hour, "
               ":pictures, :cells) ON CONFLICT (camera, hour) DO UPDATE SET "
               "pictures = excluded.pictures, cells = excluded.cells",
        soci::use(camera.text(), "camera"), soci::use(hour, "hour"),
        soci::use(pictures, "pictures"), soci::use(packed, "cells");
}

HeatSum select_heat(
    soci::session& session, const CameraId& camera, long long first_hour, long long end_hour
) {
    long long pictures = 0;
    std::string packed;
    soci::statement statement =
        (session.prepare << "SELECT pictures, cells FROM heat WHERE camera = :camera "
                            "AND hour >= :first AND hour < :last",
         soci::use(camera.text(), "camera"),
         soci::use(first_hour, "first"),
         soci::use(end_hour, "last"),
         soci::into(pictures),
         soci::into(packed));
    statement.execute(false);
    HeatSum sum;
    while (statement.fetch()) {
        sum.pictures += static_cast<std::uint64_t>(pictures);
        add_packed(sum, packed);
    }
    return sum;
}

void add_passages(
    soci::session& session, const CameraId& camera, long long day, const Passages& more
) {
    auto in = static_cast<long long>(more.in);
    auto out = static_cast<long long>(more.out);
    long long inside = more.inside;
    session << "INSERT INTO passages (camera, name, day, went_in, went_out, inside) VALUES "
               "(:camera, :name, :day, :went_in, :went_out, :inside) ON CONFLICT (camera, name, "
               "day) DO UPDATE SET went_in = passages.went_in + excluded.went_in, "
               "went_out = passages.went_out + excluded.went_out, inside = excluded.inside",
        soci::use(camera.text(), "camera"), soci::use(more.name, "name"), soci::use(day, "day"),
        soci::use(in, "went_in"), soci::use(out, "went_out"), soci::use(inside, "inside");
}

std::vector<Passages> select_passages(
    soci::session& session, const CameraId& camera, long long day
) {
    std::string name;
    long long in = 0;
    long long out = 0;
    long long inside = 0;
    soci::statement statement =
        (session.prepare << "SELECT name, went_in, went_out, inside FROM passages WHERE "
                            "camera = :camera AND day = :day ORDER BY name",
         soci::use(camera.text(), "camera"),
         soci::use(day, "day"),
         soci::into(name),
         soci::into(in),
         soci::into(out),
         soci::into(inside));
    statement.execute(false);
    std::vector<Passages> rows;
    while (statement.fetch()) {
        rows.push_back(
            {name, static_cast<std::uint64_t>(in), static_cast<std::uint64_t>(out), inside}
        );
    }
    return rows;
}

}  // namespace proviso::alerts
