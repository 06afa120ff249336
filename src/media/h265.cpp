#include <algorithm>

#include <fmt/format.h>

#include <proviso/media/h265.h>
#include <proviso/media/nal.h>

#include "bit_reader.h"

namespace proviso::media::h265 {
namespace {

Error damaged(std::string_view what) {
    return invalid_input(
        fmt::format("the H.265 {} of the stream is damaged", what),
        "look at the camera's encoder settings or update its firmware"
    );
}

bool is_set(ByteView nal, NalType type) {
    return nal.size() >= 4 && nal.size() <= kMaxParameterSetSize && nal_type(nal[0]) == type;
}

/// Clause 7.3.3.
Profile read_profile(BitReader& read, std::uint32_t sub_layers) {
    Profile profile;
    profile.space_tier_idc = static_cast<std::uint8_t>(read.bits(8));
    profile.compatibility = read.bits(32);
    for (auto& byte : profile.constraints) byte = static_cast<std::uint8_t>(read.bits(8));
    profile.level = static_cast<std::uint8_t>(read.bits(8));
    std::uint32_t profiles = 0;
    std::uint32_t levels = 0;
    for (std::uint32_t i = 1; i < sub_layers; ++i) {
        profiles += read.bit();
        levels += read.bit();
    }
    if (sub_layers > 1) read.skip((8 - (sub_layers - 1)) * 2);
    read.skip(std::size_t{profiles} * 88 + std::size_t{levels} * 8);
    return profile;
}

}  // namespace

Result<Sps> parse_sps(ByteView nal) {
    if (!is_set(nal, NalType::Sps)) return damaged("sequence parameter set");
    auto plain = unescape(nal.subspan(2), kMaxParameterSetSize);
    BitReader read(plain);
    Sps sps;
    sps.vps_id = read.bits(4);
    sps.temporal_layers = read.bits(3) + 1;
    if (sps.temporal_layers > 7) return damaged("sequence parameter set");
    sps.temporal_id_nested = read.flag();
    sps.profile = read_profile(read, sps.temporal_layers);
    sps.id = read.ue_at_most(15);
    sps.chroma_format = read.ue_at_most(3);
    bool separate_planes = sps.chroma_format == 3 && read.flag();
    std::int64_t width = read.ue_at_most(kMaxPictureSide);
    std::int64_t height = read.ue_at_most(kMaxPictureSide);
    if (read.flag()) {
        auto chroma = separate_planes ? 0 : sps.chroma_format;
        std::int64_t unit_x = chroma == 1 || chroma == 2 ? 2 : 1;
        std::int64_t unit_y = chroma == 1 ? 2 : 1;
        std::int64_t left = read.ue();
        std::int64_t right = read.ue();
        std::int64_t top = read.ue();
        std::int64_t bottom = read.ue();
        width -= unit_x * (left + right);
        height -= unit_y * (top + bottom);
    }
    sps.bit_depth_luma = 8 + read.ue_at_most(8);
    sps.bit_depth_chroma = 8 + read.ue_at_most(8);
    read.ue_at_most(12);  // log2_max_pic_order_cnt_lsb_minus4
    bool every_layer = read.flag();
    for (auto i = every_layer ? 0U : sps.temporal_layers - 1; i < sps.temporal_layers; ++i) {
        read.ue_at_most(15);
        sps.reorder = read.ue_at_most(15);
        read.ue();
    }
    if (!read.ok() || width < 1 || height < 1) return damaged("sequence parameter set");
    sps.width = static_cast<int>(width);
    sps.height = static_cast<int>(height);
    return sps;
}

Result<std::uint32_t> parse_vps(ByteView nal) {
    if (!is_set(nal, NalType::Vps)) return damaged("video parameter set");
    return std::uint32_t{nal[2]} >> 4U;
}

Result<Pps> parse_pps(ByteView nal) {
    if (!is_set(nal, NalType::Pps)) return damaged("picture parameter set");
    auto plain = unescape(nal.subspan(2), 16);
    BitReader read(plain);
    Pps pps;
    pps.id = read.ue_at_most(63);
    pps.sps_id = read.ue_at_most(15);
    if (!read.ok()) return damaged("picture parameter set");
    return pps;
}

std::optional<Slice> parse_slice(ByteView nal) {
    if (nal.size() < 3) return std::nullopt;
    auto plain = unescape(nal.subspan(2).first(std::min<std::size_t>(nal.size() - 2, 20)), 16);
    BitReader read(plain);
    Slice slice;
    slice.first_in_picture = read.flag();
    if (is_random_access(nal_type(nal[0]))) read.skip(1);
    slice.pps_id = read.ue_at_most(63);
    if (!read.ok()) return std::nullopt;
    return slice;
}

Bytes make_hvcc(
    const Sps& sps, ByteView vps_nal, ByteView sps_nal, const std::vector<Bytes>& pps_nals
) {
    Bytes out;
    ByteWriter write(out);
    const auto& profile = sps.profile;
    write.u8(1).u8(profile.space_tier_idc).u32(profile.compatibility);
    write.bytes(profile.constraints).u8(profile.level);
    write.u16(0xF000).u8(0xFC);  // no spatial segmentation, parallelism unknown
    write.u8(static_cast<std::uint8_t>(0xFCU | sps.chroma_format));
    write.u8(static_cast<std::uint8_t>(0xF8U | (sps.bit_depth_luma - 8)));
    write.u8(static_cast<std::uint8_t>(0xF8U | (sps.bit_depth_chroma - 8)));
    write.u16(0);  // average frame rate unknown
    write.u8(static_cast<std::uint8_t>(
        sps.temporal_layers << 3U | (sps.temporal_id_nested ? 4U : 0U) | 3U
    ));
    write.u8(3);
    auto array = [&write](NalType type, std::size_t count) {
        write.u8(static_cast<std::uint8_t>(0x80U | static_cast<unsigned>(type)));
        write.u16(static_cast<std::uint16_t>(count));
    };
    auto unit = [&write](ByteView nal) {
        write.u16(static_cast<std::uint16_t>(nal.size())).bytes(nal);
    };
    array(NalType::Vps, 1);
    unit(vps_nal);
    array(NalType::Sps, 1);
    unit(sps_nal);
    array(NalType::Pps, pps_nals.size());
    for (const auto& pps : pps_nals) unit(pps);
    return out;
}

std::string rfc6381(const Sps& sps) {
    const auto& profile = sps.profile;
    std::uint32_t reversed = 0;
    for (unsigned i = 0; i < 32; ++i) reversed |= (profile.compatibility >> i & 1U) << (31 - i);
    auto space = profile.space_tier_idc >> 6U;
    std::string text = "hvc1.";
    if (space != 0) text += static_cast<char>('A' + space - 1);
    text += fmt::format(
        "{}.{:X}.{}{}",
        profile.space_tier_idc & 0x1FU,
        reversed,
        (profile.space_tier_idc & 0x20U) != 0 ? 'H' : 'L',
        profile.level
    );
    auto last = std::find_if(
        profile.constraints.rbegin(),
        profile.constraints.rend(),
        [](std::uint8_t byte) { return byte != 0; }
    );
    for (auto at = profile.constraints.begin(); at != last.base(); ++at) {
        text += fmt::format(".{:X}", *at);
    }
    return text;
}

}  // namespace proviso::media::h265
