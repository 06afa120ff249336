#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include <proviso/behaviour/accuracy.h>

#include "assignment.h"

namespace proviso::behaviour {

namespace {

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

template <class T>
std::map<int, std::vector<const T*>> by_frame(std::span<const T> boxes) {
    std::map<int, std::vector<const T*>> frames;
    for (const auto& one : boxes) frames[one.frame].push_back(&one);
    return frames;
}

/// The pairs of one frame by CLEAR-MOT: who belonged together stays so while it can, the rest is
/// given away at the least distance.
class FrameMatcher {
public:
    explicit FrameMatcher(float least_overlap) : least_overlap_(least_overlap) {}

    void match(
        const std::vector<const MarkedBox*>& marked,
        const std::vector<const GuessedBox*>& guessed,
        TrackingFigures& figures
    ) {
        std::vector<int> partner(marked.size(), -1);
        std::vector<bool> taken(guessed.size(), false);
        for (std::size_t i = 0; i < marked.size(); ++i) {
            auto known = current_.find(marked[i]->id);
            if (known == current_.end()) continue;
            for (std::size_t j = 0; j < guessed.size(); ++j) {
                if (taken[j] || guessed[j]->id != known->second) continue;
                if (overlap(marked[i]->box, guessed[j]->box) < least_overlap_) continue;
                partner[i] = static_cast<int>(j);
                taken[j] = true;
                break;
            }
        }
        CostMatrix costs(marked.size(), guessed.size());
        for (std::size_t i = 0; i < marked.size(); ++i) {
            for (std::size_t j = 0; partner[i] < 0 && j < guessed.size(); ++j) {
                float shared = overlap(marked[i]->box, guessed[j]->box);
                if (!taken[j] && shared >= least_overlap_) costs.at(i, j) = 1 - shared;
            }
        }
        auto rest = assign(costs, 2);
        std::size_t pairs = 0;
        for (std::size_t i = 0; i < marked.size(); ++i) {
            if (partner[i] < 0) partner[i] = rest[i];
            note(*marked[i], partner[i] < 0 ? nullptr : guessed[partner[i]], figures);
            if (partner[i] >= 0) ++pairs;
        }
        figures.misses += marked.size() - pairs;
        figures.false_boxes += guessed.size() - pairs;
    }

private:
    void note(const MarkedBox& marked, const GuessedBox* guess, TrackingFigures& figures) {
        if (guess == nullptr) {
            current_.erase(marked.id);
            return;
        }
        auto before = last_.find(marked.id);
        if (before != last_.end()) {
            if (before->second != guess->id) ++figures.switches;
            if (!current_.contains(marked.id)) ++figures.fragments;
        }
        current_[marked.id] = guess->id;
        last_[marked.id] = guess->id;
    }

    float least_overlap_;
    std::map<std::int64_t, std::int64_t> current_;  // pairs of the frame before
    std::map<std::int64_t, std::int64_t> last_;     // of any frame before
};

/// Twice the boxes under the best one-to-one naming of marked by guessed tracks, over all boxes.
double idf1(
    std::span<const MarkedBox> marked, std::span<const GuessedBox> guessed, float least_overlap
) {
    std::map<std::int64_t, std::size_t> rows;
    std::map<std::int64_t, std::size_t> columns;
    for (const auto& one : marked) rows.try_emplace(one.id, rows.size());
    for (const auto& one : guessed) columns.try_emplace(one.id, columns.size());
    if (marked.empty() && guessed.empty()) return kNotANumber;
    CostMatrix shared(rows.size(), columns.size());
    auto guesses = by_frame(guessed);
    for (const auto& one : marked) {
        auto frame = guesses.find(one.frame);
        if (frame == guesses.end()) continue;
        for (const auto* guess : frame->second) {
            if (overlap(one.box, guess->box) < least_overlap) continue;
            auto& cell = shared.at(rows[one.id], columns[guess->id]);
            cell = std::isinf(cell) ? -1 : cell - 1;
        }
    }
    auto names = assign(shared, 0);
    double kept = 0;
    for (std::size_t row = 0; row < names.size(); ++row) {
        if (names[row] >= 0) kept -= shared.at(row, names[row]);
    }
    return 2 * kept / static_cast<double>(marked.size() + guessed.size());
}

template <class T>
bool take_field(std::string_view& line, T& value) {
    auto [rest, error] = std::from_chars(line.data(), line.data() + line.size(), value);
    if (error != std::errc()) return false;
    line.remove_prefix(static_cast<std::size_t>(rest - line.data()));
    if (line.empty()) return true;
    if (line.front() != ',') return false;
    line.remove_prefix(1);
    return true;
}

}  // namespace

double average_precision(
    std::span<const MarkedBox> marked,
    std::span<const GuessedBox> guessed,
    float least_overlap,
    float least_visible
) {
    auto frames = by_frame(marked);
    auto total = std::count_if(marked.begin(), marked.end(), [&](const MarkedBox& one) {
        return one.visible >= least_visible;
    });
    if (total == 0) return kNotANumber;
    std::vector<std::size_t> order(guessed.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return guessed[a].score > guessed[b].score;
    });
    std::map<const MarkedBox*, bool> found;
    std::vector<std::pair<double, double>> curve;  // recall, precision
    double right = 0;
    double wrong = 0;
    for (auto index : order) {
        const auto& guess = guessed[index];
        const MarkedBox* best = nullptr;
        float most = least_overlap;
        bool hidden = false;
        auto frame = frames.find(guess.frame);
        for (std::size_t i = 0; frame != frames.end() && i < frame->second.size(); ++i) {
            const auto* mark = frame->second[i];
            float shared = overlap(mark->box, guess.box);
            if (shared < least_overlap) continue;
            if (mark->visible < least_visible) {
                hidden = true;
            } else if (!found[mark] && shared >= most) {
                best = mark;
                most = shared;
            }
        }
        if (best == nullptr && hidden) continue;
        if (best != nullptr) found[best] = true;
        (best != nullptr ? right : wrong) += 1;
        curve.emplace_back(right / static_cast<double>(total), right / (right + wrong));
    }
    double area = 0;
    double ahead = 0;  // the best precision at this recall or beyond
    for (std::size_t i = curve.size(); i-- > 0;) {
        ahead = std::max(ahead, curve[i].second);
        area += ahead * (curve[i].first - (i > 0 ? curve[i - 1].first : 0));
    }
    return area;
}

TrackingFigures tracking_figures(
    std::span<const MarkedBox> marked, std::span<const GuessedBox> guessed, float least_overlap
) {
    TrackingFigures figures;
    figures.marked = marked.size();
    figures.guessed = guessed.size();
    auto marks = by_frame(marked);
    auto guesses = by_frame(guessed);
    for (const auto& [frame, boxes] : guesses) marks.try_emplace(frame);
    FrameMatcher matcher(least_overlap);
    for (const auto& [frame, boxes] : marks) {
        auto found = guesses.find(frame);
        matcher.match(
            boxes,
            found == guesses.end() ? std::vector<const GuessedBox*>{} : found->second,
            figures
        );
    }
    auto wrong = static_cast<double>(figures.misses + figures.false_boxes + figures.switches);
    figures.mota = marked.empty() ? kNotANumber : 1 - wrong / static_cast<double>(marked.size());
    figures.idf1 = idf1(marked, guessed, least_overlap);
    return figures;
}

double area_under_curve(std::span<const float> scores, std::span<const std::uint8_t> unusual) {
    const std::size_t count = std::min(scores.size(), unusual.size());
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return scores[a] < scores[b];
    });
    double rank_sum = 0;
    double positives = 0;
    for (std::size_t i = 0; i < count;) {
        std::size_t end = i;
        double here = 0;
        while (end < count && scores[order[end]] == scores[order[i]]) {
            here += unusual[order[end]] != 0 ? 1 : 0;
            ++end;
        }
        rank_sum += here * (static_cast<double>(i + 1 + end) / 2);  // equal scores share a rank
        positives += here;
        i = end;
    }
    double negatives = static_cast<double>(count) - positives;
    if (positives == 0 || negatives == 0) return kNotANumber;
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives);
}

Result<std::vector<MarkedBox>> read_marked_boxes(
    std::string_view text, int width, int height, int only_class
) {
    if (width <= 0 || height <= 0) return invalid_input("a picture needs a width and a height");
    std::vector<MarkedBox> boxes;
    for (int number = 1; !text.empty(); ++number) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (line.empty()) continue;
        MarkedBox box;
        int used = 0;
        int kind = 0;
        float x = 0;
        float y = 0;
        float w = 0;
        float h = 0;
        bool read = take_field(line, box.frame) && take_field(line, box.id) &&
                    take_field(line, x) && take_field(line, y) && take_field(line, w) &&
                    take_field(line, h) && take_field(line, used) && take_field(line, kind) &&
                    take_field(line, box.visible);
        if (!read) {
            return invalid_input(
                fmt::format("line {} is not a marked box", number),
                "write frame,id,x,y,w,h,1,class,visibility"
            );
        }
        if (used == 0 || (only_class != 0 && kind != only_class)) continue;
        auto wide = static_cast<float>(width);
        auto high = static_cast<float>(height);
        box.frame -= 1;
        box.box = {x / wide, y / high, w / wide, h / high};
        boxes.push_back(box);
    }
    return boxes;
}

}  // namespace proviso::behaviour
