#include "proviso/alerts/event_id.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <proviso/crypto/secret.h>

namespace proviso::alerts {

namespace {

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t kRandom = 6;
constexpr std::size_t kDigits = 17;  // of the time, with its point

}  // namespace

std::string make_event_id(Timestamp at) {
    std::array<std::uint8_t, kRandom> random{};
    crypto::fill_random(random);
    std::string tail;
    for (auto byte : random) tail += kLetters[byte % kLetters.size()];
    auto us = at.time_since_epoch().count();
    return fmt::format("{:010}.{:06}-{}", us / 1'000'000, us % 1'000'000, tail);
}

bool is_event_id(std::string_view text) {
    if (text.size() != kDigits + 1 + kRandom || text[10] != '.' || text[kDigits] != '-') {
        return false;
    }
    auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return std::all_of(text.begin(), text.begin() + 10, digit) &&
           std::all_of(text.begin() + 11, text.begin() + kDigits, digit) &&
           std::all_of(text.begin() + kDigits + 1, text.end(), [](char c) {
               return kLetters.find(c) != std::string_view::npos;
           });
}

}  // namespace proviso::alerts
