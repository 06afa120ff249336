#pragma once

#include <memory>

#include <proviso/vision/eye.h>

#include "detector.h"

namespace proviso::vision {

/// The detector a config names.
Result<std::unique_ptr<Detector>> open_detector(const EyeConfig& config);

}  // namespace proviso::vision
