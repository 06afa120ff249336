#pragma once

#include <span>
#include <vector>

#include <proviso/behaviour/observation.h>

namespace proviso::vision {

/// A small grey picture.
struct SmallPicture {
    int width = 0;
    int height = 0;
    std::span<const std::uint8_t> pixels;
};

/// Things put down or taken away. Two memories of the scene: one follows within seconds, one within
/// a quarter of an hour and not at all where something lies; where they differ and nothing moves, a
/// thing has come or gone. Where people or vehicles are, nothing is concluded, and one who stood
/// still until nobody saw him any more is not taken for a thing.
class StaticObjects {
public:
    /// `tracks`: as of this picture. `seconds`: since the picture before.
    const std::vector<behaviour::StaticObject>& take(
        const SmallPicture& picture,
        double seconds,
        Timestamp wall,
        std::span<const behaviour::TrackView> tracks
    );

    /// The light or the stream changed: everything there now is the usual scene.
    void forget() { started_ = false; }

private:
    struct Stood {
        behaviour::Box box;
        Timestamp until;
    };

    struct Found {
        behaviour::Box box;
        float seconds = 0;
        bool removed = false;
    };

    void begin(const SmallPicture& picture);
    void hide(std::span<const behaviour::TrackView> tracks, Timestamp wall);
    void learn(const SmallPicture& picture, double seconds);
    void find();
    Found describe(std::span<const int> pixels) const;
    bool stood_there(const behaviour::Box& box, Timestamp wall) const;
    void match(Timestamp wall);

    int width_ = 0;
    int height_ = 0;
    bool started_ = false;
    double age_ = 0;
    std::vector<float> slow_, fast_, seconds_;
    std::vector<std::uint8_t> hidden_, visited_;
    std::vector<int> stack_, region_;
    std::vector<Found> found_;
    std::vector<Stood> stood_;
    std::vector<behaviour::TrackView> before_;
    std::vector<behaviour::StaticObject> objects_;
    std::uint64_t next_id_ = 1;
};

}  // namespace proviso::vision
