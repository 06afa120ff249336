#pragma once

#include <cstdint>
#include <vector>

#include <proviso/vision/veil.h>

#include "veil_cells.h"

struct AVFrame;

namespace proviso::vision {

/// Overwrites what is hidden in a frame of 8 bits 4:2:0 (VIS-4): with one grey, or with blocks of
/// the mean of what is there, a ninth of the picture high, made coarse, with noise. The noise is
/// secret and stays the same for a block, so that no mean over time takes it away; the blocks keep
/// their colour for half a second, so that what walks behind them is not scanned by their edges.
class Burner {
public:
    explicit Burner(VeilStyle style);

    /// The frame must be writable.
    void burn(AVFrame& frame, const Cells& hidden, std::int64_t pts);

private:
    struct Block {
        std::int64_t made = INT64_MIN;
        std::int64_t used = INT64_MIN;
        std::uint8_t colour[3] = {};
        std::int8_t noise[3] = {};
    };

    void begin(const AVFrame& frame);
    void renew(Block& block, const AVFrame& frame, int column, int row) const;

    VeilStyle style_;
    int width_ = 0;
    int height_ = 0;
    int side_ = 0;  ///< of a block, cells
    int across_ = 0;
    std::vector<Block> blocks_;
};

}  // namespace proviso::vision
