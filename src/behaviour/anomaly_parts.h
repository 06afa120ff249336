#pragma once

#include <map>

#include <proviso/behaviour/anomaly.h>
#include <proviso/behaviour/time_zone.h>

#include "signs.h"

namespace proviso::behaviour {

/// Rarity as a number that grows: 2 is one in a hundred, 3 one in a thousand.
double evidence(double rarity);

/// One thing while it is there: how rare each feature of it is.
struct Thing {
    std::array<double, kFeatures> smooth{};
    double last = -1;
    double learned_at = -1e9;
    double highest = 0;
    double above_since = -1;
    Signs signs;
    bool counted = false;
    bool told = false;
};

struct OpenAnomaly {
    Finding finding;
    double kept = 0;
};

struct AnomalyModel::Parts {
    AnomalyConfig config;
    TimeZone timezone;
    Usual usual;
    Pulse pulse;
    Subjects subjects;
    std::map<std::uint64_t, Thing> things;
    std::map<std::uint64_t, OpenAnomaly> open;
    std::array<float, Usual::kGrid * Usual::kGrid> places{};
    double places_at = -1e9;
    double last = -1;
    double faded_at = 0;
    double score = 0;
    double many_smooth = 0;
    double stir_smooth = 0;
    float aspect = 16.0F / 9.0F;
    std::uint64_t next_id = 1;

    double learned() const;
    double limit() const;
    void compare(Thing& thing, const Signs& signs, double seconds);
    void learn(Thing& thing, const Signs& signs, double now);
    double verdict(const Thing& thing, std::size_t& which) const;
    Finding begin(const Scene& scene, const Subject& subject, const Thing& thing) const;
    std::string sentence(const Subject& subject, const Thing& thing, std::size_t which) const;
    double look_at_scene(
        const Observation& observation,
        const Scene& scene,
        double seconds,
        std::vector<Finding>& out
    );
    void tell_scene(
        const Scene& scene,
        std::string_view feature,
        double rarity,
        double value,
        std::string why,
        std::vector<Finding>& out
    );
    void settle(const Scene& scene, std::vector<Finding>& out);
};

}  // namespace proviso::behaviour
