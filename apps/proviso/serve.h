#pragma once

#include <filesystem>

#include "config.h"

namespace proviso::app {

/// Runs the server until SIGINT or SIGTERM. `program` is this executable, started again as
/// `program worker ingest` for each worker.
Result<> serve(Config config, const std::filesystem::path& program);

}  // namespace proviso::app
