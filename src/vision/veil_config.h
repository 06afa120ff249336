#pragma once

#include <proviso/vision/veil.h>

#include "network.h"

namespace cv {
class CascadeClassifier;
}

namespace proviso::vision {

/// InvalidInput for numbers out of range.
Result<> check(const VeilConfig& config);

/// The eye whose detector a veil uses.
EyeConfig eye_config(const VeilConfig& config);

/// What a record says of a model: its id, and the version of its card.
std::string name_of(const VeilConfig& config, const std::string& model);

Result<> open_plates(const ModelPlace& place, cv::CascadeClassifier& cascade);

}  // namespace proviso::vision
