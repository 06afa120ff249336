#include "gap_table.h"

#include "segment_table.h"

namespace proviso::catalog {

namespace {

/// The end of a gap that lasts: the year 10000, so that one comparison serves for all gaps.
constexpr long long kLasting = 253'402'300'800'000'000;

void insert(soci::session& session, long long stream, const Gap& gap) {
    auto from = to_us(gap.from);
    auto to = gap.to ? to_us(*gap.to) : kLasting;
    auto leaf = static_cast<long long>(gap.leaf.value_or(0));
    auto leaf_given = gap.leaf ? soci::i_ok : soci::i_null;
    session << "INSERT INTO gaps (stream, from_us, cause, to_us, detail, leaf) "
               "VALUES (:stream, :from_us, :cause, :to_us, :detail, :leaf) "
               "ON CONFLICT (stream, from_us, cause) DO UPDATE SET "
               "to_us = excluded.to_us, detail = excluded.detail, leaf = excluded.leaf",
        soci::use(stream, "stream"), soci::use(from, "from_us"), soci::use(gap.cause, "cause"),
        soci::use(to, "to_us"), soci::use(gap.detail, "detail"),
        soci::use(leaf, leaf_given, "leaf");
}

}  // namespace

Result<> check_gap(const Gap& gap) {
    auto from = to_us(gap.from);
    if (gap.camera.empty() || !is_slug(gap.stream)) return invalid_input("a gap names no stream");
    if (from < 0 || from >= kLasting ||
        (gap.to && (*gap.to < gap.from || to_us(*gap.to) >= kLasting))) {
        return invalid_input("a gap ends before it begins, or lies outside of all calendars");
    }
    if (gap.cause.empty()) return invalid_input("a gap names no cause");
    return {};
}

void insert_finished_gap(soci::session& session, long long stream, const Gap& gap) {
    insert(session, stream, gap);
}

void open_gap_in(soci::session& session, long long stream, const Gap& gap) {
    auto lasting = kLasting;
    long long same = 0;
    session << "SELECT count(*) FROM gaps WHERE stream = :stream AND cause = :cause "
               "AND to_us - from_us >= 86400000000 AND to_us = :lasting",
        soci::use(stream, "stream"), soci::use(gap.cause, "cause"), soci::use(lasting, "lasting"),
        soci::into(same);
    if (same > 0) return;
    close_gap_in(session, stream, gap.from, std::nullopt);
    insert(session, stream, gap);
}

void close_gap_in(
    soci::session& session, long long stream, Timestamp at, std::optional<std::uint64_t> leaf
) {
    auto end = to_us(at);
    auto lasting = kLasting;
    auto new_leaf = static_cast<long long>(leaf.value_or(0));
    auto leaf_given = leaf ? soci::i_ok : soci::i_null;
    // The clock may have been set back since the gap began: then it has no length.
    session << "UPDATE gaps SET to_us = CASE WHEN from_us > :at THEN from_us ELSE :at2 END, "
               "leaf = COALESCE(:leaf, leaf) WHERE stream = :stream "
               "AND to_us - from_us >= 86400000000 AND to_us = :lasting",
        soci::use(end, "at"), soci::use(end, "at2"), soci::use(new_leaf, leaf_given, "leaf"),
        soci::use(stream, "stream"), soci::use(lasting, "lasting");
}

std::vector<Gap> select_gaps(
    soci::session& session, long long stream, Timestamp from, Timestamp to
) {
    // A gap under a day begins less than a day before `from`; longer ones are few and have an
    // index of their own.
    auto first = to_us(from);
    auto last = to_us(to);
    auto day_before = first - 86'400'000'000;
    long long begin = 0;
    long long end = 0;
    long long leaf = 0;
    soci::indicator leaf_given = soci::i_null;
    std::string cause;
    std::string detail;
    soci::statement statement =
        (session.prepare
             << "SELECT from_us, to_us, cause, detail, leaf FROM gaps WHERE stream = :stream "
                "AND from_us > :day_before AND from_us < :last AND to_us > :first "
                "UNION ALL "
                "SELECT from_us, to_us, cause, detail, leaf FROM gaps WHERE stream = :stream2 "
                "AND to_us - from_us >= 86400000000 AND to_us > :first2 "
                "AND from_us <= :day_before2 AND from_us < :last2 "
                "ORDER BY from_us",
         soci::use(stream, "stream"),
         soci::use(day_before, "day_before"),
         soci::use(last, "last"),
         soci::use(first, "first"),
         soci::use(stream, "stream2"),
         soci::use(first, "first2"),
         soci::use(day_before, "day_before2"),
         soci::use(last, "last2"),
         soci::into(begin),
         soci::into(end),
         soci::into(cause),
         soci::into(detail),
         soci::into(leaf, leaf_given));
    statement.execute(false);
    std::vector<Gap> gaps;
    while (statement.fetch()) {
        Gap gap;
        gap.from = from_us(begin);
        if (end != kLasting) gap.to = from_us(end);
        gap.cause = cause;
        gap.detail = detail;
        if (leaf_given == soci::i_ok) gap.leaf = static_cast<std::uint64_t>(leaf);
        gaps.push_back(std::move(gap));
    }
    return gaps;
}

}  // namespace proviso::catalog
