#include "proviso/recognise/figures.h"

#include <cmath>

#include <fmt/format.h>

namespace proviso::recognise {

namespace {

/// Searches of a gallery that find somebody who is not there: each of `people` may be the one.
double fpir(double fmr, std::size_t people) {
    return -std::expm1(static_cast<double>(people) * std::log1p(-std::min(fmr, 1.0)));
}

Json to_json(const Rate& rate) {
    auto interval = rate.interval();
    return {
        {"rate", rate.value()},
        {"low", interval.low},
        {"high", interval.high},
        {"errors", rate.errors},
        {"trials", rate.trials}};
}

void add_warnings(ThresholdFigures& figures, const AccuracyTable* table) {
    auto& warnings = figures.warnings;
    if (table == nullptr) {
        warnings.emplace_back(
            "This model was never evaluated here: run proviso models evaluate on a labelled set"
        );
        return;
    }
    if (!figures.point) {
        warnings.emplace_back("The model was not measured at a threshold this low");
        return;
    }
    const auto& point = *figures.point;
    if (point.fmr.errors < 10) {
        auto seen = point.fmr.errors == 0 ? std::string("No false match was")
                    : point.fmr.errors == 1
                        ? std::string("Only 1 false match was")
                        : fmt::format("Only {} false matches were", point.fmr.errors);
        warnings.push_back(fmt::format(
            "{} seen in the test: the rate may be up to {:.2g} %",
            seen,
            100 * point.fmr.interval().high
        ));
    }
    if (figures.disparity && figures.disparity->ratio > 3) {
        warnings.push_back(fmt::format(
            "Strangers of the group '{}' are taken for each other {:.1f} times as often as the "
            "mean of the groups",
            figures.disparity->worst,
            figures.disparity->ratio
        ));
    }
    if (figures.days_measured > 0 && figures.days_measured < 1) {
        warnings.emplace_back("Faces have been counted for less than a day");
    }
    if (figures.false_alerts_per_day && figures.false_alerts_per_day->value > 0.5) {
        warnings.push_back(fmt::format(
            "{:.1f} false alerts a day are to be expected; more than one in two days is too many "
            "to act on with care",
            figures.false_alerts_per_day->value
        ));
    }
}

}  // namespace

ThresholdFigures figures_at(
    double threshold, std::size_t people, const Traffic& traffic, const AccuracyTable* table
) {
    ThresholdFigures figures;
    figures.threshold = threshold;
    figures.people = people;
    figures.faces_per_day = traffic.faces_per_day;
    figures.looks_per_day = traffic.looks_per_day;
    figures.days_measured = traffic.days_measured;
    if (table != nullptr) {
        figures.measured_on = fmt::format(
            "{}: {} people, {} pictures ({})",
            table->set,
            table->people,
            table->pictures,
            table->date
        );
        if (const auto* point = table->at(threshold)) figures.point = *point;
    }
    if (figures.point) {
        figures.disparity = worst_over_geometric_mean(false_matches_by_group(*figures.point));
        if (traffic.days_measured > 0) {
            const auto& fmr = figures.point->fmr;
            auto interval = fmr.interval();
            figures.false_alerts_per_day = Estimate{
                fpir(fmr.value(), people) * traffic.faces_per_day,
                fpir(interval.low, people) * traffic.faces_per_day,
                fpir(interval.high, people) * traffic.faces_per_day};
            figures.false_alerts_per_day_at_most =
                fpir(interval.high, people) * traffic.looks_per_day;
        }
    }
    add_warnings(figures, table);
    return figures;
}

Json to_json(const ThresholdFigures& figures) {
    Json json = {
        {"threshold", figures.threshold},
        {"people", figures.people},
        {"faces_per_day", figures.faces_per_day},
        {"looks_per_day", figures.looks_per_day},
        {"days_measured", figures.days_measured},
        {"measured_on", figures.measured_on},
        {"groups", Json::array()},
        {"warnings", figures.warnings}};
    if (figures.point) {
        json["fmr"] = to_json(figures.point->fmr);
        json["fnmr"] = to_json(figures.point->fnmr);
        for (const auto& [name, group] : figures.point->groups) {
            json["groups"].push_back(
                {{"group", name}, {"fmr", to_json(group.fmr)}, {"fnmr", to_json(group.fnmr)}}
            );
        }
    }
    if (figures.false_alerts_per_day) {
        const auto& expected = *figures.false_alerts_per_day;
        json["false_alerts_per_day"] = {
            {"value", expected.value}, {"low", expected.low}, {"high", expected.high}};
        json["false_alerts_per_day_at_most"] = *figures.false_alerts_per_day_at_most;
    }
    if (figures.disparity) {
        json["worst_group"] = figures.disparity->worst;
        json["worst_over_mean"] = figures.disparity->ratio;
        json["groups_too_small"] = figures.disparity->left_out;
    }
    return json;
}

}  // namespace proviso::recognise
