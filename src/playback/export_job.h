#pragma once

#include <filesystem>

#include <proviso/base/document.h>
#include <proviso/playback/exporter.h>

namespace proviso::playback {

/// As it is kept beside the bundle: `<id>.json` and `<id>.proviso`.
Json to_json(const ExportJob& job);
Result<ExportJob> job_from_json(std::string_view text);

std::string_view to_string(ExportState state);

inline bool is_over(ExportState state) {
    return state != ExportState::Queued && state != ExportState::Running;
}

}  // namespace proviso::playback
