#pragma once

#include <span>
#include <vector>

#include <opencv2/core.hpp>

#include <proviso/behaviour/observation.h>

namespace proviso::vision {

/// What of a picture must not be recognised, in fractions of it.
struct Hidden {
    std::vector<behaviour::Box> boxes;
    std::span<const behaviour::Polygon> polygons;
};

/// Replaces what is hidden by few blocks of nearly one colour: the mean of what was there, made
/// coarse, plus noise. Nothing finer than a block remains in the bytes (VIS-4).
void hide(cv::Mat& bgr, const Hidden& hidden, std::uint64_t noise_seed);

void outline(cv::Mat& bgr, std::span<const behaviour::Box> boxes);

}  // namespace proviso::vision
