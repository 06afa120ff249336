#pragma once

#include <memory>

#include "background.h"
#include "detector.h"
#include "people_hog.h"
#include "person_height.h"

namespace proviso::vision {

/// The detector that needs no download: what stands in front of the usual picture, cut into people
/// by the size that people have at that place and by a classifier of their outline.
std::unique_ptr<Detector> make_embedded_detector();

}  // namespace proviso::vision
