#include "accuracy_table.h"

namespace proviso::alerts {

namespace {

long long step(Judgement said, Judgement before, Judgement now) {
    return (now == said ? 1 : 0) - (before == said ? 1 : 0);
}

}  // namespace

std::vector<AccuracyRow> select_accuracy(soci::session& session, const Where& where) {
    AccuracyRow row;
    std::string camera;
    int recorded = 0;
    soci::statement statement(session);
    statement.exchange(soci::into(camera));
    statement.exchange(soci::into(row.rule));
    statement.exchange(soci::into(row.kind));
    statement.exchange(soci::into(row.model));
    statement.exchange(soci::into(row.right));
    statement.exchange(soci::into(row.wrong));
    statement.exchange(soci::into(row.unsure));
    statement.exchange(soci::into(row.right_since));
    statement.exchange(soci::into(row.wrong_since));
    statement.exchange(soci::into(row.suspended_us));
    statement.exchange(soci::into(recorded));
    where.bind(statement);
    statement.alloc();
    statement.prepare(
        "SELECT camera, rule, kind, model, right_count, wrong_count, unsure_count, right_since, "
        "wrong_since, suspended_us, recorded FROM accuracy WHERE " +
        where.text() + " ORDER BY camera, rule, kind, model"
    );
    statement.define_and_bind();
    statement.execute(false);
    std::vector<AccuracyRow> rows;
    while (statement.fetch()) {
        auto& found = rows.emplace_back(row);
        found.camera = CameraId::literal(camera);
        found.recorded = recorded != 0;
    }
    return rows;
}

void move_judgement(
    soci::session& session,
    const CameraId& camera,
    const FindingRecord& finding,
    Judgement before,
    Judgement now
) {
    auto right = step(Judgement::True, before, now);
    auto wrong = step(Judgement::False, before, now);
    auto unsure = step(Judgement::Unsure, before, now);
    // What was said before a resume may be taken back after it: no sum goes below nothing.
    session << "INSERT INTO accuracy (camera, rule, kind, model, right_count, wrong_count, "
               "unsure_count, right_since, wrong_since, suspended_us, recorded) VALUES (:camera, "
               ":rule, :kind, :model, :right_count, :wrong_count, :unsure_count, :right_since, "
               ":wrong_since, 0, 1) ON CONFLICT (camera, rule, kind, model) DO UPDATE SET "
               "right_count = accuracy.right_count + excluded.right_count, "
               "wrong_count = accuracy.wrong_count + excluded.wrong_count, "
               "unsure_count = accuracy.unsure_count + excluded.unsure_count, "
               "right_since = CASE WHEN accuracy.right_since + excluded.right_since < 0 THEN 0 "
               "ELSE accuracy.right_since + excluded.right_since END, "
               "wrong_since = CASE WHEN accuracy.wrong_since + excluded.wrong_since < 0 THEN 0 "
               "ELSE accuracy.wrong_since + excluded.wrong_since END",
        soci::use(camera.text(), "camera"), soci::use(finding.rule, "rule"),
        soci::use(finding.kind, "kind"), soci::use(finding.model, "model"),
        soci::use(right, "right_count"), soci::use(wrong, "wrong_count"),
        soci::use(unsure, "unsure_count"), soci::use(right, "right_since"),
        soci::use(wrong, "wrong_since");
}

void set_suspended(soci::session& session, const AccuracyRow& row, Timestamp at) {
    auto us = to_us(at);
    session << "UPDATE accuracy SET suspended_us = :us, recorded = 0 WHERE camera = :camera "
               "AND rule = :rule AND kind = :kind AND model = :model",
        soci::use(us, "us"), soci::use(row.camera.text(), "camera"), soci::use(row.rule, "rule"),
        soci::use(row.kind, "kind"), soci::use(row.model, "model");
}

void set_recorded(soci::session& session, const AccuracyRow& row) {
    session << "UPDATE accuracy SET recorded = 1 WHERE camera = :camera AND rule = :rule "
               "AND kind = :kind AND model = :model",
        soci::use(row.camera.text(), "camera"), soci::use(row.rule, "rule"),
        soci::use(row.kind, "kind"), soci::use(row.model, "model");
}

bool lift_suspension(soci::session& session, const CameraId& camera, const std::string& rule) {
    long long suspended = 0;
    session << "SELECT COUNT(*) FROM accuracy WHERE camera = :camera AND rule = :rule "
               "AND suspended_us > 0",
        soci::use(camera.text(), "camera"), soci::use(rule, "rule"), soci::into(suspended);
    if (suspended == 0) return false;
    session << "UPDATE accuracy SET suspended_us = 0, recorded = 1, right_since = 0, "
               "wrong_since = 0 WHERE camera = :camera AND rule = :rule",
        soci::use(camera.text(), "camera"), soci::use(rule, "rule");
    return true;
}

}  // namespace proviso::alerts
