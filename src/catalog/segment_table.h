#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <soci/soci.h>

#include <proviso/catalog/catalog.h>

#include "stream_table.h"

namespace proviso::catalog {

/// InvalidInput for what the tables cannot hold.
Result<> check_segment(const Segment& segment);

/// Changes segments and the sums over them within one transaction; finish() writes the sums.
class SegmentWriter {
public:
    SegmentWriter(soci::session& session, StreamNumbers& numbers);
    SegmentWriter(const SegmentWriter&) = delete;
    SegmentWriter& operator=(const SegmentWriter&) = delete;
    ~SegmentWriter();

    void put(const Segment& segment);
    void erase(const SegmentId& id);
    void finish();

    const StreamNumbers::Learned& learned() const { return learned_; }

private:
    struct Statements;

    struct StreamSum {
        long long bytes = 0;
        long long segments = 0;
        long long longest_us = 0;
    };

    struct DaySum {
        long long recorded_us = 0;
        long long bytes = 0;
    };

    void count(
        long long stream, long long from_us, long long to_us, long long bytes, long long sign
    );
    void remove_closed();

    soci::session& session_;
    StreamNumbers& numbers_;
    StreamNumbers::Learned learned_;
    std::unique_ptr<Statements> statements_;
    std::map<long long, StreamSum> streams_;
    std::map<std::pair<long long, long long>, DaySum> days_;
};

/// Where a list of segments is read from.
enum class From { Closed, Open };

/// `where` is the text after WHERE, over the alias `s` (and `t` for its stream); `bind` exchanges
/// what it names.
Result<std::vector<Segment>> select_segments(
    soci::session& session,
    From from,
    bool with_index,
    std::string_view where,
    const std::function<void(soci::statement&)>& bind
);

/// How much of [from, to) lies in each UTC day, with its share of `bytes`.
struct DayShare {
    long long day = 0;
    long long us = 0;
    long long bytes = 0;
};

std::vector<DayShare> shares(long long from_us, long long to_us, long long bytes);

inline long long to_us(Timestamp at) { return at.time_since_epoch().count(); }

inline Timestamp from_us(long long us) { return Timestamp(microseconds(us)); }

}  // namespace proviso::catalog
