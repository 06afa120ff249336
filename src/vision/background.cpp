#include "background.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace proviso::vision {
namespace {

constexpr int kWidth = 360;
constexpr double kLearnSeconds = 12;   // of what is usual
constexpr double kAbsorbSeconds = 20;  // of what stands in front and is nothing known
constexpr double kKeepSeconds = 300;   // of what is known to be a thing
constexpr double kFastSeconds = 0.4;   // while the first pictures are learned
constexpr float kLeastDifference = 12;
constexpr float kLeastInDark = 4.5F;
constexpr double kDarkShare = 0.13;   // of the mean luma, between those two
constexpr float kNoShadowUnder = 40;  // in the dark nothing casts one
constexpr float kSpreads = 3.5F;
constexpr float kColourDifference = 9;
constexpr float kDarkest = 0.45F;  // of a shadow, of the luma without it
constexpr float kBrightest = 0.97F;
constexpr float kShared = 1;         // a shared difference that is followed at once
constexpr double kEverywhere = 0.6;  // share of pixels that change only with the light

cv::Mat plane(const std::uint8_t* data, int width, int height, int stride) {
    return {
        height, width, CV_8UC1, const_cast<std::uint8_t*>(data), static_cast<std::size_t>(stride)};
}

}  // namespace

void Background::shrink(const Planes& picture) {
    factor_ = std::max(1, (picture.width + kWidth / 2) / kWidth);
    cv::Size size(std::max(8, picture.width / factor_), std::max(8, picture.height / factor_));
    if (size != luma_.size()) started_ = false;
    cv::resize(
        plane(picture.y, picture.width, picture.height, picture.y_stride),
        luma_,
        size,
        0,
        0,
        cv::INTER_AREA
    );
    if (picture.u == nullptr) {
        u_.create(size, CV_8UC1);
        u_.setTo(128);
        u_.copyTo(v_);
        return;
    }
    auto width = (picture.width + (1 << picture.chroma_x) - 1) >> picture.chroma_x;
    auto height = (picture.height + (1 << picture.chroma_y) - 1) >> picture.chroma_y;
    cv::resize(plane(picture.u, width, height, picture.uv_stride), u_, size, 0, 0, cv::INTER_AREA);
    cv::resize(plane(picture.v, width, height, picture.uv_stride), v_, size, 0, 0, cv::INTER_AREA);
}

/// Light and white balance that change for all: what most pixels share is not a thing.
void Background::shift(const cv::Mat& now, cv::Mat& mean) {
    constexpr int kStep = 5;
    differences_.clear();
    for (int row = 0; row < now.rows; row += kStep) {
        const auto* values = now.ptr<std::uint8_t>(row);
        const auto* usual = mean.ptr<float>(row);
        for (int x = 0; x < now.cols; x += kStep) {
            differences_.push_back(static_cast<float>(values[x]) - usual[x]);
        }
    }
    auto middle = differences_.begin() + static_cast<std::ptrdiff_t>(differences_.size() / 2);
    std::nth_element(differences_.begin(), middle, differences_.end());
    auto offset = std::abs(*middle) < kShared ? 0.0F : *middle;
    if (offset != 0) mean += cv::Scalar::all(offset);
}

void Background::begin() {
    luma_.convertTo(mean_, CV_32F);
    u_.convertTo(mean_u_, CV_32F);
    v_.convertTo(mean_v_, CV_32F);
    spread_.create(luma_.size(), CV_32F);
    spread_.setTo(4);
    raw_.create(luma_.size(), CV_8UC1);
    foreground_.create(luma_.size(), CV_8UC1);
    foreground_.setTo(0);
    started_ = true;
    age_ = 0;
}

void Background::take(const Planes& picture, double seconds, const cv::Mat& keep) {
    shrink(picture);
    if (!started_) {
        begin();
        return;
    }
    shift(luma_, mean_);
    shift(u_, mean_u_);
    shift(v_, mean_v_);
    auto rate_of = [seconds](double tau) {
        return static_cast<float>(1 - std::exp(-seconds / tau));
    };
    // While young: a mean of all pictures so far, so that who walks at the start leaves little.
    auto young = rate_of(std::clamp(age_, kFastSeconds, kLearnSeconds));
    auto absorb = rate_of(std::clamp(age_ * 2, kFastSeconds, kAbsorbSeconds));
    auto held = rate_of(kKeepSeconds);
    auto least = static_cast<float>(
        std::clamp<double>(kDarkShare * cv::mean(luma_)[0], kLeastInDark, kLeastDifference)
    );
    std::size_t changed = 0;
    for (int row = 0; row < luma_.rows; ++row) {
        const auto* y = luma_.ptr<std::uint8_t>(row);
        const auto* u = u_.ptr<std::uint8_t>(row);
        const auto* v = v_.ptr<std::uint8_t>(row);
        auto* mean = mean_.ptr<float>(row);
        auto* mean_u = mean_u_.ptr<float>(row);
        auto* mean_v = mean_v_.ptr<float>(row);
        auto* spread = spread_.ptr<float>(row);
        auto* out = raw_.ptr<std::uint8_t>(row);
        const auto* kept = keep.empty() ? nullptr : keep.ptr<std::uint8_t>(row);
        for (int x = 0; x < luma_.cols; ++x) {
            auto value = static_cast<float>(y[x]);
            auto away = value - mean[x];
            auto colour_u = static_cast<float>(u[x]) - mean_u[x];
            auto colour_v = static_cast<float>(v[x]) - mean_v[x];
            auto colour = std::abs(colour_u) + std::abs(colour_v);
            auto size = std::abs(away);
            auto front = size > std::max(least, kSpreads * spread[x]) || colour > kColourDifference;
            auto shadow = value < kBrightest * mean[x] && value > kDarkest * mean[x] &&
                          mean[x] > kNoShadowUnder && colour < kColourDifference * 0.6F;
            changed += front ? 1 : 0;
            auto rate = !front ? young : kept != nullptr && kept[x] != 0 ? held : absorb;
            mean[x] += rate * away;
            mean_u[x] += rate * colour_u;
            mean_v[x] += rate * colour_v;
            if (!front) spread[x] += young * (size - spread[x]);
            out[x] = front && !shadow ? 255 : front ? 127 : 0;
        }
    }
    age_ += seconds;
    if (static_cast<double>(changed) > kEverywhere * static_cast<double>(luma_.total())) {
        begin();
        return;
    }
    cv::threshold(raw_, foreground_, 200, 255, cv::THRESH_BINARY);
    cv::medianBlur(foreground_, foreground_, 3);
}

}  // namespace proviso::vision
