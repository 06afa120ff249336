#include "password_policy.h"

#include <algorithm>
#include <array>
#include <set>

#include <proviso/crypto/secret.h>

namespace proviso::identity {

namespace {

constexpr std::size_t kLeast = 12;
constexpr std::size_t kMost = 128;
constexpr std::size_t kLeastDifferent = 5;

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) {
        return c < 0x80 ? static_cast<char>(std::tolower(c)) : static_cast<char>(c);
    });
    return result;
}

/// Characters, not bytes; invalid UTF-8 counts bytes.
std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](unsigned char c) {
        return (c & 0xC0U) != 0x80;
    }));
}

/// The letters meant by p@ssw0rd, in both readings of a 1.
std::string undisguised(std::string_view text, char one) {
    std::string result;
    for (char c : text) {
        switch (c) {
            case '@':
            case '4': result.push_back('a'); break;
            case '3': result.push_back('e'); break;
            case '0': result.push_back('o'); break;
            case '$':
            case '5': result.push_back('s'); break;
            case '7': result.push_back('t'); break;
            case '1':
            case '!':
            case '|': result.push_back(one); break;
            default: result.push_back(c);
        }
    }
    return result;
}

std::string letters_of(std::string_view text) {
    std::string result;
    for (unsigned char c : text) {
        if (std::isalpha(c) != 0 || c >= 0x80) result.push_back(static_cast<char>(c));
    }
    return result;
}

/// One common word, or two in a row.
bool is_made_of_common_words(std::string_view letters) {
    if (is_common_word(letters)) return true;
    for (std::size_t cut = 3; cut + 3 <= letters.size(); ++cut) {
        if (is_common_word(letters.substr(0, cut)) && is_common_word(letters.substr(cut))) {
            return true;
        }
    }
    return false;
}

/// "abcabcabcabc", "aaaaaaaaaaaa"
bool is_repetition(std::string_view text) {
    for (std::size_t unit = 1; unit <= text.size() / 2; ++unit) {
        bool repeats = true;
        for (std::size_t i = unit; i < text.size() && repeats; ++i) {
            repeats = text[i] == text[i - unit];
        }
        if (repeats) return true;
    }
    return false;
}

/// Mostly neighbours: in the alphabet, among the digits, or on the keyboard (also column by column
/// and zigzag, as in 1qaz2wsx and 1q2w3e4r).
bool is_run(std::string_view text) {
    constexpr std::array<std::string_view, 9> kRows{
        "abcdefghijklmnopqrstuvwxyz",
        "01234567890",
        "1q2w3e4r5t6y7u8i9o0p",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p",
        "zaq1xsw2cde3vfr4bgt5nhy6mju7",
        "qwertyuiopasdfghjklzxcvbnm",
        "qwertzuiopasdfghjklyxcvbnm",
        "azertyuiopqsdfghjklmwxcvbn",
        "!@#$%^&*()"};
    std::size_t neighbours = 0;
    for (std::size_t i = 1; i < text.size(); ++i) {
        std::string pair{text[i - 1], text[i]};
        std::string back{text[i], text[i - 1]};
        neighbours += std::any_of(kRows.begin(), kRows.end(), [&](std::string_view row) {
            return row.find(pair) != std::string_view::npos ||
                   row.find(back) != std::string_view::npos;
        });
    }
    return neighbours * 10 >= (text.size() - 1) * 7;
}

Error weak(std::string_view why) {
    return invalid_input(
        "the new password is too easy to guess: " + std::string(why),
        "take four words that have nothing to do with each other"
    );
}

}  // namespace

Result<> check_password(std::string_view password, std::string_view login) {
    auto length = characters(password);
    if (length < kLeast || length > kMost) {
        return invalid_input(
            "the new password has fewer than 12 or more than 128 characters",
            "take four words that have nothing to do with each other"
        );
    }
    auto small = lower(password);
    auto small_login = lower(login);
    if (small == small_login || letters_of(small) == small_login) return weak("it is the login");
    if (std::set<char>(small.begin(), small.end()).size() < kLeastDifferent) {
        return weak("it has too few different characters");
    }
    if (is_repetition(small)) return weak("it repeats itself");
    if (is_run(small)) return weak("it follows the alphabet or the keyboard");
    auto letters = letters_of(small);
    if (letters.size() < 3) return weak("it is hardly more than a number");
    for (const auto& reading :
         {letters, letters_of(undisguised(small, 'i')), letters_of(undisguised(small, 'l'))}) {
        if (is_made_of_common_words(reading)) return weak("it is a common one with ornaments");
    }
    // A disguise at the end of a word is often just a number: password1234, where 4 is no a.
    auto core = small.substr(0, small.find_last_not_of("0123456789!@#$%^&*.-_?+=") + 1);
    for (char one : {'i', 'l'}) {
        if (is_made_of_common_words(letters_of(undisguised(core, one)))) {
            return weak("it is a common one with ornaments");
        }
    }
    return {};
}

std::string make_one_time_password() {
    constexpr std::string_view kAlphabet = "abcdefghjkmnpqrstuvwxyz023456789";
    static_assert(kAlphabet.size() == 32);
    std::array<std::uint8_t, 20> random{};
    crypto::fill_random(random);
    std::string password;
    for (std::size_t i = 0; i < random.size(); ++i) {
        if (i > 0 && i % 5 == 0) password.push_back('-');
        password.push_back(kAlphabet[random.at(i) & 31U]);
    }
    return password;
}

}  // namespace proviso::identity
