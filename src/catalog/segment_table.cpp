#include "segment_table.h"

#include <fmt/format.h>

#include <proviso/crypto/encode.h>

namespace proviso::catalog {

namespace {

Result<std::string> unpack_text(const std::string& packed) {
    auto bytes = PROVISO_TRY(crypto::from_base64(packed));
    return std::string(as_text(bytes));
}

struct Columns {
    std::string id;
    int deleted = 0;
    long long from = 0;
    long long to = 0;
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
    std::string camera;
    std::string stream;
    std::string packed;
    soci::indicator packed_given = soci::i_null;
};

void exchange_into(soci::statement& statement, Columns& row, bool with_index) {
    statement.exchange(soci::into(row.id));
    statement.exchange(soci::into(row.deleted));
    statement.exchange(soci::into(row.from));
    statement.exchange(soci::into(row.to));
    statement.exchange(soci::into(row.file));
    statement.exchange(soci::into(row.key_id));
    statement.exchange(soci::into(row.bytes));
    statement.exchange(soci::into(row.fragments));
    statement.exchange(soci::into(row.codec));
    statement.exchange(soci::into(row.width));
    statement.exchange(soci::into(row.height));
    statement.exchange(soci::into(row.root));
    statement.exchange(soci::into(row.decision));
    statement.exchange(soci::into(row.leaf, row.leaf_given));
    statement.exchange(soci::into(row.camera));
    statement.exchange(soci::into(row.stream));
    if (with_index) statement.exchange(soci::into(row.packed, row.packed_given));
}

/// A row that cannot be read is left out by its own damage, not by ours: it becomes an error.
Result<Segment> to_segment(const Columns& row, bool open) {
    Segment segment;
    segment.id = PROVISO_TRY(SegmentId::parse(row.id));
    segment.camera = PROVISO_TRY(CameraId::parse(row.camera));
    segment.stream = row.stream;
    segment.state = SegmentState::Closed;
    if (open) segment.state = SegmentState::Open;
    if (row.deleted != 0) segment.state = SegmentState::Deleted;
    segment.from = from_us(row.from);
    segment.to = from_us(row.to);
    segment.file = row.file;
    segment.key_id = row.key_id;
    segment.bytes = static_cast<std::uint64_t>(row.bytes);
    segment.fragments = static_cast<std::uint32_t>(row.fragments);
    segment.codec = row.codec;
    segment.width = row.width;
    segment.height = row.height;
    segment.root = row.root;
    segment.decision = static_cast<std::uint64_t>(row.decision);
    if (row.leaf_given == soci::i_ok) segment.leaf = static_cast<std::uint64_t>(row.leaf);
    if (row.packed_given == soci::i_ok) segment.index = PROVISO_TRY(unpack_text(row.packed));
    return segment;
}

}  // namespace

Result<std::vector<Segment>> select_segments(
    soci::session& session,
    From from,
    bool with_index,
    std::string_view where,
    const std::function<void(soci::statement&)>& bind
) {
    bool open = from == From::Open;
    with_index = with_index && !open;
    auto text = fmt::format(
        "SELECT s.id, {}, s.from_us, s.to_us, s.file, s.key_id, s.bytes, s.fragments, s.codec, "
        "s.width, s.height, s.root, s.decision, s.leaf, t.camera, t.stream{} FROM {} s "
        "JOIN streams t ON t.number = s.stream {}WHERE {}",
        open ? "0" : "s.deleted",
        with_index ? ", i.packed" : "",
        open ? "open_segments" : "segments",
        with_index ? "LEFT JOIN segment_indexes i ON i.stream = s.stream "
                     "AND i.from_us = s.from_us AND i.id = s.id "
                   : "",
        where
    );
    Columns row;
    soci::statement statement(session);
    exchange_into(statement, row, with_index);
    bind(statement);
    statement.alloc();
    statement.prepare(text);
    statement.define_and_bind();
    statement.execute(false);
    std::vector<Segment> segments;
    while (statement.fetch()) {
        auto segment = to_segment(row, open);
        if (!segment) {
            return Error(
                ErrorKind::Corrupt, "a row of the catalog is damaged", "run 'proviso rebuild'"
            );
        }
        segments.push_back(std::move(segment).value());
    }
    return segments;
}

}  // namespace proviso::catalog
