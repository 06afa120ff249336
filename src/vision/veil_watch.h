#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <proviso/vision/veil.h>

#include "detector.h"
#include "veil_cells.h"
#include "veil_hand.h"
#include "veil_movers.h"
#include "veil_people.h"

namespace proviso::vision {

/// What one picture says about what must be hidden.
struct Finding {
    std::int64_t pts = 0;
    Cells seen;                  ///< hidden here and for a while before and after
    Cells always;                ///< hidden here: static masks, boxes by hand
    std::optional<Doubt> whole;  ///< nothing can be said: all is hidden
    std::vector<TrackMark> marks;
    std::vector<UncertainMoment> doubts;
};

/// Looks at pictures in order. The same pictures give the same findings.
class VeilWatch {
public:
    static Result<std::unique_ptr<VeilWatch>> open(const VeilConfig& config, PeopleParts* parts);

    /// `width`, `height`: of what will be shown, which is the picture without an odd last line.
    Finding look(const Planes& picture, std::int64_t pts, int width, int height);

    /// The stream began anew.
    void forget();

private:
    explicit VeilWatch(const VeilConfig& config);

    void shrink(const Planes& picture);

    VeilConfig config_;
    std::unique_ptr<People> people_;
    Movers movers_;
    HandBoxes hand_;
    Canvas canvas_;
    cv::Mat luma_, u_, v_;
    Planes small_;
    Cells masks_;
    std::int64_t last_ = INT64_MIN;
    std::int64_t movers_at_ = INT64_MIN;
    std::int64_t people_at_ = INT64_MIN;
};

}  // namespace proviso::vision
