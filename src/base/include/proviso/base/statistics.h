#pragma once

#include <cstdint>

namespace proviso {

struct Interval {
    double low = 0;
    double high = 1;
};

/// The Clopper-Pearson ("exact") interval of a proportion: never covers less often than
/// `confidence` (ISO/IEC 19795-1). Nothing tried: 0 to 1. `successes` above `trials` counts as
/// `trials`.
Interval clopper_pearson(std::uint64_t successes, std::uint64_t trials, double confidence = 0.95);

}  // namespace proviso
