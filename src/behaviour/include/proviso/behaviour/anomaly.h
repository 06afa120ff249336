#pragma once

#include <memory>
#include <string>
#include <vector>

#include <proviso/behaviour/finding.h>
#include <proviso/behaviour/observation.h>

namespace proviso::behaviour {

struct AnomalyConfig {
    double learning_hours = 72;    ///< watched so long, and so many things seen, before it speaks
    double learning_things = 100;  ///< (or four times the hours, where hardly anybody comes)
    double half_life_days = 14;    ///< what was seen counts half after so long
    double told_per_day = 2;       ///< how often it may speak on ordinary days
    std::string timezone = {};     ///< the site's; empty: UTC
};

/// What is usual before one camera: where things go, when, how fast, which way, how many, how
/// large, of what shape, kind and colour, and how much moves. Learned without labels from
/// observations, as counts in fixed tables (about 3,000 numbers): nothing in it is a picture, a
/// track or a person. Each new thing is first compared and then learned, so what repeats becomes
/// usual. Rarity of a value is the share of everything seen before that was at least as unusual.
/// Not thread-safe.
class AnomalyModel {
public:
    /// An error for a time zone that is none.
    static Result<AnomalyModel> make(AnomalyConfig config = {});
    /// From `save()`. Corrupt if it is not one; nothing of it is then used.
    static Result<AnomalyModel> load(const Json& saved, AnomalyConfig config = {});
    AnomalyModel(AnomalyModel&&) noexcept;
    AnomalyModel& operator=(AnomalyModel&&) noexcept;
    ~AnomalyModel();

    /// Findings of kind "anomaly", with the feature that was rare in the sentence and the numbers.
    /// One thing is told of once. None before it has learned.
    std::vector<Finding> take(const Observation& observation);
    /// Ends what is open.
    std::vector<Finding> finish();

    /// How far the learning is, 0..1.
    double learned() const;
    /// How unusual the last observation was: 0 usual, 2 about one in a hundred, 3 in a thousand.
    double score() const;
    /// From which score on it speaks at present.
    double limit() const;

    Json save() const;

private:
    struct Parts;

    explicit AnomalyModel(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace proviso::behaviour
