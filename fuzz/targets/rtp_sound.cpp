#include "../target.h"
#include "sound_receiver.h"

/// A track of sound, and RTCP where the first byte of a piece is odd: whatever comes, only whole
/// sound with growing times comes out.
PROVISO_FUZZ_TARGET(rtp_sound) {
    using namespace proviso;
    if (bytes.empty()) return;
    ingest::SdpSound described;
    auto aac = media::aac_parameters(Bytes{0x14, 0x08});
    auto g711 = media::g711_parameters(media::SoundCodec::Pcma, 8000, bytes[0] % 4 == 1 ? 1 : 2);
    described.format = bytes[0] % 2 == 0 ? *aac : *g711;
    described.payload_type = 97;
    std::int64_t last = -1;
    ingest::PictureTimes pictures{0, {}};
    ingest::SoundReceiver receiver(
        described,
        bytes[0] % 8 >= 4,
        [&] { return std::optional(pictures); },
        [&](const ingest::SoundUnit& unit) {
            fuzz::expect(unit.pts > last, "times go back");
            fuzz::expect(unit.data.size() <= media::kMaxSoundPacket, "sound over the limit");
            fuzz::expect(unit.format->samples_in(unit.data.size()) > 0, "half a sample");
            last = unit.pts;
        }
    );
    MonoTime now(std::chrono::seconds(1000));
    ByteView rest = bytes.subspan(1);
    ByteView piece;
    while (fuzz::next_piece(rest, piece)) {
        if (piece.empty()) continue;
        now += milliseconds(piece[0] >> 4U);
        if (piece[0] % 2 == 1) {
            receiver.on_rtcp(piece.subspan(1), now);
            pictures.reported = {std::uint64_t{piece[0]} << 30U, now.time_since_epoch().count()};
        } else {
            receiver.on_rtp(piece.subspan(1), now);
        }
        receiver.tick(now);
        receiver.receiver_report(1, now);
    }
}
