#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include <proviso/catalog/catalog.h>
#include <proviso/keys/key_store.h>
#include <proviso/proof/segment_format.h>
#include <proviso/record/disk.h>

#include "segmenter.h"

namespace proviso::record {

/// What is needed to seal and write fragments, kept from one to the next so that recording
/// allocates nothing per fragment. One per writer thread.
struct SealingBuffer {
    Bytes bytes;
    std::vector<ByteView> pieces;
};

/// One recording file being written. The writer thread appends, the syncing thread makes durable,
/// both may ask.
class SegmentFile {
public:
    struct Opening {
        media::StreamKey stream;
        SegmentStart start;
        keys::CameraDayKey key;
        std::uint64_t decision = 0;
    };

    /// Makes the file and writes its header and the init segment. On an error nothing is left.
    static Result<std::shared_ptr<SegmentFile>> create(
        Disk& disk, const std::filesystem::path& folder, Opening opening, SealingBuffer& buffer
    );

    /// Encrypts and writes one fragment. On an error the file ends with the fragment before it.
    Result<> append(const Fragment& fragment, SealingBuffer& buffer);

    /// Makes all written so far durable. On an error the file is cut back to what was durable
    /// before and takes nothing more: what fsync says after a failure cannot be believed.
    Result<> sync();

    /// True once per change between two sync(): the caller must see to a sync.
    bool mark_dirty() { return !dirty_.exchange(true); }

    const SegmentId& id() const { return header_.segment; }

    struct Extent {
        std::uint64_t bytes = 0;
        std::uint32_t fragments = 0;
        Timestamp to;
    };

    Extent written() const;
    Extent durable() const;

    /// As the catalog should have it now: open, to the end of what is durable.
    catalog::Segment row() const;
    /// As it is when it takes no more: with index and root over what is durable.
    catalog::Segment closed_row() const;

    /// No more is to be done for it. Of the syncing thread alone.
    bool over() const { return over_; }

    void set_over() { over_ = true; }

    /// Nothing of it became durable: the file is removed.
    void abandon();

private:
    SegmentFile(
        Disk& disk, std::filesystem::path path, proof::SegmentHeader header, keys::CameraDayKey key
    )
        : disk_(disk), path_(std::move(path)), header_(std::move(header)), key_(std::move(key)) {}

    Result<> append_sealed(proof::FragmentHeader header, Timestamp to, SealingBuffer& buffer);

    Disk& disk_;
    const std::filesystem::path path_;
    const proof::SegmentHeader header_;
    const keys::CameraDayKey key_;
    catalog::Segment row_;
    UniqueFd fd_;
    proof::Digest chain_{};         // of the writer alone
    std::uint32_t next_index_ = 0;  // of the writer alone
    bool name_durable_ = false;     // of the syncing thread alone
    bool over_ = false;             // of the syncing thread alone
    std::atomic<bool> dirty_{false};

    mutable std::mutex mutex_;
    bool failed_ = false;
    Extent written_;
    Extent durable_;
    std::vector<catalog::IndexedFragment> index_;
    std::vector<proof::Digest> leaves_;
};

/// "2026-11-22/13/gate-1/main-05.07-<id>.pvs", relative to the folder of all recordings.
std::filesystem::path segment_path(
    const media::StreamKey& stream, Timestamp start, const SegmentId& id
);

}  // namespace proviso::record
