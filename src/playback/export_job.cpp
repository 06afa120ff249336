#include "export_job.h"

namespace proviso::playback {

namespace {

constexpr auto kStates = {
    ExportState::Queued,
    ExportState::Running,
    ExportState::Done,
    ExportState::Failed,
    ExportState::Cancelled};

}  // namespace

std::string_view to_string(ExportState state) {
    switch (state) {
        case ExportState::Queued: return "queued";
        case ExportState::Running: return "running";
        case ExportState::Done: return "done";
        case ExportState::Failed: return "failed";
        case ExportState::Cancelled: return "cancelled";
    }
    return "failed";
}

Json to_json(const ExportJob& job) {
    Json json = {
        {"id", job.id.text()},
        {"camera", job.camera.text()},
        {"stream", job.stream},
        {"site", job.site},
        {"from", to_iso8601(job.from)},
        {"to", to_iso8601(job.to)},
        {"purpose", job.purpose_code},
        {"requester", job.requester.text()},
        {"clear", job.clear},
        {"state", to_string(job.state)},
        {"error", job.error},
        {"bytes", job.bytes},
        {"created", to_iso8601(job.created)}};
    if (job.leaf) json["leaf"] = *job.leaf;
    return json;
}

Result<ExportJob> job_from_json(std::string_view text) {
    const auto json = PROVISO_TRY(parse_json(text));
    ObjectReader read(json, "export");
    ExportJob job;
    job.id = PROVISO_TRY(Uuid::parse(read.text("id")));
    job.camera = PROVISO_TRY(CameraId::parse(read.text("camera")));
    job.stream = read.text("stream");
    job.site = read.text_or("site", "");
    job.from = PROVISO_TRY(parse_timestamp(read.text("from")));
    job.to = PROVISO_TRY(parse_timestamp(read.text("to")));
    job.purpose_code = read.text("purpose");
    job.requester = PROVISO_TRY(UserId::parse(read.text("requester")));
    // Bundles of before there were masks show what was recorded.
    job.clear = read.boolean_or("clear", true);
    const auto state = read.text("state");
    job.error = read.text_or("error", "");
    job.bytes = static_cast<std::uint64_t>(read.integer("bytes", 0, INT64_MAX));
    job.created = PROVISO_TRY(parse_timestamp(read.text("created")));
    if (read.has("leaf")) {
        job.leaf = static_cast<std::uint64_t>(read.integer("leaf", 0, INT64_MAX));
    }
    PROVISO_TRY(read.finish());
    for (const auto known : kStates) {
        if (to_string(known) == state) job.state = known;
    }
    if (job.state == ExportState::Done) job.percent = 100;
    return job;
}

}  // namespace proviso::playback
