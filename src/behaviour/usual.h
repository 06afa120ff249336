#pragma once

#include <array>
#include <string_view>
#include <vector>

#include <proviso/base/document.h>

namespace proviso::behaviour {

/// The features by which something may be unusual.
enum class Feature { Place, Time, Pace, Way, Size, Shape, Kind, Colour };

inline constexpr std::size_t kFeatures = 8;

/// Counts of a value with `bins` possible values in each of `cells` parts of the picture. A part of
/// which little is known leans on the whole picture.
class Table {
public:
    Table(std::size_t cells, std::size_t bins) : bins_(bins), counts_(cells * bins), all_(bins) {}

    void learn(std::size_t cell, std::size_t bin);
    /// Share of what was seen before that was at least as rare here, 0..1.
    double rarity(std::size_t cell, std::size_t bin) const;
    /// How much was seen in this part.
    double seen(std::size_t cell) const;
    void fade(float factor);
    Json save() const;
    bool load(const Json& json);

private:
    std::size_t bins_;
    std::vector<float> counts_;
    std::vector<float> all_;
};

/// Everything that is learned. Plain tables; no track, no person, no picture.
struct Usual {
    static constexpr std::size_t kGrid = 16;    // places
    static constexpr std::size_t kParts = 8;    // parts of the picture for what depends on place
    static constexpr std::size_t kHours = 168;  // of the week
    static constexpr std::size_t kMany = 32;
    static constexpr std::size_t kStir = 10;
    static constexpr std::size_t kScores = 64;
    static constexpr std::size_t kSteps = 48;  // of evidence, in eighths

    Usual();

    std::vector<float> place;  // visits
    Table pace;
    Table way;
    Table size;
    Table shape;
    Table kind;
    Table colour;
    std::vector<float> arrivals;  // by hour of the week
    std::vector<float> watched;   // hours watched in each hour of the week
    std::vector<float> many;      // tens of seconds with so many
    std::vector<float> stir;      // tens of seconds with so much movement, by hour of the day
    std::vector<float> levels;    // how often each feature was how rare, on ordinary days
    std::vector<float> scores;    // the highest score of each thing, in tenths
    double hours = 0;             // watched in all, never fading
    double things = 0;            // seen in all, never fading

    /// Rarity of every place; neighbours count, since nobody walks on one tile only.
    std::array<float, kGrid * kGrid> place_rarity() const;
    /// Rarity of somebody at this hour; 1 while the hour is unknown.
    double hour_rarity(std::size_t hour) const;
    /// Share of the time with at least so many.
    double many_rarity(std::size_t number) const;
    double stir_rarity(std::size_t hour_of_day, std::size_t level) const;
    /// How rare it is that this feature is this rare: some always are, where everybody goes
    /// everywhere. A logarithm to base 10, as `evidence` is.
    double weigh(Feature feature, double evidence) const;
    void learn_level(Feature feature, double evidence);
    void fade(float factor);

    Json save() const;
    bool load(const Json& json);
};

}  // namespace proviso::behaviour
