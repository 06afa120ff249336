#include "field_rules.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace proviso::registers {

namespace {

constexpr std::string_view kZoneFolder = "/usr/share/zoneinfo";
constexpr std::size_t kMostUrl = 1024;

/// The next code point, moved past; nothing if the bytes are not UTF-8 (RFC 3629).
std::optional<char32_t> next_code_point(std::string_view& text) {
    auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
    };
    auto first = byte(0);
    std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if ((first >= 0x80 && first < 0xC2) || first > 0xF4 || text.size() < length) {
        return std::nullopt;
    }
    char32_t code = length == 1 ? first : first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80) return std::nullopt;
        code = (code << 6U) | (byte(i) & 0x3FU);
    }
    constexpr std::array<char32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
    if (code < kLeast.at(length) || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
        return std::nullopt;
    }
    text.remove_prefix(length);
    return code;
}

bool is_control(char32_t code, Lines lines) {
    if (lines == Lines::Many && (code == '\n' || code == '\t')) return false;
    return code < 0x20 || (code >= 0x7F && code < 0xA0) ||
           (code >= 0x2028 && code <= 0x202E) ||  // line separators, direction overrides
           (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

bool is_host(std::string_view host) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        return host.find_first_not_of("0123456789abcdefABCDEF:.", 1) == host.size() - 1;
    }
    return !host.empty() && host.size() <= 253 && host.front() != '-' && host.front() != '.' &&
           std::all_of(host.begin(), host.end(), [](unsigned char c) {
               return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_';
           });
}

struct Authority {
    std::string_view host;
    int port = 0;  ///< 0: the scheme's own; -1: not a port
};

Authority split(std::string_view authority) {
    auto bracket = authority.rfind(']');
    auto colon = authority.rfind(':');
    if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) {
        return {authority, 0};
    }
    auto digits = authority.substr(colon + 1);
    int port = -1;
    auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    bool good = read.ec == std::errc() && read.ptr == digits.data() + digits.size() && port > 0 &&
                port <= 65535;
    return {authority.substr(0, colon), good ? port : -1};
}

/// Some cameras take the password in the path or the query.
bool names_a_password(std::string_view rest) {
    std::string lower(rest);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    constexpr std::array<std::string_view, 5> kWords{
        "password=", "passwd=", "pwd=", "pass=", "%70assword="};
    return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
        auto at = lower.find(word);
        if (at == std::string::npos) return false;
        auto value = at + word.size();
        return value < lower.size() && lower[value] != '&';
    });
}

FieldProblem credentials() {
    return {"holds credentials", "give 'user' and 'password' as fields of their own"};
}

Verdict check_file_url(std::string_view path) {
    if (path.size() < 2 || path.front() != '/') {
        return FieldProblem{"names no file", "write file:///folder/name.mp4"};
    }
    for (const auto& part : std::filesystem::path(path)) {
        if (part == "..") return FieldProblem{"may not hold '..'", "give the path itself"};
    }
    return std::nullopt;
}

}  // namespace

Verdict check_human_text(std::string_view text, std::size_t most, Lines lines) {
    std::size_t count = 0;
    while (!text.empty()) {
        auto code = next_code_point(text);
        if (!code) return FieldProblem{"is not valid UTF-8", "save the file as UTF-8"};
        if (is_control(*code, lines)) {
            return FieldProblem{"holds a control character", "remove what cannot be seen"};
        }
        if (++count > most) {
            return FieldProblem{fmt::format("is longer than {} characters", most), "shorten it"};
        }
    }
    return std::nullopt;
}

Verdict check_camera_url(std::string_view url) {
    if (url.size() > kMostUrl) return FieldProblem{"is longer than 1024 characters", "shorten it"};
    bool plain = std::all_of(url.begin(), url.end(), [](unsigned char c) {
        return c > 0x20 && c < 0x7F && c != '"' && c != '<' && c != '>' && c != '\\' && c != '`';
    });
    if (!plain) {
        return FieldProblem{
            "holds a character that no URL has", "write it as %XX (a space is %20)"};
    }
    auto mark = url.find("://");
    auto scheme = url.substr(0, mark == std::string_view::npos ? 0 : mark);
    if (scheme != "rtsp" && scheme != "rtsps" && scheme != "file") {
        return FieldProblem{
            "does not begin with rtsp://, rtsps:// or file://",
            "give the address of the camera's stream, such as rtsp://192.168.1.20/stream1"};
    }
    auto after = url.substr(mark + 3);
    if (scheme == "file") return check_file_url(after);
    auto end = std::min(after.find_first_of("/?#"), after.size());
    auto authority = after.substr(0, end);
    if (after.find('@') < end) return credentials();
    auto [host, port] = split(authority);
    if (!is_host(host)) return FieldProblem{"names no host", "write rtsp://host/path"};
    if (port < 0)
        return FieldProblem{"names no port from 1 to 65535", "write rtsp://host:554/path"};
    if (after.find('#') != std::string_view::npos) {
        return FieldProblem{"holds a '#'", "write it as %23"};
    }
    if (names_a_password(after.substr(end))) return credentials();
    return std::nullopt;
}

std::string authority_of(std::string_view url) {
    auto mark = url.find("://");
    if (mark == std::string_view::npos) return {};
    auto scheme = url.substr(0, mark);
    auto after = url.substr(mark + 3);
    auto [host, port] = split(after.substr(0, after.find_first_of("/?")));
    if (port == 0) port = scheme == "rtsps" ? 322 : 554;
    std::string lower(host);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return fmt::format("{}://{}:{}", scheme, lower, port);
}

Verdict check_timezone(std::string_view name) {
    FieldProblem unknown{
        "is not a time zone of the IANA database", "write it as Europe/Berlin or UTC"};
    bool shaped = !name.empty() && name.size() <= 64 && std::isupper(name.front()) != 0 &&
                  std::all_of(name.begin(), name.end(), [](unsigned char c) {
                      return std::isalnum(c) != 0 || c == '/' || c == '_' || c == '-' || c == '+';
                  });
    if (!shaped) return unknown;
    if (!std::filesystem::exists(kZoneFolder)) {
        return FieldProblem{
            "cannot be checked: this machine has no time zones",
            "install the Debian package tzdata"};
    }
    std::ifstream file(std::filesystem::path(kZoneFolder) / name, std::ios::binary);
    std::array<char, 4> magic{};
    file.read(magic.data(), magic.size());
    if (!file || std::string_view(magic.data(), magic.size()) != "TZif") return unknown;
    return std::nullopt;
}

}  // namespace proviso::registers
