#pragma once

#include <optional>
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

/// How people were hidden in the clip. Then it was encoded anew: it can no longer be sealed again
/// and compared with the recording, so the "export" entry alone vouches for it.
struct ManifestMasking {
    std::string version;     ///< of the rules by which it was decided what to hide
    std::string model;       ///< what found people
    std::string face_model;  ///< what found faces
    std::uint64_t pictures = 0;
    std::uint64_t masked = 0;   ///< of them with anything hidden
    std::uint64_t whole = 0;    ///< of them hidden all over
    std::uint64_t passed = 0;   ///< of them as they were recorded: nothing was to be hidden
    std::uint64_t doubts = 0;   ///< moments in which more was hidden, for want of certainty
    std::uint64_t kept = 0;     ///< people shown on purpose
    std::uint64_t by_hand = 0;  ///< places hidden by hand

    bool operator==(const ManifestMasking&) const = default;
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
    std::optional<ManifestMasking> masking;  ///< none: as it was recorded

    bool operator==(const Manifest&) const = default;
};

/// Canonical JSON. InvalidInput for what decode_manifest() would refuse.
Result<std::string> encode(const Manifest& manifest);
/// Corrupt unless the bytes are exactly what encode() writes.
Result<Manifest> decode_manifest(std::string_view bytes);

}  // namespace proviso::proof
