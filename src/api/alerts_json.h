#pragma once

#include <proviso/alerts/records.h>

namespace proviso::api {

Json review_json(const alerts::ReviewItem& item);
Json track_json(const alerts::TrackRecord& track);
Json accuracy_json(const alerts::Accuracy& accuracy);

}  // namespace proviso::api
