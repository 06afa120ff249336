#pragma once

#include <span>
#include <string>

#include <proviso/base/id.h>
#include <proviso/base/time.h>
#include <proviso/crypto/aead.h>
#include <proviso/crypto/hash.h>
#include <proviso/crypto/secret.h>

/// The recording file on disk (docs/design/segment-format.md). Pure: bytes in, bytes out.
///
///     file     = segment header, then frames until the end
///     frame    = fragment header (kFragmentHeaderSize, clear), then ciphertext and tag
///
/// Fragment 0 holds the fMP4 init segment; each later fragment one moof+mdat of at most 0.5 s.
/// Every fragment has a key of its own, derived from the random key of its camera-day, so a nonce
/// can never repeat, and its associated data names everything before it, so a fragment can be
/// neither swapped, dropped, moved nor replayed unseen.
///
/// A file is never continued after its writer stopped: what stands whole in it is kept, and the
/// next picture begins a new segment with a new random id (FMT-1).
namespace proviso::proof {

using crypto::Digest;

inline constexpr std::size_t kFragmentHeaderSize = 96;

/// What stands clear at the head of a recording file.
struct SegmentHeader {
    SegmentId segment;
    std::string camera;
    std::string stream;  ///< "main" or "sub"
    std::string key_id;  ///< which camera-day key
    std::string boot_id;
    Timestamp wall_start;
    std::int64_t mono_start_us = 0;
    std::string decision;  ///< ledger index of the decision that permitted the capture

    bool operator==(const SegmentHeader&) const = default;
};

/// Magic, version, length, canonical JSON, CRC-32.
Bytes encode(const SegmentHeader& header);

struct DecodedSegmentHeader {
    SegmentHeader header;
    std::size_t size = 0;  ///< bytes it takes in the file
};

/// Corrupt unless every byte is what encode() would write.
Result<DecodedSegmentHeader> decode_segment_header(ByteView bytes);

struct FragmentHeader {
    std::uint32_t index = 0;
    std::uint32_t sealed_size = 0;       ///< ciphertext and tag, in bytes
    bool init = false;                   ///< the init segment, no pictures
    bool key_frame = false;              ///< begins with a key frame
    std::uint64_t base_decode_time = 0;  ///< 90 kHz, as in tfdt
    std::uint32_t duration = 0;          ///< 90 kHz
    std::int64_t wall_start_us = 0;      ///< wall clock of the first picture
    Digest commitment{};                 ///< binds the fragment to one key

    bool operator==(const FragmentHeader&) const = default;
};

using FragmentHeaderBytes = std::array<std::uint8_t, kFragmentHeaderSize>;

FragmentHeaderBytes encode(const FragmentHeader& header);
Result<FragmentHeader> decode_fragment_header(ByteView bytes);

/// The secret of one fragment: HKDF(camera-day key; salt = segment id; info = names and index).
/// An export discloses exactly the secrets of the fragments it holds, and nothing else opens.
crypto::SecretBytes fragment_secret(
    ByteView camera_day_key, const SegmentHeader& segment, std::uint32_t index
);

/// The commitment for the header of a fragment with this secret.
Digest commitment_of(ByteView fragment_secret);

/// `chain` is SHA-256 of the bytes of the header before this one (the segment header for
/// fragment 0). `header.sealed_size` and `.commitment` must be set and are checked. `out` has
/// sealed_size bytes. The same arguments give the same bytes, which is how a verifier checks a
/// disclosed fragment. Thread-safe.
Result<> seal_fragment(
    ByteView fragment_secret,
    const FragmentHeaderBytes& header,
    const Digest& chain,
    std::span<const ByteView> pieces,
    MutableByteView out
);

/// Corrupt if anything differs.
Result<> open_fragment(
    ByteView fragment_secret,
    const FragmentHeaderBytes& header,
    const Digest& chain,
    ByteView sealed,
    MutableByteView out
);

/// The Merkle leaf of a fragment: RFC 6962 leaf hash over header and ciphertext.
Digest fragment_leaf(const FragmentHeaderBytes& header, ByteView sealed);

}  // namespace proviso::proof
