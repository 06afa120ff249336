#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <proviso/base/document.h>
#include <proviso/base/id.h>
#include <proviso/base/time.h>

/// Small helpers for words of enumerations and for JSON with gaps.
namespace proviso::recognise {

template <std::size_t N, class Enum>
std::string_view word_of(const std::array<std::string_view, N>& words, Enum value) {
    return words.at(static_cast<std::size_t>(value));
}

template <class Enum, std::size_t N>
std::optional<Enum> value_of(const std::array<std::string_view, N>& words, std::string_view word) {
    auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end()) return {};
    return static_cast<Enum>(found - words.begin());
}

inline void put_if(Json& json, const char* key, const std::optional<UserId>& value) {
    if (value) json[key] = value->text();
}

inline void put_if(Json& json, const char* key, const std::optional<Day>& value) {
    if (value) json[key] = to_iso8601(*value);
}

inline void put_if(Json& json, const char* key, const std::optional<Timestamp>& value) {
    if (value) json[key] = to_iso8601(*value);
}

}  // namespace proviso::recognise
