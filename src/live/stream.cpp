#include "stream.h"

#include <algorithm>

namespace proviso::live {

namespace {

constexpr std::size_t kMostKeptBytes = 8U << 20U;
constexpr std::size_t kMostKeptPackets = 2000;

}  // namespace

bool Stream::keep(const media::PacketPtr& packet) {
    if (packet->key_frame) {
        kept_.clear();
        kept_bytes_ = 0;
    } else if (packet->codec != codec_) {
        // A new format begins with a key frame or it cannot be shown.
        kept_.clear();
        return false;
    }
    kept_bytes_ += packet->data.size();
    bool fits = kept_bytes_ <= kMostKeptBytes && kept_.size() < kMostKeptPackets;
    if (packet->key_frame || (!kept_.empty() && fits)) {
        kept_.push_back(packet);
    } else if (!fits) {
        // Too long a group: whoever comes now waits for the next key frame.
        kept_.clear();
    }
    return true;
}

void Stream::on_packet(const media::PacketPtr& packet) {
    std::vector<Piece> fresh;
    std::shared_ptr<const Viewers> viewers;
    {
        std::lock_guard lock(mutex_);
        if (ended_) return;
        bool new_codec = packet->key_frame && packet->codec != codec_;
        if (new_codec) codec_ = packet->codec;
        if (!codec_ || !keep(packet) || !muxer_) return;
        if (new_codec) {
            if (auto rest = muxer_->flush()) fresh.push_back(*std::move(rest));
            fresh.push_back(muxer_->begin(codec_));
        }
        if (auto piece = muxer_->add(packet)) fresh.push_back(*std::move(piece));
        for (const auto& piece : fresh) {
            // What greets the next viewer is an init segment and what follows the last key frame.
            if (piece.init) pieces_.clear();
            if (piece.key_frame) pieces_.resize(1);
            pieces_.push_back(piece);
        }
        if (kept_.empty()) pieces_.resize(std::min<std::size_t>(pieces_.size(), 1));
        viewers = viewers_;
    }
    for (const auto& viewer : *viewers) {
        for (const auto& piece : fresh) viewer->offer(piece, packet->mono);
    }
}

void Stream::mux_kept(std::vector<Piece>& out) {
    muxer_.emplace();
    if (!codec_) return;
    out.push_back(muxer_->begin(codec_));
    for (const auto& packet : kept_) {
        if (auto piece = muxer_->add(packet)) out.push_back(*std::move(piece));
    }
}

void Stream::add(const std::shared_ptr<Viewer>& viewer) {
    std::optional<std::string> ended;
    {
        std::lock_guard lock(mutex_);
        ended = ended_;
        if (!ended) {
            if (!muxer_) mux_kept(pieces_);
            viewer->greet(pieces_);
            auto viewers = std::make_shared<Viewers>(*viewers_);
            viewers->push_back(viewer);
            viewers_ = std::move(viewers);
            ++viewer_count_;
        }
    }
    if (ended) viewer->end(*ended);
}

void Stream::remove(const std::shared_ptr<Viewer>& viewer) {
    std::lock_guard lock(mutex_);
    auto viewers = std::make_shared<Viewers>(*viewers_);
    viewer_count_ -= std::erase(*viewers, viewer);
    if (viewers->empty()) {
        muxer_.reset();
        pieces_.clear();
    }
    viewers_ = std::move(viewers);
}

void Stream::end(std::string_view words) {
    std::shared_ptr<const Viewers> viewers;
    {
        std::lock_guard lock(mutex_);
        ended_ = words;
        kept_.clear();
        muxer_.reset();
        pieces_.clear();
        viewers = viewers_;
    }
    for (const auto& viewer : *viewers) viewer->end(words);
}

std::shared_ptr<const media::CodecParameters> Stream::codec() const {
    std::lock_guard lock(mutex_);
    return codec_;
}

std::vector<media::PacketPtr> Stream::last_group() const {
    std::lock_guard lock(mutex_);
    return kept_;
}

std::size_t Stream::viewers() const {
    std::lock_guard lock(mutex_);
    return viewers_->size();
}

}  // namespace proviso::live
