#pragma once

#include <cstdint>

namespace proviso::policy {

/// Kleene's three values: a fact that nobody stated makes a condition unknown, not false.
enum class Tri : std::uint8_t { False, True, Unknown };

constexpr Tri tri(bool value) { return value ? Tri::True : Tri::False; }

constexpr Tri operator!(Tri value) {
    if (value == Tri::Unknown) return value;
    return value == Tri::True ? Tri::False : Tri::True;
}

}  // namespace proviso::policy
