#pragma once

#include <filesystem>
#include <vector>

#include <proviso/catalog/catalog.h>
#include <proviso/keys/key_store.h>
#include <proviso/record/segment_reader.h>

namespace proviso::playback {

/// A recording with all that is needed to read it.
struct OpenedSegment {
    catalog::Segment row;
    std::vector<catalog::IndexedFragment> index;  ///< the first is the init segment
    keys::CameraDayKey key;
    record::SegmentReader reader;
};

/// `row` with its index if it is closed; of one that is still being recorded, what is durable.
/// NotFound if the recording was deleted meanwhile (its file or its key).
Result<OpenedSegment> open_segment(
    const std::filesystem::path& folder, catalog::Segment row, const keys::KeyStore& keys
);

/// The fragment to begin with so that the picture at `at` can be shown: the last key frame at or
/// before it, or the first picture.
std::size_t key_fragment_at(const std::vector<catalog::IndexedFragment>& index, Timestamp at);

inline Timestamp start_of(const catalog::IndexedFragment& fragment) {
    return Timestamp(microseconds(fragment.wall_start_us));
}

}  // namespace proviso::playback
