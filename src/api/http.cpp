#include "http.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace proviso::api {

namespace {

constexpr std::array<std::pair<std::string_view, Method>, 6> kMethods{{
    {"GET", Method::Get},
    {"HEAD", Method::Head},
    {"POST", Method::Post},
    {"PUT", Method::Put},
    {"PATCH", Method::Patch},
    {"DELETE", Method::Delete},
}};

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// RFC 3629: shortest form, no surrogates, at most U+10FFFF.
bool is_utf8(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size()) {
        auto first = static_cast<unsigned char>(text[i++]);
        if (first < 0x80) continue;
        int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
        if (first < 0xC2 || first > 0xF4 || text.size() - i < static_cast<std::size_t>(more)) {
            return false;
        }
        std::uint32_t code = first & (0x3FU >> static_cast<unsigned>(more));
        for (int k = 0; k < more; ++k) {
            auto next = static_cast<unsigned char>(text[i++]);
            if ((next & 0xC0U) != 0x80U) return false;
            code = (code << 6U) | (next & 0x3FU);
        }
        if ((more == 2 && code < 0x800) || (more == 3 && code < 0x10000) || code > 0x10FFFF ||
            (code >= 0xD800 && code <= 0xDFFF)) {
            return false;
        }
    }
    return true;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

std::string_view to_string(Method method) {
    for (const auto& [text, known] : kMethods) {
        if (known == method) return text;
    }
    return "OTHER";
}

Method parse_method(std::string_view text) {
    for (const auto& [known, method] : kMethods) {
        if (known == text) return method;
    }
    return Method::Other;
}

std::string_view Request::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (key == name) return value;
    }
    return {};
}

std::string_view Request::cookie(std::string_view name) const {
    std::string_view found;
    for (const auto& [key, value] : headers) {
        if (key != "cookie") continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            auto end = rest.find(';');
            auto pair = rest.substr(0, end);
            rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
            while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
            auto equals = pair.find('=');
            if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
            if (!found.empty()) return {};
            found = pair.substr(equals + 1);
        }
    }
    return found;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            if (text.size() - i < 3) return std::nullopt;
            int high = hex_digit(text[i + 1]);
            int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (is_control(c)) return std::nullopt;
        out += c;
    }
    if (!is_utf8(out)) return std::nullopt;
    return out;
}

std::optional<std::vector<std::string>> split_path(std::string_view path) {
    if (path.empty() || path.front() != '/') return std::nullopt;
    std::vector<std::string> segments;
    path.remove_prefix(1);
    while (!path.empty()) {
        auto end = path.find('/');
        auto segment = percent_decode(path.substr(0, end));
        if (!segment || segment->empty() || *segment == "." || *segment == ".." ||
            segment->find_first_of("/\\") != std::string::npos) {
            return std::nullopt;
        }
        segments.push_back(*std::move(segment));
        if (end == std::string_view::npos) break;
        path.remove_prefix(end + 1);
        if (path.empty()) return std::nullopt;
    }
    return segments;
}

Result<Query> Query::parse(std::string_view text, const std::vector<std::string>& known) {
    Query query;
    while (!text.empty()) {
        auto end = text.find('&');
        auto pair = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        if (pair.empty()) continue;
        auto equals = pair.find('=');
        auto name = percent_decode(pair.substr(0, equals), true);
        auto value = equals == std::string_view::npos
                         ? std::optional<std::string>("")
                         : percent_decode(pair.substr(equals + 1), true);
        if (!name || !value) {
            return invalid_input(
                "the query is not valid percent-encoded UTF-8", "encode it as a browser does"
            );
        }
        if (std::find(known.begin(), known.end(), *name) == known.end()) {
            auto close = nearest(*name, known);
            return invalid_input(
                fmt::format("unknown query parameter '{}'", name->substr(0, 64)),
                close.empty() ? std::string("remove it") : fmt::format("did you mean '{}'?", close)
            );
        }
        if (!query.values_.emplace(*name, *std::move(value)).second) {
            return invalid_input(fmt::format("'{}' is given twice", *name), "keep one of them");
        }
    }
    return query;
}

std::optional<std::string> Query::text(const std::string& name) const {
    auto found = values_.find(name);
    if (found == values_.end()) return std::nullopt;
    return found->second;
}

namespace {

Error missing(const std::string& name) {
    return invalid_input(
        fmt::format("'{}' is missing", name), fmt::format("add '{}' to the query", name)
    );
}

}  // namespace

Result<std::optional<Timestamp>> Query::time(const std::string& name) const {
    auto found = text(name);
    if (!found) return std::optional<Timestamp>();
    auto at = parse_timestamp(*found);
    if (!at) {
        return invalid_input(
            fmt::format("'{}' is not a time", name), "write it as 2026-11-22T13:05:07Z"
        );
    }
    return std::optional<Timestamp>(*at);
}

Result<Timestamp> Query::required_time(const std::string& name) const {
    auto at = PROVISO_TRY(time(name));
    if (!at) return missing(name);
    return *at;
}

Result<std::optional<Day>> Query::day(const std::string& name) const {
    auto found = text(name);
    if (!found) return std::optional<Day>();
    auto at = parse_day(*found);
    if (!at) {
        return invalid_input(fmt::format("'{}' is not a day", name), "write it as 2026-11-22");
    }
    return std::optional<Day>(*at);
}

Result<Day> Query::required_day(const std::string& name) const {
    auto at = PROVISO_TRY(day(name));
    if (!at) return missing(name);
    return *at;
}

Result<std::optional<std::uint64_t>> Query::number(const std::string& name) const {
    auto found = text(name);
    if (!found) return std::optional<std::uint64_t>();
    std::uint64_t value = 0;
    const auto* end = found->data() + found->size();
    auto [rest, problem] = std::from_chars(found->data(), end, value);
    if (problem != std::errc() || rest != end) {
        return invalid_input(
            fmt::format("'{}' is not a whole number", name), "write it with digits only"
        );
    }
    return std::optional<std::uint64_t>(value);
}

Result<std::uint64_t> Query::required_number(const std::string& name) const {
    auto value = PROVISO_TRY(number(name));
    if (!value) return missing(name);
    return *value;
}

Result<bool> Query::flag(const std::string& name) const {
    auto found = text(name);
    if (!found || *found == "false") return false;
    if (*found == "true") return true;
    return invalid_input(fmt::format("'{}' is neither true nor false", name));
}

Response Response::json(int status, const Json& value) {
    // Bytes that are not UTF-8 (a camera's own words) are shown as U+FFFD rather than thrown at.
    return text(
        status, "application/json", value.dump(-1, ' ', false, Json::error_handler_t::replace)
    );
}

Response Response::text(int status, std::string_view type, std::string body) {
    Response response;
    response.status = status;
    response.set("Content-Type", std::string(type));
    response.body = std::move(body);
    return response;
}

Response Response::nothing() {
    Response response;
    response.status = 204;
    return response;
}

}  // namespace proviso::api
