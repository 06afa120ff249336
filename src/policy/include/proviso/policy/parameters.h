#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/base/result.h>
#include <proviso/base/time.h>

/// The numbers of the law: the rows of a pack's params.csv (docs/reference/rules.md, "Parameters").
namespace proviso::policy {

/// What a span of months is in days: a limit is read short, a minimum long.
enum class Reading { AtMost, AtLeast };

struct Parameter {
    std::string pack;
    std::string name;   ///< "retention.footage.cap"
    std::string value;  ///< as written: "72", "0.5", "2031-12-27"
    std::string unit;   ///< "hours", "days", "months", "percent", "date", "EUR", ...
    std::string
        kind;  ///< "statutory_cap", "statutory_min", "authority_norm", "typical", "proposal"
    std::string source;
    std::string confidence;   ///< "V", "V~", "R", "?"
    std::optional<Day> from;  ///< the law says so from this day on
    std::optional<Day> to;    ///< the last day it does
    std::string note;

    /// Whole days of a span of time; none for anything else. At most: 72 hours are 3 days, a month
    /// is 30 and a year 365. At least: rounded up, six months are 183 days.
    std::optional<std::int64_t> days(Reading reading) const;
    /// Of `count`: the number. None for anything else or with a fraction.
    std::optional<std::int64_t> count() const;
    /// Of `date`.
    std::optional<Day> date() const;

    bool holds(Day on) const { return (!from || *from <= on) && (!to || on <= *to); }
};

/// Reads a params.csv. An error names line and column; nothing is half-read. Duplicates, unknown
/// units and kinds, and numbers that cannot be are errors.
Result<std::vector<Parameter>> read_parameters(std::string_view text);

}  // namespace proviso::policy
