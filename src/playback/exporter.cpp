#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <proviso/base/file.h>
#include <proviso/base/log.h>
#include <proviso/base/worker.h>
#include <proviso/playback/exporter.h>

#include "bundle_writer.h"

namespace proviso::playback {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr auto kLongest = 6h;
constexpr std::size_t kMostSegments = 30'000;
constexpr auto kLookAgain = 500ms;
/// A segment being recorded is closed within its length; after this somebody should look.
constexpr auto kLongestWait = 10min;

}  // namespace

struct Exporter::Inside {
    struct Waiting {
        Uuid id;
        law::Permit<law::Export> permit;
        Redaction redaction;
    };

    Inside(
        fs::path the_recordings,
        fs::path the_exports,
        catalog::Catalog& the_catalog,
        keys::KeyStore& the_keys,
        ledger::Ledger& the_ledger,
        const Clock& the_clock,
        Masking the_masking
    )
        : recordings(std::move(the_recordings)),
          exports(std::move(the_exports)),
          catalog(the_catalog),
          keys(the_keys),
          ledger(the_ledger),
          clock(the_clock),
          masking(std::move(the_masking)) {}

    fs::path bundle_of(const Uuid& id) const { return exports / (id.text() + ".proviso"); }

    fs::path part_of(const Uuid& id) const { return exports / (id.text() + ".part"); }

    fs::path card_of(const Uuid& id) const { return exports / (id.text() + ".json"); }

    Result<> save(const ExportJob& job) const {
        return write_file_atomic(card_of(job.id), as_bytes(to_json(job).dump()));
    }

    Result<> load();
    Result<std::vector<catalog::Segment>> rows_of(const ExportJob& job) const;
    Result<> check_format(const std::vector<catalog::Segment>& rows) const;
    void run(const std::stop_token& stop);
    Result<> make(ExportJob job, const Waiting& waiting, const std::stop_token& stop);
    Result<std::vector<catalog::Segment>> wait_until_closed(
        const ExportJob& job,
        const std::function<Result<>()>& keep_going,
        const std::stop_token& stop
    );
    void update(const Uuid& id, const std::function<void(ExportJob&)>& how);
    Result<ExportJob> find(const Uuid& id) const;

    const fs::path recordings;
    const fs::path exports;
    catalog::Catalog& catalog;
    keys::KeyStore& keys;
    ledger::Ledger& ledger;
    const Clock& clock;
    const Masking masking;
    mutable std::mutex mutex;
    std::condition_variable_any wake;
    std::map<Uuid, ExportJob> jobs;
    std::deque<Waiting> queue;
    Worker worker;
};

Result<> Exporter::Inside::load() {
    PROVISO_TRY(make_folders(exports));
    std::error_code ignored;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(exports, ignored))
        files.push_back(entry.path());
    for (const auto& file : files) {
        if (file.extension() == ".part") fs::remove(file, ignored);
        if (file.extension() != ".json") continue;
        auto job = [&]() -> Result<ExportJob> {
            return job_from_json(PROVISO_TRY(read_file(file, 1U << 20U)));
        }();
        if (!job) {
            log_warning("{}: {}", file.filename().string(), job.error().story());
            continue;
        }
        if (!is_over(job->state)) {
            job->state = ExportState::Failed;
            job->error = "the server was restarted while it was made; export it again";
            PROVISO_TRY(save(*job));
        }
        jobs.emplace(job->id, *std::move(job));
    }
    return {};
}

void Exporter::Inside::update(const Uuid& id, const std::function<void(ExportJob&)>& how) {
    std::lock_guard lock(mutex);
    if (const auto found = jobs.find(id); found != jobs.end()) how(found->second);
}

Result<ExportJob> Exporter::Inside::find(const Uuid& id) const {
    std::lock_guard lock(mutex);
    const auto found = jobs.find(id);
    if (found == jobs.end()) return Error(ErrorKind::NotFound, "there is no such export");
    return found->second;
}

Result<std::vector<catalog::Segment>> Exporter::Inside::rows_of(const ExportJob& job) const {
    const auto from = job.clear ? job.from : job.from - kClipLearns;
    return catalog.segments(job.camera, job.stream, from, job.to, kMostSegments, true);
}

Result<> Exporter::Inside::check_format(const std::vector<catalog::Segment>& rows) const {
    for (const auto& row : rows) {
        const auto& first = rows.front();
        if (row.codec == first.codec && row.width == first.width && row.height == first.height) {
            continue;
        }
        return Error(
            ErrorKind::Conflict,
            "the camera's picture or sound format changes inside the range",
            fmt::format("export up to {} and from there", to_iso8601(row.from))
        );
    }
    return {};
}

void Exporter::Inside::run(const std::stop_token& stop) {
    for (;;) {
        std::unique_lock lock(mutex);
        wake.wait(lock, stop, [&] { return !queue.empty(); });
        if (stop.stop_requested()) return;
        auto waiting = std::move(queue.front());
        queue.pop_front();
        const auto known = jobs.find(waiting.id);
        // Cancelled, and perhaps removed, before its turn came.
        if (known == jobs.end() || known->second.state != ExportState::Queued) continue;
        known->second.state = ExportState::Running;
        auto job = known->second;
        lock.unlock();
        auto made = make(job, waiting, stop);
        if (!made) {
            std::error_code ignored;
            fs::remove(part_of(job.id), ignored);
            log_warning("export {}: {}", job.id.text(), made.error().story());
        }
        update(job.id, [&](ExportJob& now) {
            now.waiting_for.clear();
            if (now.state == ExportState::Running) {
                now.state = made ? ExportState::Done : ExportState::Failed;
                if (!made) now.error = made.error().story();
            } else {
                std::error_code ignored;
                fs::remove(bundle_of(now.id), ignored);
            }
            if (auto saved = save(now); !saved) log_error("{}", saved.error().story());
        });
    }
}

Result<std::vector<catalog::Segment>> Exporter::Inside::wait_until_closed(
    const ExportJob& job, const std::function<Result<>()>& keep_going, const std::stop_token& stop
) {
    const auto until = std::chrono::steady_clock::now() + kLongestWait;
    for (;;) {
        auto rows = PROVISO_TRY(rows_of(job));
        const bool open = std::ranges::any_of(rows, [](const auto& row) {
            return row.state == catalog::SegmentState::Open;
        });
        if (!open) return rows;
        PROVISO_TRY(keep_going());
        if (std::chrono::steady_clock::now() > until) {
            return Error(
                ErrorKind::Timeout,
                "the segment being recorded was not closed in time",
                "export up to a minute ago"
            );
        }
        update(job.id, [](ExportJob& now) {
            now.waiting_for = "the end of the segment that is being recorded";
        });
        std::unique_lock lock(mutex);
        wake.wait_for(lock, stop, kLookAgain, [] { return false; });
    }
}

Result<> Exporter::Inside::make(
    ExportJob job, const Waiting& waiting, const std::stop_token& stop
) {
    const auto& permit = waiting.permit;
    const auto keep_going = [&]() -> Result<> {
        if (stop.stop_requested()) {
            return Error(ErrorKind::Unavailable, "the server was shut down; export it again");
        }
        if (!permit.valid(clock.monotonic())) {
            return Error(ErrorKind::Refused, "the permission ended before it was done; ask again");
        }
        if (PROVISO_TRY(find(job.id)).state != ExportState::Running) {
            return Error(ErrorKind::Conflict, "it was cancelled");
        }
        return {};
    };
    PROVISO_TRY(keep_going());
    auto rows = PROVISO_TRY(wait_until_closed(job, keep_going, stop));
    if (rows.empty()) return Error(ErrorKind::NotFound, "the recordings were deleted meanwhile");
    PROVISO_TRY(check_format(rows));
    update(job.id, [](ExportJob& now) { now.waiting_for.clear(); });
    const auto part = part_of(job.id);
    auto fd = PROVISO_TRY(open_file(part, O_RDWR | O_CREAT | O_EXCL, 0600));
    std::unique_ptr<MaskedClip> masked;
    if (!job.clear) {
        masked = PROVISO_TRY(MaskedClip::begin(masking, job.camera, job.from, waiting.redaction));
    }
    BundleWriter writer(fd.get(), job, clock.now(), masked.get());
    std::uint64_t all = 1;
    for (const auto& row : rows) all += row.bytes;
    std::uint64_t done = 0;
    for (auto& row : rows) {
        const auto bytes = row.bytes;
        const auto opened = PROVISO_TRY(open_segment(recordings, std::move(row), keys));
        PROVISO_TRY(writer.add(opened, [&]() -> Result<> {
            PROVISO_TRY(keep_going());
            const auto moved = std::max(done, job.clear ? writer.bytes() : 0);
            const auto percent = static_cast<int>(moved * 90 / all);
            update(job.id, [&](ExportJob& now) { now.percent = std::min(percent, 90); });
            return {};
        }));
        done += bytes;
    }
    PROVISO_TRY(writer.finish_masked(keep_going));
    for (const auto& gap : PROVISO_TRY(catalog.gaps(job.camera, job.stream, job.from, job.to))) {
        writer.add_gap(gap);
    }
    PROVISO_TRY(keep_going());
    const auto leaf = PROVISO_TRY(writer.finish(ledger, permit.decision().ledger_index));
    update(job.id, [](ExportJob& now) { now.percent = 95; });
    if (::fsync(fd.get()) != 0) return errno_error("sync the bundle", errno);
    PROVISO_TRY(prove_bundle(fd.get(), writer.bytes()));
    if (::rename(part.c_str(), bundle_of(job.id).c_str()) != 0) {
        return errno_error("name the bundle", errno);
    }
    PROVISO_TRY(sync_folder(exports));
    update(job.id, [&](ExportJob& now) {
        now.percent = 100;
        now.bytes = writer.bytes();
        now.leaf = leaf;
    });
    return {};
}

Exporter::Exporter() = default;
Exporter::~Exporter() = default;

Result<std::unique_ptr<Exporter>> Exporter::open(
    fs::path recordings,
    fs::path exports,
    catalog::Catalog& catalog,
    keys::KeyStore& keys,
    ledger::Ledger& ledger,
    const Clock& clock,
    Masking masking
) {
    std::unique_ptr<Exporter> exporter(new Exporter);
    exporter->inside_ = std::make_unique<Inside>(
        std::move(recordings), std::move(exports), catalog, keys, ledger, clock, std::move(masking)
    );
    auto* inside = exporter->inside_.get();
    PROVISO_TRY(inside->load().while_doing("open the exports"));
    inside->worker = Worker("export", [inside](const auto& stop) { inside->run(stop); });
    return exporter;
}

Result<ExportJob> Exporter::start(
    law::Permit<law::Export> permit,
    const media::StreamKey& stream,
    std::string_view site,
    Redaction redaction
) {
    const auto& act = permit.act();
    ExportJob job;
    job.id = Uuid::random();
    job.camera = stream.camera;
    job.stream = media::to_string(stream.kind);
    job.site = site;
    job.from = act.from;
    job.created = inside_->clock.now();
    job.to = std::min(act.to, job.created);
    job.purpose_code = act.purpose_code;
    job.requester = act.requester;
    job.clear = act.clear;
    if (act.camera != stream.camera) return invalid_input("the permit is for another camera");
    if (job.from >= job.to) return invalid_input("the range is empty or in the future");
    if (job.to - job.from > kLongest) {
        return invalid_input("the range is longer than 6 hours", "export it in parts");
    }
    const auto rows = PROVISO_TRY(inside_->rows_of(job));
    const bool any = std::ranges::any_of(rows, [&](const auto& row) { return row.to > job.from; });
    if (!any) return Error(ErrorKind::NotFound, "nothing is recorded in that time");
    PROVISO_TRY(inside_->check_format(rows));
    PROVISO_TRY(inside_->save(job));
    std::lock_guard lock(inside_->mutex);
    inside_->jobs.emplace(job.id, job);
    inside_->queue.push_back({job.id, std::move(permit), std::move(redaction)});
    inside_->wake.notify_all();
    return job;
}

std::vector<ExportJob> Exporter::jobs() const {
    std::lock_guard lock(inside_->mutex);
    std::vector<ExportJob> list;
    for (const auto& [id, job] : inside_->jobs) list.push_back(job);
    std::ranges::sort(list, [](const auto& a, const auto& b) { return a.created > b.created; });
    return list;
}

Result<ExportJob> Exporter::job(const Uuid& id) const { return inside_->find(id); }

Result<> Exporter::cancel(const Uuid& id) {
    std::lock_guard lock(inside_->mutex);
    const auto found = inside_->jobs.find(id);
    if (found == inside_->jobs.end()) {
        return Error(ErrorKind::NotFound, "there is no such export");
    }
    if (is_over(found->second.state)) return Error(ErrorKind::Conflict, "it is over already");
    found->second.state = ExportState::Cancelled;
    return inside_->save(found->second);
}

Result<fs::path> Exporter::file(const Uuid& id) const {
    const auto job = PROVISO_TRY(inside_->find(id));
    if (job.state != ExportState::Done) return Error(ErrorKind::Conflict, "it is not done");
    return inside_->bundle_of(id);
}

Result<> Exporter::remove(const Uuid& id) {
    std::lock_guard lock(inside_->mutex);
    const auto found = inside_->jobs.find(id);
    if (found == inside_->jobs.end()) {
        return Error(ErrorKind::NotFound, "there is no such export");
    }
    if (!is_over(found->second.state)) {
        return Error(ErrorKind::Conflict, "it is still being made", "cancel it first");
    }
    for (const auto& file : {inside_->bundle_of(id), inside_->card_of(id)}) {
        std::error_code failed;
        fs::remove(file, failed);
        if (failed) return errno_error("remove an export", failed.value());
    }
    PROVISO_TRY(sync_folder(inside_->exports));
    inside_->jobs.erase(found);
    return {};
}

Result<> Exporter::expire(Timestamp older_than) {
    std::vector<Uuid> old;
    Json ids = Json::array();
    for (const auto& job : jobs()) {
        if (job.created >= older_than || !is_over(job.state)) continue;
        old.push_back(job.id);
        ids.push_back(job.id.text());
        if (old.size() == 80) break;  // an entry of the ledger holds no more; the rest next time
    }
    if (old.empty()) return {};
    PROVISO_TRY(inside_->ledger.append(
        {"export.deleted", {{"reason", "age"}, {"exports", std::move(ids)}}, {}}
    ));
    for (const auto& id : old) PROVISO_TRY(remove(id));
    return {};
}

}  // namespace proviso::playback
