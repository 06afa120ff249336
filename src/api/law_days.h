#pragma once

#include <cstdint>

#include <proviso/base/time.h>

namespace proviso::api {

inline constexpr std::uint64_t kMostMonths = 120;
inline constexpr std::uint64_t kUsualMonths = 36;

/// The same day of a later month, or the last day of that month.
inline Day after_months(Day from, std::uint64_t months) {
    std::chrono::year_month_day date(from);
    date += std::chrono::months(static_cast<int>(months));
    if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
    return date;
}

}  // namespace proviso::api
