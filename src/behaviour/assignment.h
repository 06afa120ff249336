#pragma once

#include <cstddef>
#include <limits>
#include <vector>

namespace proviso::behaviour {

/// What it costs to give each row a column; forbidden until set.
class CostMatrix {
public:
    static constexpr double kForbidden = std::numeric_limits<double>::infinity();

    CostMatrix(std::size_t rows, std::size_t columns)
        : rows_(rows), columns_(columns), costs_(rows * columns, kForbidden) {}

    std::size_t rows() const { return rows_; }

    std::size_t columns() const { return columns_; }

    double& at(std::size_t row, std::size_t column) { return costs_[row * columns_ + column]; }

    double at(std::size_t row, std::size_t column) const { return costs_[row * columns_ + column]; }

private:
    std::size_t rows_;
    std::size_t columns_;
    std::vector<double> costs_;
};

/// The column of each row, or -1, such that the sum is least when a row without a column costs
/// `unmatched`. Exact (Hungarian method by shortest augmenting paths); rows^2 x (rows + columns)
/// steps at most.
std::vector<int> assign(const CostMatrix& costs, double unmatched);

}  // namespace proviso::behaviour
