#pragma once

#include <cstdint>
#include <vector>

#include <proviso/behaviour/observation.h>

namespace proviso::vision {

/// Which cells of 16 x 16 pixels of a picture are hidden. The cells are the encoder's macroblocks:
/// what is hidden never shares one with what is shown.
class Cells {
public:
    static constexpr int kSide = 16;

    Cells() = default;

    Cells(int width, int height)
        : columns_((width + kSide - 1) / kSide),
          rows_((height + kSide - 1) / kSide),
          width_(width),
          height_(height),
          hidden_(std::size_t(columns_) * std::size_t(rows_), 0) {}

    int columns() const { return columns_; }

    int rows() const { return rows_; }

    bool at(int column, int row) const { return hidden_[index(column, row)] != 0; }

    /// Every cell that the box touches.
    void add(const behaviour::Box& box) { set(box, 1); }

    /// Every cell that the polygon touches.
    void add(const behaviour::Polygon& polygon);
    void add(const Cells& other);

    /// Shows again every cell that the box touches.
    void remove(const behaviour::Box& box) { set(box, 0); }

    void add_all();
    void clear();
    bool any() const;
    /// Of the picture's area.
    float share() const;
    /// How much of the box is hidden, 0..1.
    float covered(const behaviour::Box& box) const;

private:
    std::size_t index(int column, int row) const {
        return std::size_t(row) * std::size_t(columns_) + std::size_t(column);
    }

    void set(const behaviour::Box& box, std::uint8_t value);

    int columns_ = 0;
    int rows_ = 0;
    int width_ = 0;
    int height_ = 0;
    std::vector<std::uint8_t> hidden_;
};

/// The box with `share` of its sides added on every side.
inline behaviour::Box grown(const behaviour::Box& box, float share) {
    return {
        box.x - box.w * share,
        box.y - box.h * share,
        box.w * (1 + 2 * share),
        box.h * (1 + 2 * share)};
}

/// The smallest box around both.
behaviour::Box hull(const behaviour::Box& a, const behaviour::Box& b);

}  // namespace proviso::vision
