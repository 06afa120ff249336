#include "fragment_clock.h"

namespace proviso::proof {

namespace {

constexpr std::size_t kBoxHeader = 8;

Error no_fragment() { return {ErrorKind::Corrupt, "not a fragment of an MP4 file"}; }

/// The box at `at`: its size if it has this type and ends within `end`, else 0.
std::size_t box_size(ByteView bytes, std::size_t at, std::size_t end, std::string_view type) {
    if (at > end || end - at < kBoxHeader) return 0;
    ByteReader read(bytes.subspan(at, kBoxHeader));
    auto size = read.u32();
    if (size < kBoxHeader || size > end - at || as_text(read.take(4)) != type) return 0;
    return size;
}

void put(MutableByteView out, std::uint64_t value) {
    for (std::size_t i = out.size(); i-- > 0; value >>= 8U) {
        out[i] = static_cast<std::uint8_t>(value);
    }
}

struct TrackPlace {
    std::size_t base_decode_time = 0;
    std::size_t end = 0;  ///< of the traf
};

Result<TrackPlace> find_track(ByteView bytes, std::size_t traf_at, std::size_t end) {
    auto traf = box_size(bytes, traf_at, end, "traf");
    auto traf_end = traf_at + traf;
    auto tfhd_at = traf_at + kBoxHeader;
    auto tfhd = traf == 0 ? 0 : box_size(bytes, tfhd_at, traf_end, "tfhd");
    auto tfdt_at = tfhd_at + tfhd;
    if (tfhd == 0 || box_size(bytes, tfdt_at, traf_end, "tfdt") != 20 ||
        bytes[tfdt_at + kBoxHeader] != 1) {
        return no_fragment();
    }
    return TrackPlace{tfdt_at + 12, traf_end};
}

}  // namespace

Result<ClockPlace> find_clock(ByteView bytes) {
    auto moof = box_size(bytes, 0, bytes.size(), "moof");
    if (moof == 0 || box_size(bytes, moof, bytes.size(), "mdat") != bytes.size() - moof) {
        return no_fragment();
    }
    auto mfhd_at = kBoxHeader;
    auto mfhd = box_size(bytes, mfhd_at, moof, "mfhd");
    if (mfhd != 16) return no_fragment();
    auto first = PROVISO_TRY(find_track(bytes, mfhd_at + mfhd, moof));
    ClockPlace place{mfhd_at + 12, first.base_decode_time, 0, moof + kBoxHeader};
    if (first.end == moof) return place;
    auto second = PROVISO_TRY(find_track(bytes, first.end, moof));
    if (second.end != moof) return no_fragment();
    place.sound_base = second.base_decode_time;
    return place;
}

void put_clock(MutableByteView fragment, const ClockPlace& at, const FragmentClock& clock) {
    if (at.sound_base != 0) {
        auto sound = ByteReader(fragment.subspan(at.sound_base)).u64();
        auto shift = clock.base_decode_time - clock_at(fragment, at).base_decode_time;
        put(fragment.subspan(at.sound_base, 8), sound + shift);
    }
    put(fragment.subspan(at.sequence, 4), clock.sequence);
    put(fragment.subspan(at.base_decode_time, 8), clock.base_decode_time);
}

FragmentClock clock_at(ByteView fragment, const ClockPlace& at) {
    return {
        ByteReader(fragment.subspan(at.sequence)).u32(),
        ByteReader(fragment.subspan(at.base_decode_time)).u64()};
}

Result<FragmentClock> read_clock(ByteView fragment) {
    auto at = PROVISO_TRY(find_clock(fragment));
    return clock_at(fragment, at);
}

Result<> set_clock(MutableByteView fragment, const FragmentClock& clock) {
    auto at = PROVISO_TRY(find_clock(fragment));
    put_clock(fragment, at, clock);
    return {};
}

Timestamp picture_start(const FragmentHeader& header) {
    return Timestamp(microseconds(header.wall_start_us));
}

Timestamp picture_end(const FragmentHeader& header) {
    return picture_start(header) + microseconds(header.duration * std::int64_t{100} / 9);
}

}  // namespace proviso::proof
