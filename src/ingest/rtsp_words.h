#pragma once

#include <algorithm>
#include <optional>
#include <utility>

#include "text.h"

/// Pieces of RTSP header values.
namespace proviso::ingest {

/// The value of `name=` in a `;`-separated header.
inline std::optional<std::string_view> header_field(
    std::string_view header, std::string_view name
) {
    for (auto part : split(header, ';')) {
        auto key = trim(take_until(part, '='));
        if (same_word(key, name)) return trim(part);
    }
    return std::nullopt;
}

/// "4-5", or "4" for itself and the next.
template <class T>
std::optional<std::pair<T, T>> number_pair(std::optional<std::string_view> text) {
    if (!text) return std::nullopt;
    auto first = to_number<T>(take_until(*text, '-'));
    if (!first) return std::nullopt;
    return std::pair(*first, to_number<T>(*text).value_or(static_cast<T>(*first + 1)));
}

/// Control characters in what the camera sends would end our own request line.
inline bool is_clean_url(std::string_view url) {
    return url.size() <= 2048 &&
           std::ranges::none_of(url, [](char c) { return c <= ' ' || c == 127; });
}

/// RFC 2326, C.1.1. Appended after a query, too: that is how cameras mean it.
inline std::string resolve_control(std::string_view base, std::string_view control) {
    if (control.empty() || control == "*") return std::string(base);
    if (control.find("://") != std::string_view::npos) return std::string(control);
    std::string url(base);
    if (control.starts_with('/')) control.remove_prefix(1);
    if (!url.ends_with('/')) url += '/';
    return url.append(control);
}

/// Some cameras repeat the credentials in the URLs that they give.
inline std::string without_credentials(std::string_view url) {
    auto start = url.find("://");
    if (start == std::string_view::npos) return std::string(url);
    start += 3;
    auto at = url.substr(start, url.find('/', start) - start).rfind('@');
    std::string clean(url.substr(0, start));
    return clean.append(url.substr(at == std::string_view::npos ? start : start + at + 1));
}

}  // namespace proviso::ingest
