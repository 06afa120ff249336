#include "lane.h"

#include <fmt/format.h>

#include <proviso/base/log.h>
#include <proviso/record/key_owner.h>

namespace proviso::record {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostJobs = 65'536;
/// Room kept for what must be taken always.
constexpr std::size_t kMostFragments = kMostJobs / 2;
constexpr std::size_t kMostSyncs = 16'384;
/// Times closer than this belong together: no gap is worth a row for less.
constexpr microseconds kTolerance = 500ms;
/// Fragments of a file without a picture.
constexpr std::uint32_t kOnlyInit = 1;

catalog::Gap make_gap(const Stream& stream, Timestamp from, const Loss& loss) {
    return {
        .camera = stream.key().camera,
        .stream = std::string(media::to_string(stream.key().kind)),
        .from = from,
        .to = std::nullopt,
        .cause = loss.cause,
        .detail = loss.detail,
        .leaf = std::nullopt};
}

}  // namespace

Lane::Lane(
    int number, const RecorderOptions& options, Disk& disk, keys::KeyStore& keys, EventSink& events
)
    : options_(options),
      disk_(disk),
      keys_(keys),
      events_(events),
      jobs_(kMostJobs, WhenFull::Reject),
      syncs_(kMostSyncs, WhenFull::Block),
      syncer_(
          fmt::format("record-sync-{}", number), [this](const auto& stop) { run_syncer(stop); }
      ),
      writer_(fmt::format("record-write-{}", number), [this](const auto& stop) {
          run_writer(stop);
      }) {}

Lane::~Lane() {
    jobs_.close();
    writer_.stop();
    syncs_.close();
    syncer_.stop();
}

bool Lane::store(Job job) {
    const auto size = job.fragment.bytes;
    if (waiting_bytes_ + size >
            options_.most_waiting_bytes / static_cast<unsigned>(options_.writers) ||
        jobs_.size() >= kMostFragments) {
        return false;
    }
    auto stream = job.stream;
    waiting_bytes_ += size;
    ++stream->waiting_fragments;
    if (jobs_.push(std::move(job))) return true;
    waiting_bytes_ -= size;
    --stream->waiting_fragments;
    return false;
}

void Lane::tell(Job job) {
    if (!jobs_.push(std::move(job))) log_error("a writer of recordings takes nothing any more");
}

// The writer.

void Lane::run_writer(const std::stop_token& stop) {
    while (auto job = jobs_.pop(stop)) write(*job);
}

void Lane::write(Job& job) {
    switch (job.what) {
        case Job::What::Store: {
            const auto size = job.fragment.bytes;
            write_fragment(*job.stream, job);
            waiting_bytes_ -= size;
            --job.stream->waiting_fragments;
            return;
        }
        case Job::What::Begin:
            job.stream->writing.covered_to = job.at;
            if (job.loss) begin_gap(*job.stream, *std::move(job.loss), job.at);
            return;
        case Job::What::End:
            close_file(*job.stream, job.why);
            if (job.loss) {
                // The writer itself said better what is wrong with the storage.
                if (job.why == "disk_error" && job.stream->writing.gap) return;
                begin_gap(*job.stream, *std::move(job.loss), job.at);
            } else {
                end_gap(*job.stream, job.at);
            }
            return;
        case Job::What::Barrier: pass(Barrier{std::move(job.barrier)}); return;
    }
}

void Lane::write_fragment(Stream& stream, Job& job) {
    auto& writing = stream.writing;
    const auto& fragment = job.fragment;
    if (fragment.start) {
        writing.broken = false;
        auto opened = open_file(stream, job);
        if (!opened) return trouble(stream, opened.error(), fragment.wall_start);
        // The new row is there before the old one is closed, so that at any moment of a crash
        // the catalog knows that this stream was being recorded.
        auto before = std::exchange(writing.file, *std::move(opened));
        const auto before_to = before ? before->written().to : Timestamp();
        const auto appended = writing.file->append(fragment, buffer_);
        if (appended) {
            ++stream.segments;
            cover(stream, fragment);
            push_sync(SyncItem::What::Now, stream);
        }
        if (before) {
            push_close(stream, std::move(before), fragment.end_of_previous, before_to);
        }
        if (!appended) trouble(stream, appended.error(), fragment.wall_start);
        return;
    }
    if (writing.broken || !writing.file) return;
    if (auto appended = writing.file->append(fragment, buffer_); !appended) {
        return trouble(stream, appended.error(), fragment.wall_start);
    }
    cover(stream, fragment);
    if (writing.file->mark_dirty()) {
        push_sync(SyncItem::What::Later, stream);
    }
}

Result<std::shared_ptr<SegmentFile>> Lane::open_file(Stream& stream, const Job& job) {
    auto& writing = stream.writing;
    const auto day = day_of(job.fragment.start->wall);
    if (writing.key_day != day) {
        writing.day_key = PROVISO_TRY(keys_.camera_day(key_owner(stream.key()), day));
        writing.key_day = day;
    }
    return SegmentFile::create(
        disk_,
        options_.folder,
        {.stream = stream.key(),
         .start = *job.fragment.start,
         .key = writing.day_key,
         .decision = job.decision},
        buffer_
    );
}

void Lane::cover(Stream& stream, const Fragment& fragment) {
    auto& writing = stream.writing;
    if (writing.gap) {
        end_gap(stream, fragment.wall_start);
    } else if (writing.covered_to && fragment.wall_start - *writing.covered_to > kTolerance) {
        auto gap = make_gap(
            stream,
            *writing.covered_to,
            fragment.hole.value_or(Loss{"camera_lost", "no picture came"})
        );
        gap.to = fragment.wall_start;
        pass(GapPassed{std::move(gap)});
    }
    writing.covered_to = fragment.wall_end;
    stream.bytes += fragment.bytes;
}

void Lane::trouble(Stream& stream, const Error& error, Timestamp at) {
    log_warning(
        "{} {}: {}", stream.key().camera.text(), to_string(stream.key().kind), error.story()
    );
    stream.storage_failed = true;
    stream.writing.broken = true;
    const bool full = error.kind() == ErrorKind::NoSpace;
    const auto* why = full ? "disk_full" : "disk_error";
    close_file(stream, why);
    begin_gap(stream, {why, full ? "the storage is full" : error.story()}, at);
}

void Lane::close_file(Stream& stream, std::string_view why) {
    auto& writing = stream.writing;
    if (!writing.file) return;
    // Less than believed if fsync failed meanwhile; the gap begins there.
    const auto to = writing.file->written().to;
    writing.covered_to = to;
    push_close(stream, std::exchange(writing.file, nullptr), why, to);
}

void Lane::push_sync(SyncItem::What what, Stream& stream) {
    SyncItem item;
    item.what = what;
    item.stream = stream.shared_from_this();
    item.file = stream.writing.file;
    syncs_.push(std::move(item));
}

void Lane::push_close(
    Stream& stream, std::shared_ptr<SegmentFile> file, std::string_view why, Timestamp to
) {
    SyncItem item;
    item.what = SyncItem::What::Close;
    item.stream = stream.shared_from_this();
    item.file = std::move(file);
    item.why = why;
    item.written_to = to;
    syncs_.push(std::move(item));
}

void Lane::begin_gap(Stream& stream, Loss loss, Timestamp at) {
    auto& writing = stream.writing;
    if (writing.gap && writing.gap->cause == loss.cause) return;
    // A gap whose cause changes is two gaps.
    const auto from = writing.gap ? at : writing.covered_to.value_or(at);
    if (writing.gap) end_gap(stream, at);
    pass(GapBegan{make_gap(stream, from, loss)});
    writing.gap = std::move(loss);
}

void Lane::end_gap(Stream& stream, Timestamp at) {
    if (!std::exchange(stream.writing.gap, std::nullopt)) return;
    pass(GapEnded{stream.key(), at});
}

void Lane::pass(Event event) {
    SyncItem item;
    item.event = std::move(event);
    syncs_.push(std::move(item));
}

// The syncer.

void Lane::run_syncer(const std::stop_token& stop) {
    for (;;) {
        const auto now = Steady::now();
        const auto patience = later_.empty()
                                  ? Steady::duration(1s)
                                  : std::max(later_.begin()->first - now, Steady::duration(0));
        auto item = syncs_.pop_for(stop, patience);
        // It may have come between giving up and the stop; after it nothing comes.
        if (!item && stop.stop_requested()) item = syncs_.try_pop();
        while (!later_.empty() && later_.begin()->first <= Steady::now()) {
            const auto due = later_.extract(later_.begin());
            sync(due.mapped());
        }
        if (!item) {
            if (stop.stop_requested()) return;
            continue;
        }
        switch (item->what) {
            case SyncItem::What::Now: sync(*item); break;
            case SyncItem::What::Later:
                later_.emplace(Steady::now() + options_.sync_every, *std::move(item));
                break;
            case SyncItem::What::Close: close(*item); break;
            case SyncItem::What::Pass:
                if (std::holds_alternative<Barrier>(*item->event)) {
                    for (const auto& [due, waiting] : later_) sync(waiting);
                    later_.clear();
                }
                events_.push(*std::move(item->event));
                break;
        }
    }
}

void Lane::sync(const SyncItem& item) {
    if (item.file->over()) return;  // closed since this sync was planned
    if (auto synced = item.file->sync(); !synced) {
        log_error("{}: {}", item.stream->key().camera.text(), synced.error().story());
        item.stream->storage_failed = true;
        return;
    }
    const auto durable = item.file->durable();
    if (durable.fragments <= kOnlyInit) return;
    item.stream->durable_to_us = durable.to.time_since_epoch().count();
    events_.push(SegmentGrew{item.file});
}

void Lane::close(const SyncItem& item) {
    sync(item);
    item.file->set_over();
    const auto durable = item.file->durable();
    if (durable.to < item.written_to) {
        auto gap = make_gap(
            *item.stream, durable.to, {"disk_error", "the storage did not keep what was written"}
        );
        gap.to = item.written_to;
        events_.push(GapPassed{std::move(gap)});
    }
    if (durable.fragments <= kOnlyInit) return item.file->abandon();
    events_.push(SegmentEnded{item.file, item.why});
}

}  // namespace proviso::record
