#include "sound_depacketiser.h"

namespace proviso::ingest {
namespace {

/// Size and index of a frame in mode AAC-hbr, in bits.
constexpr std::size_t kHeaderBits = 16;

}  // namespace

void SoundDepacketiser::add(const RtpPacket& packet, bool gap) {
    if (gap) {
        gap_ = true;
        partial_.clear();
    }
    if (packet.payload.empty()) return;
    format_.codec == media::SoundCodec::Aac ? add_aac(packet) : add_g711(packet);
}

void SoundDepacketiser::damage() {
    ++damaged_;
    gap_ = true;
    partial_.clear();
}

void SoundDepacketiser::hand_on(ByteView data, std::uint32_t rtp) {
    sink_({data, rtp, format_.samples_in(data.size()), std::exchange(gap_, false)});
}

void SoundDepacketiser::add_g711(const RtpPacket& packet) {
    const auto size = packet.payload.size();
    if (size > media::kMaxSoundPacket || format_.samples_in(size) == 0) return damage();
    hand_on(packet.payload, packet.timestamp);
}

void SoundDepacketiser::add_aac(const RtpPacket& packet) {
    ByteReader read(packet.payload);
    const std::size_t bits = read.u16();
    const auto count = bits / kHeaderBits;
    if (!read.ok() || count == 0 || bits % kHeaderBits != 0 || read.remaining() < count * 2) {
        return damage();
    }
    auto headers = read.take(count * 2);
    auto data = read.take(read.remaining());
    auto rtp = packet.timestamp;
    for (std::size_t i = 0; i < count; ++i, rtp += format_.frame_samples) {
        const auto header = static_cast<unsigned>(headers[i * 2] << 8U | headers[i * 2 + 1]);
        const std::size_t size = header >> 3U;
        // An index that is not zero means interleaving, which was not agreed on.
        if ((header & 7U) != 0 || size == 0) return damage();
        if (count == 1 && size > data.size()) return add_piece(packet, size, data);
        if (size > data.size()) return damage();
        partial_.clear();
        hand_on(data.first(size), rtp);
        data = data.subspan(size);
    }
}

void SoundDepacketiser::add_piece(const RtpPacket& packet, std::size_t size, ByteView piece) {
    bool goes_on = !partial_.empty() && partial_rtp_ == packet.timestamp && partial_size_ == size;
    if (!goes_on) {
        if (!partial_.empty()) damage();
        partial_size_ = size;
        partial_rtp_ = packet.timestamp;
    }
    if (partial_.size() + piece.size() > size || piece.empty()) return damage();
    partial_.insert(partial_.end(), piece.begin(), piece.end());
    if (partial_.size() < size) return;
    hand_on(partial_, partial_rtp_);
    partial_.clear();
}

}  // namespace proviso::ingest
