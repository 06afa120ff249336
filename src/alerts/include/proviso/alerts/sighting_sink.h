#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/base/bytes.h>
#include <proviso/base/id.h>
#include <proviso/base/time.h>
#include <proviso/behaviour/observation.h>

namespace proviso::behaviour {
struct Finding;
}  // namespace proviso::behaviour

/// Where everything goes that the eyes see and the rules conclude.
namespace proviso::alerts {

/// A zone (three points or more) or a line (two).
struct WatchedZone {
    std::string name;
    behaviour::Polygon points;
};

struct WatchedRule {
    std::string name;
    std::string kind;
    /// The rule suspends itself when its precision is surely below this; 0: never.
    double min_precision = 0;
};

/// How a camera is looked at.
struct WatchedCamera {
    std::string model;  ///< "embedded" or the id of a model card
    std::vector<WatchedZone> zones;
    std::vector<WatchedRule> rules;
};

/// What went over a counting line, or in and out of a zone, since the engine began.
struct PassageCount {
    std::string name;  ///< of the rule
    std::uint64_t in = 0;
    std::uint64_t out = 0;
    std::int64_t inside = 0;
};

/// A picture on which nobody can be recognised.
struct MaskedPicture {
    Timestamp at;                            ///< of the picture
    std::vector<std::uint64_t> findings;     ///< it is the picture of these (Finding::id)
    std::vector<behaviour::TrackId> tracks;  ///< and of these
    Bytes jpeg;                              ///< at most kMostPictureBytes
};

inline constexpr std::size_t kMostPictureBytes = 1U << 20U;

/// Calls of one camera come one at a time and in the order of its pictures; calls of different
/// cameras may come at once. None of them waits for a disk or a network.
class SightingSink {
public:
    SightingSink() = default;
    SightingSink(const SightingSink&) = delete;
    SightingSink& operator=(const SightingSink&) = delete;
    virtual ~SightingSink() = default;

    /// From now on the camera is looked at like this. Before the first observation, and again
    /// whenever its document changes; an empty model: not at all.
    virtual void configured(const CameraId& camera, WatchedCamera watched) = 0;

    /// One observation, also an idle one. Returns the tracks of which a picture of this moment is
    /// wanted: ask the worker for it, highlighting them, and give it to pictured(). Mostly empty;
    /// what cannot be had may be left out.
    virtual std::vector<behaviour::TrackId> observed(
        const CameraId& camera, const behaviour::Observation& observation
    ) = 0;

    /// A finding that begins, goes on or has ended, told apart by its id. Findings of a suspended
    /// rule are dropped here. True: a picture of it is wanted.
    virtual bool found(const CameraId& camera, const behaviour::Finding& finding) = 0;

    /// Running totals of the engine; may be called as often as they change.
    virtual void counted(
        const CameraId& camera, Timestamp at, std::span<const PassageCount> counts
    ) = 0;

    virtual void pictured(const CameraId& camera, MaskedPicture picture) = 0;

    /// Nobody looks at the camera any more, or the worker was replaced: its tracks and findings
    /// end here, and their ids may come again with another meaning.
    virtual void closed(const CameraId& camera, Timestamp at) = 0;

    /// True while the rule has suspended itself and nobody has resumed it.
    virtual bool suspended(const CameraId& camera, std::string_view rule) const = 0;
};

}  // namespace proviso::alerts
