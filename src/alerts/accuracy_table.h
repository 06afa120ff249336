#pragma once

#include "sql.h"

namespace proviso::alerts {

/// One row: what people said of a rule with one model, ever, and since it was last resumed.
struct AccuracyRow {
    CameraId camera;
    std::string rule;
    std::string kind;
    std::string model;
    long long right = 0;
    long long wrong = 0;
    long long unsure = 0;
    long long right_since = 0;
    long long wrong_since = 0;
    long long suspended_us = 0;  ///< 0: it is not
    bool recorded = true;        ///< the suspension stands in the ledger
};

std::vector<AccuracyRow> select_accuracy(soci::session& session, const Where& where);
/// Moves one finding from what was said of it before to what is said now.
void move_judgement(
    soci::session& session,
    const CameraId& camera,
    const FindingRecord& finding,
    Judgement before,
    Judgement now
);
void set_suspended(soci::session& session, const AccuracyRow& row, Timestamp at);
void set_recorded(soci::session& session, const AccuracyRow& row);
/// Whether anything of it was suspended. What was judged before counts no more towards the next.
bool lift_suspension(soci::session& session, const CameraId& camera, const std::string& rule);

}  // namespace proviso::alerts
