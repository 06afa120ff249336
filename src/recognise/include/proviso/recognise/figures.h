#pragma once

#include <proviso/recognise/evaluation.h>
#include <proviso/recognise/gallery.h>

namespace proviso::recognise {

struct Estimate {
    double value = 0;
    double low = 0;
    double high = 0;
};

/// What a threshold means for the people who pass by; shown to whoever sets it.
struct ThresholdFigures {
    double threshold = 0;
    std::size_t people = 0;    ///< enrolled
    double faces_per_day = 0;  ///< different tracks compared, mean of the last seven days
    double looks_per_day = 0;  ///< comparisons; one face is looked at several times
    double days_measured = 0;  ///< 0: nothing seen yet, and no expectation
    std::optional<OperatingPoint> point;  ///< none: the model was not measured at this threshold
    /// From each face being one trial against everybody enrolled, with the interval of the FMR.
    std::optional<Estimate> false_alerts_per_day;
    /// The same if every look were a trial of its own: the worst case.
    std::optional<double> false_alerts_per_day_at_most;
    std::optional<Disparity> disparity;
    std::string measured_on;  ///< set, size and date, in words
    std::vector<std::string> warnings;
};

struct Traffic {
    double faces_per_day = 0;
    double looks_per_day = 0;
    double days_measured = 0;
};

/// FPIR = 1 - (1 - FMR)^people; false alerts = FPIR x faces.
ThresholdFigures figures_at(
    double threshold, std::size_t people, const Traffic& traffic, const AccuracyTable* table
);

Json to_json(const ThresholdFigures& figures);

}  // namespace proviso::recognise
