#pragma once

#include <vector>

#include <opencv2/core.hpp>

#include <proviso/vision/veil.h>

#include "veil_cells.h"

namespace proviso::vision {

/// Boxes drawn by hand: between two keys on the straight way, and where the thing is found near it.
class HandBoxes {
public:
    explicit HandBoxes(const std::vector<HandBox>& boxes);

    /// One picture's luma, at most 640 wide, in order of pts.
    void look(const cv::Mat& luma, std::int64_t pts);

    /// What is to be hidden in a picture of this pts; no hold or lookahead is needed around it.
    void hide(std::int64_t pts, Cells& cells) const;

    /// Of the last look.
    const std::vector<UncertainMoment>& doubts() const { return doubts_; }

    bool none() const { return all_.empty(); }

private:
    struct Followed {
        HandBox box;
        cv::Mat pattern;  ///< what stood in the box at the last key
        std::size_t pattern_key = 0;
        behaviour::Point aside;  ///< of the straight way, where the thing was found last
    };

    void follow(Followed& one, const cv::Mat& luma, std::int64_t pts);

    std::vector<Followed> all_;
    std::vector<UncertainMoment> doubts_;
};

}  // namespace proviso::vision
