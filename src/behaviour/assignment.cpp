#include "assignment.h"

#include <algorithm>

namespace proviso::behaviour {

std::vector<int> assign(const CostMatrix& costs, double unmatched) {
    const std::size_t rows = costs.rows();
    const std::size_t real = costs.columns();
    // One column more for each row, in which it may stay alone: then every row finds a place.
    const std::size_t columns = real + rows;
    auto cost = [&](std::size_t row, std::size_t column) {
        if (column < real) return costs.at(row, column);
        if (column - real == row) return unmatched;
        return CostMatrix::kForbidden;
    };
    // Rows and columns count from 1; column 0 is where a path begins.
    std::vector<double> row_price(rows + 1, 0);
    std::vector<double> column_price(columns + 1, 0);
    std::vector<std::size_t> owner(columns + 1, 0);
    std::vector<std::size_t> from(columns + 1, 0);
    std::vector<double> distance(columns + 1);
    std::vector<char> done(columns + 1);
    for (std::size_t row = 1; row <= rows; ++row) {
        owner[0] = row;
        std::size_t column = 0;
        std::fill(distance.begin(), distance.end(), CostMatrix::kForbidden);
        std::fill(done.begin(), done.end(), char{0});
        do {
            done[column] = 1;
            const std::size_t current = owner[column];
            double step = CostMatrix::kForbidden;
            std::size_t next = 0;
            for (std::size_t j = 1; j <= columns; ++j) {
                if (done[j] != 0) continue;
                double reduced = cost(current - 1, j - 1) - row_price[current] - column_price[j];
                if (reduced < distance[j]) {
                    distance[j] = reduced;
                    from[j] = column;
                }
                if (distance[j] < step) {
                    step = distance[j];
                    next = j;
                }
            }
            for (std::size_t j = 0; j <= columns; ++j) {
                if (done[j] != 0) {
                    row_price[owner[j]] += step;
                    column_price[j] -= step;
                } else {
                    distance[j] -= step;
                }
            }
            column = next;
        } while (owner[column] != 0);
        while (column != 0) {
            owner[column] = owner[from[column]];
            column = from[column];
        }
    }
    std::vector<int> chosen(rows, -1);
    for (std::size_t j = 1; j <= real; ++j) {
        if (owner[j] != 0) chosen[owner[j] - 1] = static_cast<int>(j - 1);
    }
    return chosen;
}

}  // namespace proviso::behaviour
