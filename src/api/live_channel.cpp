#include "live_channel.h"

#include <fmt/format.h>

#include <proviso/base/log.h>
#include <proviso/media/fmp4.h>

#include "evidence.h"
#include "problem.h"

namespace proviso::api {

namespace {

constexpr std::chrono::seconds kRenew{60};
/// How long the end may wait for the words of the law.
constexpr milliseconds kWordsPatience{500};

Message text_message(const Json& json) {
    return {json.dump(-1, ' ', false, Json::error_handler_t::replace), nullptr};
}

}  // namespace

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
      user_(call.user().id),
      view_entry_(view_entry),
      began_(call.rooms().clock.monotonic()),
      lease_(std::make_shared<Lease>(std::move(permit))),
      next_renewal_(began_ + kRenew) {}

LiveChannel::~LiveChannel() {
    auto watched =
        std::chrono::floor<std::chrono::seconds>(state_.rooms.clock.monotonic() - began_);
    state_.quick.post([&ledger = state_.rooms.ledger,
                       user = user_,
                       stream = stream_,
                       view = view_entry_,
                       watched] {
        auto written = write_down(
            ledger,
            "view.ended",
            {{"user", user.text()},
             {"camera", stream.camera.text()},
             {"view", view},
             {"seconds", watched.count()}}
        );
        if (!written) log_warning("api: the end of a live view is not in the ledger");
    });
}

void LiveChannel::open(std::function<void()> wake) {
    wake_ = std::move(wake);
    // The permit stays with the lease, which outlives the subscription and every renewal.
    std::shared_ptr<const law::Permit<law::View>> permit(lease_, &lease_->permit);
    subscription_ = state_.rooms.hub.subscribe(stream_, std::move(permit), wake_);
}

void LiveChannel::renew(MonoTime now) {
    if (lease_->renewing.exchange(true)) return;
    next_renewal_ = now + kRenew;
    bool queued = state_.quick.post([lease = lease_, &gate = state_.rooms.gate] {
        auto answer = gate.renew(lease->permit);
        if (answer && *answer) {
            lease->refusal.with([&](auto& words) { words = (**answer).words(); });
        } else if (!answer) {
            log_warning("api: a live view was not renewed: {}", answer.error().story());
        }
        lease->renewing = false;
    });
    if (!queued) lease_->renewing = false;
}

void LiveChannel::end(int code, std::string_view words) {
    code_ = code;
    subscription_.reset();
    waiting_.clear();
    waiting_.push_back(text_message({{"type", "ended"}, {"words", words}}));
    wake_();
}

/// The permit is gone: the gate knows why, and is asked once.
void LiveChannel::finish(MonoTime now) {
    if (!ended_at_) {
        ended_at_ = now;
        renew(now);
    }
    auto words = lease_->refusal.copy();
    if (words) return end(kClosedRefused, *words);
    if (now - *ended_at_ >= kWordsPatience) {
        end(kClosedRefused, "The permission to view this camera ended.");
    }
}

void LiveChannel::tick(MonoTime now) {
    if (code_) return;
    guard_.tick(now);
    if (guard_.ended()) return end(kClosedNoSession, "The session ended. Sign in again.");
    if (auto why = subscription_->ended()) {
        if (lease_->permit.valid(now)) return end(kClosedGone, *why);
        return finish(now);
    }
    if (now >= next_renewal_) renew(now);
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
