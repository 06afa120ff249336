#include "schema.h"

#include <string_view>

namespace proviso::catalog {

namespace {

// `streams` counts what is closed, `days` sums it by UTC day, so that nobody has to add up
// segments. Open segments live apart: they are written once a second for every stream, and so
// touch a few pages instead of one leaf per stream.
//
// `segments` and their indexes lie in the order of the timeline (SQLite: a table is its primary
// key), the deleted ones aside: ids are random, and would spread every write over the whole file.
// A packed index takes about a kilobyte, which a clustered table would put on pages of their own.
// `longest_us` bounds how far back an overlapping one can begin.
constexpr std::string_view kTables = R"sql(
CREATE TABLE streams (
    number BIGINT PRIMARY KEY,
    camera TEXT NOT NULL,
    stream TEXT NOT NULL,
    longest_us BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    segments BIGINT NOT NULL,
    UNIQUE (camera, stream)
);
CREATE TABLE segments (
    stream BIGINT NOT NULL REFERENCES streams (number),
    deleted INTEGER NOT NULL,
    from_us BIGINT NOT NULL,
    id TEXT NOT NULL,
    to_us BIGINT NOT NULL,
    file TEXT NOT NULL,
    key_id TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    fragments BIGINT NOT NULL,
    codec TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    root TEXT NOT NULL,
    decision BIGINT NOT NULL,
    leaf BIGINT,
    PRIMARY KEY (stream, deleted, from_us, id)
)@clustered@;
CREATE UNIQUE INDEX segments_by_id ON segments (id);
CREATE INDEX segments_by_end ON segments (stream, deleted, to_us);
CREATE TABLE segment_indexes (
    stream BIGINT NOT NULL,
    from_us BIGINT NOT NULL,
    id TEXT NOT NULL,
    packed TEXT NOT NULL,
    PRIMARY KEY (stream, from_us, id)
);
CREATE TABLE open_segments (
    id TEXT PRIMARY KEY,
    stream BIGINT NOT NULL REFERENCES streams (number),
    from_us BIGINT NOT NULL,
    to_us BIGINT NOT NULL,
    file TEXT NOT NULL,
    key_id TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    fragments BIGINT NOT NULL,
    codec TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    root TEXT NOT NULL,
    decision BIGINT NOT NULL,
    leaf BIGINT
)@clustered@;
CREATE INDEX open_segments_by_stream ON open_segments (stream);
CREATE TABLE days (
    stream BIGINT NOT NULL REFERENCES streams (number),
    day BIGINT NOT NULL,
    recorded_us BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (stream, day)
)@clustered@;
CREATE TABLE gaps (
    stream BIGINT NOT NULL REFERENCES streams (number),
    from_us BIGINT NOT NULL,
    cause TEXT NOT NULL,
    to_us BIGINT NOT NULL,
    detail TEXT NOT NULL,
    leaf BIGINT,
    PRIMARY KEY (stream, from_us, cause)
)@clustered@;
CREATE INDEX long_gaps ON gaps (stream, to_us) WHERE to_us - from_us >= 86400000000;
)sql";

std::string tables_for(std::string_view clustered) {
    constexpr std::string_view kMark = "@clustered@";
    std::string text(kTables);
    for (auto at = text.find(kMark); at != std::string::npos; at = text.find(kMark)) {
        text.replace(at, kMark.size(), clustered);
    }
    return text;
}

}  // namespace

const std::vector<store::Migration>& schema() {
    static const std::vector<store::Migration> steps = {
        {1, tables_for(" WITHOUT ROWID"), tables_for("")}};
    return steps;
}

}  // namespace proviso::catalog
