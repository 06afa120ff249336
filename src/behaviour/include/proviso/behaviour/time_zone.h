#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/base/bytes.h>
#include <proviso/base/time.h>

namespace proviso::behaviour {

/// What a clock on the wall shows.
struct LocalTime {
    int weekday = 0;  ///< 0 Monday .. 6 Sunday
    int minute = 0;   ///< of the day, 0..1439
};

/// The offsets of a place from UTC, read from a TZif file (RFC 8536) of the system's tz database.
/// Immutable; copies are cheap enough to keep one for each rule.
class TimeZone {
public:
    /// UTC.
    TimeZone() = default;

    /// "Europe/Berlin"; an error for names the database does not know.
    static Result<TimeZone> load(std::string_view name);
    static Result<TimeZone> parse(std::string_view file, std::string_view name);

    const std::string& name() const { return name_; }

    std::chrono::seconds offset_at(Timestamp at) const;
    LocalTime local(Timestamp at) const;

private:
    /// The day and time of a change of offset, every year: week `week` (5: the last) of `month`.
    struct Change {
        unsigned month = 0;
        unsigned week = 0;
        unsigned weekday = 0;  // 0 Sunday
        std::int64_t second = 0;
    };

    struct Turn {
        std::int64_t at = 0;
        std::int64_t offset = 0;
    };

    static bool take_name(std::string_view& text);
    static bool take_time(std::string_view& text, std::int64_t& seconds);
    static bool take_change(std::string_view& text, Change& change);
    bool read_tail(std::string_view rule);
    std::int64_t tail_offset(std::int64_t at) const;

    std::string name_ = "UTC";
    std::int64_t first_offset_ = 0;
    std::vector<Turn> turns_;
    // What goes on after the last turn (the POSIX rule at the end of the file).
    bool has_tail_ = false;
    std::int64_t standard_ = 0;
    bool has_summer_ = false;
    std::int64_t summer_ = 0;
    Change summer_begins_;
    Change summer_ends_;
};

}  // namespace proviso::behaviour
