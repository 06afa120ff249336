#pragma once

#include <vector>

#include <proviso/behaviour/observation.h>

#include "decoder.h"

namespace proviso::vision {

/// The numbers from which one sees that a camera was covered, turned, blurred or has died. Asked on
/// key frames only.
class HealthGauge {
public:
    const behaviour::PictureHealth& take(const Planes& picture, Timestamp at);

    const behaviour::PictureHealth& last() const { return health_; }

    void forget();

private:
    // Detail is measured where the noise of a sensor has been averaged away, and the structure of
    // the scene where a person is a few cells.
    static constexpr int kFineWide = 160;
    static constexpr int kFineHigh = 90;
    static constexpr int kWide = 64;
    static constexpr int kHigh = 36;

    void measure(const Planes& picture);
    void compare(double seconds);

    behaviour::PictureHealth health_;
    std::vector<float> fine_;       // mean luma of kFineWide x kFineHigh cells, 0..1
    std::vector<float> small_;      // of kWide x kHigh cells
    std::vector<float> structure_;  // how small_ rises to the right and downwards
    std::vector<float> usual_;      // and the long-time mean of that
    std::uint64_t print_ = 0;
    Timestamp at_;
    Timestamp same_since_;
    double known_ = 0;  // seconds that usual_ was learned
    bool started_ = false;
};

}  // namespace proviso::vision
