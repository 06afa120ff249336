#include "veil_burn.h"

#include <algorithm>
#include <cstring>

#include <sys/random.h>

extern "C" {
#include <libavutil/frame.h>
}

namespace proviso::vision {
namespace {

constexpr int kBlocksDown = 9;  // of a picture: a head is one of a person who fills it
constexpr int kCoarse = 32;     // steps of a block's colour
constexpr int kNoise = 10;
constexpr std::int64_t kKeep = 45'000;  // of a colour, 90 kHz
constexpr std::uint8_t kGrey[3] = {44, 128, 128};

/// One plane of what a cell covers.
struct Patch {
    std::uint8_t* data;
    int stride;
    int width;
    int height;
};

Patch patch_of(const AVFrame& frame, int plane, int x, int y, int width, int height) {
    auto shift = plane == 0 ? 0 : 1;
    auto to = [shift](int value) { return (value + (1 << shift) - 1) >> shift; };
    x = std::min(x, frame.width);
    y = std::min(y, frame.height);
    width = std::min(width, frame.width - x);
    height = std::min(height, frame.height - y);
    return {
        frame.data[plane] + std::ptrdiff_t(y >> shift) * frame.linesize[plane] + (x >> shift),
        frame.linesize[plane],
        to(width),
        to(height)};
}

void paint(const Patch& patch, std::uint8_t value) {
    for (int row = 0; row < patch.height; ++row) {
        std::memset(
            patch.data + std::ptrdiff_t(row) * patch.stride, value, std::size_t(patch.width)
        );
    }
}

int mean_of(const Patch& patch) {
    std::uint64_t sum = 0;
    std::uint64_t count = 0;
    for (int row = 0; row < patch.height; row += 2) {
        const auto* line = patch.data + std::ptrdiff_t(row) * patch.stride;
        for (int x = 0; x < patch.width; x += 2) sum += line[x];
        count += std::uint64_t(patch.width + 1) / 2;
    }
    return count == 0 ? 0 : static_cast<int>(sum / count);
}

}  // namespace

Burner::Burner(VeilStyle style) : style_(style) {}

void Burner::begin(const AVFrame& frame) {
    width_ = frame.width;
    height_ = frame.height;
    side_ = std::max(2, (height_ / kBlocksDown + Cells::kSide / 2) / Cells::kSide);
    auto block = side_ * Cells::kSide;
    across_ = (width_ + block - 1) / block;
    blocks_.assign(std::size_t(across_) * std::size_t((height_ + block - 1) / block), {});
    // Whoever could guess the noise could take it away again.
    std::vector<std::uint8_t> secret(blocks_.size() * 3);
    std::size_t filled = 0;
    while (filled < secret.size()) {
        auto got = ::getrandom(secret.data() + filled, secret.size() - filled, 0);
        if (got <= 0) break;
        filled += std::size_t(got);
    }
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
        for (std::size_t c = 0; c < 3; ++c) {
            blocks_[i].noise[c] =
                static_cast<std::int8_t>(secret[i * 3 + c] % (2 * kNoise + 1) - kNoise);
        }
    }
}

void Burner::renew(Block& block, const AVFrame& frame, int column, int row) const {
    auto side = side_ * Cells::kSide;
    for (int plane = 0; plane < 3; ++plane) {
        auto mean = mean_of(patch_of(frame, plane, column * side, row * side, side, side));
        // Of colour less is left than of light: what has hardly any stays grey.
        auto coarse = plane == 0
                          ? mean / kCoarse * kCoarse + kCoarse / 2 + block.noise[plane]
                          : (mean + kCoarse / 2) / kCoarse * kCoarse + block.noise[plane] / 4;
        block.colour[plane] = static_cast<std::uint8_t>(std::clamp(coarse, 16, 235));
    }
}

void Burner::burn(AVFrame& frame, const Cells& hidden, std::int64_t pts) {
    if (frame.width != width_ || frame.height != height_) begin(frame);
    // All means are taken before anything is painted.
    if (style_ == VeilStyle::Pixelate) {
        for (int row = 0; row < hidden.rows(); ++row) {
            for (int column = 0; column < hidden.columns(); ++column) {
                if (!hidden.at(column, row)) continue;
                auto& block = blocks_
                    [std::size_t(row / side_) * std::size_t(across_) + std::size_t(column / side_)];
                auto gone = block.used < pts - kKeep || block.used > pts;
                if (gone || block.made < pts - kKeep) {
                    renew(block, frame, column / side_, row / side_);
                    block.made = pts;
                }
                block.used = pts;
            }
        }
    }
    for (int row = 0; row < hidden.rows(); ++row) {
        for (int column = 0; column < hidden.columns(); ++column) {
            if (!hidden.at(column, row)) continue;
            const auto& block = blocks_
                [std::size_t(row / side_) * std::size_t(across_) + std::size_t(column / side_)];
            const auto* colour = style_ == VeilStyle::Fill ? kGrey : block.colour;
            for (int plane = 0; plane < 3; ++plane) {
                paint(
                    patch_of(
                        frame,
                        plane,
                        column * Cells::kSide,
                        row * Cells::kSide,
                        Cells::kSide,
                        Cells::kSide
                    ),
                    colour[plane]
                );
            }
        }
    }
}

}  // namespace proviso::vision
