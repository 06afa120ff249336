#pragma once

#include <functional>
#include <optional>
#include <string>

#include <proviso/base/id.h>
#include <proviso/base/time.h>

namespace proviso::law {

/// That somebody may see people without masks now.
struct Clearance {
    std::string lift;
    Timestamp until;
    MonoTime until_mono;   ///< the same on the clock nobody sets; this one counts
    bool exports = false;  ///< and may take clear clips out
};

/// Who may. The gate asks for every act that wants clear pictures. Thread-safe.
class Clearances {
public:
    Clearances() = default;
    Clearances(const Clearances&) = delete;
    Clearances& operator=(const Clearances&) = delete;
    virtual ~Clearances() = default;

    /// The one that lasts longest; nothing: only masked pictures. A call costs no disk.
    virtual std::optional<Clearance> clearance(const CameraId& camera, const UserId& user)
        const = 0;

    /// Told when one ended. Not under a lock that clearance() takes.
    virtual void on_end(std::function<void()> listener) = 0;
};

}  // namespace proviso::law
