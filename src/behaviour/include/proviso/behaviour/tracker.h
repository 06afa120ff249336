#pragma once

#include <memory>
#include <span>
#include <vector>

#include <proviso/behaviour/observation.h>

namespace proviso::behaviour {

/// Defaults chosen on the detections of one clip (see README.md, "figures").
struct TrackerConfig {
    float begin_score = 0.45F;  ///< a track begins with a detection of at least this
    float strong_score = 0.4F;  ///< looked at first
    float weak_score = 0.2F;    ///< continues a track, never begins one; below it: dropped
    int confirm_looks = 3;      ///< seen this often before it is believed
    microseconds show_lost = std::chrono::milliseconds(1000);  ///< shown as predicted this long
    microseconds keep_lost = std::chrono::seconds(8);          ///< may come back this long
    microseconds keep_stationary = std::chrono::seconds(60);   ///< a thing that stood still
    microseconds stationary_after = std::chrono::seconds(5);
    microseconds weak_for = std::chrono::seconds(2);  ///< so long weak boxes alone are believed

    float gate = 9;                  ///< how far from where it should be, in variances
    float appearance_share = 0.33F;  ///< of the cost; the rest is place and shape
    float dearest = 0.75F;           ///< a pair that costs more is not one
    float unlike = 0.55F;            ///< appearance distance that forbids coming back
    float acceleration = 1.8F;       ///< how briskly things change pace, in own sizes per s^2
    float place_noise = 0.1F;        ///< of a strong box, in own sizes

    /// The scores for a detector whose own best threshold (of its model card) is this.
    static TrackerConfig for_threshold(float threshold);
};

/// What the detector saw in one picture.
struct Look {
    Timestamp wall;
    float aspect = 16.0F / 9.0F;  ///< width over height of the picture
    std::span<const Detection> detections;
    /// Where the detector looked; empty: everywhere. A track outside was not looked for and is not
    /// missed. Whoever looks at regions includes the boxes of tracks that moved last time.
    std::span<const Box> regions = {};
};

struct Tracks {
    std::vector<TrackView> tracks;  ///< by id; predicted ones too, for as long as they are shown
    std::vector<TrackId> ended;     ///< will never come back
};

/// Gives detections lasting ids: a Kalman filter for each thing, an optimal assignment of strong
/// and then of weak detections, and a memory for what is hidden for some seconds. Takes any frame
/// rate, gaps and clocks that jump; ids never repeat. Bounded: 128 detections a picture (the
/// strongest), 256 tracks. Not thread-safe; one per camera.
class Tracker {
public:
    explicit Tracker(TrackerConfig config = {});
    Tracker(Tracker&&) noexcept;
    Tracker& operator=(Tracker&&) noexcept;
    ~Tracker();

    Tracks take(const Look& look);
    /// Nothing moved since the last look, so nobody looked: what stood still still stands.
    Tracks idle(Timestamp wall);

private:
    struct Memory;

    std::unique_ptr<Memory> memory_;
};

}  // namespace proviso::behaviour
