#include "recovery.h"

#include <algorithm>
#include <charconv>
#include <map>

#include <fcntl.h>
#include <fmt/format.h>

#include <proviso/base/file.h>
#include <proviso/base/log.h>
#include <proviso/media/fmp4.h>
#include <proviso/proof/merkle.h>
#include <proviso/record/init_codec.h>
#include <proviso/record/segment_reader.h>

#include "bookkeeper.h"
#include "ledger_scan.h"

namespace proviso::record {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kSuffix = ".pvs";
/// A recording gets its row within seconds; what has none is looked for this far back.
constexpr auto kLookBack = 5min;
/// How much of the ledger's end is searched for entries of segments whose row is still open.
constexpr std::uint64_t kLedgerTail = 16'384;
/// Any moment in it lies only in gaps that last.
constexpr Timestamp kFarFuture = std::chrono::sys_days(std::chrono::year(9000) / 1 / 1);

std::vector<fs::path> folders_in(const fs::path& folder) {
    std::vector<fs::path> found;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        if (entry.is_directory(ignored)) found.push_back(entry.path());
    }
    std::ranges::sort(found);
    return found;
}

/// Fills what the row of a file without row can know from its clear header.
Result<> fill_from_header(catalog::Segment& row, const proof::SegmentHeader& header) {
    row.id = header.segment;
    row.camera = PROVISO_TRY(CameraId::parse(header.camera));
    row.stream = header.stream;
    row.from = header.wall_start;
    row.key_id = header.key_id;
    std::from_chars(
        header.decision.data(), header.decision.data() + header.decision.size(), row.decision
    );
    return {};
}

/// How many fragments from the front are whole; those within `known` bytes are.
std::size_t count_whole(
    const SegmentReader& reader,
    const std::vector<catalog::IndexedFragment>& index,
    std::uint64_t known,
    ByteView key
) {
    SegmentReader::Frame frame;
    Bytes plain;
    for (std::size_t i = 0; i < index.size(); ++i) {
        if (index[i].offset + proof::kFragmentHeaderSize + index[i].sealed_size <= known) continue;
        if (!reader.read(index, i, frame) || !reader.decrypt(frame, key, plain)) return i;
    }
    return index.size();
}

void learn_codec(
    catalog::Segment& row,
    const SegmentReader& reader,
    const SegmentReader::Walk& walk,
    ByteView key
) {
    SegmentReader::Frame frame;
    Bytes init;
    if (!reader.read(walk.fragments, 0, frame) || !reader.decrypt(frame, key, init)) return;
    if (const auto codec = codec_of_init(init)) {
        row.codec = (*codec)->rfc6381;
        if (const auto split = media::split_init(init); split && split->sound) {
            row.codec += ',' + split->sound->rfc6381();
        }
        row.width = (*codec)->width;
        row.height = (*codec)->height;
    }
}

/// Cuts the file to what is whole and brings the row up to date; false if nothing is left.
Result<bool> mend(
    const fs::path& folder, Disk& disk, const keys::KeyStore& keys, catalog::Segment& row
) {
    const auto path = folder / row.file;
    auto reader = SegmentReader::open(path);
    if (!reader) {
        const auto kind = reader.error().kind();
        const bool nothing_durable = row.bytes == 0;
        if (kind == ErrorKind::NotFound)
            return nothing_durable ? Result<bool>(false) : reader.error();
        if (!nothing_durable) return reader.error();
        PROVISO_TRY(disk.remove(path));
        return false;
    }
    if (row.bytes == 0) PROVISO_TRY(fill_from_header(row, reader->header()));
    auto walk = reader->walk();
    if (const auto key = keys.find(row.key_id)) {
        const auto whole = count_whole(*reader, walk.fragments, row.bytes, key->secret->view());
        if (whole < walk.fragments.size()) {
            walk.end = walk.fragments[whole].offset;
            walk.fragments.resize(whole);
        }
        if (row.codec.empty() && whole > 0) learn_codec(row, *reader, walk, key->secret->view());
    }
    if (walk.end < row.bytes) {
        return Error(
            ErrorKind::Corrupt,
            fmt::format("segment {} is shorter than it was: {}", row.id.text(), walk.why.message())
        );
    }
    if (walk.fragments.size() <= 1) {
        PROVISO_TRY(disk.remove(path));
        return false;
    }
    if (walk.end < reader->file_size()) {
        const auto fd = PROVISO_TRY(open_file(path, O_RDWR));
        PROVISO_TRY(disk.truncate(fd.get(), walk.end));
        PROVISO_TRY(disk.sync(fd.get()));
    }
    if (walk.end != row.bytes) row.to = end_of(walk.fragments);
    row.bytes = walk.end;
    row.fragments = static_cast<std::uint32_t>(walk.fragments.size());
    return true;
}

/// Rows for files written just before the end, whose row was not yet there.
Result<> add_files_without_row(
    const fs::path& folder, const catalog::Catalog& catalog, std::vector<catalog::Segment>& rows
) {
    std::optional<Timestamp> newest;
    for (const auto& usage : PROVISO_TRY(catalog.usage())) {
        if (usage.newest) newest = std::max(newest.value_or(*usage.newest), *usage.newest);
    }
    for (const auto& row : rows) newest = std::max(newest.value_or(row.from), row.from);
    std::set<SegmentId> open;
    for (const auto& row : rows) open.insert(row.id);
    for (const auto& file :
         list_recordings(folder, newest ? std::optional(*newest - kLookBack) : std::nullopt)) {
        const auto id = id_in_name(file);
        if (!id || open.contains(*id) || PROVISO_TRY(catalog.segment(*id))) continue;
        catalog::Segment row;
        row.id = *id;
        row.file = file.string();
        rows.push_back(std::move(row));
    }
    return {};
}

Result<> open_crash_gaps(catalog::Catalog& catalog, const std::vector<catalog::Segment>& rows) {
    std::map<std::pair<CameraId, std::string>, Timestamp> ends;
    for (const auto& row : rows) {
        auto& end = ends.try_emplace({row.camera, row.stream}, row.to).first->second;
        end = std::max(end, row.to);
    }
    for (const auto& [stream, end] : ends) {
        const auto& [camera, kind] = stream;
        const auto lasting = PROVISO_TRY(catalog.gaps(camera, kind, kFarFuture, kFarFuture + 1s));
        if (!lasting.empty()) continue;
        PROVISO_TRY(catalog.open_gap(
            {.camera = camera,
             .stream = kind,
             .from = end,
             .to = std::nullopt,
             .cause = "crash",
             .detail = "the recorder ended without warning",
             .leaf = std::nullopt}
        ));
    }
    return {};
}

Result<> hash_segment(const fs::path& folder, catalog::Segment& row) {
    const auto reader = PROVISO_TRY(SegmentReader::open(folder / row.file));
    const auto walk = reader.walk(row.bytes);
    if (walk.end != row.bytes) return walk.why;
    std::vector<proof::Digest> leaves;
    SegmentReader::Frame frame;
    for (std::size_t i = 0; i < walk.fragments.size(); ++i) {
        PROVISO_TRY(reader.read(walk.fragments, i, frame));
        leaves.push_back(proof::fragment_leaf(frame.header_bytes, frame.sealed));
    }
    row.root = to_hex(proof::tree_root(leaves));
    row.index = catalog::pack_index(walk.fragments);
    return {};
}

}  // namespace

std::optional<SegmentId> id_in_name(const fs::path& file) {
    const auto name = file.filename().string();
    const auto dash = name.rfind('-');
    if (!name.ends_with(kSuffix) || dash == std::string::npos) return std::nullopt;
    auto id = SegmentId::parse(
        std::string_view(name).substr(dash + 1, name.size() - dash - 1 - kSuffix.size())
    );
    return id ? std::optional(*id) : std::nullopt;
}

std::vector<fs::path> list_recordings(const fs::path& folder, std::optional<Timestamp> from) {
    const auto first_day = from ? to_iso8601(day_of(*from)) : std::string();
    const auto hour = from ? std::chrono::floor<std::chrono::hours>(*from - day_of(*from)) : 0h;
    const auto first_hour = fmt::format("{:02}", hour.count());
    std::vector<fs::path> files;
    for (const auto& day : folders_in(folder)) {
        const auto name = day.filename().string();
        if (!parse_day(name) || name < first_day) continue;
        for (const auto& hours : folders_in(day)) {
            if (from && name == first_day && hours.filename().string() < first_hour) continue;
            for (const auto& camera : folders_in(hours)) {
                std::error_code ignored;
                for (const auto& entry : fs::directory_iterator(camera, ignored)) {
                    if (!id_in_name(entry.path())) continue;
                    files.push_back(entry.path().lexically_relative(folder));
                }
            }
        }
    }
    std::ranges::sort(files);
    return files;
}

Timestamp end_of(const std::vector<catalog::IndexedFragment>& index) {
    const auto& last = index.back();
    return Timestamp(microseconds(last.wall_start_us)) + ticks_to_us(last.duration);
}

Result<std::vector<catalog::Segment>> recover_open_segments(
    const fs::path& folder, Disk& disk, catalog::Catalog& catalog, const keys::KeyStore& keys
) {
    auto rows = PROVISO_TRY(catalog.open_segments());
    const auto known = rows.size();
    PROVISO_TRY(add_files_without_row(folder, catalog, rows));
    std::vector<catalog::Segment> mended;
    std::vector<SegmentId> empty;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto left = mend(folder, disk, keys, rows[i]);
        if (!left) {
            // Evidence is not thrown away because it is damaged: `proviso check` names it.
            log_error("{}: {}", rows[i].file, left.error().story());
        } else if (*left) {
            mended.push_back(std::move(rows[i]));
        } else if (i < known) {
            empty.push_back(rows[i].id);
        }
    }
    PROVISO_TRY(catalog.put_all(mended));
    PROVISO_TRY(catalog.erase(empty));
    PROVISO_TRY(open_crash_gaps(catalog, mended));
    if (!mended.empty())
        log_info("{} recordings were open; they end where they are whole", mended.size());
    return mended;
}

Result<> seal_recovered(
    const fs::path& folder,
    std::vector<catalog::Segment> rows,
    catalog::Catalog& catalog,
    ledger::Ledger& ledger,
    const std::stop_token& stop
) {
    if (rows.empty()) return {};
    const auto size = ledger.size();
    const auto sealed = PROVISO_TRY(read_sealed(ledger, size - std::min(size, kLedgerTail)));
    for (auto& row : rows) {
        if (stop.stop_requested()) return {};
        if (auto hashed = hash_segment(folder, row); !hashed) {
            log_error("{}: {}", row.file, hashed.error().story());
            continue;
        }
        const auto entry = sealed.closed.find(row.id);
        if (entry != sealed.closed.end() && entry->second.body.value("root", "") == row.root) {
            row.leaf = entry->second.leaf;
        } else {
            row.leaf =
                PROVISO_TRY(ledger.append({"segment.closed", closed_body(row, "crash"), {}})).index;
        }
        row.state = catalog::SegmentState::Closed;
        PROVISO_TRY(catalog.put(row));
    }
    return {};
}

}  // namespace proviso::record
