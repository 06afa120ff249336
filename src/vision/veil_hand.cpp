#include "veil_hand.h"

#include <algorithm>
#include <optional>

#include <opencv2/imgproc.hpp>

namespace proviso::vision {
namespace {

using behaviour::Box;

constexpr std::int64_t kKeyWidth = 3'600;  // 40 ms, 90 kHz
constexpr float kReach = 0.8F;  // how far from the straight way it is looked for, in own sizes
constexpr double kLike = 0.55;  // correlation
constexpr float kGrow = 0.1F;
constexpr int kLeastSide = 6;  // pixels of a pattern

struct Way {
    Box box;
    std::size_t key = 0;  ///< the last one before
};

/// Where the box is on the straight way between its keys.
std::optional<Way> way_of(const HandBox& hand, std::int64_t pts) {
    const auto& keys = hand.keys;
    if (pts < keys.front().pts - kKeyWidth || pts > keys.back().pts + kKeyWidth) {
        return std::nullopt;
    }
    auto after =
        std::upper_bound(keys.begin(), keys.end(), pts, [](std::int64_t at, const BoxKey& key) {
            return at < key.pts;
        });
    if (after == keys.begin()) return Way{keys.front().box, 0};
    auto before = after - 1;
    auto index = static_cast<std::size_t>(before - keys.begin());
    if (after == keys.end()) return Way{before->box, index};
    auto share = float(double(pts - before->pts) / double(after->pts - before->pts));
    auto mix = [share](float a, float b) { return a + (b - a) * share; };
    return Way{
        {mix(before->box.x, after->box.x),
         mix(before->box.y, after->box.y),
         mix(before->box.w, after->box.w),
         mix(before->box.h, after->box.h)},
        index};
}

cv::Rect pixels(const Box& box, cv::Size size) {
    cv::Rect rect(
        cvRound(box.x * float(size.width)),
        cvRound(box.y * float(size.height)),
        cvRound(box.w * float(size.width)),
        cvRound(box.h * float(size.height))
    );
    return rect & cv::Rect({}, size);
}

}  // namespace

HandBoxes::HandBoxes(const std::vector<HandBox>& boxes) {
    for (const auto& box : boxes) all_.push_back({box, {}, 0, {}});
}

void HandBoxes::look(const cv::Mat& luma, std::int64_t pts) {
    doubts_.clear();
    for (auto& one : all_) follow(one, luma, pts);
}

void HandBoxes::follow(Followed& one, const cv::Mat& luma, std::int64_t pts) {
    auto way = way_of(one.box, pts);
    if (!way || one.box.keys.size() < 2) return;
    auto here = pixels(way->box, luma.size());
    if (here.width < kLeastSide || here.height < kLeastSide) return;
    if (one.pattern.empty() || one.pattern_key != way->key) {
        // At a key the box is where a person put it.
        one.pattern = luma(here).clone();
        one.pattern_key = way->key;
        one.aside = {};
        return;
    }
    cv::Mat pattern;
    cv::resize(one.pattern, pattern, here.size(), 0, 0, cv::INTER_AREA);
    cv::Rect around(
        here.x - int(kReach * float(here.width)),
        here.y - int(kReach * float(here.height)),
        int((1 + 2 * kReach) * float(here.width)),
        int((1 + 2 * kReach) * float(here.height))
    );
    around &= cv::Rect({}, luma.size());
    if (around.width < here.width || around.height < here.height) return;
    cv::Mat likeness;
    cv::matchTemplate(luma(around), pattern, likeness, cv::TM_CCOEFF_NORMED);
    double best = 0;
    cv::Point at;
    cv::minMaxLoc(likeness, nullptr, &best, nullptr, &at);
    if (!(best >= kLike)) {
        doubts_.push_back({Doubt::HandBoxLost, pts, pts, way->box, one.box.id});
        return;
    }
    one.aside = {
        float(around.x + at.x - here.x) / float(luma.cols),
        float(around.y + at.y - here.y) / float(luma.rows)};
    // What is found becomes the pattern: things turn.
    one.pattern = luma(cv::Rect(around.tl() + at, here.size())).clone();
}

void HandBoxes::hide(std::int64_t pts, Cells& cells) const {
    for (const auto& one : all_) {
        auto way = way_of(one.box, pts);
        if (!way) continue;
        auto found = way->box;
        if (one.pattern_key == way->key) {
            found.x += one.aside.x;
            found.y += one.aside.y;
        }
        cells.add(grown(hull(way->box, found), kGrow));
    }
}

}  // namespace proviso::vision
