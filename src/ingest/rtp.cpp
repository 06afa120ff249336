#include "rtp.h"

namespace proviso::ingest {
namespace {

constexpr std::uint8_t kSenderReport = 200;
constexpr std::uint8_t kReceiverReport = 201;
constexpr std::uint8_t kDescription = 202;
constexpr std::uint8_t kGoodbye = 203;
constexpr std::string_view kName = "proviso";

}  // namespace

std::optional<RtpPacket> parse_rtp(ByteView bytes) {
    ByteReader read(bytes);
    auto first = read.u8();
    auto second = read.u8();
    RtpPacket packet;
    packet.marker = (second & 0x80U) != 0;
    packet.payload_type = second & 0x7FU;
    packet.sequence = read.u16();
    packet.timestamp = read.u32();
    packet.source = read.u32();
    read.skip(std::size_t{first & 0x0FU} * 4);
    if ((first & 0x10U) != 0) {
        read.skip(2);
        read.skip(std::size_t{read.u16()} * 4);
    }
    if (!read.ok() || first >> 6U != 2) return std::nullopt;
    std::size_t padding = (first & 0x20U) != 0 && !bytes.empty() ? bytes.back() : 0;
    if (padding > read.remaining()) return std::nullopt;
    packet.payload = read.take(read.remaining() - padding);
    return packet;
}

RtcpNews parse_rtcp(ByteView bytes) {
    RtcpNews news;
    while (bytes.size() >= 4) {
        ByteReader read(bytes);
        auto first = read.u8();
        auto type = read.u8();
        std::size_t size = 4 + std::size_t{read.u16()} * 4;
        if (first >> 6U != 2 || size > bytes.size()) break;
        if (type == kSenderReport && size >= 28) {
            SenderReport report;
            report.source = read.u32();
            report.ntp = read.u64();
            report.timestamp = read.u32();
            news.report = report;
        }
        if (type == kGoodbye) news.goodbye = true;
        bytes = bytes.subspan(size);
    }
    return news;
}

Bytes make_receiver_report(std::uint32_t own_source, const ReceptionReport& report) {
    Bytes out;
    ByteWriter write(out);
    write.u8(0x81).u8(kReceiverReport).u16(7).u32(own_source);
    write.u32(report.source).u8(report.fraction_lost);
    write.u24(static_cast<std::uint32_t>(report.lost) & 0xFF'FFFFU);
    write.u32(report.highest_sequence).u32(report.jitter);
    write.u32(report.last_report).u32(report.since_last_report);
    // One chunk: source, CNAME, end; padded to 32 bits.
    std::size_t chunk = 4 + 2 + kName.size() + 1;
    std::size_t padded = (chunk + 3) / 4 * 4;
    write.u8(0x81).u8(kDescription).u16(static_cast<std::uint16_t>(padded / 4));
    write.u32(own_source).u8(1).u8(static_cast<std::uint8_t>(kName.size())).text(kName);
    for (std::size_t i = chunk - 1; i < padded; ++i) write.u8(0);
    return out;
}

}  // namespace proviso::ingest
