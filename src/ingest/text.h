#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The few text operations that RTSP and SDP need, on views, without locale.
namespace proviso::ingest {

inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

inline bool same_word(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

inline std::string_view trim(std::string_view text) {
    auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

inline std::vector<std::string_view> split(std::string_view text, char by) {
    std::vector<std::string_view> parts;
    for (;;) {
        auto at = text.find(by);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

/// Takes what stands before `by` (or everything) off the front.
inline std::string_view take_until(std::string_view& text, char by) {
    auto at = text.find(by);
    auto part = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return part;
}

/// Decimal digits and nothing else.
template <class T>
std::optional<T> to_number(std::string_view text) {
    T value{};
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// What came from outside as a person may see it: printable ASCII, at most `limit` characters.
inline std::string printable(std::string_view text, std::size_t limit = 80) {
    std::string shown;
    for (auto c : text.substr(0, limit)) shown += c >= ' ' && c <= '~' ? c : '?';
    return shown;
}

}  // namespace proviso::ingest
