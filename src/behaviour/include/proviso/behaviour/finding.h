#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <proviso/base/document.h>
#include <proviso/behaviour/observation.h>

namespace proviso::behaviour {

/// What a rule, the anomaly model or the health watch has to say: one alert.
struct Finding {
    std::uint64_t id = 0;  ///< the same while it goes on; unique in one engine's life
    std::string rule;      ///< name of the rule
    std::string kind;      ///< analytic.kind: "intrusion", "tamper", "anomaly" ...
    std::string zone;      ///< empty: none
    std::string severity;  ///< "alert" or "detection"
    std::string title;     ///< a few words
    std::string why;       ///< one sentence with the numbers that crossed
    Json numbers = Json::object();
    std::vector<TrackId> tracks;
    Box box;
    Timestamp from;
    Timestamp to;  ///< so far, or in all if `ended`
    bool ended = false;
};

}  // namespace proviso::behaviour
