#include <algorithm>
#include <charconv>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <proviso/base/file.h>
#include <proviso/registers/vocabulary.h>

#include "byte_range.h"
#include "evidence.h"
#include "handlers.h"
#include "house_view.h"
#include "problem.h"

namespace proviso::api {

namespace {

constexpr std::chrono::hours kLongestExport{6};

std::string_view to_string(playback::ExportState state) {
    switch (state) {
        case playback::ExportState::Queued: return "queued";
        case playback::ExportState::Running: return "running";
        case playback::ExportState::Done: return "done";
        case playback::ExportState::Failed: return "failed";
        case playback::ExportState::Cancelled: return "cancelled";
    }
    return "failed";
}

Json export_json(const playback::ExportJob& job) {
    return {
        {"id", job.id.text()},
        {"camera", job.camera.text()},
        {"stream", job.stream},
        {"from", to_iso8601(job.from)},
        {"to", to_iso8601(job.to)},
        {"purpose_code", job.purpose_code},
        {"clear", job.clear},
        {"requester", job.requester.text()},
        {"state", to_string(job.state)},
        {"percent", job.percent},
        {"waiting_for", job.waiting_for.empty() ? Json() : Json(job.waiting_for)},
        {"error", job.error.empty() ? Json() : Json(job.error)},
        {"bytes", job.bytes},
        {"created", to_iso8601(job.created)},
        {"leaf", job.leaf ? Json(*job.leaf) : Json()},
    };
}

/// Operators see their own exports, the others all of the cameras they may see.
bool visible(const identity::User& user, const playback::ExportJob& job) {
    if (!user.may_see(job.camera)) return false;
    return user.role != identity::Role::Operator || job.requester == user.id;
}

Result<playback::ExportJob> find_export(Call& call) {
    auto id = Uuid::parse(call.parameters.front());
    if (!id) return not_here();
    auto job = call.rooms().exporter.job(*id);
    if (!job && job.error().kind() == ErrorKind::NotFound) return not_here();
    if (job && !visible(call.user(), *job)) return not_here();
    return job;
}

struct Wanted {
    media::StreamKey stream;
    law::Export act;
    std::string reason;
};

Result<Timestamp> time_in(ObjectReader& read, std::string_view key) {
    auto at = parse_timestamp(read.text(key));
    if (!at) {
        read.fail(fmt::format("'{}' is not a time", key), "write it as 2026-11-22T13:05:07Z");
    }
    return at;
}

Result<Wanted> read_wanted(Call& call) {
    ObjectReader read(call.body, "export");
    auto camera = CameraId::parse(read.text("camera"));
    auto stream = read.one_of("stream", {"main", "sub"});
    auto from = time_in(read, "from");
    auto to = time_in(read, "to");
    auto purpose = read.one_of(
        "purpose_code", {registers::kPurposeCodes.begin(), registers::kPurposeCodes.end()}
    );
    auto country = read.text_or("recipient_country", "");
    auto reason = read.text("reason");
    auto clear = read.boolean_or("clear", false);
    if (!country.empty() && !registers::is_country(country)) {
        read.fail("'recipient_country' is not a country", "write it as in ISO 3166-1: FR");
    }
    if (reason.size() < 3 || reason.size() > 500) {
        read.fail("'reason' must have 3 to 500 characters", "say why the clip is needed");
    }
    PROVISO_TRY(read.finish());
    if (*to <= *from || *to - *from > kLongestExport) {
        return invalid_input("'to' must be after 'from', by at most 6 hours", "split the export");
    }
    bool known =
        camera && call.user().may_see(*camera) && call.documents->cameras.contains(*camera);
    if (!known) return not_here();
    auto kind = PROVISO_TRY(media::parse_stream_kind(stream));
    Wanted wanted;
    wanted.stream = {*camera, kind};
    wanted.act = {
        *std::move(camera),
        call.user().id,
        *from,
        *to,
        std::move(purpose),
        std::move(country),
        clear};
    wanted.reason = std::move(reason);
    return wanted;
}

/// A stretch of a file, 64 KiB at a time.
class FileSource final : public BodySource {
public:
    FileSource(UniqueFd file, std::uint64_t offset, std::uint64_t length)
        : file_(std::move(file)), offset_(offset), left_(length) {}

    Result<std::optional<Bytes>> next() override {
        if (left_ == 0) return std::optional<Bytes>();
        Bytes bytes(std::min<std::uint64_t>(left_, 64U << 10U));
        PROVISO_TRY(pread_exact(file_.get(), bytes, offset_));
        offset_ += bytes.size();
        left_ -= bytes.size();
        return std::optional<Bytes>(std::move(bytes));
    }

private:
    UniqueFd file_;
    std::uint64_t offset_;
    std::uint64_t left_;
};

/// "berlin-gate-20261122T130507Z.proviso"
std::string file_name(const playback::ExportJob& job) {
    auto at = to_iso8601(std::chrono::floor<std::chrono::seconds>(job.from)).substr(0, 19);
    std::erase_if(at, [](char c) { return c == '-' || c == ':'; });
    return fmt::format("{}-{}Z.proviso", job.camera.text(), at);
}

/// Once per person and export in ten minutes: a client that fetches a file in ranges leaves one
/// entry, not hundreds.
Result<> write_download(Call& call, const playback::ExportJob& job) {
    auto what = fmt::format("download {} {}", call.user().id.text(), job.id.text());
    if (call.state.sittings.again(what, call.rooms().clock.monotonic())) return {};
    auto written = write_down(
        call.rooms().ledger,
        "export.downloaded",
        {{"user", call.user().id.text()}, {"camera", job.camera.text()}, {"export", job.id.text()}}
    );
    if (!written) {
        call.state.sittings.forget(what);
        return std::move(written).error();
    }
    return {};
}

}  // namespace

Result<Response> list_exports(Call& call) {
    auto jobs = call.rooms().exporter.jobs();
    std::stable_sort(jobs.begin(), jobs.end(), [](const auto& a, const auto& b) {
        return a.created > b.created;
    });
    auto list = Json::array();
    for (const auto& job : jobs) {
        if (visible(call.user(), job)) list.push_back(export_json(job));
    }
    return Response::json(200, {{"exports", std::move(list)}});
}

Result<Response> start_export(Call& call) {
    auto wanted = PROVISO_TRY(read_wanted(call));
    auto answer = call.rooms().gate.ask(wanted.act);
    if (!answer) return undecided(std::move(answer).error());
    if (auto* refusal = std::get_if<law::Refusal>(&*answer)) return problem(*refusal);
    auto permit = std::get<law::Permit<law::Export>>(*std::move(answer));
    Json body{
        {"user", call.user().id.text()},
        {"camera", wanted.stream.camera.text()},
        {"stream", media::to_string(wanted.stream.kind)},
        {"from", to_iso8601(wanted.act.from)},
        {"to", to_iso8601(wanted.act.to)},
        {"purpose", wanted.act.purpose_code},
        {"recipient_country", wanted.act.recipient_country},
        {"decision", permit.decision().ledger_index}};
    note_clear(call.rooms().lifts, wanted.act, body);
    PROVISO_TRY(write_down(
        call.rooms().ledger, "export.requested", std::move(body), {{"reason", wanted.reason}}
    ));
    auto job = PROVISO_TRY(call.rooms().exporter.start(
        std::move(permit),
        wanted.stream,
        call.documents->cameras.at(wanted.stream.camera).site.text()
    ));
    call.state.changes.publish({Topic::Exports, Topic::Ledger});
    return Response::json(202, export_json(job));
}

Result<Response> get_export(Call& call) {
    return Response::json(200, export_json(PROVISO_TRY(find_export(call))));
}

Result<Response> remove_export(Call& call) {
    auto job = PROVISO_TRY(find_export(call));
    PROVISO_TRY(write_down(
        call.rooms().ledger,
        "export.removed",
        {{"user", call.user().id.text()},
         {"camera", job.camera.text()},
         {"export", job.id.text()},
         {"state", to_string(job.state)}}
    ));
    bool runs =
        job.state == playback::ExportState::Queued || job.state == playback::ExportState::Running;
    auto& exporter = call.rooms().exporter;
    PROVISO_TRY(runs ? exporter.cancel(job.id) : exporter.remove(job.id));
    call.state.changes.publish({Topic::Exports, Topic::Ledger});
    return Response::nothing();
}

Result<Response> download_export(Call& call) {
    auto job = PROVISO_TRY(find_export(call));
    auto path = PROVISO_TRY(call.rooms().exporter.file(job.id));
    auto file = PROVISO_TRY(open_file(path, O_RDONLY));

    struct stat status {};

    if (::fstat(file.get(), &status) != 0) return errno_error("look at the bundle", errno);
    auto size = static_cast<std::uint64_t>(status.st_size);
    auto range = parse_range(call.request.header("range"), size);
    if (range.unsatisfiable) {
        auto response = problem(
            416,
            "bad_range",
            fmt::format("the file has {} bytes", size),
            "ask for a range inside it"
        );
        response.set("Content-Range", fmt::format("bytes */{}", size));
        return response;
    }
    PROVISO_TRY(write_download(call, job));
    Response response;
    response.status = range.whole ? 200 : 206;
    response.set("Content-Type", "application/octet-stream");
    response.set("Accept-Ranges", "bytes");
    response.set("Content-Disposition", fmt::format("attachment; filename=\"{}\"", file_name(job)));
    if (!range.whole) {
        response.set(
            "Content-Range",
            fmt::format("bytes {}-{}/{}", range.first, range.first + range.length - 1, size)
        );
    }
    response.source = std::make_unique<FileSource>(std::move(file), range.first, range.length);
    response.source_length = range.length;
    return response;
}

}  // namespace proviso::api
