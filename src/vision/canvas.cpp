#include <opencv2/imgproc.hpp>

#include "detector.h"

namespace proviso::vision {
namespace {

cv::Mat plane(const std::uint8_t* data, int width, int height, int stride) {
    // OpenCV has no Mat of constant bytes; nobody writes to this one.
    return {
        height, width, CV_8UC1, const_cast<std::uint8_t*>(data), static_cast<std::size_t>(stride)};
}

}  // namespace

void Canvas::set(Planes planes) {
    planes_ = std::move(planes);
    made_ = false;
}

const cv::Mat& Canvas::bgr() {
    if (made_) return bgr_;
    made_ = true;
    auto luma = plane(planes_.y, planes_.width, planes_.height, planes_.y_stride);
    if (planes_.u == nullptr) {
        cv::cvtColor(luma, bgr_, cv::COLOR_GRAY2BGR);
        return bgr_;
    }
    // The converter wants even sides and 4:2:0 in one block; a last odd line is doubled.
    auto width = (planes_.width + 1) / 2;
    auto height = (planes_.height + 1) / 2;
    yuv_.create(height * 3, width * 2, CV_8UC1);
    auto whole = yuv_.rowRange(0, height * 2);
    cv::copyMakeBorder(
        luma,
        whole,
        0,
        height * 2 - planes_.height,
        0,
        width * 2 - planes_.width,
        cv::BORDER_REPLICATE
    );
    auto* chroma = yuv_.ptr(height * 2);
    auto chroma_width = (planes_.width + (1 << planes_.chroma_x) - 1) >> planes_.chroma_x;
    auto chroma_height = (planes_.height + (1 << planes_.chroma_y) - 1) >> planes_.chroma_y;
    for (const auto* data : {planes_.u, planes_.v}) {
        auto from = plane(data, chroma_width, chroma_height, planes_.uv_stride);
        auto to = plane(chroma, width, height, width);
        if (from.size() == to.size()) {
            from.copyTo(to);
        } else {
            cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
        }
        chroma += std::ptrdiff_t(width) * height;
    }
    cv::Mat even;
    cv::cvtColor(yuv_, even, cv::COLOR_YUV2BGR_I420);
    bgr_ = even(cv::Rect(0, 0, planes_.width, planes_.height));
    return bgr_;
}

}  // namespace proviso::vision
