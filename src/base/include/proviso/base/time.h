#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

#include <proviso/base/result.h>

namespace proviso {

using std::chrono::microseconds;
using std::chrono::milliseconds;

/// Wall-clock time: microseconds since 1970-01-01T00:00:00Z.
using Timestamp = std::chrono::sys_time<microseconds>;
/// Time since the machine started, which no administrator sets.
using MonoTime = std::chrono::time_point<std::chrono::steady_clock, microseconds>;
/// A calendar day in UTC: the unit of keys, retention and legal evaluation.
using Day = std::chrono::sys_days;

/// Where time comes from. Thread-safe.
class Clock {
public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    virtual Timestamp now() const = 0;
    virtual MonoTime monotonic() const = 0;
};

class SystemClock final : public Clock {
public:
    Timestamp now() const override;
    MonoTime monotonic() const override;
};

/// A clock that a test moves. Both hands move together.
class FakeClock final : public Clock {
public:
    explicit FakeClock(Timestamp start);

    Timestamp now() const override;
    MonoTime monotonic() const override;
    void advance(microseconds by);
    /// Moves the wall clock only, as an administrator or NTP would.
    void step_wall(microseconds by);

private:
    std::atomic<std::int64_t> wall_us_;
    std::atomic<std::int64_t> mono_us_{0};
};

inline Day day_of(Timestamp at) { return std::chrono::floor<std::chrono::days>(at); }

/// "2026-11-22T13:05:07.250000Z"
std::string to_iso8601(Timestamp at);
/// Accepts `YYYY-MM-DDTHH:MM:SS[.ffffff]Z` and `YYYY-MM-DD`, nothing else.
Result<Timestamp> parse_timestamp(std::string_view text);
/// "2026-11-22"
std::string to_iso8601(Day day);
Result<Day> parse_day(std::string_view text);

/// The kernel's random id of this boot; monotonic times of different boots do not compare.
std::string boot_id();

}  // namespace proviso
