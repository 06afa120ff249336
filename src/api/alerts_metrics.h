#pragma once

#include "house_view.h"

namespace proviso::api {

/// Appends what the eyes and the alerts count, in the names Frigate users know.
void alerts_metrics(const Call& call, const HouseView& view, std::string& out);

}  // namespace proviso::api
