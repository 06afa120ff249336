#include "watch.h"

#include <condition_variable>

#include <fmt/format.h>

namespace proviso::api {

namespace {

constexpr milliseconds kLook{500};

template <class T>
bool changed(T& before, T now) {
    if (before == now) return false;
    before = std::move(now);
    return true;
}

}  // namespace

namespace {

void count_change(State& state, const alerts::Change& change) {
    auto add = [](auto& counts, const CameraId& camera, std::string_view what) {
        counts.with([&](auto& all) { ++all[{camera, std::string(what)}]; });
    };
    if (const auto* track = std::get_if<alerts::TrackChange>(&change)) {
        if (track->stage != alerts::Stage::New) return;
        add(state.seen_objects, track->after.camera, track->after.kind);
    } else if (const auto* review = std::get_if<alerts::ReviewChange>(&change)) {
        state.changes.publish({Topic::Review});
        // An item often begins as a detection and becomes an alert a moment later: it counts as
        // both.
        bool begins = review->stage == alerts::Stage::New;
        if (!begins && review->before.severity() == review->after.severity()) return;
        add(state.seen_items, review->after.camera, to_string(review->after.severity()));
    }
}

}  // namespace

Watch::Watch(const std::shared_ptr<State>& state) : state_(*state) {
    std::weak_ptr<State> weak = state;
    auto announce = [weak] {
        if (auto alive = weak.lock()) {
            alive->changes.publish({Topic::Cameras, Topic::Matrix, Topic::Documents, Topic::Ledger}
            );
        }
    };
    state_.rooms.registers.on_change([announce](const auto&) { announce(); });
    state_.rooms.gate.on_revoked([announce](const auto&, const auto&) { announce(); });
    state_.rooms.recogniser.on_proposal([weak](const auto&) {
        if (auto alive = weak.lock()) alive->changes.publish({Topic::Matches});
    });
    state_.rooms.lifts.on_change([weak](const auto&) {
        if (auto alive = weak.lock()) alive->changes.publish({Topic::Lifts, Topic::Ledger});
    });
    state_.rooms.alerts.on_change([weak](const alerts::Change& change) {
        if (auto alive = weak.lock()) count_change(*alive, change);
    });
    worker_ = Worker("api-watch", [this](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any pause;
        std::unique_lock lock(mutex);
        while (!stop.stop_requested()) {
            if (state_.changes.anybody_listening()) look();
            pause.wait_for(lock, stop, kLook, [] { return false; });
        }
    });
}

void Watch::look() {
    std::string cameras;
    for (const auto& health : state_.rooms.camera_health()) {
        cameras += fmt::format("{} {} {};", health.camera.text(), health.stream, health.state);
    }
    if (changed(cameras_, std::move(cameras))) state_.changes.publish({Topic::Cameras});
    std::string exports;
    for (const auto& job : state_.rooms.exporter.jobs()) {
        exports +=
            fmt::format("{} {} {};", job.id.text(), static_cast<int>(job.state), job.percent);
    }
    if (changed(exports_, std::move(exports))) state_.changes.publish({Topic::Exports});
    if (changed(ledger_, state_.rooms.ledger.size())) state_.changes.publish({Topic::Ledger});
}

}  // namespace proviso::api
