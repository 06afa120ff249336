#pragma once

#include <string>
#include <vector>

#include <proviso/base/id.h>
#include <proviso/base/time.h>
#include <proviso/crypto/hash.h>

namespace proviso::proof {

/// A stretch of one recording file in the clip.
struct ManifestSegment {
    SegmentId segment;
    std::string key_id;
    std::uint32_t first = 1;  ///< fragments, from 1: fragment 0 is the init segment
    std::uint32_t last = 1;
    Timestamp from;              ///< picture_start() of the first fragment's header
    Timestamp to;                ///< picture_end() of the last one's
    std::uint64_t closed = 0;    ///< ledger index of its "segment.closed"
    std::uint64_t decision = 0;  ///< ledger index of the decision that permitted the capture

    bool operator==(const ManifestSegment&) const = default;
};

/// A time inside the range without pictures, and why.
struct ManifestGap {
    Timestamp from;
    Timestamp to;
    std::string cause;

    bool operator==(const ManifestGap&) const = default;
};

/// What an evidence bundle holds and claims. Its SHA-256 stands in the ledger's "export" entry,
/// so no bit of it can change afterwards. Nothing personal: the requester is a pseudonym.
struct Manifest {
    std::string camera;
    std::string stream;
    std::string site;
    Timestamp from;  ///< what was asked for; the pictures may begin a little before
    Timestamp to;
    crypto::Digest clip_sha256{};
    std::uint64_t clip_size = 0;  ///< bytes
    Timestamp exported_at;
    std::string purpose;       ///< a code: "police_request", "insurance", ...
    std::string requested_by;  ///< pseudonymous user id
    std::vector<ManifestSegment> segments;
    std::vector<ManifestGap> gaps;
    std::string redaction = "none";

    bool operator==(const Manifest&) const = default;
};

/// Canonical JSON. InvalidInput for what decode_manifest() would refuse.
Result<std::string> encode(const Manifest& manifest);
/// Corrupt unless the bytes are exactly what encode() writes.
Result<Manifest> decode_manifest(std::string_view bytes);

}  // namespace proviso::proof
