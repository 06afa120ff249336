#include "proviso/recognise/evaluation.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace proviso::recognise {

namespace {

constexpr std::size_t kMostFaces = 10'000;  // fifty million pairs

/// Scores of pairs, sorted.
struct Scores {
    std::vector<float> mated;
    std::vector<float> strangers;

    void sort() {
        std::sort(mated.begin(), mated.end());
        std::sort(strangers.begin(), strangers.end());
    }

    static std::size_t under(const std::vector<float>& sorted, double threshold) {
        auto at = std::lower_bound(
            sorted.begin(),
            sorted.end(),
            threshold,
            [](float score, double least) { return static_cast<double>(score) < least; }
        );
        return static_cast<std::size_t>(at - sorted.begin());
    }

    Rate fmr(double threshold) const {
        return {strangers.size() - under(strangers, threshold), strangers.size()};
    }

    Rate fnmr(double threshold) const { return {under(mated, threshold), mated.size()}; }
};

struct AllScores {
    Scores all;
    std::map<std::string, Scores> groups;
};

Result<> check(std::span<const LabelledFace> faces) {
    if (faces.size() > kMostFaces) {
        return Error(
            ErrorKind::TooLarge,
            "more pictures than can be compared with each other",
            fmt::format("give at most {}", kMostFaces)
        );
    }
    for (const auto& face : faces) {
        double square = 0;
        for (auto number : face.embedding) square += static_cast<double>(number) * number;
        if (face.embedding.size() != faces.front().embedding.size() || !(square > 1e-12) ||
            !std::isfinite(square)) {
            return invalid_input("an embedding has another size, no length, or is not finite");
        }
    }
    return {};
}

float cosine(const std::vector<float>& a, const std::vector<float>& b) {
    double product = 0;
    double square_a = 0;
    double square_b = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        product += static_cast<double>(a[i]) * b[i];
        square_a += static_cast<double>(a[i]) * a[i];
        square_b += static_cast<double>(b[i]) * b[i];
    }
    return static_cast<float>(product / std::sqrt(square_a * square_b));
}

/// Of faces that passed check().
AllScores compare_all(std::span<const LabelledFace> faces) {
    AllScores scores;
    for (const auto& face : faces) {
        if (!face.group.empty()) scores.groups[face.group];
    }
    for (std::size_t i = 0; i < faces.size(); ++i) {
        for (std::size_t j = i + 1; j < faces.size(); ++j) {
            auto score = cosine(faces[i].embedding, faces[j].embedding);
            bool same = faces[i].person == faces[j].person;
            (same ? scores.all.mated : scores.all.strangers).push_back(score);
            if (faces[i].group.empty() || faces[i].group != faces[j].group) continue;
            auto& group = scores.groups[faces[i].group];
            (same ? group.mated : group.strangers).push_back(score);
        }
    }
    scores.all.sort();
    for (auto& [name, group] : scores.groups) group.sort();
    return scores;
}

/// Every score at which a rate changes, rising.
std::vector<double> steps(const Scores& scores) {
    std::vector<double> all(scores.mated.begin(), scores.mated.end());
    all.insert(all.end(), scores.strangers.begin(), scores.strangers.end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

}  // namespace

std::optional<Disparity> worst_over_geometric_mean(const std::map<std::string, Rate>& rates) {
    Disparity found;
    double worst = -1;
    double logarithms = 0;
    int groups = 0;
    for (const auto& [name, rate] : rates) {
        if (rate.trials < kLeastTrials && rate.errors < kTellingErrors) {
            found.left_out.push_back(name);
            continue;
        }
        auto errors = rate.errors == 0 ? 0.5 : static_cast<double>(rate.errors);
        auto value = errors / static_cast<double>(rate.trials);
        logarithms += std::log(value);
        ++groups;
        if (rate.errors > 0 && value > worst) {
            worst = value;
            found.worst = name;
        }
    }
    if (groups < 2 || worst < 0) return {};
    found.ratio = worst / std::exp(logarithms / groups);
    return found;
}

std::map<std::string, Rate> false_matches_by_group(const OperatingPoint& point) {
    std::map<std::string, Rate> rates;
    for (const auto& [name, group] : point.groups) rates.emplace(name, group.fmr);
    return rates;
}

const OperatingPoint* AccuracyTable::at(double threshold) const {
    const OperatingPoint* found = nullptr;
    for (const auto& point : points) {
        // 0.42 typed and 0.42 counted up may differ in the last bit.
        if (point.threshold <= threshold + 1e-9) found = &point;
    }
    return found;
}

Result<std::vector<OperatingPoint>> evaluate_pairs(
    std::span<const LabelledFace> faces, std::span<const double> thresholds
) {
    PROVISO_TRY(check(faces));
    auto scores = compare_all(faces);
    std::vector<OperatingPoint> points;
    for (auto threshold : thresholds) {
        OperatingPoint point{threshold, scores.all.fmr(threshold), scores.all.fnmr(threshold), {}};
        for (const auto& [name, group] : scores.groups) {
            point.groups[name] = {group.fmr(threshold), group.fnmr(threshold)};
        }
        points.push_back(std::move(point));
    }
    return points;
}

Result<EqualErrorRate> equal_error_rate(std::span<const LabelledFace> faces) {
    PROVISO_TRY(check(faces));
    auto scores = compare_all(faces).all;
    if (scores.mated.empty() || scores.strangers.empty()) {
        return invalid_input(
            "there is nothing to compare", "give at least two people, one of them with two pictures"
        );
    }
    EqualErrorRate best;
    double least = 2;
    for (auto threshold : steps(scores)) {
        auto fmr = scores.fmr(threshold).value();
        auto fnmr = scores.fnmr(threshold).value();
        if (std::abs(fmr - fnmr) >= least) continue;
        least = std::abs(fmr - fnmr);
        best = {(fmr + fnmr) / 2, threshold};
    }
    return best;
}

Result<std::vector<DetPoint>> det_curve(std::span<const LabelledFace> faces, std::size_t most) {
    PROVISO_TRY(check(faces));
    auto scores = compare_all(faces).all;
    auto thresholds = steps(scores);
    std::vector<DetPoint> points;
    if (thresholds.empty() || most == 0) return points;
    auto count = std::min(most, thresholds.size());
    for (std::size_t i = 0; i < count; ++i) {
        auto place = count == 1 ? 0 : i * (thresholds.size() - 1) / (count - 1);
        auto threshold = thresholds[place];
        points.push_back({threshold, scores.fmr(threshold).value(), scores.fnmr(threshold).value()}
        );
    }
    return points;
}

}  // namespace proviso::recognise
