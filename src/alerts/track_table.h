#pragma once

#include "sql.h"

namespace proviso::alerts {

void put_track(soci::session& session, const TrackRecord& track, const std::string& key_id);
/// At most query.limit + 1.
std::vector<TrackRecord> select_tracks(soci::session& session, const TrackQuery& query);
std::optional<TrackRecord> select_track(soci::session& session, const std::string& id);
std::string select_track_key(soci::session& session, const std::string& id);
/// Objects that a crash left in sight end when they were last written.
void end_open_tracks(soci::session& session);

}  // namespace proviso::alerts
