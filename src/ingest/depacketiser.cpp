#include "depacketiser.h"

namespace proviso::ingest {

void Depacketiser::add(const RtpPacket& packet, bool gap) {
    if (gap) builder_.mark_gap();
    builder_.set_time(packet.timestamp);
    if (!packet.payload.empty()) {
        codec_ == media::Codec::H264 ? add_h264(packet.payload) : add_h265(packet.payload);
    }
    if (packet.marker) builder_.mark_end();
}

void Depacketiser::add_aggregate(ByteView units) {
    while (units.size() > 2) {
        std::size_t size = std::size_t{units[0]} << 8U | units[1];
        units = units.subspan(2);
        if (size > units.size()) return builder_.mark_gap();
        if (size > 0) builder_.add_nal(units.first(size));
        units = units.subspan(size);
    }
}

void Depacketiser::add_fragment(bool start, bool end, ByteView head, ByteView piece) {
    if (start) {
        builder_.begin_nal();
        builder_.append(head);
    } else if (!builder_.in_nal()) {
        return builder_.mark_gap();  // its start was lost
    }
    builder_.append(piece);
    if (end) builder_.end_nal();
}

void Depacketiser::add_h264(ByteView payload) {
    constexpr unsigned kStapA = 24;
    constexpr unsigned kFuA = 28;
    auto type = payload[0] & 0x1FU;
    if (type >= 1 && type < kStapA) {
        builder_.add_nal(payload);
    } else if (type == kStapA) {
        add_aggregate(payload.subspan(1));
    } else if (type == kFuA && payload.size() > 2) {
        auto flags = payload[1];
        std::array head{static_cast<std::uint8_t>((payload[0] & 0xE0U) | (flags & 0x1FU))};
        add_fragment((flags & 0x80U) != 0, (flags & 0x40U) != 0, head, payload.subspan(2));
    } else {
        builder_.mark_gap();  // interleaved packetisation, which was not agreed on
    }
}

void Depacketiser::add_h265(ByteView payload) {
    constexpr unsigned kAggregate = 48;
    constexpr unsigned kFragment = 49;
    if (payload.size() < 3) return builder_.mark_gap();
    auto type = payload[0] >> 1U & 0x3FU;
    if (type < kAggregate) {
        builder_.add_nal(payload);
    } else if (type == kAggregate) {
        add_aggregate(payload.subspan(2));
    } else if (type == kFragment && payload.size() > 3) {
        auto flags = payload[2];
        std::array head{
            static_cast<std::uint8_t>((payload[0] & 0x81U) | (flags & 0x3FU) << 1U), payload[1]};
        add_fragment((flags & 0x80U) != 0, (flags & 0x40U) != 0, head, payload.subspan(3));
    } else {
        builder_.mark_gap();
    }
}

}  // namespace proviso::ingest
