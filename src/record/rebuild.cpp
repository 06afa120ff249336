#include <algorithm>

#include <fmt/format.h>

#include <proviso/record/check.h>
#include <proviso/record/segment_reader.h>

#include "ledger_scan.h"
#include "recovery.h"

namespace proviso::record {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBatch = 256;

/// The row of a file, as far as file and ledger know it. What has no entry in the ledger stays
/// open: the next start of the recorder looks at it closely and seals it.
Result<catalog::Segment> make_row(
    const fs::path& folder, const fs::path& file, const Sealed& sealed
) {
    const auto reader = PROVISO_TRY(SegmentReader::open(folder / file));
    const auto& header = reader.header();
    if (id_in_name(file) != header.segment) {
        return Error(ErrorKind::Corrupt, "the file is not the segment its name says");
    }
    catalog::Segment row;
    row.id = header.segment;
    row.camera = PROVISO_TRY(CameraId::parse(header.camera));
    row.stream = header.stream;
    row.from = row.to = header.wall_start;
    row.file = file.string();
    row.key_id = header.key_id;
    row.bytes = reader.header_bytes().size();
    const auto entry = sealed.closed.find(row.id);
    if (entry == sealed.closed.end()) return row;
    const auto& body = entry->second.body;
    row.bytes = body.value("bytes", std::uint64_t{0});
    const auto walk = reader.walk(row.bytes);
    if (walk.end != row.bytes || walk.fragments.empty()) {
        return Error(ErrorKind::Corrupt, "the file is not what was sealed: " + walk.why.message());
    }
    row.state = catalog::SegmentState::Closed;
    row.to = PROVISO_TRY(parse_timestamp(body.value("to", "")));
    row.fragments = static_cast<std::uint32_t>(walk.fragments.size());
    row.codec = body.value("codec", "");
    row.width = body.value("width", 0);
    row.height = body.value("height", 0);
    row.root = body.value("root", "");
    row.decision = body.value("decision", std::uint64_t{0});
    row.leaf = entry->second.leaf;
    row.index = catalog::pack_index(walk.fragments);
    return row;
}

}  // namespace

Result<RebuildReport> rebuild_catalog(
    const fs::path& folder, catalog::Catalog& catalog, const ledger::Ledger& ledger
) {
    const auto sealed = PROVISO_TRY(read_sealed(ledger).while_doing("read the ledger"));
    PROVISO_TRY(catalog.clear());
    RebuildReport report;
    std::vector<catalog::Segment> rows;
    for (const auto& file : list_recordings(folder, {})) {
        auto row = make_row(folder, file, sealed);
        if (!row) {
            report.skipped.push_back(fmt::format("{}: {}", file.string(), row.error().story()));
            continue;
        }
        rows.push_back(*std::move(row));
        ++report.segments;
        if (rows.size() < kBatch) continue;
        PROVISO_TRY(catalog.put_all(rows));
        rows.clear();
    }
    PROVISO_TRY(catalog.put_all(rows));
    // A gap told while it lasted is told again when it is over.
    std::map<std::tuple<CameraId, std::string, Timestamp, std::string>, catalog::Gap> gaps;
    for (const auto& gap : sealed.gaps) {
        auto& last = gaps[{gap.camera, gap.stream, gap.from, gap.cause}];
        if (!last.to) last = gap;
    }
    for (const auto& [key, gap] : gaps) {
        PROVISO_TRY(catalog.open_gap(gap));
        ++report.gaps;
    }
    return report;
}

}  // namespace proviso::record
