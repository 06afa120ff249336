#include "veil_cells.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace proviso::vision {
namespace {

struct Span {
    int first = 0;
    int end = 0;
};

/// The cells between two fractions of a side. Numbers that are none give none.
Span cells_between(float from, float to, int pixels, int cells) {
    auto scale = static_cast<double>(pixels) / Cells::kSide;
    auto low = std::floor(std::clamp(from * scale, 0.0, double(cells)));
    auto high = std::ceil(std::clamp(to * scale, 0.0, double(cells)));
    if (!(high > low)) return {};
    return {static_cast<int>(low), static_cast<int>(high)};
}

}  // namespace

behaviour::Box hull(const behaviour::Box& a, const behaviour::Box& b) {
    auto x = std::min(a.x, b.x);
    auto y = std::min(a.y, b.y);
    return {x, y, std::max(a.x + a.w, b.x + b.w) - x, std::max(a.y + a.h, b.y + b.h) - y};
}

void Cells::set(const behaviour::Box& box, std::uint8_t value) {
    auto across = cells_between(box.x, box.x + box.w, width_, columns_);
    auto down = cells_between(box.y, box.y + box.h, height_, rows_);
    for (int row = down.first; row < down.end; ++row) {
        std::fill_n(&hidden_[index(0, row)] + across.first, across.end - across.first, value);
    }
}

void Cells::add(const behaviour::Polygon& polygon) {
    if (polygon.size() < 3 || hidden_.empty()) return;
    // Drawn four times finer, with its outline, so that a corner in a cell is not overlooked.
    constexpr int kFiner = 4;
    cv::Mat drawn = cv::Mat::zeros(rows_ * kFiner, columns_ * kFiner, CV_8UC1);
    std::vector<cv::Point> corners;
    for (const auto& corner : polygon) {
        auto place = [](float at, int pixels) {
            return static_cast<int>(std::floor(std::clamp(at, 0.0F, 1.0F) * float(pixels) / 4));
        };
        corners.emplace_back(place(corner.x, width_), place(corner.y, height_));
    }
    std::vector<std::vector<cv::Point>> all{corners};
    cv::fillPoly(drawn, all, 255);
    cv::polylines(drawn, all, true, 255);
    for (int row = 0; row < rows_; ++row) {
        for (int column = 0; column < columns_; ++column) {
            cv::Rect cell(column * kFiner, row * kFiner, kFiner, kFiner);
            if (cv::countNonZero(drawn(cell)) > 0) hidden_[index(column, row)] = 1;
        }
    }
}

void Cells::add(const Cells& other) {
    if (other.hidden_.size() != hidden_.size()) return add_all();
    for (std::size_t i = 0; i < hidden_.size(); ++i) hidden_[i] |= other.hidden_[i];
}

void Cells::add_all() { std::fill(hidden_.begin(), hidden_.end(), std::uint8_t{1}); }

void Cells::clear() { std::fill(hidden_.begin(), hidden_.end(), std::uint8_t{0}); }

bool Cells::any() const {
    return std::find(hidden_.begin(), hidden_.end(), std::uint8_t{1}) != hidden_.end();
}

float Cells::share() const { return covered({0, 0, 1, 1}); }

float Cells::covered(const behaviour::Box& box) const {
    auto x0 = std::clamp(box.x, 0.0F, 1.0F) * float(width_);
    auto x1 = std::clamp(box.x + box.w, 0.0F, 1.0F) * float(width_);
    auto y0 = std::clamp(box.y, 0.0F, 1.0F) * float(height_);
    auto y1 = std::clamp(box.y + box.h, 0.0F, 1.0F) * float(height_);
    if (!(x1 > x0 && y1 > y0)) return 1;
    double hidden = 0;
    for (int row = int(y0) / kSide; row < rows_ && float(row * kSide) < y1; ++row) {
        auto high = std::min(y1, float((row + 1) * kSide)) - std::max(y0, float(row * kSide));
        for (int column = int(x0) / kSide; column < columns_ && float(column * kSide) < x1;
             ++column) {
            if (!at(column, row)) continue;
            auto wide =
                std::min(x1, float((column + 1) * kSide)) - std::max(x0, float(column * kSide));
            hidden += double(wide) * double(high);
        }
    }
    return static_cast<float>(hidden / (double(x1 - x0) * double(y1 - y0)));
}

}  // namespace proviso::vision
