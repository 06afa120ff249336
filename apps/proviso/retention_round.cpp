#include "retention_round.h"

#include <condition_variable>
#include <mutex>
#include <set>

#include <proviso/base/log.h>
#include <proviso/law/retention.h>
#include <proviso/record/key_owner.h>
#include <proviso/record/retention.h>

namespace proviso::app {

namespace {

constexpr std::chrono::days kApprovalsKept{90};

bool held(const registers::Snapshot& state, const registers::Camera& camera, Day today) {
    for (const auto& [name, record] : state.records) {
        if (record.kind != "legal_hold" || record.withdrawn) continue;
        if (record.camera && *record.camera != camera.name) continue;
        if (record.site && *record.site != camera.site) continue;
        if (record.valid_from && today < *record.valid_from) continue;
        if (record.valid_until && today > *record.valid_until) continue;
        return true;
    }
    return false;
}

}  // namespace

RetentionRound::RetentionRound(House& house, playback::Exporter& exporter, alerts::Alerts& alerts)
    : house_(house), exporter_(exporter), alerts_(alerts) {
    worker_ = Worker("retention", [this](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        while (!stop.stop_requested()) {
            if (auto done = once(); !done) log_error("retention: {}", done.error().story());
            std::unique_lock lock(mutex);
            wake.wait_for(lock, stop, house_.config.retention.every, [] { return false; });
        }
    });
}

Result<> RetentionRound::once() {
    auto now = house_.clock.now();
    auto state = house_.registers->snapshot();
    auto packs = house_.gate->packs();
    const auto unexplained = law::unexplained_days(packs, day_of(now));
    std::map<CameraId, std::int64_t> caps;
    for (const auto& cell : PROVISO_TRY(house_.gate->matrix(std::nullopt, std::nullopt))) {
        if (cell.capability == "recording" && cell.footage_days_cap) {
            caps[cell.camera] = *cell.footage_days_cap;
        }
    }
    std::vector<record::RetentionRule> rules;
    for (const auto& [id, camera] : state->cameras) {
        record::RetentionRule rule;
        rule.camera = id;
        rule.footage_days = law::footage_days(packs, *state, camera, day_of(now));
        if (auto cap = caps.find(id); cap != caps.end()) {
            rule.footage_days = std::min(rule.footage_days, cap->second);
        }
        if (camera.max_bytes) rule.max_bytes = static_cast<std::uint64_t>(*camera.max_bytes);
        rule.legal_hold = held(*state, camera, day_of(now));
        rule.keys_from = day_of(now - std::chrono::days(rule.footage_days));
        auto masked = rule;
        rules.push_back(std::move(rule));
        // Masked pictures may still be of somebody: the law's limit holds for them as well. Of an
        // archive that is kept no longer, nothing outlives the clear recording.
        masked.masked = true;
        masked.max_bytes.reset();
        masked.keys_from.reset();
        if (camera.masked_days) {
            masked.footage_days = *camera.masked_days;
            if (auto cap = caps.find(id); cap != caps.end()) {
                masked.footage_days = std::min(masked.footage_days, cap->second);
            }
        }
        rules.push_back(std::move(masked));
    }
    // What a camera that is no longer on record left behind lives as long as the packs let an
    // unexplained recording live.
    for (const auto& usage : PROVISO_TRY(house_.catalog->usage())) {
        if (state->cameras.contains(usage.camera)) continue;
        rules.push_back({usage.camera, unexplained, {}, false, {}});
        rules.push_back({usage.camera, unexplained, {}, false, {}, true});
    }
    // Also where nothing was ever recorded of it: its keys seal what the eyes saw.
    std::set<CameraId> ruled;
    for (const auto& rule : rules) {
        ruled.insert(record::key_owner(
            {rule.camera, rule.masked ? media::StreamKind::Masked : media::StreamKind::Main}
        ));
    }
    for (const auto& key : house_.keys->list()) {
        if (!ruled.insert(key.camera).second) continue;
        rules.push_back(
            {key.camera, unexplained, {}, false, day_of(now - std::chrono::days(unexplained))}
        );
    }
    std::vector<alerts::Keep> keep;
    for (const auto& rule : rules) {
        if (rule.masked) continue;
        keep.push_back({rule.camera, rule.footage_days, rule.legal_hold});
    }
    auto report = PROVISO_TRY(record::apply_retention(
        rules, house_.config.recordings(), *house_.catalog, *house_.keys, *house_.ledger, now
    ));
    if (report.segments_deleted > 0) {
        log_info(
            "retention: {} recordings deleted, {} keys destroyed",
            report.segments_deleted,
            report.keys_destroyed.size()
        );
    }
    // Reasons are personal; the ledger keeps what happened.
    PROVISO_TRY(house_.approvals->expire(now - kApprovalsKept).while_doing("retention of approvals")
    );
    PROVISO_TRY(house_.recogniser->tidy().while_doing("tidy the galleries"));
    // After the keys: what the eyes saw of a day goes with its key.
    PROVISO_TRY(alerts_.expire(keep, unexplained).while_doing("retention of alerts"));
    return exporter_.expire(now - std::chrono::days(house_.config.retention.exports_days));
}

}  // namespace proviso::app
