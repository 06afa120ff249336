#pragma once

#include <string>
#include <vector>

#include <proviso/proof/merkle.h>
#include <proviso/proof/segment_format.h>

namespace proviso::proof {

/// A ledger entry and its path to the checkpoint in the bundle.
struct EvidenceEntry {
    std::uint64_t index = 0;
    std::string bytes;
    std::vector<Digest> path;

    bool operator==(const EvidenceEntry&) const = default;
};

/// What is needed to seal a fragment again: the picture itself is in the clip.
struct EvidenceFragment {
    FragmentHeaderBytes header{};
    std::array<std::uint8_t, 32> secret{};  ///< opens this fragment and nothing else
    std::uint32_t sequence = 0;             ///< mfhd's number in the recording; 0 for the init
    Digest leaf{};  ///< fragment_leaf(), so that a changed fragment can be named

    bool operator==(const EvidenceFragment&) const = default;
};

struct EvidenceSegment {
    Bytes header;   ///< of the recording file, as encode(SegmentHeader) wrote it
    Digest before;  ///< SHA-256 of the fragment header before the first exported one
    std::vector<EvidenceFragment> fragments;  ///< the init segment, then first to last
    std::vector<Digest> path;                 ///< subset_path() of exactly these fragments' leaves

    bool operator==(const EvidenceSegment&) const = default;
};

/// Everything a stranger needs beside the clip. Canonical JSON, and each part of it is checked.
struct Evidence {
    std::string log;  ///< verifier key of the log
    /// By rising index, and exactly these: the "export", its decision, and for every segment its
    /// "segment.closed" and the decision that permitted the capture.
    std::vector<EvidenceEntry> entries;
    std::vector<EvidenceSegment> segments;  ///< in the order of the manifest

    bool operator==(const Evidence&) const = default;
};

Result<std::string> encode(const Evidence& evidence);
/// Corrupt unless the bytes are exactly what encode() writes.
Result<Evidence> decode_evidence(std::string_view bytes);

}  // namespace proviso::proof
