#include "ladder.h"

#include <algorithm>

namespace proviso::vision {
namespace {

constexpr std::int64_t kSecond = 90'000;
constexpr std::int64_t kKeyInterval =
    kSecond * 19 / 10;                              // key frames closer than this: every other
constexpr std::int64_t kQuiet = 3 * kSecond;        // without motion before it sleeps
constexpr std::int64_t kQuietInVain = kSecond / 2;  // the same after a wake by packet sizes
constexpr std::size_t kMostKeptBytes = 16U << 20U;
constexpr std::size_t kMostKept = 900;
constexpr std::size_t kBacklog = 5;  // packets behind before it hurries
constexpr std::int64_t kJump = 10 * kSecond;

bool same_stream(const media::CodecParameters& a, const media::CodecParameters& b) {
    return a.codec == b.codec && a.decoder_config == b.decoder_config && a.width == b.width &&
           a.height == b.height;
}

}  // namespace

Result<> Ladder::follow_codec(const media::Packet& packet) {
    if (!packet.codec) return invalid_input("a packet came without its parameters");
    if (decoder_ && (&decoder_->codec() == packet.codec.get() ||
                     same_stream(decoder_->codec(), *packet.codec))) {
        return {};
    }
    skipped_ += kept_.size() - position_;
    drop_front(kept_.size());
    watch_.forget();
    broken_ = true;
    restarted_ = true;
    awake_ = false;
    key_due_ = false;
    last_key_look_ = last_look_ = INT64_MIN / 2;
    decoder_.reset();
    decoder_ = PROVISO_TRY(Decoder::open(packet.codec));
    return {};
}

void Ladder::drop_front(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        kept_bytes_ -= kept_.front().data.size();
        if (spare_.size() < 64) spare_.push_back(std::move(kept_.front().data));
        kept_.pop_front();
    }
    position_ -= std::min(position_, count);
}

/// Keeps the last key frame that was decoded and what follows it.
void Ladder::drop_before_key() {
    for (std::size_t at = position_; at-- > 1;) {
        if (!kept_[at].key_frame) continue;
        drop_front(at);
        headless_ = false;
        return;
    }
}

void Ladder::keep(const media::Packet& packet) {
    Kept kept;
    if (!spare_.empty()) {
        kept.data = std::move(spare_.back());
        spare_.pop_back();
    }
    kept.data.assign(packet.data.begin(), packet.data.end());
    kept.key_frame = packet.key_frame;
    kept.pts = packet.pts;
    kept.wall = packet.wall;
    kept.mono = packet.mono;
    kept_bytes_ += kept.data.size();
    kept_.push_back(std::move(kept));
}

/// A group of pictures too long to keep: decode what is there and forget it.
void Ladder::limit() {
    if (kept_bytes_ <= kMostKeptBytes && kept_.size() <= kMostKept) return;
    if (!awake_) {
        wake(kept_.back().pts, true);
        return;
    }
    if (position_ > 0) {
        drop_front(position_);
        headless_ = true;
    }
    if (kept_bytes_ <= kMostKeptBytes && kept_.size() <= kMostKept) return;
    // Hopelessly behind: go on from the newest key frame.
    skipped_ += kept_.size();
    auto last = kept_.back().key_frame;
    drop_front(kept_.size() - (last ? 1 : 0));
    if (!last) broken_ = true;
    decoder_->flush();
}

Result<> Ladder::push(const media::Packet& packet) {
    auto followed = follow_codec(packet);
    if (!followed) {
        ++skipped_;
        return followed;
    }
    if (packet.discontinuity) {
        watch_.forget();
        broken_ = !packet.key_frame;
    }
    if (packet.key_frame) {
        broken_ = false;
        since_key_ = 0;
        if (packet.pts < last_key_look_ || packet.pts - last_key_look_ > kJump) {
            last_look_ = last_key_look_ = packet.pts - kKeyInterval;
        }
    }
    if (broken_) {
        ++skipped_;
        return {};
    }
    keep(packet);
    if (always_awake_ && !awake_) wake(packet.pts, false);
    if (!awake_) {
        if (packet.key_frame) {
            key_due_ = packet.pts - last_key_look_ >= kKeyInterval;
        } else if (watch_.take(packet.data.size(), since_key_++)) {
            wake(packet.pts, true);
        }
    }
    limit();
    return {};
}

void Ladder::wake(std::int64_t pts, bool by_size) {
    awake_ = true;
    by_size_ = by_size;
    quiet_since_ = pts;
    key_due_ = false;
}

Ladder::Look Ladder::look_from(const Kept& packet) const {
    Look look;
    look.picture = decoder_->hold();
    look.pts = decoder_->pts();
    // The picture may be an earlier one than the packet's.
    auto earlier = microseconds((packet.pts - look.pts) * 100 / 9);
    look.wall = packet.wall - earlier;
    look.mono = packet.mono - earlier;
    look.idle = !awake_;
    look.key_frame = packet.key_frame;
    return look;
}

Result<std::optional<Ladder::Look>> Ladder::look_at_key() {
    key_due_ = false;
    const auto& key = kept_.back();
    position_ = 0;
    auto decoded = decoder_->decode_key(key.data, key.pts);
    if (!decoded || !*decoded || decoder_->damaged()) {
        ++skipped_;
        drop_front(kept_.size());
        broken_ = true;
        if (!decoded) return std::move(decoded).error();
        return std::optional<Look>();
    }
    ++decoded_;
    last_key_look_ = key.pts;
    return std::optional(look_from(key));
}

Result<std::optional<Ladder::Look>> Ladder::next() {
    if (!awake_) {
        if (key_due_) return look_at_key();
        return std::optional<Look>();
    }
    while (position_ < kept_.size()) {
        const auto& packet = kept_[position_];
        auto behind = kept_.size() - position_ > kBacklog;
        if (position_ == 0 && packet.key_frame) decoder_->flush();
        ++position_;
        auto decoded = decoder_->decode(packet.data, packet.key_frame, packet.pts);
        if (!decoded) {
            ++skipped_;
            return std::move(decoded).error();
        }
        if (!*decoded) continue;
        ++decoded_;
        auto since = decoder_->pts() - last_look_;
        auto due = behind ? 2 * interval_ : interval_;
        // A little early is better than a whole picture late.
        if (decoder_->damaged() || since < due - interval_ / 8) continue;
        last_look_ = decoder_->pts();
        return std::optional(look_from(packet));
    }
    drop_before_key();
    return std::optional<Look>();
}

void Ladder::judge(bool moved, bool busy) {
    if (!awake_) {
        if (moved) {
            // Look again from the key frame before: it began in between.
            if (headless_ || !kept_.front().key_frame) {
                drop_front(kept_.size() - 1);
                headless_ = false;
            }
            decoder_->flush();
            wake(kept_.back().pts, false);
            return;
        }
        last_look_ = decoder_->pts();
        skipped_ += kept_.size() - 1;
        drop_front(kept_.size() - 1);
        headless_ = false;
        position_ = decoder_->continues() ? 1 : 0;
        return;
    }
    auto now = last_look_;
    if (moved && by_size_) {
        by_size_ = false;
        watch_.judge(true);
    }
    if (moved || busy || always_awake_) {
        quiet_since_ = std::max(quiet_since_, now);
        return;
    }
    auto patience = by_size_ ? kQuietInVain : kQuiet;
    if (now - quiet_since_ < patience || kept_.size() - position_ > 0) return;
    if (by_size_) watch_.judge(false);
    awake_ = false;
    drop_before_key();
    last_key_look_ = now;
}

}  // namespace proviso::vision
