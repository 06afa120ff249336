#pragma once

#include <optional>
#include <string>
#include <vector>

#include <proviso/proof/checkpoint.h>
#include <proviso/proof/evidence.h>
#include <proviso/proof/manifest.h>

/// The evidence bundle `x.proviso` (docs/design/bundle.md): one tar file that any tar opens and of
/// which no bit can change unseen. Pure: bytes in, bytes out.
///
///     clip.mp4       an ordinary fragmented MP4: the init segment, then the recorded fragments
///                    with sequence and decode time counted anew
///     manifest.json  what it is; its SHA-256 stands in the ledger
///     evidence.json  proofs from every byte of the clip to the checkpoint
///     checkpoint     of the ledger, signed
///     README.txt     how to check it, for a person
///
/// How to write one in a single pass over the recordings:
///   1. leave kTarBlock bytes free; write the init segment and every fragment after set_clock(),
///      hashing what is written;
///   2. encode the manifest, append the "export" entry, ask the ledger for all proofs at once;
///   3. write bundle_tail(); write clip_header() into the room left at the beginning.
namespace proviso::proof {

inline constexpr std::size_t kTarBlock = 512;
/// What a tar header can say.
inline constexpr std::uint64_t kMostClipBytes = (1ULL << 33U) - 1;

/// The kTarBlock bytes before the clip.
Bytes clip_header(std::uint64_t clip_size, Timestamp exported_at);
/// All bytes after the clip, from its padding to the end of the file.
Bytes bundle_tail(
    std::uint64_t clip_size,
    std::string_view manifest,
    std::string_view evidence,
    std::string_view checkpoint_note,
    Timestamp exported_at,
    bool masked = false  ///< the manifest says how people were hidden
);

/// The two fields in which a fragment of the clip differs from the recorded one.
struct FragmentClock {
    std::uint32_t sequence = 0;          ///< in the clip: 1, 2, 3, ...
    std::uint64_t base_decode_time = 0;  ///< in the clip: sum of the durations before it, 90 kHz

    bool operator==(const FragmentClock&) const = default;
};

/// Corrupt unless `fragment` is one moof, with one traf and a 64-bit tfdt, and one mdat.
Result<FragmentClock> read_clock(ByteView fragment);
Result<> set_clock(MutableByteView fragment, const FragmentClock& clock);

/// Wall clock of the first picture of a fragment, and of the end of its last.
Timestamp picture_start(const FragmentHeader& header);
Timestamp picture_end(const FragmentHeader& header);

/// One step of the verification, in the order in which they build on each other.
struct BundleStep {
    std::string name;  ///< "container", "signature", "inclusion", ...
    bool ok = false;
    std::string words;  ///< what is proven, or what broke, for a person
};

struct BundleReport {
    bool ok = false;
    std::vector<BundleStep> steps;        ///< up to the first that failed
    std::vector<std::string> not_proven;  ///< honest limits, for a person
    std::string log;                      ///< verifier key of the log, once read
    bool log_trusted = false;             ///< it is the key the caller trusts
    std::optional<Manifest> manifest;     ///< once read
};

/// Checks everything; never fails otherwise than by saying so. `trusted` is the key of the log
/// that the caller got by another way.
BundleReport verify_bundle(ByteView file, const std::optional<VerifierKey>& trusted = {});

}  // namespace proviso::proof
