#include "veil_watch.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

namespace proviso::vision {
namespace {

constexpr int kSmallWide = 640;
constexpr int kSmallWideFaces = 1280;         // where faces alone are looked for
constexpr std::int64_t kMoversEvery = 7'000;  // 78 ms, 90 kHz
constexpr std::int64_t kGap = 10 * 90'000;    // after it nothing is usual any more
constexpr double kTick = 90'000;

cv::Mat plane(const std::uint8_t* data, int width, int height, int stride) {
    return {
        height, width, CV_8UC1, const_cast<std::uint8_t*>(data), static_cast<std::size_t>(stride)};
}

}  // namespace

VeilWatch::VeilWatch(const VeilConfig& config) : config_(config), hand_(config.hand_boxes) {}

Result<std::unique_ptr<VeilWatch>> VeilWatch::open(const VeilConfig& config, PeopleParts* parts) {
    std::unique_ptr<VeilWatch> watch(new VeilWatch(config));
    if (config.persons || config.faces || config.plates) {
        watch->people_ = PROVISO_TRY(People::open(config, parts));
    }
    return watch;
}

void VeilWatch::forget() {
    movers_.forget();
    if (people_) people_->forget();
    last_ = movers_at_ = people_at_ = INT64_MIN;
}

/// By a whole factor: every pixel counts, and it is quick.
void VeilWatch::shrink(const Planes& picture) {
    auto wide = config_.faces && !config_.persons ? kSmallWideFaces : kSmallWide;
    auto factor = std::max(1, (picture.width + wide - 1) / wide);
    if (factor == 1) {
        small_ = picture;
        small_.owner = nullptr;
        luma_ = plane(picture.y, picture.width, picture.height, picture.y_stride);
        return;
    }
    cv::Size size(std::max(2, picture.width / factor), std::max(2, picture.height / factor));
    cv::resize(
        plane(picture.y, picture.width, picture.height, picture.y_stride),
        luma_,
        size,
        0,
        0,
        cv::INTER_AREA
    );
    small_ = {};
    small_.width = size.width;
    small_.height = size.height;
    small_.y = luma_.data;
    small_.y_stride = static_cast<int>(luma_.step);
    if (picture.u == nullptr) return;
    auto wide_u = (picture.width + (1 << picture.chroma_x) - 1) >> picture.chroma_x;
    auto high_u = (picture.height + (1 << picture.chroma_y) - 1) >> picture.chroma_y;
    cv::Size half((size.width + 1) / 2, (size.height + 1) / 2);
    cv::resize(plane(picture.u, wide_u, high_u, picture.uv_stride), u_, half, 0, 0, cv::INTER_AREA);
    cv::resize(plane(picture.v, wide_u, high_u, picture.uv_stride), v_, half, 0, 0, cv::INTER_AREA);
    small_.u = u_.data;
    small_.v = v_.data;
    small_.uv_stride = static_cast<int>(u_.step);
}

Finding VeilWatch::look(const Planes& picture, std::int64_t pts, int width, int height) {
    if (last_ != INT64_MIN && (pts <= last_ || pts - last_ > kGap)) forget();
    if (masks_.columns() == 0 || Cells(width, height).columns() != masks_.columns() ||
        Cells(width, height).rows() != masks_.rows()) {
        masks_ = Cells(width, height);
        for (const auto& mask : config_.masks) masks_.add(mask);
    }
    last_ = pts;
    Finding found{pts, Cells(width, height), masks_, std::nullopt, {}, {}};
    auto look_at_people =
        people_ && (people_at_ == INT64_MIN || pts - people_at_ >= 90'000 / config_.looks - 900);
    auto look_at_movers = movers_at_ == INT64_MIN || pts - movers_at_ >= kMoversEvery;
    if (look_at_people || look_at_movers) {
        shrink(picture);
        if (!hand_.none()) {
            hand_.look(luma_, pts);
            found.doubts = hand_.doubts();
        }
        auto seconds = movers_at_ == INT64_MIN ? 0.04 : double(pts - movers_at_) / kTick;
        movers_.take(small_, seconds, people_ ? people_->known() : std::vector<behaviour::Box>());
        movers_at_ = pts;
    }
    if (look_at_people) {
        canvas_.set(small_);
        people_->look(canvas_, pts, movers_.boxes(), !movers_.doubt());
        people_at_ = pts;
        found.marks = people_->marks();
        const auto& doubts = people_->doubts();
        found.doubts.insert(found.doubts.end(), doubts.begin(), doubts.end());
    }
    auto needs_usual = config_.movers || (config_.persons && config_.model == kEmbeddedModel);
    if (needs_usual) found.whole = movers_.doubt();
    if (config_.movers) {
        for (const auto& box : movers_.boxes()) found.seen.add(box);
    }
    if (people_) {
        people_->hide(pts, found.seen);
        people_->keep(pts, found.seen);
    }
    hand_.hide(pts, found.always);
    return found;
}

}  // namespace proviso::vision
