#pragma once

#include <filesystem>
#include <vector>

#include <proviso/behaviour/observation.h>
#include <proviso/behaviour/tracker.h>
#include <proviso/vision/eye.h>

namespace proviso::vision {

/// What a detector said about every picture of a clip.
struct Detected {
    int width = 1;
    int height = 1;
    double fps = 1;           ///< of the pictures looked at
    double milliseconds = 0;  ///< CPU a picture
    float threshold = 0.5F;   ///< from which the detector believes itself
    std::vector<std::vector<behaviour::Detection>> pictures;
};

/// Whole pictures for networks, what moves for the embedded detector; every `every`th picture.
Detected detect_all(
    const EyeConfig& config, const std::filesystem::path& clip, double fps, int every = 1
);

/// The tracks the product makes of that, picture by picture, the first at time 0.
std::vector<behaviour::Observation> observations_of(const Detected& clip);

/// How often the rule 'fall' tells of one, lying for two seconds.
std::size_t falls_told(const Detected& clip);

}  // namespace proviso::vision
