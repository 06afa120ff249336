#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <proviso/base/result.h>
#include <proviso/behaviour/observation.h>

/// How right the eyes are, against what people marked. The measures of the literature, so that the
/// figures compare: AP (PASCAL VOC, every point), CLEAR-MOT (Bernardin and Stiefelhagen 2008),
/// IDF1 (Ristani and others 2016), area under the ROC curve.
namespace proviso::behaviour {

struct MarkedBox {
    int frame = 0;
    std::int64_t id = 0;
    Box box;
    float visible = 1;  ///< share not hidden, 0..1
};

struct GuessedBox {
    int frame = 0;
    std::int64_t id = 0;
    Box box;
    float score = 1;
};

/// Average precision at `least_overlap`. Marked boxes seen less than `least_visible` count neither
/// when found nor when missed. NaN without a countable mark.
double average_precision(
    std::span<const MarkedBox> marked,
    std::span<const GuessedBox> guessed,
    float least_overlap = 0.5F,
    float least_visible = 0.4F
);

struct TrackingFigures {
    double mota = 0;  ///< 1 - (misses + false boxes + switches) / marked
    double idf1 = 0;  ///< share of boxes under one lasting identity
    std::size_t marked = 0;
    std::size_t guessed = 0;
    std::size_t misses = 0;
    std::size_t false_boxes = 0;
    std::size_t switches = 0;
    std::size_t fragments = 0;  ///< a marked track found again after a gap
};

TrackingFigures tracking_figures(
    std::span<const MarkedBox> marked,
    std::span<const GuessedBox> guessed,
    float least_overlap = 0.5F
);

/// The chance that a frame which is unusual scores above one which is not (ties half). NaN unless
/// there are both.
double area_under_curve(std::span<const float> scores, std::span<const std::uint8_t> unusual);

/// The lines of a MOT text (`frame,id,x,y,w,h,1,class,visibility`, frames from 1, pixels), frames
/// counted from 0. `only_class` 0 takes all.
Result<std::vector<MarkedBox>> read_marked_boxes(
    std::string_view text, int width, int height, int only_class = 0
);

}  // namespace proviso::behaviour
