#pragma once

#include <functional>

#include <proviso/media/sound.h>

#include "rtp.h"

namespace proviso::ingest {

/// A stretch of sound as it comes out of the stream. `data` is valid during the call only.
struct SoundFrame {
    ByteView data;
    std::uint32_t rtp = 0;
    std::uint32_t samples = 0;
    bool gap = false;  ///< something is missing before it
};

/// Takes RTP payloads apart into sound: AAC by RFC 3640 (mode AAC-hbr: frames whole, several or in
/// pieces, not interleaved), G.711 by RFC 3551. Hostile payloads cost a frame and nothing else.
class SoundDepacketiser {
public:
    using Sink = std::function<void(const SoundFrame&)>;

    SoundDepacketiser(const media::SoundParameters& format, Sink sink)
        : format_(format), sink_(std::move(sink)) {}

    void add(const RtpPacket& packet, bool gap);

    /// Packets that held no sound that can be read.
    std::uint64_t damaged() const { return damaged_; }

private:
    void add_g711(const RtpPacket& packet);
    void add_aac(const RtpPacket& packet);
    void add_piece(const RtpPacket& packet, std::size_t size, ByteView piece);
    void hand_on(ByteView data, std::uint32_t rtp);
    void damage();

    const media::SoundParameters format_;
    const Sink sink_;
    bool gap_ = true;
    Bytes partial_;  // of a frame that came in pieces
    std::size_t partial_size_ = 0;
    std::uint32_t partial_rtp_ = 0;
    std::uint64_t damaged_ = 0;
};

}  // namespace proviso::ingest
