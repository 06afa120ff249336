#include <algorithm>

#include <fmt/format.h>

#include <proviso/base/file.h>
#include <proviso/base/log.h>

#include "analysis_desk.h"

namespace proviso::app {

namespace {

std::string readable(std::string_view kind) {
    std::string words(kind);
    std::ranges::replace(words, '_', ' ');
    return words;
}

std::string normality_context(const CameraId& camera) { return "normality/" + camera.text(); }

}  // namespace

api::AnalyticsStatus AnalysisDesk::status(const CameraId& camera) const {
    std::optional<vision::LookStatus> look;
    for (auto& each : pool_->status()) {
        if (each.camera == camera) look = each;
    }
    api::AnalyticsStatus status;
    if (look) {
        status.frames_per_second = look->frames_per_second;
        status.looked_per_second = look->looked_per_second;
        status.skipped_per_second = look->skipped_per_second;
        status.skipped = look->skipped;
        status.worker_restarts = look->worker_restarts;
    }
    auto now = house_.clock.monotonic();
    desks_.with([&](const auto& desks) {
        auto found = desks.find(camera);
        if (found == desks.end()) return;
        const auto& desk = found->second;
        status.model = desk.camera.analytics->model;
        for (const auto& wanted : desk.wanted) {
            status.analytics.push_back(state_of(desk, wanted, look ? &*look : nullptr, now));
        }
    });
    return status;
}

api::AnalyticState AnalysisDesk::state_of(
    const Desk& desk, const WantedAnalytic& wanted, const vision::LookStatus* look, MonoTime now
) const {
    api::AnalyticState state;
    state.kind = wanted.kind;
    state.name = wanted.name;
    auto is = [&state](std::string_view what, std::string words) {
        state.state = what;
        state.words = std::move(words);
        return state;
    };
    if (!desk.camera.enabled) return is("off", "This camera is switched off.");
    auto asked = desk.asked.find(wanted.kind);
    if (asked == desk.asked.end()) return is("waiting", "The law has not been asked yet.");
    if (const auto& refusal = asked->second.refusal) {
        state.reasons = refusal->reasons;
        state.missing = refusal->missing;
        return is("refused", refusal->words());
    }
    if (!asked->second.trouble.empty()) return is("waiting", asked->second.trouble);
    for (auto under : foundations_of(wanted.kind)) {
        if (permitted(desk, under, now)) continue;
        return is("off", fmt::format("It needs {}, which does not run.", readable(under)));
    }
    if (!permitted(desk, wanted.kind, now)) return is("waiting", "Its permit has just ended.");
    bool of_faces = identifies(wanted.kind) || wanted.kind == "face_detection";
    if (of_faces && !desk.missing_faces.empty()) return is("waiting", desk.missing_faces);
    bool of_things = !of_faces && wanted.kind != "motion" && wanted.kind != "tamper" &&
                     wanted.kind != "abandoned_object";
    if (of_things && !desk.missing_model.empty()) return is("waiting", desk.missing_model);
    if (!desk.trouble.empty() && wanted.rule) return is("waiting", desk.trouble);
    if (look == nullptr) return is("waiting", "The eyes are being opened.");
    if (look->state != vision::LookState::Looking) return is("waiting", look->words);
    if (look->frames_per_second == 0) return is("waiting", "No pictures arrive.");
    if (wanted.rule && rooms_.sink.suspended(desk.camera.name, wanted.name)) {
        return is("suspended", "Judged wrong too often: it tells nothing until it is resumed.");
    }
    if (wanted.kind == "anomaly" && desk.scene) {
        state.learned = desk.scene->learned();
        if (state.learned.value_or(1) < 1) {
            return is(
                "learning",
                fmt::format("Learning what is normal here: {:.0f} %.", *state.learned * 100)
            );
        }
    }
    return is("running", "Running.");
}

std::filesystem::path AnalysisDesk::normality_file(const CameraId& camera) const {
    return house_.config.data / "normality" / (camera.text() + ".sealed");
}

/// Numbers about places, times and speeds; sealed all the same, since they tell when nobody is in.
void AnalysisDesk::keep_normality(const Desk& desk) const {
    if (!desk.scene) return;
    auto model = desk.scene->what_is_normal();
    if (!model) return;
    const auto& camera = desk.camera.name;
    auto kept = [&]() -> Result<> {
        PROVISO_TRY(make_folders(house_.config.data / "normality", 0700));
        auto sealed =
            PROVISO_TRY(house_.keys->seal(normality_context(camera), as_bytes(model->dump())));
        return write_file_atomic(normality_file(camera), sealed, 0600);
    }();
    if (!kept) log_error("camera {}: {}", camera.text(), kept.error().story());
}

Json AnalysisDesk::normality_of(const CameraId& camera) const {
    auto file = normality_file(camera);
    if (!std::filesystem::exists(file)) return nullptr;
    auto read = [&]() -> Result<Json> {
        auto sealed = PROVISO_TRY(read_file(file));
        auto plain = PROVISO_TRY(house_.keys->unseal(normality_context(camera), as_bytes(sealed)));
        DocumentLimits limits;
        limits.bytes = 64U << 20U;
        limits.nodes = 10'000'000;
        return parse_json(as_text(plain.view()), limits);
    }();
    if (read) return *std::move(read);
    log_warning("camera {}: learns anew what is normal: {}", camera.text(), read.error().story());
    return nullptr;
}

}  // namespace proviso::app
