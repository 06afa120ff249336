#include "muxer.h"

#include <algorithm>
#include <limits>

#include <proviso/media/fmp4.h>

namespace proviso::live {

namespace {

constexpr std::int64_t kFragment = media::kTimescale / 10;
/// A longer pause is not the length of a picture: the clock jumped or the camera was away.
constexpr std::int64_t kLongestPicture = std::int64_t{media::kTimescale} * 10;

std::int64_t in_ticks(microseconds span) { return span.count() * 9 / 100; }

}  // namespace

Piece Muxer::begin(std::shared_ptr<const media::CodecParameters> codec) {
    codec_ = std::move(codec);
    Piece piece;
    piece.init = true;
    piece.bytes = std::make_shared<const Bytes>(media::init_segment(*codec_));
    piece.codec = codec_;
    return piece;
}

std::int64_t Muxer::duration_until(const media::Packet& next) const {
    auto by_stream = next.dts - held_->dts;
    if (by_stream > 0 && by_stream <= kLongestPicture) return by_stream;
    // Equal, earlier or far-off times: what passed here is the better witness.
    auto by_arrival = in_ticks(next.mono - held_->mono);
    return std::clamp<std::int64_t>(by_arrival, 1, kLongestPicture);
}

std::optional<Piece> Muxer::add(const media::PacketPtr& packet) {
    std::optional<Piece> piece;
    if (held_) {
        usual_ = duration_until(*packet);
        complete_.push_back({std::move(held_), usual_});
        complete_duration_ += usual_;
        // A fragment never spans a key frame, so that a viewer can enter at any of them.
        if (packet->key_frame || complete_duration_ + usual_ > kFragment) piece = cut();
    }
    held_ = packet;
    return piece;
}

std::optional<Piece> Muxer::flush() {
    if (held_) {
        complete_.push_back({std::move(held_), usual_});
        complete_duration_ += usual_;
        held_ = nullptr;
    }
    return cut();
}

std::optional<Piece> Muxer::cut() {
    if (complete_.empty()) return std::nullopt;
    std::vector<media::Sample> samples;
    samples.reserve(complete_.size());
    std::size_t payload = 0;
    for (const auto& [packet, duration] : complete_) {
        auto offset = std::clamp<std::int64_t>(
            packet->pts - packet->dts,
            std::numeric_limits<std::int32_t>::min(),
            std::numeric_limits<std::int32_t>::max()
        );
        samples.push_back(
            {static_cast<std::uint32_t>(packet->data.size()),
             static_cast<std::uint32_t>(duration),
             static_cast<std::int32_t>(offset),
             packet->key_frame}
        );
        payload += packet->data.size();
    }
    auto bytes = media::fragment_head(++sequence_, static_cast<std::uint64_t>(time_), samples);
    bytes.reserve(bytes.size() + payload);
    for (const auto& [packet, duration] : complete_) {
        bytes.insert(bytes.end(), packet->data.begin(), packet->data.end());
    }
    const auto& first = *complete_.front().packet;
    Piece piece;
    piece.key_frame = first.key_frame;
    piece.wall = first.wall;
    piece.media_time = time_ + samples.front().composition_offset;
    piece.duration = complete_duration_;
    piece.codec = codec_;
    piece.bytes = std::make_shared<const Bytes>(std::move(bytes));
    time_ += complete_duration_;
    complete_.clear();
    complete_duration_ = 0;
    return piece;
}

}  // namespace proviso::live
