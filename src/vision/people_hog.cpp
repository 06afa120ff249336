#include "people_hog.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace proviso::vision {
namespace {

constexpr int kWindowWidth = 64;
constexpr int kWindowHeight = 128;
constexpr float kPerson = 96;  // pixels of a person in a window
constexpr float kBelow = 16;   // from the feet to the lower edge of the window
constexpr int kStride = 8;

}  // namespace

PeopleHog::PeopleHog() { hog_.setSVMDetector(cv::HOGDescriptor::getDefaultPeopleDetector()); }

void PeopleHog::look(const Planes& picture, const cv::Rect& area, float height) {
    hits_.clear();
    auto scale = static_cast<double>(kPerson / height);
    reach_ = kStride * height / kPerson;
    // Room for windows whose person touches the edge of the area.
    auto margin_x =
        static_cast<int>(static_cast<float>(kWindowWidth) / 4 / static_cast<float>(scale));
    auto margin_y = static_cast<int>(kBelow / static_cast<float>(scale));
    auto wanted = cv::Rect(
        area.x - margin_x, area.y - margin_y, area.width + 2 * margin_x, area.height + 2 * margin_y
    );
    auto least_width = static_cast<int>(std::ceil(kWindowWidth / scale)) + 1;
    auto least_height = static_cast<int>(std::ceil(kWindowHeight / scale)) + 1;
    if (wanted.width < least_width) {
        wanted.x -= (least_width - wanted.width) / 2;
        wanted.width = least_width;
    }
    if (wanted.height < least_height) {
        wanted.y -= (least_height - wanted.height) / 2;
        wanted.height = least_height;
    }
    auto real = wanted & cv::Rect(0, 0, picture.width, picture.height);
    if (real.empty()) return;
    cv::Mat luma(
        picture.height,
        picture.width,
        CV_8UC1,
        const_cast<std::uint8_t*>(picture.y),
        static_cast<std::size_t>(picture.y_stride)
    );
    cv::copyMakeBorder(
        luma(real),
        padded_,
        real.y - wanted.y,
        wanted.br().y - real.br().y,
        real.x - wanted.x,
        wanted.br().x - real.br().x,
        cv::BORDER_REPLICATE | cv::BORDER_ISOLATED
    );
    cv::resize(
        padded_, scaled_, {}, scale, scale, scale < 0.75 ? cv::INTER_AREA : cv::INTER_LINEAR
    );
    if (scaled_.cols < kWindowWidth || scaled_.rows < kWindowHeight) return;
    hog_.detect(scaled_, places_, weights_, -3.0, {kStride, kStride}, {0, 0});
    auto back = static_cast<float>(1 / scale);
    for (std::size_t i = 0; i < places_.size(); ++i) {
        hits_.push_back(
            {static_cast<float>(weights_[i]),
             static_cast<float>(wanted.x) +
                 (static_cast<float>(places_[i].x) + kWindowWidth / 2.0F) * back,
             static_cast<float>(wanted.y) +
                 (static_cast<float>(places_[i].y) + kWindowHeight - kBelow) * back}
        );
    }
}

float PeopleHog::answer(float centre_x, float foot_y) const {
    float best = -3;
    for (const auto& hit : hits_) {
        if (hit.value > best && std::abs(hit.centre_x - centre_x) <= reach_ &&
            std::abs(hit.foot_y - foot_y) <= reach_) {
            best = hit.value;
        }
    }
    return best;
}

}  // namespace proviso::vision
