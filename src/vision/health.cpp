#include "health.h"

#include <algorithm>
#include <cmath>

namespace proviso::vision {
namespace {

constexpr std::chrono::seconds kFrozen{12};
constexpr double kUsualSeconds = 600;
constexpr float kEdge = 0.03F;  // a difference between neighbours that is structure
constexpr std::uint64_t kPrime = 0x100000001B3ULL;

}  // namespace

void HealthGauge::forget() { *this = HealthGauge(); }

void HealthGauge::measure(const Planes& picture) {
    small_.assign(std::size_t{kWide} * kHigh, 0);
    double sum = 0;
    double squares = 0;
    double detail = 0;
    std::uint64_t count = 0;
    std::uint64_t print = 0xCBF29CE484222325ULL;
    std::vector<std::uint32_t> counts(small_.size());
    // Every fourth row tells enough.
    for (int row = 0; row < picture.height; row += 4) {
        const auto* line = picture.y + std::ptrdiff_t(row) * picture.y_stride;
        auto cell_row = std::size_t(row) * kHigh / std::size_t(picture.height) * kWide;
        for (int x = 0; x < picture.width; ++x) {
            auto value = static_cast<double>(line[x]);
            sum += value;
            squares += value * value;
            if (x > 0 && x + 1 < picture.width) {
                detail += std::abs(2 * line[x] - line[x - 1] - line[x + 1]);
            }
            print = (print ^ line[x]) * kPrime;
            auto cell = cell_row + std::size_t(x) * kWide / std::size_t(picture.width);
            small_[cell] += line[x];
            ++counts[cell];
        }
        count += static_cast<std::uint64_t>(picture.width);
    }
    for (std::size_t i = 0; i < small_.size(); ++i) {
        if (counts[i] > 0) small_[i] /= 255.0F * static_cast<float>(counts[i]);
    }
    auto mean = sum / static_cast<double>(count);
    auto deviation = std::sqrt(std::max(0.0, squares / static_cast<double>(count) - mean * mean));
    health_.brightness = static_cast<float>(mean / 255);
    health_.contrast = static_cast<float>(std::min(1.0, deviation / 127.5));
    health_.sharpness = static_cast<float>(std::min(1.0, detail / static_cast<double>(count) / 16));
    if (print != print_) same_since_ = at_;
    print_ = print;
    health_.frozen = at_ - same_since_ >= kFrozen;
}

/// Structure is where neighbours differ; light that comes and goes leaves it in place.
void HealthGauge::compare(double seconds) {
    structure_.assign(small_.size(), 0);
    for (int row = 0; row + 1 < kHigh; ++row) {
        for (int x = 0; x + 1 < kWide; ++x) {
            auto i = static_cast<std::size_t>(row * kWide + x);
            auto across = small_[i + 1] - small_[i];
            auto down = small_[i + kWide] - small_[i];
            auto size = std::abs(across) + std::abs(down);
            structure_[i] = size > kEdge ? 1.0F : size / kEdge;
        }
    }
    if (!started_) {
        usual_ = structure_;
        started_ = true;
    }
    double lost = 0;
    double all = 0;
    for (std::size_t i = 0; i < structure_.size(); ++i) {
        all += std::max(usual_[i], structure_[i]);
        lost += std::abs(usual_[i] - structure_[i]);
    }
    health_.changed = all < 1 ? 0.0F : static_cast<float>(std::min(1.0, lost / all));
    known_ += seconds;
    auto rate = static_cast<float>(1 - std::exp(-seconds / std::clamp(known_, 1.0, kUsualSeconds)));
    for (std::size_t i = 0; i < structure_.size(); ++i) {
        usual_[i] += rate * (structure_[i] - usual_[i]);
    }
}

const behaviour::PictureHealth& HealthGauge::take(const Planes& picture, Timestamp at) {
    if (!started_) at_ = same_since_ = at;
    auto seconds = std::clamp(std::chrono::duration<double>(at - at_).count(), 0.0, 60.0);
    at_ = at;
    measure(picture);
    compare(seconds);
    return health_;
}

}  // namespace proviso::vision
