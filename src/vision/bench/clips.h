#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include <proviso/base/result.h>

namespace proviso::vision {

/// CPU seconds of this thread so far.
double cpu_seconds();

/// Clips as a camera's sub stream: 640x360, 25 pictures a second, 500 kbit/s, a key frame every two
/// seconds, noise of a sensor. Made once, in `folder`.
struct Clips {
    std::filesystem::path busy;   ///< people walk all the time; a minute
    std::filesystem::path still;  ///< one picture and noise; a minute
};

Result<Clips> make_clips(const std::filesystem::path& folder);

/// Footage of any size and rate as such a sub stream. Times stay what they are.
Result<std::filesystem::path> as_sub_stream(
    const std::filesystem::path& folder, const std::filesystem::path& footage
);

void bench_ladder(const Clips& clips);
void bench_recall(const std::filesystem::path& assets, const std::filesystem::path& folder);
void bench_detectors(const std::filesystem::path& assets);
void bench_anomalies(const std::filesystem::path& assets);
/// `wanted`: models, and "judge" for the detector that looks at what came out. `tell`: each person
/// that is not covered, one by one.
void bench_veil_leaks(
    const std::filesystem::path& assets,
    const std::filesystem::path& folder,
    const std::function<bool(std::string_view)>& wanted,
    bool tell
);
/// Networks are measured only with the shared assets. `wanted`: "busy", "empty", models.
void bench_veil_cost(
    const std::optional<std::filesystem::path>& assets,
    const std::filesystem::path& folder,
    const std::function<bool(std::string_view)>& wanted
);
void bench_health(const std::filesystem::path& assets);

}  // namespace proviso::vision
