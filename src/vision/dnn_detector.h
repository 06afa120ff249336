#pragma once

#include <memory>

#include "detector.h"
#include "network.h"

namespace proviso::vision {

/// A network that finds things, read as its card says. InvalidInput for one of another task.
Result<std::unique_ptr<Detector>> make_dnn_detector(std::unique_ptr<Network> network, float score);

}  // namespace proviso::vision
