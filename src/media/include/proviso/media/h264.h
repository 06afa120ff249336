#pragma once

#include <optional>
#include <string>

#include <proviso/base/bytes.h>
#include <proviso/base/result.h>

/// As much of Rec. ITU-T H.264 as carrying a stream needs. NAL units come without start code and
/// length. InvalidInput for whatever the standard does not allow.
namespace proviso::media::h264 {

enum class NalType : std::uint8_t {
    Slice = 1,
    Idr = 5,
    Sei = 6,
    Sps = 7,
    Pps = 8,
    AccessUnitDelimiter = 9,
    Filler = 12,
};

inline NalType nal_type(std::uint8_t first_byte) { return NalType(first_byte & 0x1FU); }

/// Slices and slice data partitions.
inline bool is_picture(NalType type) {
    auto number = static_cast<unsigned>(type);
    return number >= 1 && number <= 5;
}

struct Sps {
    std::uint8_t profile = 0;
    std::uint8_t constraints = 0;
    std::uint8_t level = 0;
    std::uint32_t id = 0;
    std::uint32_t chroma_format = 1;
    std::uint32_t bit_depth_luma = 8;
    std::uint32_t bit_depth_chroma = 8;
    int width = 0;   ///< pixels, after cropping
    int height = 0;  ///< pixels, after cropping
    bool frames_only = true;
    /// Pictures a decoder holds back to put them in order; nothing if the stream does not say.
    std::optional<std::uint32_t> reorder;
    /// 90 kHz; nothing if the stream does not say.
    std::optional<std::uint32_t> frame_duration;
};

/// A VUI that ends too early is taken as absent: cameras that write one exist.
Result<Sps> parse_sps(ByteView nal);

struct Pps {
    std::uint32_t id = 0;
    std::uint32_t sps_id = 0;
};

Result<Pps> parse_pps(ByteView nal);

/// The head of a slice.
struct Slice {
    bool first_in_picture = false;  ///< first_mb_in_slice is 0
    bool intra = false;             ///< slice_type I or SI
    std::uint32_t pps_id = 0;
};

/// Of NAL types 1, 2 and 5. Nothing if the head is cut or senseless.
std::optional<Slice> parse_slice(ByteView nal);

/// recovery_frame_cnt of a recovery point SEI message, if the NAL unit holds one. An intra picture
/// with 0 can be started from like an IDR.
std::optional<std::uint32_t> recovery_point(ByteView sei);

/// AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1) with 4-byte lengths.
Bytes make_avcc(const Sps& sps, ByteView sps_nal, const std::vector<Bytes>& pps_nals);

/// "avc1.4d401f" (RFC 6381)
std::string rfc6381(const Sps& sps);

}  // namespace proviso::media::h264
