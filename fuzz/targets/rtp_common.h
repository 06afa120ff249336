#pragma once

#include <proviso/media/nal.h>

#include "../target.h"
#include "video_receiver.h"

namespace proviso::fuzz {

/// A track of RTP packets, and RTCP where the first byte of a piece is odd: whatever comes, only
/// sound pictures come out.
inline void receive_track(media::Codec codec, ByteView bytes) {
    std::optional<std::int64_t> last;
    ingest::UnitTimer timer([&last](const ingest::TimedUnit& unit) {
        expect(unit.unit.codec != nullptr, "a picture without parameters");
        expect(media::is_length_prefixed(unit.unit.data), "a picture of broken units");
        expect(unit.unit.data.size() <= media::kMaxAccessUnitSize, "a picture over the limit");
        expect(!last || unit.dts > *last, "times go back");
        expect(last || unit.unit.key_frame, "the first picture is no key frame");
        last = unit.dts;
    });
    ingest::SdpVideo video;
    video.codec = codec;
    ByteView rest = bytes;
    ByteView piece;
    // The first pieces are parameter sets as a description brings them.
    for (int i = 0; i < 3 && next_piece(rest, piece); ++i) {
        video.parameter_sets.emplace_back(piece.begin(), piece.end());
    }
    ingest::VideoReceiver receiver(video, bytes.size() % 2 == 0, timer);
    MonoTime now(std::chrono::seconds(1));
    while (next_piece(rest, piece)) {
        if (piece.empty()) continue;
        now += milliseconds(piece[0] >> 4U);
        if (piece[0] % 2 == 1) {
            receiver.on_rtcp(piece.subspan(1), now, Timestamp());
        } else {
            receiver.on_rtp(piece.subspan(1), now);
        }
        receiver.tick(now);
        receiver.receiver_report(1, now);
    }
}

}  // namespace proviso::fuzz
