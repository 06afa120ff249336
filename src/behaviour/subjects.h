#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include <proviso/behaviour/observation.h>

namespace proviso::behaviour {

/// Where something was a moment ago. Lengths in heights of the picture on both axes.
struct Sighting {
    double at = 0;
    Point foot;
    Point centre;
    float top = 0;
    float height = 0;
    float width = 0;
    bool lying = false;
    bool cut = false;  ///< the box touches the border: its foot and height are not the thing's
};

/// Something with a lasting name, through changes of its track id.
struct Subject {
    std::uint64_t key = 0;
    ObjectClass kind = ObjectClass::Other;
    std::vector<TrackId> ids;  ///< newest last, at most 4
    Box box;
    Point foot;  ///< fractions
    std::string colour;
    bool seen = false;  ///< really, in this picture
    bool stationary = false;
    double first_seen = 0;
    double last_seen = 0;
    std::vector<Sighting> trail;  ///< oldest first; the last 3 s, at most 64

    Timestamp track_began;

    /// Displacement over about `seconds` until now, in own heights, of whatever of foot, centre and
    /// top moved least (a half hidden person's foot jumps, the rest does not). Nothing if the trail
    /// is too short or cut by the border.
    std::optional<Point> moved(double seconds) const;
};

/// One picture as the rules see it.
struct Scene {
    Timestamp wall;
    double now = 0;  ///< seconds on a clock that only goes forward
    float aspect = 16.0F / 9.0F;
    std::span<const StaticObject> objects;
    std::vector<const Subject*> subjects;  ///< all that are remembered, seen now or not
    std::vector<std::uint64_t> gone;       ///< keys forgotten in this picture
};

/// Seconds that only go forward, out of clocks that do not.
class Pulse {
public:
    /// False: older than what was taken already; drop it.
    bool advance(Timestamp wall, MonoTime mono);

    double now() const { return now_; }

private:
    double now_ = 0;
    std::optional<Timestamp> wall_;
    MonoTime mono_;
};

class Subjects {
public:
    /// Fills the subjects and the gone of `scene`; its wall, now and aspect are given.
    void take(const Observation& observation, Scene& scene);

private:
    Subject* find(const TrackView& view);
    Subject* adopt(const TrackView& view, const Scene& scene);
    void update(Subject& subject, const TrackView& view, const Scene& scene);

    std::map<std::uint64_t, Subject> subjects_;
    std::uint64_t next_ = 1;
};

}  // namespace proviso::behaviour
