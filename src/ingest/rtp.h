#pragma once

#include <optional>

#include <proviso/base/bytes.h>

/// RTP and RTCP packets (RFC 3550).
namespace proviso::ingest {

struct RtpPacket {
    bool marker = false;
    int payload_type = 0;
    std::uint16_t sequence = 0;
    std::uint32_t timestamp = 0;
    std::uint32_t source = 0;  ///< SSRC
    ByteView payload;          ///< without header extension and padding
};

/// Nothing if it is no RTP packet.
std::optional<RtpPacket> parse_rtp(ByteView bytes);

/// What a sender says of its clock.
struct SenderReport {
    std::uint32_t source = 0;
    std::uint64_t ntp = 0;  ///< 32.32 seconds since 1900, as the camera believes
    std::uint32_t timestamp = 0;
};

struct RtcpNews {
    std::optional<SenderReport> report;
    bool goodbye = false;
};

/// Reads a compound RTCP packet; what is damaged in it is passed over.
RtcpNews parse_rtcp(ByteView bytes);

/// One report block, as counted by the receiver.
struct ReceptionReport {
    std::uint32_t source = 0;
    std::uint8_t fraction_lost = 0;  ///< of 256, since the last report
    std::int32_t lost = 0;           ///< in all; 24 bits
    std::uint32_t highest_sequence = 0;
    std::uint32_t jitter = 0;
    std::uint32_t last_report = 0;        ///< middle 32 bits of the last sender report's time
    std::uint32_t since_last_report = 0;  ///< 1/65536 s
};

/// A receiver report and the canonical name that RFC 3550 wants with it.
Bytes make_receiver_report(std::uint32_t own_source, const ReceptionReport& report);

}  // namespace proviso::ingest
