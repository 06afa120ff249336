#pragma once

#include <map>

#include <proviso/alerts/alerts.h>

namespace proviso::alerts {

/// An object that moves in the picture now.
struct ActiveObject {
    behaviour::TrackId track = 0;
    TrackBrief brief;
};

/// Writes the lives of one camera's tracked objects. Pure: no clock, no disk.
class TrackLog {
public:
    explicit TrackLog(CameraId camera) : camera_(std::move(camera)) {}

    void watch(std::vector<WatchedZone> zones) { zones_ = std::move(zones); }

    struct Seen {
        std::vector<ActiveObject> active;
        std::vector<behaviour::TrackId> wanted;  ///< a picture of these is wanted now
        std::map<std::string, int> in_sight;     ///< confirmed objects by kind, also resting ones
    };

    Seen take(const behaviour::Observation& observation);

    std::optional<TrackBrief> brief(behaviour::TrackId track) const;
    /// The record of a track, to put a picture to.
    const TrackRecord* find(behaviour::TrackId track) const;
    void pictured(const std::string& id);
    /// All of them are out of sight.
    void close();

    /// What changed since the last call; `with_paths`: also what only moved, as Update.
    std::vector<TrackChange> take_changes(bool with_paths);

private:
    struct Life {
        TrackRecord record;
        TrackRecord told;
        bool known = false;  ///< was told before
        bool moved = false;
        float quality = 0;  ///< of its best picture so far
        int pictures = 0;
    };

    void follow(Life& life, const behaviour::TrackView& view, Timestamp at);
    void end(Life& life);

    const CameraId camera_;
    std::vector<WatchedZone> zones_;
    std::map<behaviour::TrackId, Life> lives_;
    std::vector<Life> ended_;
    Timestamp last_picture_;
};

}  // namespace proviso::alerts
