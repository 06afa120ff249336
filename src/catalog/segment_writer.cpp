#include <proviso/crypto/encode.h>

#include "segment_table.h"

namespace proviso::catalog {

namespace {

constexpr long long kDayUs = 86'400'000'000;
constexpr long long kMostSpanUs = 7 * kDayUs;
constexpr long long kYear10000Us = 253'402'300'800'000'000;

bool fits(std::uint64_t value) { return value <= static_cast<std::uint64_t>(INT64_MAX); }

/// The variables that the statements are bound to; a null leaf is an indicator of its own.
struct Row {
    std::string id;
    long long stream = 0;
    int deleted = 0;
    long long from_us = 0;
    long long to_us = 0;
    std::string file;
    std::string key_id;
    long long bytes = 0;
    long long fragments = 0;
    std::string codec;
    int width = 0;
    int height = 0;
    std::string root;
    long long decision = 0;
    long long leaf = 0;
    soci::indicator leaf_given = soci::i_null;
    std::string packed;
};

}  // namespace

Result<> check_segment(const Segment& segment) {
    auto from = to_us(segment.from);
    auto to = to_us(segment.to);
    if (segment.camera.empty() || !is_slug(segment.stream)) {
        return invalid_input("a segment names no stream");
    }
    if (from < 0 || to < from || to >= kYear10000Us) {
        return invalid_input("a segment ends before it begins, or lies outside of all calendars");
    }
    if (to - from > kMostSpanUs) return invalid_input("a segment spans more than seven days");
    if (!fits(segment.bytes) || !fits(segment.decision) || !fits(segment.leaf.value_or(0))) {
        return invalid_input("a number of a segment is over the limit");
    }
    return {};
}

std::vector<DayShare> shares(long long from_us, long long to_us, long long bytes) {
    std::vector<DayShare> parts;
    auto span = to_us - from_us;
    auto left = bytes;
    for (auto at = from_us; at < to_us || parts.empty();) {
        auto day = at / kDayUs;
        auto end = std::min(to_us, (day + 1) * kDayUs);
        auto part = end - at;
        auto share = left;
        if (end < to_us) {
            share = static_cast<long long>(
                static_cast<double>(bytes) * static_cast<double>(part) / static_cast<double>(span)
            );
        }
        parts.push_back({day, part, share});
        left -= share;
        at = end;
    }
    return parts;
}

/// Prepared when first needed, then used for the whole batch.
struct SegmentWriter::Statements {
    explicit Statements(soci::session& session) : session_(session) {}

    enum class Binds { Id, Place, PlaceAndIndex, Row, RowAndDeleted };

    /// Executes for `row`; the number of rows it touched.
    long long run(std::optional<soci::statement>& prepared, const char* text, Binds binds) {
        if (!prepared) prepared = prepare(text, binds);
        prepared->execute(true);
        return prepared->get_affected_rows();
    }

    soci::statement prepare(const char* text, Binds binds) {
        soci::statement statement(session_);
        statement.exchange(soci::use(row.id, "id"));
        if (binds == Binds::Place) {
            statement.exchange(soci::use(old.stream, "stream"));
            statement.exchange(soci::use(old.from_us, "from_us"));
        }
        if (binds == Binds::PlaceAndIndex) {
            statement.exchange(soci::use(row.stream, "stream"));
            statement.exchange(soci::use(row.from_us, "from_us"));
            statement.exchange(soci::use(row.packed, "packed"));
        }
        if (binds == Binds::RowAndDeleted) statement.exchange(soci::use(row.deleted, "deleted"));
        if (binds == Binds::Row || binds == Binds::RowAndDeleted) {
            statement.exchange(soci::use(row.stream, "stream"));
            statement.exchange(soci::use(row.from_us, "from_us"));
            statement.exchange(soci::use(row.to_us, "to_us"));
            statement.exchange(soci::use(row.file, "file"));
            statement.exchange(soci::use(row.key_id, "key_id"));
            statement.exchange(soci::use(row.bytes, "bytes"));
            statement.exchange(soci::use(row.fragments, "fragments"));
            statement.exchange(soci::use(row.codec, "codec"));
            statement.exchange(soci::use(row.width, "width"));
            statement.exchange(soci::use(row.height, "height"));
            statement.exchange(soci::use(row.root, "root"));
            statement.exchange(soci::use(row.decision, "decision"));
            statement.exchange(soci::use(row.leaf, row.leaf_given, "leaf"));
        }
        statement.alloc();
        statement.prepare(text);
        statement.define_and_bind();
        return statement;
    }

    /// The closed or deleted row with this id, into `old`; false if there is none.
    bool find_closed() {
        if (!find_closed_) {
            find_closed_.emplace((
                session_.prepare
                    << "SELECT stream, deleted, from_us, to_us, bytes FROM segments WHERE id = :id",
                soci::use(row.id, "id"),
                soci::into(old.stream),
                soci::into(old.deleted),
                soci::into(old.from_us),
                soci::into(old.to_us),
                soci::into(old.bytes)
            ));
        }
        return find_closed_->execute(true);
    }

    Row row;
    Row old;
    std::optional<soci::statement> update_open;
    std::optional<soci::statement> insert_open;
    std::optional<soci::statement> delete_open;
    std::optional<soci::statement> insert_closed;
    std::optional<soci::statement> delete_closed;
    std::optional<soci::statement> insert_index;
    std::optional<soci::statement> delete_index;

private:
    soci::session& session_;
    std::optional<soci::statement> find_closed_;
};

SegmentWriter::SegmentWriter(soci::session& session, StreamNumbers& numbers)
    : session_(session), numbers_(numbers), statements_(std::make_unique<Statements>(session)) {}

SegmentWriter::~SegmentWriter() = default;

void SegmentWriter::put(const Segment& segment) {
    using Binds = Statements::Binds;
    auto& all = *statements_;
    auto& row = all.row;
    row.id = segment.id.text();
    row.stream = numbers_.find_or_make(session_, segment.camera, segment.stream, learned_);
    row.deleted = segment.state == SegmentState::Deleted ? 1 : 0;
    row.from_us = to_us(segment.from);
    row.to_us = to_us(segment.to);
    row.file = segment.file;
    row.key_id = segment.key_id;
    row.bytes = static_cast<long long>(segment.bytes);
    row.fragments = segment.fragments;
    row.codec = segment.codec;
    row.width = segment.width;
    row.height = segment.height;
    row.root = segment.root;
    row.decision = static_cast<long long>(segment.decision);
    row.leaf = static_cast<long long>(segment.leaf.value_or(0));
    row.leaf_given = segment.leaf ? soci::i_ok : soci::i_null;

    if (segment.state == SegmentState::Open) {
        auto updated = all.run(
            all.update_open,
            "UPDATE open_segments SET stream = :stream, from_us = :from_us, to_us = :to_us, "
            "file = :file, key_id = :key_id, bytes = :bytes, fragments = :fragments, "
            "codec = :codec, width = :width, height = :height, root = :root, "
            "decision = :decision, leaf = :leaf WHERE id = :id",
            Binds::Row
        );
        if (updated == 1) return;
        remove_closed();
        all.run(
            all.insert_open,
            "INSERT INTO open_segments (id, stream, from_us, to_us, file, key_id, bytes, "
            "fragments, codec, width, height, root, decision, leaf) VALUES (:id, :stream, "
            ":from_us, :to_us, :file, :key_id, :bytes, :fragments, :codec, :width, "
            ":height, :root, :decision, :leaf)",
            Binds::Row
        );
        return;
    }
    if (all.run(all.delete_open, "DELETE FROM open_segments WHERE id = :id", Binds::Id) == 0) {
        remove_closed();
    }
    all.run(
        all.insert_closed,
        "INSERT INTO segments (id, stream, deleted, from_us, to_us, file, key_id, bytes, "
        "fragments, codec, width, height, root, decision, leaf) VALUES (:id, :stream, "
        ":deleted, :from_us, :to_us, :file, :key_id, :bytes, :fragments, :codec, "
        ":width, :height, :root, :decision, :leaf)",
        Binds::RowAndDeleted
    );
    if (segment.state == SegmentState::Deleted) return;
    count(row.stream, row.from_us, row.to_us, row.bytes, 1);
    if (segment.index.empty()) return;
    row.packed = crypto::to_base64(as_bytes(segment.index));
    all.run(
        all.insert_index,
        "INSERT INTO segment_indexes (stream, from_us, id, packed) "
        "VALUES (:stream, :from_us, :id, :packed)",
        Binds::PlaceAndIndex
    );
}

void SegmentWriter::erase(const SegmentId& id) {
    using Binds = Statements::Binds;
    auto& all = *statements_;
    all.row.id = id.text();
    if (all.run(all.delete_open, "DELETE FROM open_segments WHERE id = :id", Binds::Id) == 0) {
        remove_closed();
    }
}

void SegmentWriter::remove_closed() {
    using Binds = Statements::Binds;
    auto& all = *statements_;
    if (!all.find_closed()) return;
    all.run(all.delete_closed, "DELETE FROM segments WHERE id = :id", Binds::Id);
    all.run(
        all.delete_index,
        "DELETE FROM segment_indexes "
        "WHERE stream = :stream AND from_us = :from_us AND id = :id",
        Binds::Place
    );
    const auto& old = all.old;
    if (old.deleted == 0) count(old.stream, old.from_us, old.to_us, old.bytes, -1);
}

void SegmentWriter::count(
    long long stream, long long from_us, long long to_us, long long bytes, long long sign
) {
    auto& sum = streams_[stream];
    sum.bytes += sign * bytes;
    sum.segments += sign;
    sum.longest_us = std::max(sum.longest_us, to_us - from_us);
    for (const auto& share : shares(from_us, to_us, bytes)) {
        auto& day = days_[{stream, share.day}];
        day.recorded_us += sign * share.us;
        day.bytes += sign * share.bytes;
    }
}

void SegmentWriter::finish() {
    for (const auto& [number, sum] : streams_) {
        session_ << "UPDATE streams SET bytes = bytes + :bytes, segments = segments + :segments, "
                    "longest_us = CASE WHEN longest_us < :longest THEN :longest2 ELSE longest_us "
                    "END WHERE number = :number",
            soci::use(sum.bytes, "bytes"), soci::use(sum.segments, "segments"),
            soci::use(sum.longest_us, "longest"), soci::use(sum.longest_us, "longest2"),
            soci::use(number, "number");
    }
    for (const auto& [key, sum] : days_) {
        session_ << "INSERT INTO days (stream, day, recorded_us, bytes) "
                    "VALUES (:stream, :day, :recorded, :bytes) "
                    "ON CONFLICT (stream, day) DO UPDATE SET "
                    "recorded_us = days.recorded_us + excluded.recorded_us, "
                    "bytes = days.bytes + excluded.bytes",
            soci::use(key.first, "stream"), soci::use(key.second, "day"),
            soci::use(sum.recorded_us, "recorded"), soci::use(sum.bytes, "bytes");
        if (sum.recorded_us <= 0) {
            session_ << "DELETE FROM days WHERE stream = :stream AND day = :day "
                        "AND recorded_us = 0 AND bytes = 0",
                soci::use(key.first, "stream"), soci::use(key.second, "day");
        }
    }
}

}  // namespace proviso::catalog
