#pragma once

#include <functional>

#include <proviso/base/unique_fd.h>
#include <proviso/ledger/ledger.h>
#include <proviso/proof/bundle.h>

#include "export_job.h"
#include "masked_clip.h"
#include "opened_segment.h"

namespace proviso::playback {

/// Writes one evidence bundle in a single pass over the recordings (docs/design/bundle.md).
/// Memory grows by some 200 bytes a fragment, not with the pictures.
class BundleWriter {
public:
    /// `masked`: null for a clip as it was recorded.
    BundleWriter(int fd, const ExportJob& job, Timestamp now, MaskedClip* masked = nullptr);

    /// Appends what of the segment lies in the job's range. Corrupt if it is not what was sealed;
    /// Conflict if its picture format is another than that of the ones before. `keep_going` is
    /// asked for every fragment; its error ends it.
    Result<> add(const OpenedSegment& segment, const std::function<Result<>()>& keep_going);

    void add_gap(const catalog::Gap& gap);

    /// The last pictures of a masked clip.
    Result<> finish_masked(const std::function<Result<>()>& keep_going);

    /// Writes the "export" entry, then all that proves the clip. The entry's index.
    Result<std::uint64_t> finish(ledger::Ledger& ledger, std::uint64_t decision);

    /// Of the whole file.
    std::uint64_t bytes() const { return at_; }

private:
    Result<> write(ByteView bytes);
    Result<> write_clip(ByteView bytes);
    Result<> write_masked();
    Result<> add_masked(
        const OpenedSegment& segment, std::size_t i, const std::function<Result<>()>& keep_going
    );
    Result<proof::Evidence> gather(
        ledger::Ledger& ledger, std::uint64_t decision, std::uint64_t leaf
    );

    const int fd_;
    const ExportJob& job_;
    MaskedClip* const masked_;
    std::uint64_t at_ = proof::kTarBlock;
    crypto::Sha256 clip_hash_;
    Bytes init_;
    std::uint32_t sequence_ = 0;
    std::uint64_t media_time_ = 0;
    proof::Manifest manifest_;
    std::vector<proof::EvidenceSegment> segments_;
    std::string note_;
    record::SegmentReader::Frame frame_;
    Bytes plain_;
};

/// Reads the finished file back and proves it, before anybody relies on it.
Result<> prove_bundle(int fd, std::uint64_t size);

}  // namespace proviso::playback
