#pragma once

#include <map>
#include <set>

#include <proviso/proof/bundle.h>
#include <proviso/proof/entry.h>

#include "container.h"

namespace proviso::proof {

/// One run of verify_bundle(): each step uses what the steps before it established.
class Verification {
public:
    Verification(ByteView file, const std::optional<VerifierKey>& trusted);

    BundleReport run();

private:
    using Words = Result<std::string>;

    Words container();
    Words signature();
    Words inclusion();
    Words exported();
    Words decisions();
    Words segments();
    Words pictures();
    Words clip();

    /// The entry, which then counts as needed; Corrupt if it is not there or of another type.
    Result<const Entry*> entry(std::uint64_t index, std::string_view type);
    Result<> check_decision(std::uint64_t index, std::string_view act);
    Result<> check_sealed(const ManifestSegment& claimed);
    Result<> check_segment(const ManifestSegment& claimed, const EvidenceSegment& evidence);
    void list_what_is_not_proven();

    ByteView file_;
    std::optional<VerifierKey> trusted_;
    BundleReport report_;
    MemberViews members_;
    Evidence evidence_;
    Checkpoint checkpoint_;
    std::map<std::uint64_t, Entry> entries_;
    std::set<std::uint64_t> needed_;
};

/// Takes the fragments of a clip out of it, one segment after the other, makes them again what
/// they were in the recording, seals them, and follows the leaves to the root in the ledger.
class PictureCheck {
public:
    explicit PictureCheck(ByteView clip) : rest_(clip) {}

    /// `count` and `root` are what "segment.closed" says.
    Result<> segment(
        const ManifestSegment& claimed,
        const EvidenceSegment& evidence,
        std::uint64_t count,
        const Digest& root
    );
    /// Corrupt if something is left of the clip.
    Result<> finish() const;

    std::uint64_t fragments() const { return fragments_; }

private:
    Result<Digest> leaf_of(
        const EvidenceFragment& evidence, const FragmentHeader& header, const Digest& chain
    );
    Result<ByteView> plain_bytes(const FragmentHeader& header);

    ByteView rest_;
    ByteView init_;
    Bytes head_;
    Bytes sealed_;
    std::uint32_t sequence_ = 0;
    std::uint64_t decode_time_ = 0;
    std::uint64_t fragments_ = 0;
};

}  // namespace proviso::proof
