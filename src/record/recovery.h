#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <vector>

#include <proviso/catalog/catalog.h>
#include <proviso/keys/key_store.h>
#include <proviso/ledger/ledger.h>
#include <proviso/record/disk.h>

namespace proviso::record {

/// The id in a recording's file name, "main-05.07-<id>.pvs"; nothing for any other name.
std::optional<SegmentId> id_in_name(const std::filesystem::path& file);

/// All recordings under the folder, relative to it, sorted; with `from` only those in the folders
/// of its hour and later.
std::vector<std::filesystem::path> list_recordings(
    const std::filesystem::path& folder, std::optional<Timestamp> from
);

/// The end of the last picture of an index. The index must not be empty.
Timestamp end_of(const std::vector<catalog::IndexedFragment>& index);

/// What a process that did not end in order left behind, cut back to what is whole. Fast, so that
/// recording goes on at once: headers, and whatever was not known to be durable. The rows are then
/// open and right, and each stream has a gap "crash" from there on. Files without a picture go.
Result<std::vector<catalog::Segment>> recover_open_segments(
    const std::filesystem::path& folder,
    Disk& disk,
    catalog::Catalog& catalog,
    const keys::KeyStore& keys
);

/// The slow part: hashes the segments, writes their ledger entries (one that has its entry already
/// gets no other: the process may have died just between) and closes their rows.
Result<> seal_recovered(
    const std::filesystem::path& folder,
    std::vector<catalog::Segment> rows,
    catalog::Catalog& catalog,
    ledger::Ledger& ledger,
    const std::stop_token& stop
);

}  // namespace proviso::record
