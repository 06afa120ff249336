#pragma once

#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/objdetect.hpp>

#include "decoder.h"

namespace proviso::vision {

/// OpenCV's pedestrian classifier (HOG + linear SVM), asked about an area at one size instead of
/// searched over a picture at all sizes.
class PeopleHog {
public:
    PeopleHog();

    /// Makes the map of answers for people `height` pixels tall in `area` (pixels of the picture).
    void look(const Planes& picture, const cv::Rect& area, float height);

    /// The best answer for somebody about there: above 0 a person, below -1 hardly. Only for boxes
    /// whose feet and size fit the last look.
    float answer(float centre_x, float foot_y) const;

    /// Like answer(), and where it stands.
    struct Hit {
        float value = -9;
        float centre_x = 0;
        float foot_y = 0;
    };

    const std::vector<Hit>& hits() const { return hits_; }

private:
    cv::HOGDescriptor hog_;
    cv::Mat padded_, scaled_;
    std::vector<cv::Point> places_;
    std::vector<double> weights_;
    std::vector<Hit> hits_;
    float reach_ = 0;
};

}  // namespace proviso::vision
