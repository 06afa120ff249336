#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <proviso/base/document.h>
#include <proviso/base/statistics.h>

/// How well faces are told apart, counted the way of ISO/IEC 19795-1 and, between groups of
/// people, 19795-10. Pure.
namespace proviso::recognise {

struct Rate {
    std::uint64_t errors = 0;
    std::uint64_t trials = 0;

    /// 0 if there were no trials.
    double value() const {
        return trials == 0 ? 0 : static_cast<double>(errors) / static_cast<double>(trials);
    }

    /// Clopper-Pearson, 95 %.
    Interval interval() const { return clopper_pearson(errors, trials); }

    friend bool operator==(const Rate&, const Rate&) = default;
};

/// One picture of a labelled set.
struct LabelledFace {
    std::string person;
    std::string group;             ///< empty: in none
    std::vector<float> embedding;  ///< unit length
};

/// What happens at one threshold: a comparison matches from there upwards.
struct OperatingPoint {
    double threshold = 0;
    Rate fmr;   ///< pairs of different people that match
    Rate fnmr;  ///< pairs of one person that do not

    struct Group {
        Rate fmr;   ///< of pairs within the group
        Rate fnmr;  ///< of pairs of its members
    };

    std::map<std::string, Group> groups;
};

/// With fewer comparisons a group's rate says nothing, unless so many errors were seen even so:
/// a small group that fares badly must not disappear.
inline constexpr std::uint64_t kLeastTrials = 100;
inline constexpr std::uint64_t kTellingErrors = 3;

/// The largest rate over the geometric mean of the groups, with the group that has it. A group
/// without a single error counts half an error in the mean, for none exists with a zero; it is
/// never the worst. Groups too small to say are left out and named. Nothing if fewer than two
/// are left, or none has an error.
struct Disparity {
    double ratio = 1;
    std::string worst;
    std::vector<std::string> left_out;
};

std::optional<Disparity> worst_over_geometric_mean(const std::map<std::string, Rate>& rates);

/// The false matches of the groups at an operating point.
std::map<std::string, Rate> false_matches_by_group(const OperatingPoint& point);

/// The operating points a model was measured at, on what, and when.
struct AccuracyTable {
    std::string model;
    std::string set;  ///< what it was measured on, in words
    std::string date;
    std::size_t people = 0;
    std::size_t pictures = 0;
    std::size_t failed = 0;              ///< pictures in which no face could be used
    std::vector<OperatingPoint> points;  ///< by rising threshold

    /// The point at `threshold`, or the nearest below: its FMR is no smaller. Null below the first.
    const OperatingPoint* at(double threshold) const;
};

/// Every pair of pictures is compared once. InvalidInput for embeddings that are of different
/// size, not finite or without length. `thresholds` rise.
Result<std::vector<OperatingPoint>> evaluate_pairs(
    std::span<const LabelledFace> faces, std::span<const double> thresholds
);

/// Where both rates are equal, between the two pictures' scores around it.
struct EqualErrorRate {
    double rate = 0;
    double threshold = 0;
};

Result<EqualErrorRate> equal_error_rate(std::span<const LabelledFace> faces);

/// FMR and FNMR at every distinct score, thinned to at most `most` points: the DET curve.
struct DetPoint {
    double threshold = 0;
    double fmr = 0;
    double fnmr = 0;
};

Result<std::vector<DetPoint>> det_curve(std::span<const LabelledFace> faces, std::size_t most);

Json to_json(const AccuracyTable& table);
Result<AccuracyTable> read_accuracy_table(const Json& json);

}  // namespace proviso::recognise
