#include <fmt/format.h>

#include <proviso/media/h264.h>
#include <proviso/media/nal.h>

#include "bit_reader.h"

namespace proviso::media::h264 {
namespace {

bool has_chroma_fields(std::uint8_t profile) {
    switch (profile) {
        case 44:
        case 83:
        case 86:
        case 100:
        case 110:
        case 118:
        case 122:
        case 128:
        case 134:
        case 135:
        case 138:
        case 139:
        case 244: return true;
        default: return false;
    }
}

void skip_scaling_list(BitReader& read, unsigned size) {
    int last = 8;
    int next = 8;
    for (unsigned i = 0; i < size && read.ok(); ++i) {
        if (next != 0) next = (last + read.se() % 256 + 256) % 256;
        if (next != 0) last = next;
    }
}

void skip_hrd(BitReader& read) {
    auto count = read.ue_at_most(31) + 1;
    read.skip(8);  // bit_rate_scale, cpb_size_scale
    for (std::uint32_t i = 0; i < count && read.ok(); ++i) {
        read.ue();
        read.ue();
        read.skip(1);
    }
    read.skip(20);
}

/// Annex E.1.1, for the frame rate and the reorder depth at its end.
void read_vui(BitReader& read, Sps& sps) {
    if (read.flag() && read.bits(8) == 255) read.skip(32);  // sample aspect ratio
    if (read.flag()) read.skip(1);                          // overscan
    if (read.flag()) {
        read.skip(4);
        if (read.flag()) read.skip(24);
    }
    if (read.flag()) {
        read.ue();
        read.ue();
    }
    std::optional<std::uint32_t> frame_duration;
    if (read.flag()) {
        std::uint64_t units = read.bits(32);
        std::uint64_t scale = read.bits(32);
        read.skip(1);
        // A frame is two ticks. Rates outside 1 to 240 a second are not believed.
        auto ticks = scale == 0 ? 0 : units * 2 * 90'000 / scale;
        if (ticks >= 375 && ticks <= 90'000) frame_duration = static_cast<std::uint32_t>(ticks);
    }
    auto nal_hrd = read.flag();
    if (nal_hrd) skip_hrd(read);
    auto vcl_hrd = read.flag();
    if (vcl_hrd) skip_hrd(read);
    if (nal_hrd || vcl_hrd) read.skip(1);
    read.skip(1);
    std::optional<std::uint32_t> reorder;
    if (read.flag()) {
        read.skip(1);
        for (int i = 0; i < 4; ++i) read.ue();
        reorder = read.ue_at_most(16);
    }
    if (!read.ok()) return;
    sps.frame_duration = frame_duration;
    if (reorder) sps.reorder = reorder;
}

Error damaged(std::string_view what) {
    return invalid_input(
        fmt::format("the H.264 {} of the stream is damaged", what),
        "look at the camera's encoder settings or update its firmware"
    );
}

}  // namespace

Result<Sps> parse_sps(ByteView nal) {
    if (nal.size() < 4 || nal.size() > kMaxParameterSetSize || nal_type(nal[0]) != NalType::Sps) {
        return damaged("sequence parameter set");
    }
    auto plain = unescape(nal.subspan(1), kMaxParameterSetSize);
    BitReader read(plain);
    Sps sps;
    sps.profile = static_cast<std::uint8_t>(read.bits(8));
    sps.constraints = static_cast<std::uint8_t>(read.bits(8));
    sps.level = static_cast<std::uint8_t>(read.bits(8));
    sps.id = read.ue_at_most(31);
    bool separate_planes = false;
    if (has_chroma_fields(sps.profile)) {
        sps.chroma_format = read.ue_at_most(3);
        if (sps.chroma_format == 3) separate_planes = read.flag();
        sps.bit_depth_luma = 8 + read.ue_at_most(6);
        sps.bit_depth_chroma = 8 + read.ue_at_most(6);
        read.skip(1);
        if (read.flag()) {
            auto lists = sps.chroma_format == 3 ? 12U : 8U;
            for (unsigned i = 0; i < lists; ++i) {
                if (read.flag()) skip_scaling_list(read, i < 6 ? 16 : 64);
            }
        }
    }
    read.ue_at_most(12);  // log2_max_frame_num_minus4
    auto order = read.ue_at_most(2);
    if (order == 0) {
        read.ue_at_most(12);
    } else if (order == 1) {
        read.skip(1);
        read.se();
        read.se();
        auto cycle = read.ue_at_most(255);
        for (std::uint32_t i = 0; i < cycle && read.ok(); ++i) read.se();
    }
    read.ue_at_most(16);  // max_num_ref_frames
    read.skip(1);
    std::int64_t columns = std::int64_t{read.ue_at_most(kMaxPictureSide / 16)} + 1;
    std::int64_t rows = std::int64_t{read.ue_at_most(kMaxPictureSide / 16)} + 1;
    sps.frames_only = read.flag();
    if (!sps.frames_only) read.skip(1);
    read.skip(1);
    std::int64_t width = columns * 16;
    std::int64_t height = rows * 16 * (sps.frames_only ? 1 : 2);
    if (read.flag()) {
        auto chroma = separate_planes ? 0 : sps.chroma_format;
        std::int64_t unit_x = chroma == 1 || chroma == 2 ? 2 : 1;
        std::int64_t unit_y = (chroma == 1 ? 2 : 1) * (sps.frames_only ? 1 : 2);
        std::int64_t left = read.ue();
        std::int64_t right = read.ue();
        std::int64_t top = read.ue();
        std::int64_t bottom = read.ue();
        width -= unit_x * (left + right);
        height -= unit_y * (top + bottom);
    }
    bool vui = read.flag();
    if (!read.ok() || width < 1 || height < 1 || width > kMaxPictureSide ||
        height > kMaxPictureSide) {
        return damaged("sequence parameter set");
    }
    sps.width = static_cast<int>(width);
    sps.height = static_cast<int>(height);
    // Baseline has no B slices, and order type 2 means decoding order is display order.
    if (order == 2 || sps.profile == 66) sps.reorder = 0;
    if (vui) read_vui(read, sps);
    return sps;
}

Result<Pps> parse_pps(ByteView nal) {
    if (nal.size() < 2 || nal.size() > kMaxParameterSetSize || nal_type(nal[0]) != NalType::Pps) {
        return damaged("picture parameter set");
    }
    auto plain = unescape(nal.subspan(1), 16);
    BitReader read(plain);
    Pps pps;
    pps.id = read.ue_at_most(255);
    pps.sps_id = read.ue_at_most(31);
    if (!read.ok()) return damaged("picture parameter set");
    return pps;
}

std::optional<Slice> parse_slice(ByteView nal) {
    if (nal.size() < 2) return std::nullopt;
    auto plain = unescape(nal.subspan(1).first(std::min<std::size_t>(nal.size() - 1, 20)), 16);
    BitReader read(plain);
    auto first = read.ue();
    auto type = read.ue_at_most(9);
    Slice slice{first == 0, type % 5 == 2 || type % 5 == 4, read.ue_at_most(255)};
    if (!read.ok()) return std::nullopt;
    return slice;
}

std::optional<std::uint32_t> recovery_point(ByteView sei) {
    if (sei.size() < 3 || nal_type(sei[0]) != NalType::Sei) return std::nullopt;
    auto plain = unescape(sei.subspan(1), 1024);
    ByteReader read(plain);
    auto number = [&read] {
        std::size_t value = 0;
        std::uint8_t byte = 255;
        while (byte == 255 && read.ok()) value += byte = read.u8();
        return value;
    };
    while (read.remaining() > 2) {
        auto type = number();
        auto size = number();
        auto payload = read.take(size);
        if (!read.ok()) break;
        if (type != 6) continue;
        BitReader bits(payload);
        auto count = bits.ue();
        if (bits.ok()) return count;
    }
    return std::nullopt;
}

Bytes make_avcc(const Sps& sps, ByteView sps_nal, const std::vector<Bytes>& pps_nals) {
    Bytes out;
    ByteWriter write(out);
    write.u8(1).u8(sps.profile).u8(sps.constraints).u8(sps.level);
    write.u8(0xFC | 3U).u8(0xE0 | 1U);
    write.u16(static_cast<std::uint16_t>(sps_nal.size())).bytes(sps_nal);
    write.u8(static_cast<std::uint8_t>(pps_nals.size()));
    for (const auto& pps : pps_nals) {
        write.u16(static_cast<std::uint16_t>(pps.size())).bytes(pps);
    }
    if (has_chroma_fields(sps.profile)) {
        write.u8(static_cast<std::uint8_t>(0xFCU | sps.chroma_format));
        write.u8(static_cast<std::uint8_t>(0xF8U | (sps.bit_depth_luma - 8)));
        write.u8(static_cast<std::uint8_t>(0xF8U | (sps.bit_depth_chroma - 8)));
        write.u8(0);
    }
    return out;
}

std::string rfc6381(const Sps& sps) {
    return fmt::format("avc1.{:02x}{:02x}{:02x}", sps.profile, sps.constraints, sps.level);
}

}  // namespace proviso::media::h264
