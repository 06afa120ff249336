#include "parameters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace proviso::policy {

namespace {

constexpr std::size_t kMostRows = 1000;
constexpr std::size_t kLongestCell = 400;

const std::vector<std::string> kColumns{
    "name", "value", "unit", "kind", "source", "confidence", "from", "to", "note"};

enum Column : std::uint8_t { kName, kValue, kUnit, kKind, kSource, kConfidence, kFrom, kTo, kNote };

using Row = std::array<std::string, 9>;

const std::vector<std::string> kKinds{
    "statutory_cap", "statutory_min", "authority_norm", "typical", "proposal"};
const std::vector<std::string> kConfidences{"V", "V~", "R", "?"};

/// What a number with a unit can be. Beyond `most` it is a slip of the finger.
struct Unit {
    std::string_view name;
    std::int64_t most;
    bool fraction = false;
};

constexpr std::int64_t kMostMoney = 1'000'000'000'000;
constexpr auto kUnits = std::to_array<Unit>({
    {"seconds", 1'000'000},
    {"hours", 10'000},
    {"days", 40'000},
    {"business_days", 1000},
    {"weeks", 5000},
    {"months", 1200},
    {"years", 100},
    {"percent", 100, true},
    {"ratio", 1'000'000, true},
    {"per_day", 1'000'000, true},
    {"count", 10'000'000'000},
    {"date", 0},
    {"AUD", kMostMoney, true},
    {"BRL", kMostMoney, true},
    {"CAD", kMostMoney, true},
    {"CHF", kMostMoney, true},
    {"CNY", kMostMoney, true},
    {"DKK", kMostMoney, true},
    {"EUR", kMostMoney, true},
    {"GBP", kMostMoney, true},
    {"INR", kMostMoney, true},
    {"JPY", kMostMoney, true},
    {"KRW", kMostMoney, true},
    {"NOK", kMostMoney, true},
    {"PLN", kMostMoney, true},
    {"RON", kMostMoney, true},
    {"SEK", kMostMoney, true},
    {"SGD", kMostMoney, true},
    {"USD", kMostMoney, true},
});

/// A mistake and the column it stands in.
struct Wrong {
    Column column;
    std::string what;
    std::string next_step;
};

using Check = std::optional<Wrong>;

bool is_name(std::string_view text) {
    bool dotted = false;
    bool start = true;
    for (char c : text) {
        bool letter = c >= 'a' && c <= 'z';
        bool digit = c >= '0' && c <= '9';
        if (c == '.') {
            if (start) return false;
            dotted = start = true;
            continue;
        }
        if (!letter && (start || (!digit && c != '_'))) return false;
        start = false;
    }
    return dotted && !start && text.size() <= 80;
}

std::optional<std::int64_t> whole(std::string_view text) {
    std::int64_t number = 0;
    auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    bool plain = text.size() == 1 || (!text.empty() && text.front() != '0');
    if (problem != std::errc() || end != text.data() + text.size() || number < 0 || !plain) {
        return std::nullopt;
    }
    return number;
}

Check check_number(std::string_view value, const Unit& unit) {
    auto point = value.find('.');
    auto number = whole(value.substr(0, point));
    bool written = number.has_value();
    if (point != std::string_view::npos) {
        auto rest = value.substr(point + 1);
        written =
            written && !rest.empty() && rest.size() <= 3 && rest.back() != '0' &&
            std::all_of(rest.begin(), rest.end(), [](char c) { return c >= '0' && c <= '9'; });
    }
    if (!written) {
        return Wrong{
            kValue,
            fmt::format("'{}' is not a number", value),
            "write digits, with at most three after the point and no needless zeros"};
    }
    if (point != std::string_view::npos && !unit.fraction) {
        return Wrong{kValue, fmt::format("{} are counted whole", unit.name), "take a smaller unit"};
    }
    if (*number > unit.most || (*number == unit.most && point != std::string_view::npos)) {
        return Wrong{
            kValue,
            fmt::format("{} {} cannot be", value, unit.name),
            fmt::format("{} is the most that is believed", unit.most)};
    }
    return {};
}

Check check_word(Column column, const std::string& word, const std::vector<std::string>& known) {
    if (std::find(known.begin(), known.end(), word) != known.end()) return {};
    auto close = nearest(word, known);
    return Wrong{
        column,
        fmt::format("unknown {} '{}'", kColumns[column], word),
        close.empty() ? fmt::format("use one of: {}", fmt::join(known, ", "))
                      : fmt::format("did you mean '{}'?", close)};
}

Check check_value(const std::string& value, const std::string& unit) {
    if (unit == "date") {
        if (auto day = parse_day(value); !day) {
            return Wrong{kValue, day.error().message(), "write a day as 2031-12-27"};
        }
        return {};
    }
    const auto* found = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& each) {
        return each.name == unit;
    });
    if (found != kUnits.end()) return check_number(value, *found);
    std::vector<std::string> names;
    for (const auto& each : kUnits) names.emplace_back(each.name);
    return check_word(kUnit, unit, names);
}

Check check_day(Column column, const std::string& text, std::optional<Day>& day) {
    if (text.empty()) return {};
    auto read = parse_day(text);
    if (!read) return Wrong{column, read.error().message(), "write a day as 2027-05-13"};
    day = *read;
    return {};
}

Check check_row(const Row& row, Parameter& made) {
    for (std::size_t i = 0; i < row.size(); ++i) {
        auto column = static_cast<Column>(i);
        if (row.at(i).size() > kLongestCell) return Wrong{column, "the text is too long", {}};
        if (row.at(i).empty() && column < kFrom) {
            return Wrong{column, fmt::format("'{}' is missing", kColumns[i]), "fill it in"};
        }
    }
    if (!is_name(row[kName])) {
        return Wrong{
            kName,
            fmt::format("'{}' is no name of a parameter", row[kName]),
            "write words of small letters with points between them: retention.footage.cap"};
    }
    if (auto wrong = check_value(row[kValue], row[kUnit])) return wrong;
    if (auto wrong = check_word(kKind, row[kKind], kKinds)) return wrong;
    if (auto wrong = check_word(kConfidence, row[kConfidence], kConfidences)) return wrong;
    if (auto wrong = check_day(kFrom, row[kFrom], made.from)) return wrong;
    if (auto wrong = check_day(kTo, row[kTo], made.to)) return wrong;
    if (made.from && made.to && *made.to < *made.from) {
        return Wrong{kTo, "it ends before it begins", {}};
    }
    made.name = row[kName];
    made.value = row[kValue];
    made.unit = row[kUnit];
    made.kind = row[kKind];
    made.source = row[kSource];
    made.confidence = row[kConfidence];
    made.note = row[kNote];
    return {};
}

/// Lines of comma-separated cells, quoted where they hold a comma or a quote (RFC 4180, but a cell
/// ends on its line).
class Csv {
public:
    explicit Csv(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty(); }

    std::size_t line() const { return line_; }

    struct Cell {
        std::string text;
        std::size_t column = 0;  ///< the first byte, from 1
    };

    Result<std::vector<Cell>> next() {
        ++line_;
        auto end = rest_.find('\n');
        auto line = rest_.substr(0, end);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        std::vector<Cell> cells;
        std::size_t at = 0;
        while (true) {
            auto cell = PROVISO_TRY(read_cell(line, at));
            cells.push_back(std::move(cell));
            if (cells.size() > kColumns.size()) {
                return wrong(cells.back().column, "there are more cells than columns");
            }
            if (at == line.size()) return cells;
            ++at;  // the comma
        }
    }

    Error wrong(std::size_t column, std::string_view what, std::string next_step = {}) const {
        return invalid_input(
            fmt::format("line {}, column {}: {}", line_, column, what), std::move(next_step)
        );
    }

private:
    /// From `at` on to the comma or the end.
    Result<Cell> read_cell(std::string_view line, std::size_t& at) const {
        Cell cell{{}, at + 1};
        bool quoted = at < line.size() && line[at] == '"';
        if (quoted) ++at;
        bool closed = false;
        while (at < line.size() && (quoted ? !closed : line[at] != ',')) {
            auto c = static_cast<unsigned char>(line[at]);
            if (c < 0x20 || c > 0x7e) {
                return wrong(at + 1, "only printable ASCII is read", "write it without accents");
            }
            if (line[at] == '"') {
                if (!quoted) return wrong(at + 1, "a quote stands inside a cell", "quote it whole");
                bool twice = at + 1 < line.size() && line[at + 1] == '"';
                if (twice) ++at;
                closed = !twice;
            }
            if (!closed) cell.text += line[at];
            ++at;
        }
        if (quoted && !closed) return wrong(cell.column, "the quote is not closed");
        if (at < line.size() && line[at] != ',') return wrong(at + 1, "a comma is missing");
        return cell;
    }

    std::string_view rest_;
    std::size_t line_ = 0;
};

Result<> check_header(const Csv& csv, const std::vector<Csv::Cell>& cells) {
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
        if (i < cells.size() && cells[i].text == kColumns[i]) continue;
        return csv.wrong(
            i < cells.size() ? cells[i].column : 1,
            "these are not the columns of params.csv",
            fmt::format("write {}", fmt::join(kColumns, ","))
        );
    }
    return {};
}

std::string stem(std::string_view name) { return std::string(name.substr(0, name.rfind('.'))); }

}  // namespace

std::optional<std::int64_t> Parameter::days(Reading reading) const {
    auto number = whole(value);
    if (!number) return std::nullopt;
    auto n = *number;
    bool up = reading == Reading::AtLeast;
    auto divided = [&](std::int64_t by) { return (n + (up ? by - 1 : 0)) / by; };
    if (unit == "seconds") return divided(std::int64_t{24} * 3600);
    if (unit == "hours") return divided(24);
    if (unit == "days") return n;
    if (unit == "weeks") return n * 7;
    if (unit == "years") return n * 365;
    if (unit == "months") return up ? (n * 365 + 11) / 12 : n / 12 * 365 + n % 12 * 30;
    return std::nullopt;
}

std::optional<std::int64_t> Parameter::count() const {
    return unit == "count" ? whole(value) : std::nullopt;
}

std::optional<Day> Parameter::date() const {
    if (unit != "date") return std::nullopt;
    auto day = parse_day(value);
    return day ? std::optional<Day>(*day) : std::nullopt;
}

Result<std::vector<Parameter>> read_parameters(std::string_view text) {
    Csv csv(text);
    auto header = PROVISO_TRY(csv.next());
    PROVISO_TRY(check_header(csv, header));
    std::vector<Parameter> list;
    std::map<std::string, std::size_t> lines;
    while (!csv.at_end()) {
        auto cells = PROVISO_TRY(csv.next());
        if (cells.size() != kColumns.size()) {
            return csv.wrong(
                cells.back().column,
                fmt::format("{} cells stand here, {} are needed", cells.size(), kColumns.size())
            );
        }
        Row row;
        for (std::size_t i = 0; i < row.size(); ++i) row.at(i) = cells[i].text;
        Parameter made;
        if (auto wrong = check_row(row, made)) {
            return csv.wrong(cells[wrong->column].column, wrong->what, wrong->next_step);
        }
        auto [known, is_new] = lines.emplace(made.name, csv.line());
        if (!is_new) {
            return csv.wrong(
                1, fmt::format("'{}' stands in line {} already", made.name, known->second)
            );
        }
        list.push_back(std::move(made));
        if (list.size() > kMostRows) return csv.wrong(1, "there are too many parameters");
    }
    PROVISO_TRY(check_parameters(list));
    return list;
}

Json to_json(const std::vector<Parameter>& parameters) {
    std::map<std::string, Json> rows;
    for (const auto& each : parameters) {
        Json row{
            {"name", each.name},
            {"value", each.value},
            {"unit", each.unit},
            {"kind", each.kind},
            {"source", each.source},
            {"confidence", each.confidence}};
        if (each.from) row["from"] = to_iso8601(*each.from);
        if (each.to) row["to"] = to_iso8601(*each.to);
        if (!each.note.empty()) row["note"] = each.note;
        rows[each.name] = std::move(row);
    }
    Json list = Json::array();
    for (auto& [name, row] : rows) list.push_back(std::move(row));
    return list;
}

Result<Parameter> parameter_from_json(const Json& json) {
    ObjectReader read(json, "parameter");
    Row row;
    for (std::size_t i = 0; i < row.size(); ++i) row.at(i) = read.text_or(kColumns[i], "");
    PROVISO_TRY(read.finish());
    Parameter made;
    if (auto wrong = check_row(row, made)) {
        return invalid_input(
            fmt::format("parameter {}: {}", row[kName], wrong->what), wrong->next_step
        );
    }
    return made;
}

Result<> check_parameters(const std::vector<Parameter>& parameters) {
    std::map<std::string, const Parameter*> by_name;
    for (const auto& each : parameters) {
        if (by_name.emplace(each.name, &each).second) continue;
        return invalid_input(fmt::format("parameter {} stands twice", each.name));
    }
    auto days = [&](const std::string& name, Reading reading) -> std::optional<std::int64_t> {
        auto found = by_name.find(name);
        // What holds at another time is no contradiction.
        if (found == by_name.end() || found->second->from || found->second->to) return {};
        return found->second->days(reading);
    };
    for (const auto& each : parameters) {
        if (!each.name.ends_with(".default") || each.from || each.to) continue;
        auto value = each.days(Reading::AtMost);
        auto most = days(stem(each.name) + ".cap", Reading::AtMost);
        auto least = days(stem(each.name) + ".floor", Reading::AtMost);
        if (value && ((most && *value > *most) || (least && *value < *least))) {
            return invalid_input(
                fmt::format("parameter {} lies beyond its own cap or floor", each.name),
                "change one of them"
            );
        }
    }
    return {};
}

}  // namespace proviso::policy
