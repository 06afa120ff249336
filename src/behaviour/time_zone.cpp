#include <algorithm>
#include <charconv>
#include <filesystem>

#include <fmt/format.h>

#include <proviso/base/file.h>
#include <proviso/behaviour/time_zone.h>

namespace proviso::behaviour {

namespace {

constexpr std::string_view kZoneFolder = "/usr/share/zoneinfo";
constexpr std::uint64_t kLargestFile = 1U << 20U;
constexpr std::size_t kHeader = 44;
constexpr std::uint32_t kMostEntries = 10'000;

/// Reads big-endian numbers and never beyond the end.
class Reader {
public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    std::uint64_t number(std::size_t width) {
        if (bytes_.size() < width) {
            broken_ = true;
            return 0;
        }
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < width; ++i) {
            value = value << 8U | static_cast<unsigned char>(bytes_[i]);
        }
        bytes_.remove_prefix(width);
        return value;
    }

    std::int64_t signed32() { return static_cast<std::int32_t>(number(4)); }

    std::int64_t signed64() { return static_cast<std::int64_t>(number(8)); }

    void skip(std::size_t count) {
        if (bytes_.size() < count) {
            broken_ = true;
            return;
        }
        bytes_.remove_prefix(count);
    }

    bool broken() const { return broken_; }

    std::string_view rest() const { return bytes_; }

private:
    std::string_view bytes_;
    bool broken_ = false;
};

struct Counts {
    std::uint32_t utc = 0;
    std::uint32_t standard = 0;
    std::uint32_t leaps = 0;
    std::uint32_t turns = 0;
    std::uint32_t types = 0;
    std::uint32_t letters = 0;

    bool sane() const {
        return std::max({utc, standard, leaps, turns, types, letters}) <= kMostEntries && types > 0;
    }

    std::size_t bytes(std::size_t width) const {
        return turns * (width + 1) + types * 6 + letters + leaps * (width + 4) + standard + utc;
    }
};

Counts read_counts(Reader& reader) {
    Counts counts;
    reader.skip(20);
    for (auto* one :
         {&counts.utc,
          &counts.standard,
          &counts.leaps,
          &counts.turns,
          &counts.types,
          &counts.letters}) {
        *one = static_cast<std::uint32_t>(reader.number(4));
    }
    return counts;
}

bool take_number(std::string_view& text, std::int64_t& value) {
    bool plus = text.starts_with('+');
    if (plus) text.remove_prefix(1);
    auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value > 1000 || value < -1000) return false;
    text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    return true;
}

bool take_char(std::string_view& text, char expected) {
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(1);
    return true;
}

}  // namespace

bool TimeZone::take_name(std::string_view& text) {
    auto letters = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    std::size_t length = 0;
    if (text.starts_with('<')) {
        length = text.find('>');
        if (length == std::string_view::npos) return false;
        ++length;
    } else {
        while (length < text.size() && letters(text[length])) ++length;
    }
    text.remove_prefix(length);
    return length > 0;
}

bool TimeZone::take_time(std::string_view& text, std::int64_t& seconds) {
    bool negative = text.starts_with('-');
    std::int64_t hours = 0;
    std::int64_t minutes = 0;
    std::int64_t rest = 0;
    if (!take_number(text, hours)) return false;
    if (take_char(text, ':') && !take_number(text, minutes)) return false;
    if (take_char(text, ':') && !take_number(text, rest)) return false;
    auto beyond = minutes * 60 + rest;
    seconds = hours * 3600 + (negative ? -beyond : beyond);
    return true;
}

bool TimeZone::take_change(std::string_view& text, Change& change) {
    std::int64_t month = 0;
    std::int64_t week = 0;
    std::int64_t weekday = 0;
    bool shaped = take_char(text, ',') && take_char(text, 'M') && take_number(text, month) &&
                  take_char(text, '.') && take_number(text, week) && take_char(text, '.') &&
                  take_number(text, weekday);
    if (!shaped || month < 1 || month > 12 || week < 1 || week > 5 || weekday < 0 || weekday > 6) {
        return false;
    }
    change.month = static_cast<unsigned>(month);
    change.week = static_cast<unsigned>(week);
    change.weekday = static_cast<unsigned>(weekday);
    change.second = 2 * 3600;
    return !take_char(text, '/') || take_time(text, change.second);
}

bool TimeZone::read_tail(std::string_view rule) {
    if (!take_name(rule) || !take_time(rule, standard_)) return false;
    standard_ = -standard_;  // POSIX counts west of Greenwich
    has_tail_ = true;
    if (rule.empty()) return true;
    if (!take_name(rule)) return false;
    summer_ = standard_ + 3600;
    if (!rule.empty() && rule.front() != ',') {
        if (!take_time(rule, summer_)) return false;
        summer_ = -summer_;
    }
    has_summer_ =
        take_change(rule, summer_begins_) && take_change(rule, summer_ends_) && rule.empty();
    return has_summer_;
}

std::int64_t TimeZone::tail_offset(std::int64_t at) const {
    if (!has_summer_) return standard_;
    using std::chrono::sys_days;
    auto day = std::chrono::floor<std::chrono::days>(
        std::chrono::sys_seconds(std::chrono::seconds(at + standard_))
    );
    auto year = std::chrono::year_month_day(day).year();
    auto moment = [&](const Change& change, std::int64_t offset) {
        auto month = year / std::chrono::month(change.month);
        std::chrono::weekday weekday(change.weekday);
        sys_days date = change.week == 5 ? sys_days(month / weekday[std::chrono::last])
                                         : sys_days(month / weekday[change.week]);
        return std::chrono::sys_seconds(date).time_since_epoch().count() + change.second - offset;
    };
    auto begins = moment(summer_begins_, standard_);
    auto ends = moment(summer_ends_, summer_);
    bool summer = begins < ends ? at >= begins && at < ends : at >= begins || at < ends;
    return summer ? summer_ : standard_;
}

Result<TimeZone> TimeZone::load(std::string_view name) {
    auto letter = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '/' || c == '_' || c == '-' || c == '+';
    };
    bool shaped = !name.empty() && name.size() <= 64 && name.front() >= 'A' &&
                  name.front() <= 'Z' && std::all_of(name.begin(), name.end(), letter);
    auto unknown = [&] {
        return invalid_input(
            fmt::format("'{}' is not a time zone", shaped ? name : std::string_view("?")),
            "write it as Europe/Berlin or UTC"
        );
    };
    if (!shaped) return unknown();
    auto path = std::filesystem::path(kZoneFolder) / name;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) {
        if (std::filesystem::exists(kZoneFolder, ignored)) return unknown();
        return Error(
            ErrorKind::Unavailable,
            "this machine has no time zones",
            "install the Debian package tzdata"
        );
    }
    auto file = PROVISO_TRY(read_file(path, kLargestFile));
    return parse(file, name);
}

Result<TimeZone> TimeZone::parse(std::string_view file, std::string_view name) {
    auto broken = [&] {
        return Error(
            ErrorKind::Corrupt,
            fmt::format("the time zone file of {} is broken", name),
            "reinstall the Debian package tzdata"
        );
    };
    if (file.size() < kHeader || !file.starts_with("TZif")) return broken();
    const bool wide = file[4] >= '2';
    Reader reader(file);
    auto counts = read_counts(reader);
    if (!counts.sane()) return broken();
    if (wide) {
        reader.skip(counts.bytes(4));
        counts = read_counts(reader);
        if (reader.broken() || !counts.sane()) return broken();
    }
    TimeZone zone;
    zone.name_ = name;
    zone.turns_.resize(counts.turns);
    for (auto& turn : zone.turns_) turn.at = wide ? reader.signed64() : reader.signed32();
    std::vector<std::size_t> types(counts.turns);
    for (auto& type : types) type = reader.number(1);
    std::vector<std::int64_t> offsets(counts.types);
    for (auto& offset : offsets) {
        offset = reader.signed32();
        reader.skip(2);
        if (std::abs(offset) > 48 * 3600) return broken();
    }
    for (std::size_t i = 0; i < types.size(); ++i) {
        bool ordered = i == 0 || zone.turns_[i - 1].at < zone.turns_[i].at;
        if (types[i] >= offsets.size() || !ordered) return broken();
        zone.turns_[i].offset = offsets[types[i]];
    }
    zone.first_offset_ = offsets.front();
    reader.skip(
        counts.letters + counts.leaps * ((wide ? 8U : 4U) + 4U) + counts.standard + counts.utc
    );
    if (reader.broken()) return broken();
    auto tail = reader.rest();
    if (wide && take_char(tail, '\n')) {
        tail = tail.substr(0, tail.find('\n'));
        if (!tail.empty() && !zone.read_tail(tail)) return broken();
    }
    return zone;
}

std::chrono::seconds TimeZone::offset_at(Timestamp at) const {
    auto second = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
    auto after = std::upper_bound(
        turns_.begin(),
        turns_.end(),
        second,
        [](std::int64_t value, const Turn& turn) { return value < turn.at; }
    );
    if (after == turns_.end() && has_tail_) return std::chrono::seconds(tail_offset(second));
    return std::chrono::seconds(after == turns_.begin() ? first_offset_ : std::prev(after)->offset);
}

LocalTime TimeZone::local(Timestamp at) const {
    auto shown = at + offset_at(at);
    auto day = std::chrono::floor<std::chrono::days>(shown);
    LocalTime local;
    local.weekday = static_cast<int>(std::chrono::weekday(day).iso_encoding()) - 1;
    local.minute = static_cast<int>(std::chrono::floor<std::chrono::minutes>(shown - day).count());
    return local;
}

}  // namespace proviso::behaviour
