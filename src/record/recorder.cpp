#include <map>
#include <shared_mutex>

#include <fmt/format.h>

#include <proviso/base/file.h>
#include <proviso/base/guarded.h>
#include <proviso/base/log.h>
#include <proviso/record/check.h>

#include "bookkeeper.h"
#include "recovery.h"

namespace proviso::record {

namespace {

using namespace std::chrono_literals;

constexpr auto kTick = 200ms;
constexpr auto kLeaseTick = 50ms;
constexpr auto kLookAtSpace = 200ms;
/// Any moment in it lies only in gaps that last.
constexpr Timestamp kFarFuture = std::chrono::sys_days(std::chrono::year(9000) / 1 / 1);

Result<> check(const RecorderOptions& options) {
    if (options.writers < 1 || options.writers > 64) {
        return invalid_input("recording needs 1 to 64 writers");
    }
    if (options.segment_length < 1s || options.segment_length > 1h) {
        return invalid_input("a segment lasts from 1 second to 1 hour");
    }
    if (options.fragment_length < 40ms || options.fragment_length > 1s ||
        options.sync_every < 100ms || options.sync_every > 10s) {
        return invalid_input(
            "a fragment lasts 40 ms to 1 s, and the disk is synced every 0.1 to 10 s"
        );
    }
    return {};
}

}  // namespace

struct Recorder::Inside {
    Inside(
        RecorderOptions given,
        catalog::Catalog& the_catalog,
        ledger::Ledger& the_ledger,
        keys::KeyStore& keys,
        law::Gate& the_gate,
        const Clock& the_clock
    )
        : options(std::move(given)),
          catalog(the_catalog),
          ledger(the_ledger),
          gate(the_gate),
          clock(the_clock),
          book(the_catalog, the_ledger) {
        for (int i = 0; i < options.writers; ++i) {
            lanes.push_back(std::make_unique<Lane>(i, options, *options.disk, keys, book));
        }
    }

    ~Inside() {
        mender.stop();
        lease_keeper.stop();
        ticker.stop();
        for (const auto& stream : all()) stream->shut_down(clock.now());
    }

    std::shared_ptr<Stream> find(const media::StreamKey& key) const {
        std::shared_lock lock(mutex);
        const auto found = streams.find(key);
        return found == streams.end() ? nullptr : found->second;
    }

    std::vector<std::shared_ptr<Stream>> all() const {
        std::shared_lock lock(mutex);
        std::vector<std::shared_ptr<Stream>> list;
        list.reserve(streams.size());
        for (const auto& [key, stream] : streams) list.push_back(stream);
        return list;
    }

    /// A stream is always with the same writer, so that what concerns it stays in order.
    Lane& lane_of(const media::StreamKey& key) {
        const auto hash = std::hash<CameraId>{}(key.camera) + static_cast<std::size_t>(key.kind);
        return *lanes[hash % lanes.size()];
    }

    Result<std::shared_ptr<Stream>> find_or_make(const media::StreamKey& key) {
        if (auto known = find(key)) return known;
        const auto kind = media::to_string(key.kind);
        const auto newest = PROVISO_TRY(catalog.newest(key.camera, kind));
        const auto lasting =
            PROVISO_TRY(catalog.gaps(key.camera, kind, kFarFuture, kFarFuture + 1s));
        std::unique_lock lock(mutex);
        const auto [place, is_new] = streams.try_emplace(key);
        if (!is_new) return place->second;
        place->second = std::make_shared<Stream>(
            key, options, lane_of(key), newest ? std::optional(newest->to) : std::nullopt
        );
        if (newest || !lasting.empty()) {
            // The gap of an earlier run ends with the first picture of this one. Where none was
            // begun the camera had been taken off; its return explains the time between.
            Job job;
            job.what = Job::What::Begin;
            job.stream = place->second;
            job.at = lasting.empty() ? newest->to : lasting.back().from;
            job.loss = lasting.empty() ? Loss{"removed", "the camera was not to be recorded"}
                                       : Loss{lasting.back().cause, lasting.back().detail};
            lane_of(key).tell(std::move(job));
        }
        return place->second;
    }

    void keep_lease(Stream& stream);
    void tick(std::chrono::steady_clock::time_point now);

    const RecorderOptions options;
    catalog::Catalog& catalog;
    ledger::Ledger& ledger;
    law::Gate& gate;
    const Clock& clock;
    Bookkeeper book;
    std::vector<std::unique_ptr<Lane>> lanes;
    mutable std::shared_mutex mutex;
    std::map<media::StreamKey, std::shared_ptr<Stream>> streams;
    Guarded<std::vector<std::function<void(const media::StreamKey&, const law::Refusal&)>>>
        listeners;
    std::chrono::steady_clock::time_point space_seen;  // of the ticker
    std::chrono::steady_clock::time_point retried;     // of the ticker
    bool full = false;                                 // of the ticker
    std::promise<void> mended;
    std::shared_future<void> all_mended = mended.get_future().share();
    Worker mender;
    Worker lease_keeper;
    Worker ticker;
};

void Recorder::Inside::keep_lease(Stream& stream) {
    const auto permit = stream.due_permit();
    if (!permit) return;
    const auto answer = gate.renew(*permit);
    if (!answer) {
        const auto words = "no decision could be recorded: " + answer.error().story();
        log_error("{}: {}", stream.key().camera.text(), words);
        stream.unanswered(permit, {"refused", words}, clock.monotonic(), clock.now());
        return;
    }
    const auto& refusal = *answer;
    if (!refusal && permit->valid(clock.monotonic())) {
        stream.permitted(permit, clock.monotonic(), clock.now());
        return;
    }
    // A permit once withdrawn stays so; whoever asks again gets a new one.
    const auto words = refusal ? refusal->words() : std::string("the permit was withdrawn");
    stream.refused(permit, {"refused", words}, clock.now());
    for (const auto& listener : listeners.copy()) {
        listener(stream.key(), refusal ? *refusal : law::Refusal{});
    }
}

void Recorder::Inside::tick(std::chrono::steady_clock::time_point now) {
    const auto list = all();
    for (const auto& stream : list) stream->tick(clock.monotonic(), clock.now());
    if (now - space_seen >= kLookAtSpace) {
        space_seen = now;
        const auto free = options.disk->free_bytes(options.folder);
        const auto least = options.least_free_bytes;
        // Not to know is to be full; some more must be free before it is not full any more.
        full = !free || *free < (full ? least + least / 10 : least);
    }
    if (full) {
        for (const auto& stream : list) stream->storage_is_full(clock.now());
    } else if (now - retried >= options.retry_storage_every) {
        retried = now;
        for (const auto& stream : list) stream->storage_is_back(clock.now());
    }
}

Recorder::Recorder() = default;
Recorder::~Recorder() = default;

Result<std::unique_ptr<Recorder>> Recorder::open(
    RecorderOptions options,
    catalog::Catalog& catalog,
    keys::KeyStore& keys,
    ledger::Ledger& ledger,
    law::Gate& gate,
    const Clock& clock
) {
    PROVISO_TRY(check(options));
    if (!options.disk) options.disk = std::make_shared<Disk>();
    PROVISO_TRY(make_folders(options.folder));
    if (PROVISO_TRY(catalog.usage()).empty() && !list_recordings(options.folder, {}).empty()) {
        const auto rebuilt = PROVISO_TRY(rebuild_catalog(options.folder, catalog, ledger));
        log_warning("the catalog was empty; {} segments were found again", rebuilt.segments);
    }
    auto left = PROVISO_TRY(recover_open_segments(options.folder, *options.disk, catalog, keys)
                                .while_doing("recover recordings"));
    std::unique_ptr<Recorder> recorder(new Recorder);
    recorder->inside_ =
        std::make_unique<Inside>(std::move(options), catalog, ledger, keys, gate, clock);
    auto& in = *recorder->inside_;
    in.mender = Worker("record-mend", [&in, left = std::move(left)](const std::stop_token& stop) {
        auto sealed = seal_recovered(in.options.folder, left, in.catalog, in.ledger, stop);
        if (!sealed) log_error("seal recovered recordings: {}", sealed.error().story());
        in.mended.set_value();
    });
    in.lease_keeper = Worker("record-lease", [&in](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock(mutex);
        while (!stop.stop_requested()) {
            for (const auto& stream : in.all()) in.keep_lease(*stream);
            wake.wait_for(lock, stop, kLeaseTick, [] { return false; });
        }
    });
    in.ticker = Worker("record-tick", [&in](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock(mutex);
        while (!stop.stop_requested()) {
            in.tick(std::chrono::steady_clock::now());
            wake.wait_for(lock, stop, kTick, [] { return false; });
        }
    });
    return recorder;
}

Result<> Recorder::start(const media::StreamKey& stream, law::Permit<law::Capture> permit) {
    if (permit.act().camera != stream.camera) {
        return invalid_input(fmt::format("the permit is not for camera {}", stream.camera.text()));
    }
    const auto found = PROVISO_TRY(inside_->find_or_make(stream));
    found->start(
        std::make_shared<law::Permit<law::Capture>>(std::move(permit)),
        inside_->clock.monotonic(),
        inside_->clock.now()
    );
    return {};
}

void Recorder::on_packet(const media::StreamKey& stream, media::PacketPtr packet) {
    if (const auto found = inside_->find(stream)) found->on_packet(std::move(packet));
}

void Recorder::on_sound(const media::StreamKey& stream, media::SoundPtr sound) {
    if (const auto found = inside_->find(stream)) found->on_sound(std::move(sound));
}

void Recorder::interrupted(
    const media::StreamKey& stream, std::string_view cause, std::string_view detail
) {
    if (const auto found = inside_->find(stream)) {
        found->interrupted({std::string(cause), std::string(detail)}, inside_->clock.now());
    }
}

void Recorder::stop(
    const media::StreamKey& stream, std::string_view cause, std::string_view detail
) {
    auto found = inside_->find_or_make(stream);
    if (!found) {
        log_error("{}: {}", stream.camera.text(), found.error().story());
        return;
    }
    if (!cause.empty()) {
        (*found)->stop(Loss{std::string(cause), std::string(detail)}, inside_->clock.now());
        return;
    }
    (*found)->stop(std::nullopt, inside_->clock.now());
    std::unique_lock lock(inside_->mutex);
    inside_->streams.erase(stream);
}

void Recorder::settle() {
    std::vector<std::future<void>> waiting;
    for (auto& lane : inside_->lanes) {
        Job job;
        job.what = Job::What::Barrier;
        job.barrier = std::make_shared<std::promise<void>>();
        waiting.push_back(job.barrier->get_future());
        lane->tell(std::move(job));
    }
    for (auto& done : waiting) done.wait();
    inside_->all_mended.wait();
}

std::vector<StreamStatus> Recorder::status() const {
    std::vector<StreamStatus> list;
    for (const auto& stream : inside_->all()) list.push_back(stream->status());
    return list;
}

void Recorder::on_refused(std::function<void(const media::StreamKey&, const law::Refusal&)> listener
) {
    inside_->listeners.with([&](auto& all) { all.push_back(std::move(listener)); });
}

}  // namespace proviso::record
