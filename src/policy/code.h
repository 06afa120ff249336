#pragma once

#include <array>
#include <cstring>
#include <string_view>

namespace proviso::policy {

/// A jurisdiction code ("FR", "US-IL", "US-NY-NYC") of at most 15 characters, padded with zeros.
class Code {
public:
    static constexpr std::size_t kLongest = 15;

    Code() = default;

    explicit Code(std::string_view text) { text.copy(text_.data(), kLongest); }

    std::string_view text() const { return {text_.data()}; }

    bool empty() const { return text_[0] == '\0'; }

    /// "US-NY-NYC" is under "US-NY" and "US", and every code is under itself.
    bool is_under(const Code& other) const {
        auto length = other.text().size();
        return length > 0 && std::memcmp(text_.data(), other.text_.data(), length) == 0 &&
               (text_[length] == '\0' || text_[length] == '-');
    }

    /// Position of the country in a table of 26 * 26.
    std::size_t country() const {
        return static_cast<std::size_t>(text_[0] - 'A') * 26U +
               static_cast<std::size_t>(text_[1] - 'A');
    }

    bool is_country() const { return !empty() && text_[2] == '\0'; }

    friend auto operator<=>(const Code&, const Code&) = default;
    friend bool operator==(const Code&, const Code&) = default;

private:
    std::array<char, kLongest + 1> text_{};
};

}  // namespace proviso::policy
