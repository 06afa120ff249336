#include "veil_movers.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

namespace proviso::vision {
namespace {

using behaviour::Box;

constexpr int kLeastPixels = 6;  // of the background's picture: less is noise
constexpr float kGrow = 0.15F;
constexpr float kGrowHead = 0.1F;
constexpr float kLeastWide = 0.33F;  // of the height
constexpr int kMargin = 2;           // background pixels
constexpr int kWide = 24;            // of it: a sparse box wider than this is cut into pieces
constexpr double kSparse = 0.25;
constexpr int kBodyGap = 9;  // rows that a belt or a bright coat may miss

}  // namespace

void Movers::forget() {
    background_.forget();
    ever_settled_ = false;
    boxes_.clear();
}

std::optional<Doubt> Movers::doubt() const {
    if (background_.settled()) return std::nullopt;
    return ever_settled_ ? Doubt::SceneChanged : Doubt::NotYetKnown;
}

void Movers::take(const Planes& small, double seconds, std::span<const Box> known) {
    // What was in front in the picture before is kept from becoming usual for minutes, known or
    // not: who stands still is not to fade into view.
    const auto& front = background_.foreground();
    if (background_.settled() && !front.empty()) {
        cv::dilate(front, keep_, cv::Mat());
        for (const auto& box : known) {
            cv::Rect rect(
                static_cast<int>(box.x * float(keep_.cols)),
                static_cast<int>(box.y * float(keep_.rows)),
                static_cast<int>(box.w * float(keep_.cols)) + 1,
                static_cast<int>(box.h * float(keep_.rows)) + 1
            );
            rect &= cv::Rect({}, keep_.size());
            if (!rect.empty()) keep_(rect).setTo(255);
        }
    } else {
        keep_.release();
    }
    background_.take(small, seconds, keep_);
    ever_settled_ = ever_settled_ || background_.settled();
    boxes_.clear();
    if (background_.settled()) find();
}

void Movers::find() {
    const auto& front = background_.foreground();
    auto element = cv::getStructuringElement(cv::MORPH_RECT, {3, kBodyGap});
    cv::morphologyEx(front, joined_, cv::MORPH_CLOSE, element);
    auto count = cv::connectedComponentsWithStats(joined_, labels_, stats_, centres_, 8, CV_32S);
    for (int i = 1; i < count; ++i) {
        auto area = stats_.at<int>(i, cv::CC_STAT_AREA);
        if (area < kLeastPixels) continue;
        cv::Rect rect(
            stats_.at<int>(i, cv::CC_STAT_LEFT),
            stats_.at<int>(i, cv::CC_STAT_TOP),
            stats_.at<int>(i, cv::CC_STAT_WIDTH),
            stats_.at<int>(i, cv::CC_STAT_HEIGHT)
        );
        if (area < kSparse * rect.area() && rect.width > kWide) {
            for (int x = 0; x < rect.width; x += kWide) {
                cv::Rect piece(rect.x + x, rect.y, std::min(kWide, rect.width - x), rect.height);
                cut(piece);
            }
        } else {
            cut(rect);
        }
    }
}

/// The box of what is in front within `rect`.
void Movers::cut(const cv::Rect& rect) {
    auto inner = cv::boundingRect(joined_(rect));
    if (inner.empty()) return;
    auto width = float(joined_.cols);
    auto height = float(joined_.rows);
    auto x = float(rect.x + inner.x - kMargin);
    auto y = float(rect.y + inner.y - kMargin);
    auto w = float(inner.width + 2 * kMargin);
    auto h = float(inner.height + 2 * kMargin);
    // Nobody is narrower: what is missing are arms that look like the wall.
    auto narrow = kLeastWide * h - w;
    if (narrow > 0) {
        x -= narrow / 2;
        w += narrow;
    }
    auto box = grown({x / width, y / height, w / width, h / height}, kGrow);
    // Hair against a dark wall is what is missed of somebody first.
    box.y -= kGrowHead * box.h;
    box.h *= 1 + kGrowHead;
    boxes_.push_back(box);
}

}  // namespace proviso::vision
