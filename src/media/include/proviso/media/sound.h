#pragma once

#include <memory>
#include <string>

#include <proviso/base/bytes.h>
#include <proviso/base/time.h>

/// The sound of a camera as it travels from the door to a recording, never decoded.
namespace proviso::media {

/// AAC is AAC-LC, one frame a packet; the others are G.711, as many samples as the camera sent.
enum class SoundCodec : std::uint8_t { Aac, Pcmu, Pcma };

std::string_view to_string(SoundCodec codec);  ///< "AAC", "G.711 mu-law", "G.711 A-law"

/// The longest AAC frame that RTP can announce, and more than any camera puts into a packet.
inline constexpr std::size_t kMaxSoundPacket = 8191;

/// What a decoder must know. Immutable and shared; a new object means that the sound changed.
struct SoundParameters {
    SoundCodec codec = SoundCodec::Aac;
    std::uint32_t sample_rate = 0;    ///< Hz
    std::uint32_t channels = 0;       ///< 1 or 2
    std::uint32_t frame_samples = 0;  ///< of one AAC frame; 0 for G.711
    Bytes config;                     ///< AudioSpecificConfig of AAC (ISO/IEC 14496-3); else empty

    bool operator==(const SoundParameters&) const = default;

    /// "mp4a.40.2" for the browser; "ulaw" and "alaw" for what browsers do not play.
    std::string rfc6381() const;
    /// How many samples of each channel so many bytes are; 0 if they are not whole.
    std::uint32_t samples_in(std::size_t bytes) const;
    /// So many samples in 90 kHz, rounded down.
    std::int64_t ticks(std::uint64_t samples) const;
};

/// Of an AudioSpecificConfig. InvalidInput, with what to do, unless it is plain AAC-LC in mono or
/// stereo.
Result<SoundParameters> aac_parameters(ByteView config);

/// Of G.711. InvalidInput unless the rate is 8 to 48 kHz, in mono or stereo.
Result<SoundParameters> g711_parameters(
    SoundCodec codec, std::uint32_t sample_rate, std::uint32_t channels
);

/// One AAC frame or one packet of G.711, immutable once made.
struct SoundPacket {
    std::shared_ptr<const SoundParameters> format;
    bool discontinuity = false;  ///< something is missing before it
    std::int64_t pts = 0;        ///< 90 kHz, on the timeline of the same stream's pictures
    std::int64_t duration = 0;   ///< 90 kHz
    Timestamp wall;              ///< when it arrived here
    MonoTime mono;               ///< the same moment on the clock nobody sets
    Bytes data;
};

using SoundPtr = std::shared_ptr<const SoundPacket>;

}  // namespace proviso::media
