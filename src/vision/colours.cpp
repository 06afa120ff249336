#include "colours.h"

#include <algorithm>
#include <cmath>

#include <proviso/behaviour/appearance.h>

namespace proviso::vision {
namespace {

constexpr int kSamples = 14;  // a side

/// Hue in degrees, saturation and value of 0..1, of a BT.601 pixel in television range.
std::size_t bin_of(int y, int u, int v) {
    auto luma = 1.164F * static_cast<float>(y - 16);
    auto cb = static_cast<float>(u - 128);
    auto cr = static_cast<float>(v - 128);
    auto red = std::clamp((luma + 1.596F * cr) / 255, 0.0F, 1.0F);
    auto green = std::clamp((luma - 0.392F * cb - 0.813F * cr) / 255, 0.0F, 1.0F);
    auto blue = std::clamp((luma + 2.017F * cb) / 255, 0.0F, 1.0F);
    auto most = std::max({red, green, blue});
    auto range = most - std::min({red, green, blue});
    float hue = 0;
    if (range > 1e-4F) {
        if (most == red) {
            hue = 60 * (green - blue) / range;
        } else if (most == green) {
            hue = 120 + 60 * (blue - red) / range;
        } else {
            hue = 240 + 60 * (red - green) / range;
        }
        if (hue < 0) hue += 360;
    }
    return behaviour::appearance_bin(hue, most > 1e-4F ? range / most : 0, most);
}

}  // namespace

behaviour::Appearance colours_of(
    const Planes& picture, const behaviour::Box& box, behaviour::ObjectClass kind
) {
    behaviour::Appearance bins{};
    auto person = kind == behaviour::ObjectClass::Person;
    auto top = box.y + box.h * (person ? 0.18F : 0.25F);
    auto tall = box.h * (person ? 0.52F : 0.5F);
    auto left = box.x + box.w * 0.28F;
    auto wide = box.w * 0.44F;
    int count = 0;
    for (int row = 0; row < kSamples; ++row) {
        auto y =
            static_cast<int>((top + tall * (float(row) + 0.5F) / kSamples) * float(picture.height));
        if (y < 0 || y >= picture.height) continue;
        for (int column = 0; column < kSamples; ++column) {
            auto x = static_cast<int>(
                (left + wide * (float(column) + 0.5F) / kSamples) * float(picture.width)
            );
            if (x < 0 || x >= picture.width) continue;
            auto luma = picture.y[std::ptrdiff_t(y) * picture.y_stride + x];
            int u = 128;
            int v = 128;
            if (picture.u != nullptr) {
                auto at = std::ptrdiff_t(y >> picture.chroma_y) * picture.uv_stride +
                          (x >> picture.chroma_x);
                u = picture.u[at];
                v = picture.v[at];
            }
            bins.at(bin_of(luma, u, v)) += 1;
            ++count;
        }
    }
    for (auto& bin : bins) bin = count > 0 ? bin / static_cast<float>(count) : 0;
    return bins;
}

}  // namespace proviso::vision
