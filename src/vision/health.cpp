#include "health.h"

#include <algorithm>
#include <cmath>

namespace proviso::vision {
namespace {

constexpr std::chrono::seconds kFrozen{12};
constexpr double kUsualSeconds = 600;
/// The steepest rise between two cells that counts: one bright edge shall not outweigh a scene.
constexpr float kSteepest = 0.1F;
/// What is left of a sensor's noise in a cell; less is no structure.
constexpr float kNoise = 0.004F;
constexpr std::uint64_t kPrime = 0x100000001B3ULL;

}  // namespace

void HealthGauge::forget() { *this = HealthGauge(); }

void HealthGauge::measure(const Planes& picture) {
    fine_.assign(std::size_t{kFineWide} * kFineHigh, 0);
    std::vector<std::uint32_t> sums(fine_.size());
    std::vector<std::uint32_t> counts(fine_.size());
    double sum = 0;
    double squares = 0;
    std::uint64_t count = 0;
    std::uint64_t print = 0xCBF29CE484222325ULL;
    // Every second row tells enough.
    for (int row = 0; row < picture.height; row += 2) {
        const auto* line = picture.y + std::ptrdiff_t(row) * picture.y_stride;
        auto cells =
            std::size_t(row) * kFineHigh / std::size_t(picture.height) * std::size_t{kFineWide};
        std::uint64_t of_row = 0;
        std::uint64_t squares_of_row = 0;
        for (int x = 0; x < picture.width; ++x) {
            std::uint32_t value = line[x];
            of_row += value;
            squares_of_row += std::uint64_t{value} * value;
            print = (print ^ value) * kPrime;
            auto cell = cells + std::size_t(x) * kFineWide / std::size_t(picture.width);
            sums[cell] += value;
            ++counts[cell];
        }
        sum += static_cast<double>(of_row);
        squares += static_cast<double>(squares_of_row);
        count += static_cast<std::uint64_t>(picture.width);
    }
    for (std::size_t i = 0; i < fine_.size(); ++i) {
        if (counts[i] > 0) {
            fine_[i] = static_cast<float>(sums[i]) / (255.0F * static_cast<float>(counts[i]));
        }
    }
    double detail = 0;
    for (std::size_t row = 0; row < kFineHigh; ++row) {
        for (std::size_t x = 1; x + 1 < kFineWide; ++x) {
            const auto* here = &fine_[row * kFineWide + x];
            detail += std::max(0.0F, std::abs(2 * here[0] - here[-1] - here[1]) - kNoise);
        }
    }
    auto mean = sum / static_cast<double>(count);
    auto deviation = std::sqrt(std::max(0.0, squares / static_cast<double>(count) - mean * mean));
    health_.brightness = static_cast<float>(mean / 255);
    health_.contrast = static_cast<float>(std::min(1.0, deviation / 127.5));
    health_.sharpness =
        static_cast<float>(std::min(1.0, detail / double(kFineWide - 2) / kFineHigh * 10));
    if (print != print_) same_since_ = at_;
    print_ = print;
    health_.frozen = at_ - same_since_ >= kFrozen;
}

/// How the picture rises and falls from cell to cell, as one long vector: light that comes and goes
/// makes it longer or shorter, another scene turns it.
void HealthGauge::compare(double seconds) {
    small_.assign(std::size_t{kWide} * kHigh, 0);
    std::vector<float> counts(small_.size());
    for (std::size_t row = 0; row < kFineHigh; ++row) {
        for (std::size_t x = 0; x < kFineWide; ++x) {
            auto cell = row * kHigh / kFineHigh * kWide + x * kWide / kFineWide;
            small_[cell] += fine_[row * kFineWide + x];
            counts[cell] += 1;
        }
    }
    for (std::size_t i = 0; i < small_.size(); ++i) small_[i] /= std::max(1.0F, counts[i]);
    structure_.assign(small_.size() * 2, 0);
    auto rise = [](float from, float to) {
        auto by = to - from;
        return std::abs(by) < kNoise ? 0.0F : std::clamp(by, -kSteepest, kSteepest);
    };
    for (int row = 0; row + 1 < kHigh; ++row) {
        for (int x = 0; x + 1 < kWide; ++x) {
            auto i = static_cast<std::size_t>(row * kWide + x);
            structure_[2 * i] = rise(small_[i], small_[i + 1]);
            structure_[2 * i + 1] = rise(small_[i], small_[i + kWide]);
        }
    }
    if (!started_) {
        usual_ = structure_;
        started_ = true;
    }
    double together = 0;
    double now = 0;
    double usual = 0;
    for (std::size_t i = 0; i < structure_.size(); ++i) {
        together += double(structure_[i]) * usual_[i];
        now += double(structure_[i]) * structure_[i];
        usual += double(usual_[i]) * usual_[i];
    }
    // Without any structure there is nothing that could have stayed.
    auto alike = now > 0 && usual > 0 ? together / std::sqrt(now * usual) : 0.0;
    health_.changed = usual > 0 ? static_cast<float>(1 - std::clamp(alike, 0.0, 1.0)) : 0.0F;
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
