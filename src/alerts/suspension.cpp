#include <cmath>

#include <fmt/format.h>

#include <proviso/base/log.h>

#include "alerts_inside.h"
#include "proviso/alerts/event_id.h"
#include "review_table.h"

namespace proviso::alerts {

namespace {

std::int64_t permille(double share) { return std::llround(share * 1000); }

ReviewItem item_about(const AccuracyRow& row, double floor, double high, Timestamp now) {
    auto judged = row.right_since + row.wrong_since;
    FindingRecord finding;
    finding.rule = row.rule;
    finding.kind = kSuspendedKind;
    finding.severity = Severity::Alert;
    finding.title = fmt::format("The rule {} suspended itself", row.rule);
    finding.why = fmt::format(
        "{} of {} judged alerts were right; its precision is with 95 % confidence at most {:.1f} "
        "%, under its floor of {:.1f} %. It stays suspended until a person resumes it.",
        row.right_since,
        judged,
        high * 100,
        floor * 100
    );
    finding.numbers = {
        {"right", row.right_since},
        {"judged", judged},
        {"highest_precision", high},
        {"floor", floor}};
    finding.model = row.model;
    finding.from = now;
    finding.to = now;
    ReviewItem item;
    item.id = make_event_id(now);
    item.camera = row.camera;
    item.from = now;
    item.to = now;
    item.findings.push_back(std::move(finding));
    return item;
}

}  // namespace

double Alerts::Inside::floor_of(const CameraId& camera, const std::string& rule) const {
    auto watched = scenes.watched(camera);
    if (!watched) return 0;
    for (const auto& one : watched->rules) {
        if (one.name == rule) return one.min_precision;
    }
    return 0;
}

std::vector<std::pair<AccuracyRow, ReviewItem>> Alerts::Inside::weigh(
    soci::session& session, const CameraId& camera, const std::string& key_id
) {
    std::vector<std::pair<AccuracyRow, ReviewItem>> fallen;
    auto watched = scenes.watched(camera);
    if (!watched) return fallen;
    Where where;
    where.add("camera = :camera", "camera", camera.text());
    where.add("suspended_us = 0");
    where.add("model = :model", "model", watched->model);
    for (auto& row : select_accuracy(session, where)) {
        double floor = floor_of(camera, row.rule);
        auto judged = static_cast<std::uint64_t>(row.right_since + row.wrong_since);
        if (floor <= 0 || judged < options.least_judgements) continue;
        auto high = clopper_pearson(static_cast<std::uint64_t>(row.right_since), judged).high;
        if (high >= floor) continue;
        auto now = clock.now();
        set_suspended(session, row, now);
        auto item = item_about(row, floor, high, now);
        put_review(session, item, key_id);
        fallen.emplace_back(std::move(row), std::move(item));
    }
    return fallen;
}

void Alerts::Inside::announce(const std::vector<std::pair<AccuracyRow, ReviewItem>>& fallen) {
    if (fallen.empty()) return;
    for (const auto& [row, item] : fallen) {
        suspended.with([&](auto& all) { all.emplace(row.camera, row.rule); });
        log_warning("alerts: rule '{}' of {} suspended itself", row.rule, row.camera.text());
    }
    record_suspensions();
    Gathered news;
    for (const auto& [row, item] : fallen) news.reviews.push_back({Stage::New, item, item});
    tell(news);
}

/// A rule stops whether the ledger can write or not; what could not be written comes later.
void Alerts::Inside::record_suspensions() {
    unrecorded = false;
    std::vector<AccuracyRow> rows;
    Where where;
    where.add("suspended_us > 0");
    where.add("recorded = 0");
    auto done = database.read([&](soci::session& session) {
        rows = select_accuracy(session, where);
        return Result<>();
    });
    for (const auto& row : rows) {
        if (!done) break;
        auto judged = static_cast<std::uint64_t>(row.right_since + row.wrong_since);
        auto interval = clopper_pearson(static_cast<std::uint64_t>(row.right_since), judged);
        ledger::Draft draft;
        draft.type = "rule.suspended";
        draft.body = {
            {"camera", row.camera.text()},
            {"rule", row.rule},
            {"kind", row.kind},
            {"model", row.model},
            {"right", row.right_since},
            {"judged", judged},
            {"highest_precision_permille", permille(interval.high)},
            {"floor_permille", permille(floor_of(row.camera, row.rule))}};
        auto receipt = ledger.append(std::move(draft));
        if (!receipt) {
            done = std::move(receipt).error();
            break;
        }
        done = database.write([&](soci::session& session) {
            set_recorded(session, row);
            return Result<>();
        });
    }
    if (done) return;
    unrecorded = true;
    log_warning("alerts: a suspension is not in the ledger yet: {}", done.error().story());
}

}  // namespace proviso::alerts
