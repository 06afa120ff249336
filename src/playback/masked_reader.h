#pragma once

#include "recorded_reader.h"

namespace proviso::playback {

/// The pictures of `clear` from `from` on with everybody hidden, as fragments of at most half a
/// second. `clear` should begin a second or two earlier: from that the veil learns what is usual.
Result<std::unique_ptr<RangeReader>> read_masked(
    const Masking& masking, std::unique_ptr<RangeReader> clear, Timestamp from, Timestamp origin
);

/// The packets of a recorded piece, on the clock of its reader. InvalidInput if it is none.
Result<std::vector<media::PacketPtr>> packets_of(
    const Piece& piece, const std::shared_ptr<const media::CodecParameters>& codec
);

/// Puts packets together to fragments, each with its place on one timeline.
class FragmentMaker {
public:
    /// `shift` is added to every decode time.
    explicit FragmentMaker(std::int64_t shift) : shift_(shift) {}

    /// The fragment that is complete before this packet, if one is.
    std::optional<Piece> add(const media::PacketPtr& packet);
    /// What is left.
    std::optional<Piece> finish();

private:
    std::optional<Piece> cut();

    const std::int64_t shift_;
    std::vector<media::PacketPtr> held_;
    std::int64_t usual_ = 3600;
    std::int64_t last_end_ = 0;
    std::uint32_t sequence_ = 0;
};

}  // namespace proviso::playback
