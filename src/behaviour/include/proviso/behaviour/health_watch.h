#pragma once

#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include <proviso/behaviour/finding.h>
#include <proviso/behaviour/observation.h>

namespace proviso::behaviour {

/// The `rule` of a tamper finding.
inline constexpr auto kHealthTroubles =
    std::to_array<std::string_view>({"covered", "blurred", "moved", "dark", "frozen", "overexposed"}
    );

/// Whether a camera still sees what it used to see, from the numbers of its pictures over time
/// against a slow memory of its own pictures. What happens within seconds and stays is trouble;
/// what takes minutes (dusk), or passes (a truck, headlights), is not. Findings of kind "tamper"
/// begin when the trouble has lasted and end when the picture is itself again, or after an hour in
/// which the new picture has become the camera's own. Not thread-safe.
class HealthWatch {
public:
    HealthWatch();
    HealthWatch(HealthWatch&&) noexcept;
    HealthWatch& operator=(HealthWatch&&) noexcept;
    ~HealthWatch();

    std::vector<Finding> take(const Observation& observation);
    /// Ends what is open and forgets the camera's picture, as when somebody mounts it anew.
    std::vector<Finding> relearn();

private:
    struct Parts;

    std::unique_ptr<Parts> parts_;
};

}  // namespace proviso::behaviour
