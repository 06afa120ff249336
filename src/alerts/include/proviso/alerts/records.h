#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <proviso/base/document.h>
#include <proviso/base/id.h>
#include <proviso/base/statistics.h>
#include <proviso/base/time.h>

/// What is kept of what the eyes saw. Nothing here identifies a person.
namespace proviso::alerts {

enum class Severity { Detection, Alert };

std::string_view to_string(Severity severity);

/// What a person said of a finding.
enum class Judgement { None, True, False, Unsure };

/// "true", "false", "unsure"; empty for None.
std::string_view to_string(Judgement judgement);
std::optional<Judgement> parse_judgement(std::string_view word);

/// The kind of a finding without a rule: something moved and was recognised.
inline constexpr std::string_view kObjectKind = "object_detection";
/// The kind of the item that tells people that a rule has suspended itself.
inline constexpr std::string_view kSuspendedKind = "rule_suspended";

/// One reason why a review item is there.
struct FindingRecord {
    std::string rule;  ///< empty: an object was seen, no rule was asked
    std::string kind;
    std::string zone;
    Severity severity = Severity::Detection;
    std::string title;
    std::string why;
    Json numbers = Json::object();
    std::string model;
    Timestamp from;
    std::optional<Timestamp> to;  ///< none: it lasts
    Judgement judgement = Judgement::None;

    bool operator==(const FindingRecord&) const = default;
};

struct TrackBrief {
    std::string id;
    std::string kind;
    std::string colour;

    bool operator==(const TrackBrief&) const = default;
};

/// A span of time worth a person's look.
struct ReviewItem {
    std::string id;
    CameraId camera;
    Timestamp from;
    std::optional<Timestamp> to;
    std::vector<FindingRecord> findings;  ///< at least one; the first of the gravest leads
    std::vector<TrackBrief> tracks;
    bool viewed = false;
    bool has_picture = false;

    Severity severity() const;
    /// The finding whose kind, zone, rule and words the item carries.
    const FindingRecord& leading() const;

    bool operator==(const ReviewItem&) const = default;
};

struct PathPoint {
    float x = 0;
    float y = 0;
    float seconds = 0;  ///< since the object was first seen

    bool operator==(const PathPoint&) const = default;
};

/// One object's life, at most an hour of it.
struct TrackRecord {
    std::string id;
    CameraId camera;
    std::string kind;
    std::string colour;
    Timestamp from;
    Timestamp last;
    bool ended = false;
    std::string direction = "still";  ///< "left", "right", "up", "down", "still"
    std::set<std::string> zones;
    std::vector<PathPoint> path;
    bool has_picture = false;

    bool operator==(const TrackRecord&) const = default;
};

/// Which cameras somebody may see; none: all.
using CameraScope = std::optional<std::vector<CameraId>>;

/// What is asked of a list; empty fields ask nothing. Newest first.
struct ReviewQuery {
    CameraScope scope;
    std::optional<CameraId> camera;
    std::optional<Severity> severity;
    std::string kind;
    std::string zone;
    std::optional<Timestamp> from;
    std::optional<Timestamp> to;
    std::optional<bool> viewed;
    std::size_t limit = 50;
    std::string before;  ///< id of the last item of the page before
};

struct TrackQuery {
    CameraScope scope;
    std::optional<CameraId> camera;
    std::string kind;
    std::string zone;
    std::string colour;
    std::string direction;
    std::optional<std::uint64_t> min_seconds;
    std::optional<Timestamp> from;
    std::optional<Timestamp> to;
    std::size_t limit = 50;
    std::string before;
};

template <class T>
struct Page {
    std::vector<T> items;
    bool more = false;  ///< go on with the id of the last one
};

/// How often a rule was right, as judged by people, with one model.
struct Accuracy {
    CameraId camera;
    std::string rule;
    std::string kind;
    std::string model;
    std::uint64_t right = 0;
    std::uint64_t wrong = 0;
    std::uint64_t unsure = 0;
    double floor = 0;  ///< 0: none is set
    bool suspended = false;

    std::optional<double> precision() const;

    /// The exact 95 % interval of the precision.
    Interval interval() const { return clopper_pearson(right, right + wrong); }
};

inline constexpr std::size_t kHeatCells = 256;

/// Where a camera's picture moved: 16 rows of 16.
struct Heat {
    std::uint64_t pictures = 0;
    std::array<double, kHeatCells> cells{};  ///< mean motion, 0..1
};

/// What passed in a UTC day, and is inside now.
struct Passages {
    std::string name;
    std::uint64_t in = 0;
    std::uint64_t out = 0;
    std::int64_t inside = 0;
};

/// How many items and objects of a camera there are.
struct CameraTally {
    CameraId camera;
    std::uint64_t alerts = 0;
    std::uint64_t detections = 0;
    std::uint64_t tracks = 0;
};

}  // namespace proviso::alerts
