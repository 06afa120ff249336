#include <charconv>
#include <fstream>

#include <fmt/format.h>

#include <proviso/base/time.h>

namespace proviso {

namespace {

/// Reads exactly `width` digits and moves on; -1 if they are not digits.
int take_digits(std::string_view& text, std::size_t width) {
    int value = 0;
    if (text.size() < width) return -1;
    for (char c : text.substr(0, width)) {
        if (c < '0' || c > '9') return -1;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(width);
    return value;
}

bool take_char(std::string_view& text, char expected) {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

Result<Day> take_day(std::string_view& text) {
    auto year = take_digits(text, 4);
    bool shaped = take_char(text, '-');
    auto month = take_digits(text, 2);
    shaped = take_char(text, '-') && shaped;
    auto day = take_digits(text, 2);
    if (!shaped || year < 0 || month < 0 || day < 0) {
        return invalid_input("not a date", "write dates as 2026-11-22");
    }
    auto date = std::chrono::year(year) / month / day;
    if (!date.ok()) return invalid_input("no such day in the calendar");
    return Day(date);
}

}  // namespace

Timestamp SystemClock::now() const {
    return std::chrono::time_point_cast<microseconds>(std::chrono::system_clock::now());
}

MonoTime SystemClock::monotonic() const {
    return std::chrono::time_point_cast<microseconds>(std::chrono::steady_clock::now());
}

FakeClock::FakeClock(Timestamp start) : wall_us_(start.time_since_epoch().count()) {}

Timestamp FakeClock::now() const { return Timestamp(microseconds(wall_us_.load())); }

MonoTime FakeClock::monotonic() const { return MonoTime(microseconds(mono_us_.load())); }

void FakeClock::advance(microseconds by) {
    wall_us_ += by.count();
    mono_us_ += by.count();
}

void FakeClock::step_wall(microseconds by) { wall_us_ += by.count(); }

std::string to_iso8601(Timestamp at) {
    auto day = day_of(at);
    std::chrono::year_month_day date(day);
    auto rest = (at - day).count();
    return fmt::format(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        rest / 3'600'000'000,
        rest / 60'000'000 % 60,
        rest / 1'000'000 % 60,
        rest % 1'000'000
    );
}

std::string to_iso8601(Day day) {
    std::chrono::year_month_day date(day);
    return fmt::format(
        "{:04}-{:02}-{:02}",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day())
    );
}

Result<Day> parse_day(std::string_view text) {
    auto day = PROVISO_TRY(take_day(text));
    if (!text.empty()) {
        return invalid_input("something follows the date", "write dates as 2026-11-22");
    }
    return day;
}

Result<Timestamp> parse_timestamp(std::string_view text) {
    auto malformed = [] {
        return invalid_input("not a time", "write times as 2026-11-22T13:05:07Z");
    };
    auto day = PROVISO_TRY(take_day(text));
    if (text.empty()) return Timestamp(day);
    if (!take_char(text, 'T')) return malformed();
    auto hour = take_digits(text, 2);
    if (!take_char(text, ':')) return malformed();
    auto minute = take_digits(text, 2);
    if (!take_char(text, ':')) return malformed();
    auto second = take_digits(text, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
        return malformed();
    }
    std::int64_t fraction = 0;
    if (take_char(text, '.')) {
        std::int64_t scale = 100'000;
        std::size_t digits = 0;
        while (!text.empty() && text.front() >= '0' && text.front() <= '9' && digits < 6) {
            fraction += (text.front() - '0') * scale;
            scale /= 10;
            text.remove_prefix(1);
            ++digits;
        }
        if (digits == 0) return malformed();
    }
    if (text != "Z") return malformed();
    return Timestamp(day) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second) + microseconds(fraction);
}

std::string boot_id() {
    static const std::string known = [] {
        std::ifstream file("/proc/sys/kernel/random/boot_id");
        std::string id;
        std::getline(file, id);
        return id.empty() ? std::string("unknown") : id;
    }();
    return known;
}

}  // namespace proviso
