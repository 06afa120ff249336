#pragma once

#include "access_unit.h"
#include "rtp.h"

namespace proviso::ingest {

/// Takes RTP payloads apart into NAL units: H.264 by RFC 6184 (single, STAP-A, FU-A), H.265 by
/// RFC 7798 (single, AP, FU). Hostile payloads damage a picture and nothing else.
class Depacketiser {
public:
    Depacketiser(media::Codec codec, AccessUnitBuilder& builder)
        : codec_(codec), builder_(builder) {}

    void add(const RtpPacket& packet, bool gap);

private:
    void add_h264(ByteView payload);
    void add_h265(ByteView payload);
    void add_aggregate(ByteView units);
    void add_fragment(bool start, bool end, ByteView head, ByteView piece);

    const media::Codec codec_;
    AccessUnitBuilder& builder_;
};

}  // namespace proviso::ingest
