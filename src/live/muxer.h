#pragma once

#include <optional>
#include <vector>

#include <proviso/live/hub.h>

namespace proviso::live {

/// Turns the packets of one stream into shared pieces on one growing timeline. Not thread-safe.
/// A packet is held until the next one says how long it lasts: Media Source Extensions drop
/// everything up to the next key frame when a duration was too short a guess.
class Muxer {
public:
    /// The init segment for `codec`; the packets that follow belong to it.
    Piece begin(std::shared_ptr<const media::CodecParameters> codec);
    /// Takes the next packet of the codec. A piece comes out when enough is together.
    std::optional<Piece> add(const media::PacketPtr& packet);
    /// Everything that is complete, without waiting for a full fragment.
    std::optional<Piece> flush();

private:
    std::int64_t duration_until(const media::Packet& next) const;
    std::optional<Piece> cut();

    std::shared_ptr<const media::CodecParameters> codec_;
    media::PacketPtr held_;  ///< its duration is not known yet

    struct Timed {
        media::PacketPtr packet;
        std::int64_t duration;
    };

    std::vector<Timed> complete_;
    std::int64_t complete_duration_ = 0;
    std::int64_t time_ = 0;  ///< decode time of the first packet not yet in a piece
    std::int64_t usual_ = 3600;
    std::uint32_t sequence_ = 0;
};

}  // namespace proviso::live
