#include "opened_segment.h"

#include <algorithm>

#include <fmt/format.h>

namespace proviso::playback {

Result<OpenedSegment> open_segment(
    const std::filesystem::path& folder, catalog::Segment row, const keys::KeyStore& keys
) {
    auto reader = PROVISO_TRY(record::SegmentReader::open(folder / row.file));
    if (reader.header().segment != row.id) {
        return Error(
            ErrorKind::Corrupt, fmt::format("the file of segment {} is another one", row.id.text())
        );
    }
    auto key = PROVISO_TRY(keys.find(row.key_id));
    auto index = row.state == catalog::SegmentState::Closed
                     ? PROVISO_TRY(catalog::unpack_index(row.index))
                     : reader.walk(row.bytes).fragments;
    if (index.size() < 2) {
        return Error(ErrorKind::NotFound, fmt::format("segment {} is empty", row.id.text()));
    }
    return OpenedSegment{std::move(row), std::move(index), std::move(key), std::move(reader)};
}

std::size_t key_fragment_at(const std::vector<catalog::IndexedFragment>& index, Timestamp at) {
    const auto after =
        std::partition_point(index.begin() + 1, index.end(), [&](const auto& fragment) {
            return start_of(fragment) <= at;
        });
    auto i = static_cast<std::size_t>(std::max(after - index.begin() - 1, std::ptrdiff_t{1}));
    while (i > 1 && !index[i].key_frame) --i;
    return i;
}

}  // namespace proviso::playback
