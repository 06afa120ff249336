#include "privacy.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

namespace proviso::vision {
namespace {

constexpr int kBlocksAcross = 4;  // of a hidden box
constexpr int kBlocksDown = 6;
constexpr int kMaskBlocks = 12;  // along the longer side of a privacy mask
constexpr double kCoarse = 32;   // steps of a block's colour
constexpr double kNoise = 10;
constexpr float kGrow = 0.12F;

cv::Rect pixels_of(const behaviour::Box& box, cv::Size size, float grow) {
    auto width = static_cast<float>(size.width);
    auto height = static_cast<float>(size.height);
    auto x0 = static_cast<int>((box.x - grow * box.w) * width);
    auto y0 = static_cast<int>((box.y - grow * box.h) * height);
    auto x1 = static_cast<int>((box.x + box.w * (1 + grow)) * width + 1);
    auto y1 = static_cast<int>((box.y + box.h * (1 + grow)) * height + 1);
    return cv::Rect(x0, y0, x1 - x0, y1 - y0) & cv::Rect({}, size);
}

/// The area as blocks of coarse colours with noise on them.
cv::Mat blocks_of(const cv::Mat& area, int across, int down, cv::RNG& noise) {
    cv::Mat blocks;
    cv::resize(
        area,
        blocks,
        {std::clamp(across, 1, area.cols), std::clamp(down, 1, area.rows)},
        0,
        0,
        cv::INTER_AREA
    );
    cv::Mat made = blocks.clone();
    for (int y = 0; y < blocks.rows; ++y) {
        for (int x = 0; x < blocks.cols; ++x) {
            auto& colour = made.at<cv::Vec3b>(y, x);
            for (int c = 0; c < 3; ++c) {
                auto coarse = std::floor(colour[c] / kCoarse) * kCoarse + kCoarse / 2;
                colour[c] =
                    cv::saturate_cast<std::uint8_t>(coarse + noise.uniform(-kNoise, kNoise));
            }
        }
    }
    cv::Mat whole;
    cv::resize(made, whole, area.size(), 0, 0, cv::INTER_NEAREST);
    return whole;
}

}  // namespace

void hide(cv::Mat& bgr, const Hidden& hidden, std::uint64_t noise_seed) {
    cv::RNG noise(noise_seed);
    // From what was there, not from what is hidden already: boxes that overlap stay coarse.
    auto original = bgr.clone();
    for (const auto& box : hidden.boxes) {
        auto rect = pixels_of(box, bgr.size(), kGrow);
        if (rect.empty()) continue;
        blocks_of(original(rect), kBlocksAcross, kBlocksDown, noise).copyTo(bgr(rect));
    }
    for (const auto& polygon : hidden.polygons) {
        std::vector<cv::Point> corners;
        corners.reserve(polygon.size());
        for (const auto& corner : polygon) {
            corners.emplace_back(
                static_cast<int>(corner.x * static_cast<float>(bgr.cols)),
                static_cast<int>(corner.y * static_cast<float>(bgr.rows))
            );
        }
        if (corners.size() < 3) continue;
        auto rect = cv::boundingRect(corners) & cv::Rect({}, bgr.size());
        if (rect.empty()) continue;
        cv::Mat stencil = cv::Mat::zeros(bgr.size(), CV_8UC1);
        cv::fillPoly(stencil, std::vector<std::vector<cv::Point>>{corners}, 255);
        auto longer = std::max(rect.width, rect.height);
        auto blocks = blocks_of(
            original(rect),
            kMaskBlocks * rect.width / longer,
            kMaskBlocks * rect.height / longer,
            noise
        );
        blocks.copyTo(bgr(rect), stencil(rect));
    }
}

void outline(cv::Mat& bgr, std::span<const behaviour::Box> boxes) {
    auto thick = std::max(2, bgr.cols / 320);
    for (const auto& box : boxes) {
        auto rect = pixels_of(box, bgr.size(), 0.02F);
        if (rect.empty()) continue;
        cv::rectangle(bgr, rect, {20, 20, 20}, thick + 2);
        cv::rectangle(bgr, rect, {0, 200, 255}, thick);
    }
}

}  // namespace proviso::vision
