#pragma once

#include <atomic>

#include "options.h"

namespace proviso::camera_sim {

/// Serves until `stop` turns true. Prints the port it listens on to standard output, once.
Result<> serve(const Options& options, const std::atomic<bool>& stop);

}  // namespace proviso::camera_sim
