#include "proviso/catalog/catalog.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "gap_table.h"
#include "schema.h"
#include "segment_table.h"
#include "stream_table.h"

namespace proviso::catalog {

namespace {

constexpr long long kDayUs = 86'400'000'000;

bool earlier(const Segment& a, const Segment& b) {
    return std::tie(a.from, a.id) < std::tie(b.from, b.id);
}

void append(std::vector<Segment>& to, std::vector<Segment> more) {
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

Result<std::vector<Segment>> open_of(soci::session& session, const Stream& stream) {
    return select_segments(
        session,
        From::Open,
        false,
        "s.stream = :stream",
        [&](soci::statement& statement) { statement.exchange(soci::use(stream.number, "stream")); }
    );
}

/// The closed segment that holds `at`, else the next one; with its index.
Result<std::vector<Segment>> closed_at(soci::session& session, const Stream& stream, long long at) {
    auto least = at - stream.longest_us;
    auto held = PROVISO_TRY(select_segments(
        session,
        From::Closed,
        true,
        "s.stream = :stream AND s.deleted = 0 AND s.from_us > :least AND s.from_us <= :at "
        "AND s.to_us > :at2 ORDER BY s.from_us DESC LIMIT 1",
        [&](soci::statement& statement) {
            statement.exchange(soci::use(stream.number, "stream"));
            statement.exchange(soci::use(least, "least"));
            statement.exchange(soci::use(at, "at"));
            statement.exchange(soci::use(at, "at2"));
        }
    ));
    if (!held.empty()) return held;
    return select_segments(
        session,
        From::Closed,
        true,
        "s.stream = :stream AND s.deleted = 0 AND s.from_us > :at ORDER BY s.from_us LIMIT 1",
        [&](soci::statement& statement) {
            statement.exchange(soci::use(stream.number, "stream"));
            statement.exchange(soci::use(at, "at"));
        }
    );
}

/// Of those that hold `at` the latest, else the first that begins after it.
std::optional<Segment> best_at(std::vector<Segment> candidates, Timestamp at) {
    std::optional<Segment> best;
    bool best_holds = false;
    for (auto& candidate : candidates) {
        bool holds = candidate.from <= at && at < candidate.to;
        if (!holds && candidate.from <= at) continue;
        bool better = !best || (holds && !best_holds) ||
                      (holds == best_holds &&
                       (holds ? candidate.from > best->from : candidate.from < best->from));
        if (!better) continue;
        best = std::move(candidate);
        best_holds = holds;
    }
    return best;
}

void add_usage(
    std::map<std::string, CameraUsage>& all,
    const std::string& camera,
    long long bytes,
    long long segments,
    std::optional<Timestamp> oldest,
    std::optional<Timestamp> newest
) {
    auto& usage = all[camera];
    usage.bytes += static_cast<std::uint64_t>(bytes);
    usage.segments += static_cast<std::uint64_t>(segments);
    if (oldest && (!usage.oldest || *oldest < *usage.oldest)) usage.oldest = oldest;
    if (newest && (!usage.newest || *newest > *usage.newest)) usage.newest = newest;
}

void closed_usage(soci::session& session, std::map<std::string, CameraUsage>& all) {
    std::string camera;
    long long bytes = 0;
    long long segments = 0;
    long long oldest = 0;
    long long newest = 0;
    soci::indicator oldest_given = soci::i_null;
    soci::indicator newest_given = soci::i_null;
    soci::statement statement =
        (session.prepare << "SELECT camera, bytes, segments, "
                            "(SELECT MIN(s.from_us) FROM segments s "
                            "WHERE s.stream = t.number AND s.deleted = 0), "
                            "(SELECT MAX(s.to_us) FROM segments s "
                            "WHERE s.stream = t.number AND s.deleted = 0) FROM streams t",
         soci::into(camera),
         soci::into(bytes),
         soci::into(segments),
         soci::into(oldest, oldest_given),
         soci::into(newest, newest_given));
    statement.execute(false);
    while (statement.fetch()) {
        if (segments == 0) continue;
        add_usage(
            all,
            camera,
            bytes,
            segments,
            oldest_given == soci::i_ok ? std::optional(from_us(oldest)) : std::nullopt,
            newest_given == soci::i_ok ? std::optional(from_us(newest)) : std::nullopt
        );
    }
}

void closed_days(
    soci::session& session,
    long long stream,
    long long first,
    long long last,
    std::map<long long, DaySummary>& days
) {
    long long day = 0;
    long long recorded = 0;
    long long bytes = 0;
    soci::statement statement =
        (session.prepare << "SELECT day, recorded_us, bytes FROM days WHERE stream = :stream "
                            "AND day >= :first AND day <= :last",
         soci::use(stream, "stream"),
         soci::use(first, "first"),
         soci::use(last, "last"),
         soci::into(day),
         soci::into(recorded),
         soci::into(bytes));
    statement.execute(false);
    while (statement.fetch()) {
        days[day].recorded_us += recorded;
        days[day].bytes += static_cast<std::uint64_t>(bytes);
    }
}

}  // namespace

struct Catalog::Inside {
    explicit Inside(store::Database& opened) : database(opened) {}

    store::Database& database;
    StreamNumbers numbers;

    /// Runs `work`, and keeps the stream numbers it learned once they are committed.
    Result<> write(const std::function<Result<>(soci::session&, StreamNumbers::Learned&)>& work) {
        StreamNumbers::Learned learned;
        PROVISO_TRY(database.write([&](soci::session& session) { return work(session, learned); }));
        numbers.keep(learned);
        return {};
    }

    Result<> change(const std::function<void(SegmentWriter&)>& work) {
        return write([&](soci::session& session, StreamNumbers::Learned& learned) -> Result<> {
            SegmentWriter writer(session, numbers);
            work(writer);
            writer.finish();
            learned = writer.learned();
            return {};
        });
    }
};

Catalog::Catalog() = default;

Catalog::~Catalog() = default;

Result<std::unique_ptr<Catalog>> Catalog::open(store::Database& database) {
    PROVISO_TRY(database.migrate("catalog", schema()));
    std::unique_ptr<Catalog> catalog(new Catalog());
    catalog->inside_ = std::make_unique<Inside>(database);
    return catalog;
}

Result<> Catalog::put(const Segment& segment) { return put_all({&segment, 1}); }

Result<> Catalog::put_all(std::span<const Segment> segments) {
    for (const auto& segment : segments) PROVISO_TRY(check_segment(segment));
    return inside_->change([&](SegmentWriter& writer) {
        for (const auto& segment : segments) writer.put(segment);
    });
}

Result<> Catalog::erase(std::span<const SegmentId> ids) {
    return inside_->change([&](SegmentWriter& writer) {
        for (const auto& id : ids) writer.erase(id);
    });
}

Result<std::optional<Segment>> Catalog::segment(const SegmentId& id) const {
    std::vector<Segment> found;
    auto text = id.text();
    PROVISO_TRY(inside_->database.read([&](soci::session& session) -> Result<> {
        for (auto from : {From::Open, From::Closed}) {
            if (!found.empty()) break;
            found = PROVISO_TRY(select_segments(
                session,
                from,
                true,
                "s.id = :id",
                [&](soci::statement& statement) { statement.exchange(soci::use(text, "id")); }
            ));
        }
        return {};
    }));
    if (found.empty()) return std::optional<Segment>();
    return std::optional(std::move(found.front()));
}

Result<std::vector<Segment>> Catalog::segments(
    const CameraId& camera,
    std::string_view stream,
    Timestamp from,
    Timestamp to,
    std::size_t limit,
    bool with_index
) const {
    std::vector<Segment> found;
    auto first = to_us(from);
    auto last = to_us(to);
    auto most = static_cast<long long>(std::min<std::size_t>(limit, INT32_MAX));
    PROVISO_TRY(inside_->database.read([&](soci::session& session) -> Result<> {
        auto known = find_stream(session, camera, stream);
        if (!known) return {};
        auto least = first - known->longest_us;
        found = PROVISO_TRY(select_segments(
            session,
            From::Closed,
            with_index,
            "s.stream = :stream AND s.deleted = 0 AND s.from_us > :least AND s.from_us < :last "
            "AND s.to_us > :first ORDER BY s.from_us, s.id LIMIT :most",
            [&](soci::statement& statement) {
                statement.exchange(soci::use(known->number, "stream"));
                statement.exchange(soci::use(least, "least"));
                statement.exchange(soci::use(last, "last"));
                statement.exchange(soci::use(first, "first"));
                statement.exchange(soci::use(most, "most"));
            }
        ));
        for (auto& segment : PROVISO_TRY(open_of(session, *known))) {
            if (segment.from < to && from < segment.to) found.push_back(std::move(segment));
        }
        return {};
    }));
    std::stable_sort(found.begin(), found.end(), earlier);
    if (found.size() > limit) found.resize(limit);
    return found;
}

Result<std::optional<Segment>> Catalog::segment_at(
    const CameraId& camera, std::string_view stream, Timestamp at
) const {
    std::vector<Segment> candidates;
    PROVISO_TRY(inside_->database.read([&](soci::session& session) -> Result<> {
        auto known = find_stream(session, camera, stream);
        if (!known) return {};
        candidates = PROVISO_TRY(closed_at(session, *known, to_us(at)));
        append(candidates, PROVISO_TRY(open_of(session, *known)));
        return {};
    }));
    return best_at(std::move(candidates), at);
}

Result<std::optional<Segment>> Catalog::newest(const CameraId& camera, std::string_view stream)
    const {
    std::vector<Segment> candidates;
    PROVISO_TRY(inside_->database.read([&](soci::session& session) -> Result<> {
        auto known = find_stream(session, camera, stream);
        if (!known) return {};
        candidates = PROVISO_TRY(select_segments(
            session,
            From::Closed,
            false,
            "s.stream = :stream AND s.deleted = 0 ORDER BY s.to_us DESC LIMIT 1",
            [&](soci::statement& statement) {
                statement.exchange(soci::use(known->number, "stream"));
            }
        ));
        append(candidates, PROVISO_TRY(open_of(session, *known)));
        return {};
    }));
    auto last = std::max_element(
        candidates.begin(),
        candidates.end(),
        [](const Segment& a, const Segment& b) { return a.to < b.to; }
    );
    if (last == candidates.end()) return std::optional<Segment>();
    return std::optional(std::move(*last));
}

Result<std::vector<Segment>> Catalog::open_segments() const {
    std::vector<Segment> found;
    PROVISO_TRY(inside_->database.read([&](soci::session& session) -> Result<> {
        found = PROVISO_TRY(
            select_segments(session, From::Open, false, "1 = 1", [](soci::statement&) {})
        );
        return {};
    }));
    std::sort(found.begin(), found.end(), earlier);
    return found;
}

Result<std::vector<Segment>> Catalog::oldest(
    const CameraId& camera, Timestamp before, std::size_t limit, bool masked
) const {
    std::vector<Segment> found;
    auto end = to_us(before);
    auto most = static_cast<long long>(std::min<std::size_t>(limit, INT32_MAX));
    PROVISO_TRY(inside_->database.read([&](soci::session& session) -> Result<> {
        std::vector<long long> streams;
        long long number = 0;
        soci::statement all =
            (session.prepare << std::string("SELECT number FROM streams WHERE camera = :camera AND "
                                            "stream "
                                ) + (masked ? "= 'masked'" : "<> 'masked'"),
             soci::use(camera.text(), "camera"),
             soci::into(number));
        all.execute(false);
        while (all.fetch()) streams.push_back(number);
        for (const auto& stream : streams) {
            append(
                found,
                PROVISO_TRY(select_segments(
                    session,
                    From::Closed,
                    false,
                    "s.stream = :stream AND s.deleted = 0 AND s.to_us < :before "
                    "ORDER BY s.to_us LIMIT :most",
                    [&](soci::statement& statement) {
                        statement.exchange(soci::use(stream, "stream"));
                        statement.exchange(soci::use(end, "before"));
                        statement.exchange(soci::use(most, "most"));
                    }
                ))
            );
        }
        return {};
    }));
    std::sort(found.begin(), found.end(), [](const Segment& a, const Segment& b) {
        return std::tie(a.to, a.id) < std::tie(b.to, b.id);
    });
    if (found.size() > limit) found.resize(limit);
    return found;
}

Result<std::vector<CameraUsage>> Catalog::usage() const {
    std::map<std::string, CameraUsage> all;
    std::vector<Segment> open;
    PROVISO_TRY(inside_->database.read([&](soci::session& session) -> Result<> {
        closed_usage(session, all);
        open = PROVISO_TRY(
            select_segments(session, From::Open, false, "1 = 1", [](soci::statement&) {})
        );
        return {};
    }));
    for (const auto& segment : open) {
        add_usage(
            all,
            segment.camera.text(),
            static_cast<long long>(segment.bytes),
            1,
            segment.from,
            segment.to
        );
    }
    std::vector<CameraUsage> result;
    for (auto& [camera, usage] : all) {
        usage.camera = PROVISO_TRY(CameraId::parse(camera));
        result.push_back(std::move(usage));
    }
    return result;
}

Result<std::vector<DaySummary>> Catalog::days(
    const CameraId& camera, std::string_view stream, Timestamp from, Timestamp to
) const {
    std::map<long long, DaySummary> days;
    if (to <= from) return std::vector<DaySummary>();
    auto first = day_of(from).time_since_epoch().count();
    auto last = day_of(to - microseconds(1)).time_since_epoch().count();
    PROVISO_TRY(inside_->database.read([&](soci::session& session) -> Result<> {
        auto known = find_stream(session, camera, stream);
        if (!known) return {};
        closed_days(session, known->number, first, last, days);
        for (const auto& segment : PROVISO_TRY(open_of(session, *known))) {
            auto bytes = static_cast<long long>(segment.bytes);
            for (const auto& share : shares(to_us(segment.from), to_us(segment.to), bytes)) {
                if (share.day < first || share.day > last) continue;
                days[share.day].recorded_us += share.us;
                days[share.day].bytes += static_cast<std::uint64_t>(share.bytes);
            }
        }
        return {};
    }));
    std::vector<DaySummary> result;
    for (auto& [day, summary] : days) {
        summary.day = Day(std::chrono::days(day));
        // Segments may overlap after the clock was set back; a day still has no more than a day.
        summary.recorded_us = std::min<std::int64_t>(summary.recorded_us, kDayUs);
        result.push_back(summary);
    }
    return result;
}

Result<> Catalog::open_gap(const Gap& gap) {
    PROVISO_TRY(check_gap(gap));
    return inside_->write([&](soci::session& session, StreamNumbers::Learned& learned) -> Result<> {
        auto stream = inside_->numbers.find_or_make(session, gap.camera, gap.stream, learned);
        if (gap.to) {
            insert_finished_gap(session, stream, gap);
        } else {
            open_gap_in(session, stream, gap);
        }
        return {};
    });
}

Result<> Catalog::close_gap(
    const CameraId& camera, std::string_view stream, Timestamp at, std::optional<std::uint64_t> leaf
) {
    return inside_->database.write([&](soci::session& session) -> Result<> {
        if (auto known = find_stream(session, camera, stream)) {
            close_gap_in(session, known->number, at, leaf);
        }
        return {};
    });
}

Result<std::vector<Gap>> Catalog::gaps(
    const CameraId& camera, std::string_view stream, Timestamp from, Timestamp to
) const {
    std::vector<Gap> found;
    PROVISO_TRY(inside_->database.read([&](soci::session& session) -> Result<> {
        if (auto known = find_stream(session, camera, stream)) {
            found = select_gaps(session, known->number, from, to);
        }
        return {};
    }));
    for (auto& gap : found) {
        gap.camera = camera;
        gap.stream = stream;
    }
    return found;
}

Result<> Catalog::clear() {
    return inside_->database.write([&](soci::session& session) -> Result<> {
        inside_->numbers.forget();
        for (const auto* table :
             {"gaps", "days", "open_segments", "segment_indexes", "segments", "streams"}) {
            session << std::string("DELETE FROM ") + table;
        }
        return {};
    });
}

}  // namespace proviso::catalog
