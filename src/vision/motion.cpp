#include "motion.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "polygon.h"

namespace proviso::vision {
namespace {

constexpr int kSmallWidth = 160;
constexpr int kCell = 8;         // small pixels a side
constexpr int kCellChanged = 5;  // of 64: fewer are noise
constexpr float kLeastInDark = 3.5F;
constexpr float kDarkShare = 0.1F;     // of the mean luma, between those two
constexpr float kLeastDifference = 7;  // of 255, after averaging
constexpr float kNoiseFactor = 4;
constexpr float kSceneChanged = 0.6F;  // share of cells
constexpr double kAverageSeconds = 10;
constexpr double kSettleSeconds = 1.0;

}  // namespace

void MotionWatch::forget() { started_ = false; }

void MotionWatch::shrink(const Planes& picture) {
    // Whole blocks only: a rest of less than a block at the right and the bottom is not looked at.
    const auto block = factor_ * factor_;
    for (int row = 0; row < height_; ++row) {
        std::fill(column_sums_.begin(), column_sums_.end(), std::uint16_t{0});
        // Columns first: this loop runs over bytes that lie side by side.
        const auto wide = static_cast<std::size_t>(width_) * static_cast<std::size_t>(factor_);
        for (int line = 0; line < factor_; ++line) {
            const auto* from = picture.y + std::ptrdiff_t(row * factor_ + line) * picture.y_stride;
            for (std::size_t x = 0; x < wide; ++x) {
                column_sums_[x] = static_cast<std::uint16_t>(column_sums_[x] + from[x]);
            }
        }
        auto* to = small_.data() + std::ptrdiff_t(row) * width_;
        const auto* sums = column_sums_.data();
        for (int x = 0; x < width_; ++x) {
            int sum = 0;
            for (int i = 0; i < factor_; ++i) sum += *sums++;
            to[x] = static_cast<std::uint8_t>(sum / block);
        }
    }
}

void MotionWatch::draw_masks(const std::vector<behaviour::Polygon>& masks) {
    std::fill(hidden_.begin(), hidden_.end(), std::uint8_t{0});
    for (const auto& mask : masks) {
        for (int row = 0; row < height_; ++row) {
            for (int x = 0; x < width_; ++x) {
                behaviour::Point at{
                    (static_cast<float>(x) + 0.5F) / static_cast<float>(width_),
                    (static_cast<float>(row) + 0.5F) / static_cast<float>(height_)};
                if (inside(mask, at)) hidden_[static_cast<std::size_t>(row * width_ + x)] = 1;
            }
        }
    }
}

void MotionWatch::begin() {
    started_ = true;
    settle_ = kSettleSeconds;
    for (std::size_t i = 0; i < small_.size(); ++i) average_[i] = small_[i];
}

/// The median difference: a change of light that all share.
float MotionWatch::light_offset() {
    constexpr std::size_t kStep = 7;
    spread_.clear();
    for (std::size_t i = 0; i < small_.size(); i += kStep) {
        spread_.push_back(static_cast<float>(small_[i]) - average_[i]);
    }
    auto middle = spread_.begin() + std::ptrdiff_t(spread_.size() / 2);
    std::nth_element(spread_.begin(), middle, spread_.end());
    return *middle;
}

void MotionWatch::compare(float offset, float rate) {
    std::fill(sums_.begin(), sums_.end(), std::uint8_t{0});
    double noise = 0;
    auto sum = std::accumulate(average_.begin(), average_.end(), 0.0);
    auto least = std::clamp(
        kDarkShare * static_cast<float>(sum / static_cast<double>(average_.size())),
        kLeastInDark,
        kLeastDifference
    );
    for (int row = 0; row < height_; ++row) {
        auto begin = static_cast<std::size_t>(row * width_);
        auto* cells = sums_.data() + std::ptrdiff_t(row / kCell) * columns_;
        for (int x = 0; x < width_; ++x) {
            auto i = begin + static_cast<std::size_t>(x);
            auto difference = static_cast<float>(small_[i]) - average_[i];
            auto away = std::abs(difference - offset);
            auto changed = away > least && away > kNoiseFactor * noise_[i];
            // A pixel that changes for good becomes the average; noise is learned of still ones.
            average_[i] += rate * difference;
            noise_[i] += rate * 0.5F * (std::min(away, 12.0F) - noise_[i]);
            noise += noise_[i];
            cells[x / kCell] =
                static_cast<std::uint8_t>(cells[x / kCell] + (changed && hidden_[i] == 0 ? 1 : 0));
        }
    }
    motion_.noise = static_cast<float>(noise / static_cast<double>(small_.size()));
}

void MotionWatch::add_region(int left, int top, int right, int bottom) {
    auto x0 = static_cast<float>((left - 1) * kCell) / static_cast<float>(width_);
    auto y0 = static_cast<float>((top - 1) * kCell) / static_cast<float>(height_);
    auto x1 = static_cast<float>((right + 2) * kCell) / static_cast<float>(width_);
    auto y1 = static_cast<float>((bottom + 2) * kCell) / static_cast<float>(height_);
    x0 = std::max(0.0F, x0);
    y0 = std::max(0.0F, y0);
    motion_.regions.push_back({x0, y0, std::min(1.0F, x1) - x0, std::min(1.0F, y1) - y0});
}

void MotionWatch::collect() {
    motion_.regions.clear();
    motion_.heat.fill(0);
    std::fill(visited_.begin(), visited_.end(), std::uint8_t{0});
    int moving = 0;
    for (int cell = 0; cell < columns_ * rows_; ++cell) {
        auto at = static_cast<std::size_t>(cell);
        if (sums_[at] < kCellChanged) continue;
        ++moving;
        auto heat_x = (cell % columns_) * behaviour::kHeatSide / columns_;
        auto heat_y = (cell / columns_) * behaviour::kHeatSide / rows_;
        auto& heat =
            motion_.heat.at(static_cast<std::size_t>(heat_y * behaviour::kHeatSide + heat_x));
        heat = static_cast<std::uint8_t>(std::max<int>(heat, std::min(255, sums_[at] * 4)));
        if (visited_[at] != 0) continue;
        int left = columns_;
        int top = rows_;
        int right = 0;
        int bottom = 0;
        stack_.assign(1, cell);
        visited_[at] = 1;
        while (!stack_.empty()) {
            auto here = stack_.back();
            stack_.pop_back();
            auto x = here % columns_;
            auto y = here / columns_;
            left = std::min(left, x);
            right = std::max(right, x);
            top = std::min(top, y);
            bottom = std::max(bottom, y);
            for (int dy = -1; dy <= 1; ++dy) {
                for (int dx = -1; dx <= 1; ++dx) {
                    if (x + dx < 0 || x + dx >= columns_ || y + dy < 0 || y + dy >= rows_) continue;
                    auto next = static_cast<std::size_t>(here + dy * columns_ + dx);
                    if (visited_[next] != 0 || sums_[next] < kCellChanged) continue;
                    visited_[next] = 1;
                    stack_.push_back(static_cast<int>(next));
                }
            }
        }
        add_region(left, top, right, bottom);
    }
    motion_.activity = static_cast<float>(moving) / static_cast<float>(columns_ * rows_);
}

const Motion& MotionWatch::take(
    const Planes& picture, double seconds, const std::vector<behaviour::Polygon>& masks
) {
    auto factor = std::clamp((picture.width + kSmallWidth / 2) / kSmallWidth, 1, 64);
    auto width = std::max(1, picture.width / factor);
    auto height = std::max(1, picture.height / factor);
    if (width != width_ || height != height_ || factor != factor_) {
        width_ = width;
        height_ = height;
        factor_ = factor;
        columns_ = (width + kCell - 1) / kCell;
        rows_ = (height + kCell - 1) / kCell;
        auto size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
        small_.assign(size, 0);
        hidden_.assign(size, 0);
        average_.assign(size, 0);
        noise_.assign(size, 2);
        auto cells = static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_);
        sums_.assign(cells, 0);
        visited_.assign(cells, 0);
        column_sums_.assign(static_cast<std::size_t>(width * factor), 0);
        draw_masks(masks);
        started_ = false;
    }
    shrink(picture);
    motion_.scene_changed = false;
    if (!started_) {
        begin();
        std::fill(sums_.begin(), sums_.end(), std::uint8_t{0});
        collect();
        return motion_;
    }
    auto slow = settle_ > 0 ? kSettleSeconds / 2 : kAverageSeconds;
    auto rate = static_cast<float>(1 - std::exp(-std::max(0.0, seconds) / slow));
    compare(light_offset(), rate);
    collect();
    settle_ = std::max(0.0, settle_ - seconds);
    if (motion_.activity > kSceneChanged) {
        if (seconds > 0) begin();
        motion_.scene_changed = true;
        motion_.activity = 0;
        motion_.heat.fill(0);
        motion_.regions.clear();
    }
    return motion_;
}

}  // namespace proviso::vision
