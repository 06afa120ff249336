#pragma once

#include "sql.h"

namespace proviso::alerts {

/// Sums of one camera and hour, until they are added to the table.
struct HeatSum {
    std::uint64_t pictures = 0;
    std::array<std::uint64_t, kHeatCells> cells{};
};

/// Share of the picture, kept in steps of 1/10000.
void put_activity(soci::session& session, const CameraId& camera, long long minute, double peak);
std::vector<std::pair<long long, double>> select_activity(
    soci::session& session, const CameraId& camera, long long first_minute, long long end_minute
);

void add_heat(soci::session& session, const CameraId& camera, long long hour, const HeatSum& more);
HeatSum select_heat(
    soci::session& session, const CameraId& camera, long long first_hour, long long end_hour
);

/// Adds to the day's sums; `inside` is what it says now.
void add_passages(
    soci::session& session, const CameraId& camera, long long day, const Passages& more
);
std::vector<Passages> select_passages(
    soci::session& session, const CameraId& camera, long long day
);

}  // namespace proviso::alerts
