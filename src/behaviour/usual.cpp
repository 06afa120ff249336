#include "usual.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace proviso::behaviour {

namespace {

/// What was never seen has been seen this often: so little data cannot make anything very rare.
constexpr double kPrior = 0.3;
/// How much a part of the picture leans on the whole.
constexpr double kLean = 4;
/// Larger numbers cannot come from counting.
constexpr double kLargest = 1e9;
constexpr double kTie = 1 + 1e-6;
/// An hour of the week watched for less is not known.
constexpr double kKnownHours = 0.75;

double sum(const std::vector<float>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

Json save_list(const std::vector<float>& values) {
    Json list = Json::array();
    for (float value : values) list.push_back(std::round(static_cast<double>(value) * 1e3) / 1e3);
    return list;
}

bool load_number(const Json& json, double& value) {
    if (!json.is_number()) return false;
    value = json.get<double>();
    return value >= 0 && value <= kLargest;
}

bool load_list(const Json& json, std::vector<float>& values) {
    if (!json.is_array() || json.size() != values.size()) return false;
    for (std::size_t i = 0; i < values.size(); ++i) {
        double value = 0;
        if (!load_number(json[i], value)) return false;
        values[i] = static_cast<float>(value);
    }
    return true;
}

double at_least(
    const std::vector<float>& counts, std::size_t first, std::size_t count, std::size_t from
) {
    double above = 0;
    double all = 0;
    for (std::size_t i = 0; i < count; ++i) {
        all += counts[first + i];
        if (i >= from) above += counts[first + i];
    }
    return (above + kPrior) / (all + 1);
}

}  // namespace

void Table::learn(std::size_t cell, std::size_t bin) {
    counts_[cell * bins_ + bin] += 1;
    all_[bin] += 1;
}

double Table::seen(std::size_t cell) const {
    auto first = counts_.begin() + static_cast<std::ptrdiff_t>(cell * bins_);
    return std::accumulate(first, first + static_cast<std::ptrdiff_t>(bins_), 0.0);
}

double Table::rarity(std::size_t cell, std::size_t bin) const {
    double everywhere = sum(all_) + kPrior * static_cast<double>(bins_);
    double here = seen(cell) + kLean;
    auto share = [&](std::size_t which) {
        double usual = (all_[which] + kPrior) / everywhere;
        return (counts_[cell * bins_ + which] + kLean * usual) / here;
    };
    double own = share(bin);
    double rare = 0;
    for (std::size_t which = 0; which < bins_; ++which) {
        if (share(which) <= own * kTie) rare += share(which);
    }
    return std::min(rare, 1.0);
}

void Table::fade(float factor) {
    for (auto* list : {&counts_, &all_}) {
        for (auto& count : *list) count *= factor;
    }
}

Json Table::save() const { return save_list(counts_); }

bool Table::load(const Json& json) {
    if (!load_list(json, counts_)) return false;
    std::fill(all_.begin(), all_.end(), 0.0F);
    for (std::size_t i = 0; i < counts_.size(); ++i) all_[i % bins_] += counts_[i];
    return true;
}

Usual::Usual()
    : place(kGrid * kGrid),
      pace(kParts * kParts, 8),
      way(kParts * kParts, 8),
      size(kParts * kParts, 10),
      shape(kParts * kParts, 6),
      kind(kParts * kParts, 8),
      colour(1, 12),
      arrivals(kHours),
      watched(kHours),
      many(kMany),
      stir(24 * kStir),
      levels(kFeatures * kSteps),
      scores(kScores) {}

std::array<float, Usual::kGrid * Usual::kGrid> Usual::place_rarity() const {
    constexpr int kSide = kGrid;
    std::array<float, kGrid * kGrid> near{};
    float all = 0;
    for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x) {
            float value = static_cast<float>(kPrior) / 8;
            for (int dy = -1; dy <= 1; ++dy) {
                for (int dx = -1; dx <= 1; ++dx) {
                    if (x + dx < 0 || y + dy < 0 || x + dx >= kSide || y + dy >= kSide) continue;
                    float weight = 1.0F / static_cast<float>(1 << (std::abs(dx) + std::abs(dy)));
                    auto cell = static_cast<std::size_t>((y + dy) * kSide + x + dx);
                    value += weight * place[cell];
                }
            }
            near[static_cast<std::size_t>(y * kSide + x)] = value;
            all += value;
        }
    }
    std::array<std::size_t, kGrid * kGrid> order{};
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return near[a] < near[b]; });
    std::array<float, kGrid * kGrid> rarity{};
    float rare = 0;
    for (std::size_t i = 0; i < order.size();) {
        std::size_t end = i;
        for (; end < order.size() && near[order[end]] <= near[order[i]] * kTie; ++end) {
            rare += near[order[end]];
        }
        for (; i < end; ++i) rarity[order[i]] = std::min(1.0F, rare / all);
    }
    return rarity;
}

double Usual::hour_rarity(std::size_t hour) const {
    auto rate = [&](std::size_t which) {
        double day_arrivals = 0;
        double day_watched = 0;
        for (std::size_t i = which % 24; i < kHours; i += 24) {
            day_arrivals += arrivals[i];
            day_watched += watched[i];
        }
        double usual = (day_arrivals + 0.1) / (day_watched + 1);
        return (arrivals[which] + usual) / (watched[which] + 1);
    };
    if (watched[hour] < kKnownHours) return 1;
    double own = rate(hour);
    double rare = 0;
    double all = 0;
    for (std::size_t which = 0; which < kHours; ++which) {
        if (watched[which] <= 0) continue;
        double share = rate(which);
        all += share;
        if (share <= own * kTie) rare += share;
    }
    return std::min(1.0, rare / all);
}

double Usual::many_rarity(std::size_t number) const { return at_least(many, 0, kMany, number); }

double Usual::stir_rarity(std::size_t hour_of_day, std::size_t level) const {
    // An hour of which little is known leans on the whole day.
    constexpr double kLeanTens = 60;
    std::vector<float> day(kStir);
    double here = 0;
    for (std::size_t i = 0; i < stir.size(); ++i) {
        day[i % kStir] += stir[i];
        if (i / kStir == hour_of_day) here += stir[i];
    }
    double usual = at_least(day, 0, kStir, level);
    double own = at_least(stir, hour_of_day * kStir, kStir, level);
    return (here * own + kLeanTens * usual) / (here + kLeanTens);
}

double Usual::weigh(Feature feature, double evidence) const {
    // Beyond all that was seen the raw rarity still tells more from less.
    constexpr double kRaw = 0.25;
    auto step = static_cast<std::size_t>(std::clamp(evidence * 8, 0.0, kSteps - 1.0));
    double share = at_least(levels, static_cast<std::size_t>(feature) * kSteps, kSteps, step);
    return -std::log10(std::min(share, 1.0)) + kRaw * evidence;
}

void Usual::learn_level(Feature feature, double evidence) {
    auto step = static_cast<std::size_t>(std::clamp(evidence * 8, 0.0, kSteps - 1.0));
    levels[static_cast<std::size_t>(feature) * kSteps + step] += 1;
}

void Usual::fade(float factor) {
    for (auto* table : {&pace, &way, &size, &shape, &kind, &colour}) table->fade(factor);
    for (auto* list : {&place, &arrivals, &watched, &many, &stir, &levels, &scores}) {
        for (auto& value : *list) value *= factor;
    }
}

Json Usual::save() const {
    return {
        {"place", save_list(place)},
        {"pace", pace.save()},
        {"way", way.save()},
        {"size", size.save()},
        {"shape", shape.save()},
        {"kind", kind.save()},
        {"colour", colour.save()},
        {"arrivals", save_list(arrivals)},
        {"watched", save_list(watched)},
        {"many", save_list(many)},
        {"stir", save_list(stir)},
        {"levels", save_list(levels)},
        {"scores", save_list(scores)},
        {"hours", hours},
        {"things", things},
    };
}

bool Usual::load(const Json& json) {
    auto part = [&](const char* key) -> const Json& {
        static const Json kNothing;
        auto found = json.find(key);
        return found == json.end() ? kNothing : *found;
    };
    return json.is_object() && load_list(part("place"), place) && pace.load(part("pace")) &&
           way.load(part("way")) && size.load(part("size")) && shape.load(part("shape")) &&
           kind.load(part("kind")) && colour.load(part("colour")) &&
           load_list(part("arrivals"), arrivals) && load_list(part("watched"), watched) &&
           load_list(part("many"), many) && load_list(part("stir"), stir) &&
           load_list(part("levels"), levels) && load_list(part("scores"), scores) &&
           load_number(part("hours"), hours) && load_number(part("things"), things);
}

}  // namespace proviso::behaviour
