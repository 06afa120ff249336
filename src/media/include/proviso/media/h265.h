#pragma once

#include <array>
#include <optional>
#include <string>

#include <proviso/base/bytes.h>
#include <proviso/base/result.h>

/// As much of Rec. ITU-T H.265 as carrying a stream needs. NAL units come without start code and
/// length. InvalidInput for whatever the standard does not allow.
namespace proviso::media::h265 {

enum class NalType : std::uint8_t {
    Vps = 32,
    Sps = 33,
    Pps = 34,
    AccessUnitDelimiter = 35,
    Filler = 38,
    PrefixSei = 39,
    SuffixSei = 40,
};

inline NalType nal_type(std::uint8_t first_byte) { return NalType(first_byte >> 1U & 0x3FU); }

inline bool is_picture(NalType type) { return static_cast<unsigned>(type) < 32; }

/// Intra random access point (BLA, IDR, CRA): decoding can start here.
inline bool is_random_access(NalType type) {
    auto number = static_cast<unsigned>(type);
    return number >= 16 && number <= 23;
}

/// profile_tier_level as the configuration record wants it.
struct Profile {
    std::uint8_t space_tier_idc = 0;  ///< general_profile_space(2) tier(1) profile_idc(5)
    std::uint32_t compatibility = 0;
    std::array<std::uint8_t, 6> constraints{};
    std::uint8_t level = 0;
};

struct Sps {
    Profile profile;
    std::uint32_t vps_id = 0;
    std::uint32_t id = 0;
    std::uint32_t temporal_layers = 1;
    bool temporal_id_nested = false;
    std::uint32_t chroma_format = 1;
    std::uint32_t bit_depth_luma = 8;
    std::uint32_t bit_depth_chroma = 8;
    int width = 0;              ///< pixels, after the conformance window
    int height = 0;             ///< pixels, after the conformance window
    std::uint32_t reorder = 0;  ///< pictures a decoder holds back to put them in order
};

Result<Sps> parse_sps(ByteView nal);

/// The id of a video parameter set.
Result<std::uint32_t> parse_vps(ByteView nal);

struct Pps {
    std::uint32_t id = 0;
    std::uint32_t sps_id = 0;
};

Result<Pps> parse_pps(ByteView nal);

/// The head of a slice segment.
struct Slice {
    bool first_in_picture = false;
    std::uint32_t pps_id = 0;
};

/// Nothing if the head is cut or senseless.
std::optional<Slice> parse_slice(ByteView nal);

/// HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3.1) with 4-byte lengths.
Bytes make_hvcc(
    const Sps& sps, ByteView vps_nal, ByteView sps_nal, const std::vector<Bytes>& pps_nals
);

/// "hvc1.1.6.L93.B0" (ISO/IEC 14496-15, annex E)
std::string rfc6381(const Sps& sps);

}  // namespace proviso::media::h265
