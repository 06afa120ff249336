#pragma once

#include <deque>
#include <map>
#include <set>

#include <proviso/base/bounded_queue.h>
#include <proviso/base/worker.h>
#include <proviso/ledger/ledger.h>

#include "lane.h"

namespace proviso::record {

/// The one who writes segments and gaps into the catalog and the ledger, many at a time. What the
/// ledger or the catalog cannot take now waits and is tried again; a segment counts as closed only
/// when its ledger entry is acknowledged.
class Bookkeeper final : public EventSink {
public:
    Bookkeeper(catalog::Catalog& catalog, ledger::Ledger& ledger);
    /// Everything pushed is written down, unless ledger or catalog fail: then the recovery at the
    /// next start does it.
    ~Bookkeeper() override;

    void push(Event event) override { events_.push(std::move(event)); }

private:
    using Steady = std::chrono::steady_clock;

    struct Closing {
        std::shared_ptr<SegmentFile> file;
        std::string why;
    };

    /// One change of the catalog's gaps; they are made in order.
    struct GapStep {
        enum class What { Open, Close, Note };

        What what = What::Open;
        catalog::Gap gap;

        bool needs_entry() const { return what != What::Open && !gap.leaf; }
    };

    struct OpenGap {
        catalog::Gap gap;
        Steady::time_point tell_at;  ///< to the ledger, if it lasts
        bool told = false;
    };

    void run(const std::stop_token& stop);
    void take(Event event);
    void flush();
    Result<> seal();
    Result<> tell_long_gaps();
    void tell_all_gaps();
    Result<> put(const std::vector<catalog::Segment>& rows);
    Result<> put_open();
    Result<> put_gaps();
    Result<> put_closed();

    catalog::Catalog& catalog_;
    ledger::Ledger& ledger_;
    BoundedQueue<Event> events_;
    std::map<SegmentId, std::shared_ptr<SegmentFile>> grown_;  ///< since the last flush
    std::set<SegmentId> known_;                                ///< open and in the catalog
    std::deque<Closing> closing_;                              ///< not yet in the ledger
    std::vector<catalog::Segment> closed_;      ///< in the ledger, not yet in the catalog
    std::map<media::StreamKey, OpenGap> gaps_;  ///< open now
    std::deque<GapStep> gap_steps_;
    std::vector<Promise> barriers_;
    bool urgent_ = false;
    bool failing_ = false;
    Steady::time_point flushed_;
    Worker worker_;
};

/// The body of the ledger entry "segment.closed".
Json closed_body(const catalog::Segment& row, std::string_view why);
/// The body of the ledger entry "gap".
Json gap_body(const catalog::Gap& gap);

}  // namespace proviso::record
