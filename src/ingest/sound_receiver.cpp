#include "sound_receiver.h"

namespace proviso::ingest {

SoundReceiver::SoundReceiver(const SdpSound& sound, bool may_reorder, Pictures pictures, Sink sink)
    : payload_type_(sound.payload_type),
      format_(std::make_shared<const media::SoundParameters>(sound.format)),
      pictures_(std::move(pictures)),
      sink_(std::move(sink)),
      clock_(sound.format),
      depacketiser_(sound.format, [this](const SoundFrame& frame) { on_frame(frame); }),
      receiver_(
          may_reorder,
          [this](const OrderedPacket& packet) { on_ordered(packet); },
          sound.format.sample_rate
      ) {}

void SoundReceiver::on_rtp(ByteView bytes, MonoTime now) {
    now_ = now;
    auto packet = parse_rtp(bytes);
    // Unlike with pictures, bytes of another format would pass for sound.
    if (!packet || packet->payload_type != payload_type_) return;
    receiver_.receive(bytes, *packet, now);
}

void SoundReceiver::on_ordered(const OrderedPacket& packet) {
    if (packet.new_source) clock_.restart();
    depacketiser_.add(packet.rtp, packet.gap);
}

void SoundReceiver::on_frame(const SoundFrame& frame) {
    gap_ = gap_ || frame.gap;
    auto pictures = pictures_();
    if (!pictures) return;
    auto place = clock_.place(frame.rtp, frame.samples, now_, *pictures);
    if (!place) {
        gap_ = true;
        return;
    }
    SoundUnit unit{format_, frame.data, gap_ || place->jump, frame.rtp, place->pts, now_};
    gap_ = false;
    sink_(unit);
}

bool SoundReceiver::on_rtcp(ByteView bytes, MonoTime now) {
    auto news = parse_rtcp(bytes);
    if (news.report) {
        receiver_.note(*news.report, now);
        clock_.note(*news.report);
    }
    return news.goodbye;
}

void SoundReceiver::tick(MonoTime now) {
    now_ = now;
    receiver_.tick(now);
}

Bytes SoundReceiver::receiver_report(std::uint32_t own_source, MonoTime now) {
    auto report = receiver_.report(now);
    return report ? make_receiver_report(own_source, *report) : Bytes();
}

}  // namespace proviso::ingest
