#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/base/time.h>

/// What the eyes say about one picture, and nothing of the picture itself. Vision workers make
/// these; rules, anomaly model and health watch read them. Plain data, no invariants: it comes out
/// of a process that read bytes from outside, so whoever takes one checks what it relies on.
namespace proviso::behaviour {

/// Fractions of the picture, 0..1, origin top left.
struct Point {
    float x = 0;
    float y = 0;

    friend bool operator==(const Point&, const Point&) = default;
};

/// Corners in order, first not repeated at the end.
using Polygon = std::vector<Point>;

/// Fractions of the picture; x and y are the top left corner.
struct Box {
    float x = 0;
    float y = 0;
    float w = 0;
    float h = 0;

    /// Bottom centre: where the thing stands on the ground.
    Point foot() const { return {x + w / 2, y + h}; }

    Point centre() const { return {x + w / 2, y + h / 2}; }

    float area() const { return w * h; }

    friend bool operator==(const Box&, const Box&) = default;
};

/// Area shared over area covered, 0..1; 0 for boxes without area.
float overlap(const Box& a, const Box& b);

enum class ObjectClass : std::uint8_t { Person, Vehicle, Bike, Animal, Bag, Face, Plate, Other };

inline constexpr auto kObjectClasses = std::to_array<std::string_view>(
    {"person", "vehicle", "bike", "animal", "bag", "face", "plate", "other"}
);

/// "person"; "other" for a value that is none of them.
std::string_view to_string(ObjectClass kind);
std::optional<ObjectClass> parse_object_class(std::string_view word);

/// How the pixels of a thing spread over 32 colour bins (see appearance.h); sums to 1.
using Appearance = std::array<float, 32>;

/// One thing found by a detector in one picture.
struct Detection {
    Box box;
    ObjectClass kind = ObjectClass::Other;
    float score = 0;     ///< 0..1
    bool lying = false;  ///< the detector says that this person lies
    std::optional<Appearance> appearance = std::nullopt;
};

/// Unique within one camera's worker life; the server prefixes it with camera and start time.
using TrackId = std::uint64_t;

struct TrackView {
    TrackId id = 0;
    ObjectClass kind = ObjectClass::Other;
    Box box;
    float score = 0;
    bool confirmed = false;   ///< seen often enough to be believed
    bool predicted = false;   ///< not seen in this picture: where it should be by now
    bool stationary = false;  ///< has stood still for a while
    bool lying = false;
    Point velocity;  ///< fractions of the picture per second
    Timestamp first_seen;
    std::string colour;  ///< dominant colour of a word ("red"), or empty
};

/// A thing that was put down, or taken away, in front of a still background.
struct StaticObject {
    std::uint64_t id = 0;
    Box box;
    bool removed = false;  ///< a thing that went away
    Timestamp since;
};

struct FaceView {
    std::uint64_t face = 0;
    TrackId track = 0;
    Box box;
    float score = 0;
    float yaw = 0;        ///< -1 looks to the left of the picture, 0 into the camera, 1 right
    float sharpness = 0;  ///< 0..1
    float light = 0;      ///< 0..1
    std::vector<float> embedding;  ///< empty unless asked for
};

/// Numbers about the picture as a whole, each 0..1.
struct PictureHealth {
    float brightness = 0;  ///< mean luma
    float contrast = 0;    ///< spread of the luma: standard deviation over 0.5
    float sharpness = 0;   ///< detail above the noise, on a scale that compares within one camera
    float changed = 0;     ///< how unlike the camera's own long-time picture its structure is
    bool frozen = false;   ///< not one pixel has changed for a while
};

/// Rows and columns of the heat grid.
inline constexpr int kHeatSide = 16;
inline constexpr std::size_t kHeatCells = 256;

struct Observation {
    Timestamp wall;
    MonoTime mono;
    std::int64_t pts = 0;
    int width = 0;
    int height = 0;
    float activity = 0;                              ///< share of cells that move
    std::array<std::uint8_t, kHeatCells> heat = {};  ///< 16 x 16, row by row
    bool looked = false;  ///< false: the ladder stopped before the detector (idle)
    std::vector<TrackView> tracks;
    std::vector<TrackId> ended;
    std::vector<StaticObject> objects;
    std::vector<FaceView> faces;
    PictureHealth health;
    std::uint64_t decoded = 0;  ///< running totals
    std::uint64_t skipped = 0;
};

}  // namespace proviso::behaviour
