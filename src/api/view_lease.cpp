#include "view_lease.h"

#include <proviso/base/log.h>

#include "evidence.h"

namespace proviso::api {

namespace {

constexpr std::chrono::seconds kRenew{60};
/// How long the end may wait for the words of the law.
constexpr milliseconds kWordsPatience{500};

}  // namespace

Message text_message(const Json& json) {
    return {json.dump(-1, ' ', false, Json::error_handler_t::replace), nullptr};
}

ViewLease::ViewLease(
    Call& call, CameraId camera, law::Permit<law::View> permit, std::uint64_t view_entry
)
    : state_(call.state),
      camera_(std::move(camera)),
      user_(call.user().id),
      view_entry_(view_entry),
      began_(call.rooms().clock.monotonic()),
      shared_(std::make_shared<Shared>(std::move(permit))),
      next_renewal_(began_ + kRenew) {}

ViewLease::~ViewLease() {
    auto watched =
        std::chrono::floor<std::chrono::seconds>(state_.rooms.clock.monotonic() - began_);
    state_.quick.post([&ledger = state_.rooms.ledger,
                       user = user_,
                       camera = camera_,
                       view = view_entry_,
                       watched] {
        auto written = write_down(
            ledger,
            "view.ended",
            {{"user", user.text()},
             {"camera", camera.text()},
             {"view", view},
             {"seconds", watched.count()}}
        );
        if (!written) log_warning("api: the end of a live view is not in the ledger");
    });
}

std::shared_ptr<const law::Permit<law::View>> ViewLease::permit() const {
    return {shared_, &shared_->permit};
}

void ViewLease::renew(MonoTime now) {
    if (shared_->renewing.exchange(true)) return;
    next_renewal_ = now + kRenew;
    bool queued = state_.quick.post([shared = shared_, &gate = state_.rooms.gate] {
        auto answer = gate.renew(shared->permit);
        if (answer && *answer) {
            shared->refusal.with([&](auto& words) { words = (**answer).words(); });
        } else if (!answer) {
            log_warning("api: a live view was not renewed: {}", answer.error().story());
        }
        shared->renewing = false;
    });
    if (!queued) shared_->renewing = false;
}

void ViewLease::tick(MonoTime now) {
    if (now >= next_renewal_) renew(now);
}

/// The gate knows why, and is asked once.
std::optional<std::string> ViewLease::why_ended(MonoTime now) {
    if (!ended_at_) {
        ended_at_ = now;
        renew(now);
    }
    auto words = shared_->refusal.copy();
    if (words) return words;
    if (now - *ended_at_ < kWordsPatience) return std::nullopt;
    return "The permission to view this camera ended.";
}

}  // namespace proviso::api
