#include "live_channel.h"

#include <fmt/format.h>

#include <proviso/base/log.h>
#include <proviso/media/fmp4.h>

#include "evidence.h"
#include "problem.h"

namespace proviso::api {

LiveChannel::LiveChannel(
    Call& call,
    SessionGuard guard,
    media::StreamKey stream,
    law::Permit<law::View> permit,
    std::uint64_t view_entry
)
    : state_(call.state),
      guard_(std::move(guard)),
      stream_(std::move(stream)),
      lease_(call, stream_.camera, std::move(permit), view_entry) {}

LiveChannel::~LiveChannel() = default;

void LiveChannel::open(std::function<void()> wake) {
    wake_ = std::move(wake);
    subscription_ = state_.rooms.hub.subscribe(stream_, lease_.permit(), wake_);
}

void LiveChannel::end(int code, std::string_view words) {
    code_ = code;
    subscription_.reset();
    waiting_.clear();
    waiting_.push_back(text_message({{"type", "ended"}, {"words", words}}));
    wake_();
}

void LiveChannel::tick(MonoTime now) {
    if (code_) return;
    guard_.tick(now);
    if (guard_.ended()) return end(kClosedNoSession, "The session ended. Sign in again.");
    if (auto over = subscription_->ended()) {
        if (lease_.valid(now)) return end(kClosedGone, *over);
        if (auto why = lease_.why_ended(now)) end(kClosedRefused, *why);
        return;
    }
    lease_.tick(now);
}

void LiveChannel::queue(const live::Piece& piece) {
    if (piece.init) {
        waiting_.push_back(text_message(
            {{"type", "init"},
             {"codec", piece.codec->rfc6381},
             {"mime", fmt::format("video/mp4; codecs=\"{}\"", piece.codec->rfc6381)},
             {"width", piece.codec->width},
             {"height", piece.codec->height},
             {"wall", to_iso8601(state_.rooms.clock.now())}}
        ));
        next_time_message_ = 0;
    } else if (piece.media_time >= next_time_message_) {
        next_time_message_ = piece.media_time + media::kTimescale;
        waiting_.push_back(text_message(
            {{"type", "time"},
             {"wall", to_iso8601(piece.wall)},
             {"media_time", static_cast<double>(piece.media_time) / media::kTimescale},
             {"now", to_iso8601(state_.rooms.clock.now())}}
        ));
    }
    waiting_.push_back({{}, piece.bytes});
}

std::optional<Message> LiveChannel::next() {
    if (waiting_.empty() && subscription_) {
        if (auto piece = subscription_->next()) queue(*piece);
    }
    if (waiting_.empty()) return std::nullopt;
    auto message = std::move(waiting_.front());
    waiting_.pop_front();
    return message;
}

std::optional<int> LiveChannel::over() { return code_; }

RefusedChannel::RefusedChannel(const law::Refusal& refusal)
    : message_(text_message({{"type", "refused"}, {"error", refusal_json(refusal)}})) {}

std::optional<Message> RefusedChannel::next() { return std::exchange(message_, std::nullopt); }

}  // namespace proviso::api
