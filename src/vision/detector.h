#pragma once

#include <span>
#include <vector>

#include <opencv2/core.hpp>

#include <proviso/behaviour/observation.h>

#include "decoder.h"

namespace proviso::vision {

/// A picture as detectors want it: planes as decoded, colours made only when somebody asks.
class Canvas {
public:
    void set(Planes planes);

    const Planes& planes() const { return planes_; }

    int width() const { return planes_.width; }

    int height() const { return planes_.height; }

    /// Blue, green, red; made on the first call after set(). Valid until the next set().
    const cv::Mat& bgr();

private:
    Planes planes_;
    cv::Mat yuv_;
    cv::Mat bgr_;
    bool made_ = false;
};

/// Finds things in a picture. One thread at a time.
class Detector {
public:
    Detector() = default;
    Detector(const Detector&) = delete;
    Detector& operator=(const Detector&) = delete;
    virtual ~Detector() = default;

    /// `regions`: where something moves, fractions; `seconds`: since the picture before.
    virtual Result<std::vector<behaviour::Detection>> detect(
        Canvas& canvas, std::span<const behaviour::Box> regions, double seconds
    ) = 0;

    /// Nothing moves in this picture: learn of it what can be learned.
    virtual void rest(Canvas& /*canvas*/, double /*seconds*/) {}

    /// From this score on a detection is believed; weaker ones may only continue what is known.
    virtual float score() const = 0;

    /// The stream began anew: what was learned of the background is void.
    virtual void forget() {}
};

}  // namespace proviso::vision
