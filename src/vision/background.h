#pragma once

#include <vector>

#include <opencv2/core.hpp>

#include "decoder.h"

namespace proviso::vision {

/// What stands in front of the usual picture, at about 320 to 380 pixels width: one Gaussian of
/// luma and two means of colour per pixel. A shadow darkens without changing colour and is left
/// out. Light that changes everywhere starts it anew.
class Background {
public:
    /// Compares and learns. `keep` (a mask of size() or empty): pixels that hold a known thing and
    /// are learned very slowly. `seconds`: since the picture before.
    void take(const Planes& picture, double seconds, const cv::Mat& keep);

    void forget() { started_ = false; }

    /// 255 where something stands in front, 0 elsewhere.
    const cv::Mat& foreground() const { return foreground_; }

    const cv::Mat& luma() const { return luma_; }

    cv::Size size() const { return foreground_.size(); }

    /// Pixels of the picture per pixel here.
    int factor() const { return factor_; }

    /// False while the first pictures, or a change of light, are being learned.
    bool settled() const { return age_ > 0.8; }

private:
    void shrink(const Planes& picture);
    void shift(const cv::Mat& now, cv::Mat& mean);
    void begin();

    int factor_ = 2;
    bool started_ = false;
    double age_ = 0;
    cv::Mat luma_, u_, v_;
    cv::Mat mean_, mean_u_, mean_v_, spread_;  // floats
    cv::Mat raw_, foreground_;
    std::vector<float> differences_;
};

}  // namespace proviso::vision
