#include "viewer.h"

#include <algorithm>

#include <proviso/media/fmp4.h>

namespace proviso::live {

namespace {

constexpr std::int64_t kMostBehind = std::int64_t{media::kTimescale} * 2;
constexpr std::size_t kMostBytes = 16U << 20U;

}  // namespace

Viewer::Viewer(std::shared_ptr<const law::Permit<law::View>> permit, std::function<void()> wake)
    : permit_(std::move(permit)), wake_(std::move(wake)) {}

void Viewer::greet(const std::vector<Piece>& pieces) {
    std::lock_guard lock(mutex_);
    for (const auto& piece : pieces) {
        need_key_frame_ = need_key_frame_ && !piece.key_frame;
        bytes_ += piece.bytes->size();
        pieces_.push_back(piece);
    }
    greeting_ = pieces_.size();
}

void Viewer::drop_queue() {
    // The newest init segment stays: what follows cannot be read without it.
    std::optional<Piece> init;
    for (auto& piece : pieces_) {
        if (piece.init) {
            init = std::move(piece);
        } else {
            ++dropped_;
        }
    }
    pieces_.clear();
    bytes_ = 0;
    behind_ = 0;
    greeting_ = 0;
    need_key_frame_ = true;
    if (init) {
        bytes_ = init->bytes->size();
        pieces_.push_back(*std::move(init));
    }
}

void Viewer::check_permit(MonoTime now) {
    if (ended_ || permit_->valid(now)) return;
    ended_ = "The permission to view this camera ended.";
    pieces_.clear();
}

void Viewer::offer(const Piece& piece, MonoTime now) {
    bool wake = false;
    {
        std::lock_guard lock(mutex_);
        if (ended_) return;
        check_permit(now);
        if (ended_) {
            wake = true;
        } else {
            if (!piece.init && (behind_ + piece.duration > kMostBehind ||
                                bytes_ + piece.bytes->size() > kMostBytes)) {
                drop_queue();
            }
            if (!piece.init && need_key_frame_ && !piece.key_frame) {
                ++dropped_;
                return;
            }
            need_key_frame_ = piece.init;
            wake = pieces_.empty();
            bytes_ += piece.bytes->size();
            behind_ += piece.duration;
            pieces_.push_back(piece);
        }
    }
    if (wake) wake_();
}

void Viewer::end(std::string_view words) {
    {
        std::lock_guard lock(mutex_);
        if (ended_) return;
        ended_ = words;
        pieces_.clear();
    }
    wake_();
}

std::optional<Piece> Viewer::next(MonoTime now) {
    std::lock_guard lock(mutex_);
    check_permit(now);
    if (ended_ || pieces_.empty()) return std::nullopt;
    auto piece = std::move(pieces_.front());
    pieces_.pop_front();
    bytes_ -= piece.bytes->size();
    if (greeting_ > 0) {
        --greeting_;
    } else {
        behind_ -= piece.duration;
    }
    return piece;
}

std::optional<std::string> Viewer::ended(MonoTime now) {
    std::lock_guard lock(mutex_);
    check_permit(now);
    return ended_;
}

std::uint64_t Viewer::dropped() const {
    std::lock_guard lock(mutex_);
    return dropped_;
}

}  // namespace proviso::live
