#pragma once

#include <mutex>

#include "review_maker.h"
#include "scene_table.h"

namespace proviso::alerts {

/// A masked picture on its way to the disk.
struct PictureJob {
    std::string id;
    CameraId camera;
    Timestamp from;  ///< of the item or object: its day is the day of the key
    std::shared_ptr<const Bytes> jpeg;
};

/// What has gathered since the last time it was taken.
struct Gathered {
    std::vector<ReviewChange> reviews;
    std::vector<TrackChange> tracks;
    std::map<std::pair<CameraId, long long>, double> activity;  ///< by minute
    std::map<std::pair<CameraId, long long>, HeatSum> heat;     ///< by hour
    std::map<std::pair<CameraId, long long>, std::map<std::string, Passages>> passages;  ///< by day
    std::vector<SceneChange> scenes;

    bool empty() const;
    /// Appends what came later.
    void add(Gathered more);
};

/// All cameras' scenes in memory. Thread-safe; holds its lock for microseconds.
class Scenes {
public:
    void configured(const CameraId& camera, WatchedCamera watched);
    std::vector<behaviour::TrackId> observed(
        const CameraId& camera, const behaviour::Observation& observation, Timestamp at
    );
    bool found(
        const CameraId& camera,
        Sighted sighted,
        const std::vector<behaviour::TrackId>& tracks,
        Timestamp at
    );
    void counted(const CameraId& camera, Timestamp at, std::span<const PassageCount> counts);
    /// What the picture is of, to be written.
    std::vector<PictureJob> pictured(const CameraId& camera, MaskedPicture picture);
    /// It is on the disk.
    void kept(const PictureJob& job);
    void closed(const CameraId& camera, Timestamp at);
    std::optional<WatchedCamera> watched(const CameraId& camera) const;
    std::map<CameraId, WatchedCamera> all_watched() const;

    Gathered take(Timestamp now, bool with_paths);

private:
    struct Scene {
        explicit Scene(const CameraId& camera) : tracks(camera), reviews(camera) {
            told.camera = camera;
        }

        WatchedCamera watched;
        TrackLog tracks;
        ReviewMaker reviews;
        std::map<std::string, PassageCount> totals;
        Timestamp moved;  ///< when something last moved
        std::map<std::string, int> in_sight;
        SceneChange told;
    };

    Scene& scene(const CameraId& camera);
    void tell_scene(Scene& scene, Timestamp now);

    mutable std::mutex mutex_;
    std::map<CameraId, Scene> scenes_;
    Gathered gathered_;
};

}  // namespace proviso::alerts
