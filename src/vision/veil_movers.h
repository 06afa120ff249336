#pragma once

#include <optional>
#include <span>
#include <vector>

#include <opencv2/core.hpp>

#include <proviso/vision/veil.h>

#include "background.h"
#include "veil_cells.h"

namespace proviso::vision {

/// Whatever is not the usual picture, though nobody knows what it is.
class Movers {
public:
    /// One picture, at most 640 wide. `known`: where something is that must not become usual soon.
    void take(const Planes& small, double seconds, std::span<const behaviour::Box> known);

    void forget();

    /// Why nothing can be said of the picture, if so.
    std::optional<Doubt> doubt() const;

    /// Boxes around what stands in front, grown.
    const std::vector<behaviour::Box>& boxes() const { return boxes_; }

private:
    void find();
    void cut(const cv::Rect& rect);

    Background background_;
    bool ever_settled_ = false;
    cv::Mat keep_, joined_, labels_, stats_, centres_;
    std::vector<behaviour::Box> boxes_;
};

}  // namespace proviso::vision
