#pragma once

#include <memory>
#include <string>

#include <proviso/base/bytes.h>
#include <proviso/base/id.h>
#include <proviso/base/time.h>

namespace proviso::media {

enum class Codec : std::uint8_t { H264, H265 };
/// Masked: made here from another stream of the camera, nobody in it can be recognised.
enum class StreamKind : std::uint8_t { Main, Sub, Masked };

std::string_view to_string(Codec codec);
std::string_view to_string(StreamKind kind);  ///< "main", "sub", "masked"
Result<StreamKind> parse_stream_kind(std::string_view text);

/// One video stream of one camera.
struct StreamKey {
    CameraId camera;
    StreamKind kind = StreamKind::Main;

    auto operator<=>(const StreamKey&) const = default;
};

/// What a decoder must know before the first picture. Immutable and shared; a new object means
/// that the parameters changed and a new segment begins.
struct CodecParameters {
    Codec codec = Codec::H264;
    int width = 0;         ///< pixels, after cropping
    int height = 0;        ///< pixels, after cropping
    Bytes decoder_config;  ///< avcC or hvcC payload (ISO/IEC 14496-15)
    std::string rfc6381;   ///< "avc1.4d401f", for the browser
};

/// One access unit, immutable once made. `data` is NAL units with 4-byte lengths in front
/// (ISO/IEC 14496-15), without parameter sets and access unit delimiters.
struct Packet {
    std::shared_ptr<const CodecParameters> codec;
    bool key_frame = false;
    bool discontinuity = false;  ///< something is missing or times jumped before this packet
    std::int64_t dts = 0;        ///< 90 kHz, unwrapped, never decreasing within a run
    std::int64_t pts = 0;        ///< 90 kHz
    std::uint32_t rtp = 0;       ///< as it came on the wire
    Timestamp wall;              ///< when its last byte arrived here
    MonoTime mono;               ///< the same moment on the clock nobody sets
    Bytes data;
};

using PacketPtr = std::shared_ptr<const Packet>;

}  // namespace proviso::media
