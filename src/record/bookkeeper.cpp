#include "bookkeeper.h"

#include <proviso/base/log.h>

namespace proviso::record {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostEvents = 8192;
constexpr std::size_t kBatch = 256;
/// Beyond this the oldest are left for the recovery at the next start.
constexpr std::size_t kMostWaiting = 16'384;
/// A gap that lasts this long is told to the ledger before it is over.
constexpr auto kLongGap = 10s;

media::StreamKey key_of(const catalog::Gap& gap) {
    auto kind = media::parse_stream_kind(gap.stream);
    return {gap.camera, kind ? *kind : media::StreamKind::Main};
}

/// One row that the catalog will never take (a camera's clock in another age) must not hold up all
/// others; its file stays, and a rebuild or a check names it.
Result<> passing_over_invalid(Result<> result) {
    if (result || result.error().kind() != ErrorKind::InvalidInput) return result;
    log_error("the catalog did not take a row: {}", result.error().story());
    return {};
}

}  // namespace

Json closed_body(const catalog::Segment& row, std::string_view why) {
    return {
        {"segment", row.id.text()},
        {"camera", row.camera.text()},
        {"stream", row.stream},
        {"key_id", row.key_id},
        {"from", to_iso8601(row.from)},
        {"to", to_iso8601(row.to)},
        {"fragments", row.fragments},
        {"bytes", row.bytes},
        {"root", row.root},
        {"decision", row.decision},
        {"end", why},
        {"codec", row.codec},
        {"width", row.width},
        {"height", row.height}};
}

Json gap_body(const catalog::Gap& gap) {
    return {
        {"camera", gap.camera.text()},
        {"stream", gap.stream},
        {"from", to_iso8601(gap.from)},
        {"to", gap.to ? Json(to_iso8601(*gap.to)) : Json()},
        {"cause", gap.cause}};
}

Bookkeeper::Bookkeeper(catalog::Catalog& catalog, ledger::Ledger& ledger)
    : catalog_(catalog),
      ledger_(ledger),
      events_(kMostEvents, WhenFull::Block),
      flushed_(Steady::now()),
      worker_("record-book", [this](const auto& stop) { run(stop); }) {}

Bookkeeper::~Bookkeeper() {
    events_.close();
    worker_.stop();
}

void Bookkeeper::run(const std::stop_token& stop) {
    for (bool last = false; !last;) {
        auto event = events_.pop_for(stop, 250ms);
        if (!event && stop.stop_requested()) {
            // It may have come between giving up and the stop; after it nothing comes.
            event = events_.try_pop();
            last = !event;
        }
        for (std::size_t taken = 1; event; ++taken) {
            take(*std::move(event));
            event = taken < kBatch ? events_.try_pop() : std::nullopt;
        }
        const bool soon = urgent_ && !failing_;
        if (last) tell_all_gaps();
        if (last || soon || !barriers_.empty() || Steady::now() - flushed_ >= 1s) flush();
    }
}

void Bookkeeper::take(Event event) {
    if (auto* grew = std::get_if<SegmentGrew>(&event)) {
        const auto& id = grew->file->id();
        urgent_ |= known_.insert(id).second;
        grown_[id] = std::move(grew->file);
        return;
    }
    if (auto* barrier = std::get_if<Barrier>(&event)) {
        barriers_.push_back(std::move(barrier->done));
        return;
    }
    urgent_ = true;
    if (auto* ended = std::get_if<SegmentEnded>(&event)) {
        closing_.push_back({std::move(ended->file), std::move(ended->why)});
    } else if (auto* began = std::get_if<GapBegan>(&event)) {
        gap_steps_.push_back({GapStep::What::Open, began->gap});
        const auto key = key_of(began->gap);
        gaps_[key] = {std::move(began->gap), Steady::now() + kLongGap, false};
    } else if (auto* over = std::get_if<GapEnded>(&event)) {
        if (auto open = gaps_.extract(over->stream)) {
            auto gap = std::move(open.mapped().gap);
            gap.to = std::max(gap.from, over->at);
            gap_steps_.push_back({GapStep::What::Close, std::move(gap)});
        }
    } else if (auto* passed = std::get_if<GapPassed>(&event)) {
        gap_steps_.push_back({GapStep::What::Note, std::move(passed->gap)});
    }
}

void Bookkeeper::flush() {
    flushed_ = Steady::now();
    urgent_ = false;
    // What is open goes into the catalog before a gap ends, and a gap begins before a segment is
    // closed: whenever the process dies, every second is accounted for.
    auto done = seal();
    using Step = Result<> (Bookkeeper::*)();
    for (Step step : {&Bookkeeper::put_open, &Bookkeeper::put_gaps, &Bookkeeper::put_closed}) {
        if (auto result = (this->*step)(); done) done = std::move(result);
    }
    if (!done && !failing_) {
        log_error("what was recorded waits to be written down: {}", done.error().story());
    }
    if (done && failing_) log_info("what was recorded is written down again");
    failing_ = !done;
    for (auto& barrier : barriers_) barrier->set_value();
    barriers_.clear();
}

/// The process ends: so that a rebuild knows of them, gaps are told now.
void Bookkeeper::tell_all_gaps() {
    for (auto& [key, open] : gaps_) open.tell_at = Steady::now();
}

Result<> Bookkeeper::seal() {
    while (closing_.size() > kMostWaiting) closing_.pop_front();
    while (gap_steps_.size() > kMostWaiting) gap_steps_.pop_front();
    PROVISO_TRY(tell_long_gaps());
    for (;;) {
        std::vector<ledger::Draft> drafts;
        std::vector<catalog::Segment> rows;
        std::vector<catalog::Gap*> gaps;
        for (std::size_t i = 0; i < closing_.size() && rows.size() < kBatch; ++i) {
            rows.push_back(closing_[i].file->closed_row());
            drafts.push_back({"segment.closed", closed_body(rows.back(), closing_[i].why), {}});
        }
        for (auto& step : gap_steps_) {
            if (!step.needs_entry()) continue;
            if (gaps.size() == kBatch) break;
            gaps.push_back(&step.gap);
            drafts.push_back({"gap", gap_body(step.gap), {}});
        }
        if (drafts.empty()) return {};
        const auto receipts = PROVISO_TRY(ledger_.append_all(std::move(drafts)));
        auto receipt = receipts.begin();
        for (auto& row : rows) {
            row.state = catalog::SegmentState::Closed;
            row.leaf = (receipt++)->index;
            grown_.erase(row.id);
            known_.erase(row.id);
            closed_.push_back(std::move(row));
            closing_.pop_front();
        }
        for (auto* gap : gaps) gap->leaf = (receipt++)->index;
    }
}

Result<> Bookkeeper::tell_long_gaps() {
    for (;;) {
        std::vector<ledger::Draft> drafts;
        std::vector<OpenGap*> telling;
        for (auto& [key, open] : gaps_) {
            if (open.told || open.tell_at > Steady::now()) continue;
            if (telling.size() == kBatch) break;
            drafts.push_back({"gap", gap_body(open.gap), {}});
            telling.push_back(&open);
        }
        if (drafts.empty()) return {};
        PROVISO_TRY(ledger_.append_all(std::move(drafts)));
        for (auto* open : telling) open->told = true;
    }
}

Result<> Bookkeeper::put(const std::vector<catalog::Segment>& rows) {
    if (rows.empty()) return {};
    auto all = catalog_.put_all(rows);
    if (all || all.error().kind() != ErrorKind::InvalidInput) return all;
    for (const auto& row : rows) PROVISO_TRY(passing_over_invalid(catalog_.put(row)));
    return {};
}

Result<> Bookkeeper::put_open() {
    std::vector<catalog::Segment> rows;
    rows.reserve(grown_.size());
    for (const auto& [id, file] : grown_) rows.push_back(file->row());
    PROVISO_TRY(put(rows));
    grown_.clear();
    return {};
}

Result<> Bookkeeper::put_gaps() {
    for (; !gap_steps_.empty(); gap_steps_.pop_front()) {
        const auto& [what, gap] = gap_steps_.front();
        if (gap_steps_.front().needs_entry()) return {};  // the ledger comes first
        PROVISO_TRY(passing_over_invalid(
            what == GapStep::What::Close
                ? catalog_.close_gap(gap.camera, gap.stream, *gap.to, gap.leaf)
                : catalog_.open_gap(gap)
        ));
    }
    return {};
}

Result<> Bookkeeper::put_closed() {
    // Not while a gap waits that explains what follows them.
    if (closed_.empty() || !gap_steps_.empty()) return {};
    PROVISO_TRY(put(closed_));
    closed_.clear();
    return {};
}

}  // namespace proviso::record
