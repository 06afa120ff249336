#include "byte_range.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace proviso::api {

namespace {

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    auto [rest, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || rest != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

ByteRange parse_range(std::string_view header, std::uint64_t size) {
    ByteRange whole{true, false, 0, size};
    constexpr std::string_view kUnit = "bytes=";
    if (!header.starts_with(kUnit)) return whole;
    auto text = header.substr(kUnit.size());
    auto dash = text.find('-');
    if (dash == std::string_view::npos) return whole;
    auto first = number(text.substr(0, dash));
    auto last = number(text.substr(dash + 1));
    bool open_start = dash == 0;
    bool open_end = dash + 1 == text.size();
    if ((!first && !open_start) || (!last && !open_end) || (open_start && open_end)) return whole;
    if (open_start) {
        // The last N bytes.
        if (*last == 0 || size == 0) return {false, true, 0, 0};
        auto length = std::min(*last, size);
        return {false, false, size - length, length};
    }
    if (last && *last < *first) return whole;
    if (*first >= size) return {false, true, 0, 0};
    auto end = last ? std::min(*last, size - 1) : size - 1;
    return {false, false, *first, end - *first + 1};
}

}  // namespace proviso::api
