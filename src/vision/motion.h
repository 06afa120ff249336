#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <proviso/behaviour/observation.h>

#include "decoder.h"
#include "static_objects.h"

namespace proviso::vision {

/// What moved, of a picture.
struct Motion {
    float activity = 0;  ///< share of cells that move
    std::array<std::uint8_t, behaviour::kHeatSide * behaviour::kHeatSide> heat{};
    std::vector<behaviour::Box> regions;  ///< that hold what moves, with some room around
    bool scene_changed = false;           ///< light, exposure or the camera, not a thing in view
    float noise = 0;                      ///< usual difference of a still pixel, 0..255
};

/// A small grey picture (about 160 wide) against its running average: the second step of the
/// ladder. Knows how noisy each pixel is, and takes light switched on, infrared, exposure and
/// lightning for what they are.
class MotionWatch {
public:
    /// `seconds`: since the picture before; 0: compare only, learn nothing. `masks` are not looked
    /// at.
    const Motion& take(
        const Planes& picture, double seconds, const std::vector<behaviour::Polygon>& masks
    );

    /// The picture taken last.
    SmallPicture small() const { return {width_, height_, small_}; }

    /// A new stream: the next picture is the new average.
    void forget();

private:
    void shrink(const Planes& picture);
    void draw_masks(const std::vector<behaviour::Polygon>& masks);
    void begin();
    float light_offset();
    void compare(float offset, float rate);
    void collect();
    void add_region(int left, int top, int right, int bottom);

    int width_ = 0;
    int height_ = 0;
    int factor_ = 1;
    int columns_ = 0;
    int rows_ = 0;
    bool started_ = false;
    double settle_ = 0;  // seconds until differences count again
    std::vector<std::uint8_t> small_;
    std::vector<std::uint8_t> hidden_;
    std::vector<std::uint8_t> sums_;  // changed pixels per cell, at most 64
    std::vector<std::uint8_t> visited_;
    std::vector<int> stack_;
    std::vector<float> average_;
    std::vector<float> noise_;
    std::vector<float> spread_;  // differences, for the median
    std::vector<std::uint16_t> column_sums_;
    Motion motion_;
};

}  // namespace proviso::vision
