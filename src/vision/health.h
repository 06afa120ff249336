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
    static constexpr int kWide = 64;
    static constexpr int kHigh = 36;

    void measure(const Planes& picture);
    void compare(double seconds);

    behaviour::PictureHealth health_;
    std::vector<float> structure_;  // edges of this picture
    std::vector<float> usual_;      // and their long-time mean
    std::vector<float> small_;
    std::uint64_t print_ = 0;
    Timestamp at_;
    Timestamp same_since_;
    double known_ = 0;  // seconds that usual_ was learned
    bool started_ = false;
};

}  // namespace proviso::vision
