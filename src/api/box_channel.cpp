#include "box_channel.h"

#include <cmath>

#include "live_channel.h"

namespace proviso::api {

namespace {

/// A quarter of a thousandth of the picture: what no screen shows need not be sent.
constexpr double kGrid = 4000;

double on_grid(float value) {
    return std::isfinite(value) ? std::round(value * kGrid) / kGrid : 0.0;
}

Json boxes_json(const behaviour::Observation& seen) {
    auto tracks = Json::array();
    for (const auto& track : seen.tracks) {
        if (!track.confirmed) continue;
        const auto& box = track.box;
        tracks.push_back(
            {{"id", std::to_string(track.id)},
             {"kind", behaviour::to_string(track.kind)},
             {"box", {on_grid(box.x), on_grid(box.y), on_grid(box.w), on_grid(box.h)}},
             {"predicted", track.predicted},
             {"stationary", track.stationary},
             {"label", track.colour}}
        );
    }
    return {
        {"wall", to_iso8601(seen.wall)},
        {"width", seen.width},
        {"height", seen.height},
        {"tracks", std::move(tracks)}};
}

}  // namespace

BoxChannel::BoxChannel(
    Call& call,
    SessionGuard guard,
    CameraId camera,
    law::Permit<law::View> permit,
    std::uint64_t view_entry
)
    : state_(call.state),
      guard_(std::move(guard)),
      camera_(std::move(camera)),
      lease_(call, camera_, std::move(permit), view_entry) {}

void BoxChannel::open(std::function<void()> wake) {
    wake_ = std::move(wake);
    feed_ = state_.rooms.alerts.boxes(camera_, wake_);
}

void BoxChannel::end(int code, std::string_view words) {
    code_ = code;
    feed_.reset();
    last_ = text_message({{"type", "ended"}, {"words", words}});
    wake_();
}

void BoxChannel::tick(MonoTime now) {
    if (code_) return;
    guard_.tick(now);
    if (guard_.ended()) return end(kClosedNoSession, "The session ended. Sign in again.");
    if (!lease_.valid(now)) {
        if (auto why = lease_.why_ended(now)) end(kClosedRefused, *why);
        return;
    }
    lease_.tick(now);
}

std::optional<Message> BoxChannel::next() {
    if (last_) return std::exchange(last_, std::nullopt);
    if (!feed_ || !lease_.valid(state_.rooms.clock.monotonic())) return std::nullopt;
    auto seen = feed_->next();
    if (!seen) return std::nullopt;
    return text_message(boxes_json(*seen));
}

}  // namespace proviso::api
