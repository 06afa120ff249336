#include "url.h"

#include <algorithm>

#include <fmt/format.h>

#include "text.h"

namespace proviso::ingest {
namespace {

constexpr std::size_t kMaxUrl = 2048;

Error bad_url(std::string_view why) {
    return invalid_input(
        fmt::format("the address of the stream is not valid: {}", why),
        "write it as rtsp://host[:port]/path, rtsps://host[:port]/path or file:///path"
    );
}

Result<std::string> percent_decoded(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            plain += text[i];
            continue;
        }
        std::string digits(text.substr(i + 1, 2));
        std::ranges::transform(digits, digits.begin(), lower);
        auto byte = from_hex(digits);
        if (!byte || byte->size() != 1 || byte->front() == 0) return bad_url("a bad % escape");
        plain += static_cast<char>(byte->front());
        i += 2;
    }
    return plain;
}

struct Parts {
    Scheme scheme = Scheme::Rtsp;
    std::string_view prefix;  // "rtsp://"
    std::string_view user_info;
    bool has_user_info = false;
    std::string_view host_and_port;
    std::string_view rest;  // path and query, with its slash
};

Result<Parts> take_apart(std::string_view url) {
    if (url.size() > kMaxUrl) return bad_url("it is longer than 2048 characters");
    if (std::ranges::any_of(url, [](char c) { return c <= ' ' || c == 127; })) {
        return bad_url("it holds a space or a control character");
    }
    Parts parts;
    auto mark = url.find("://");
    if (mark == std::string_view::npos) return bad_url("it has no scheme");
    auto scheme = url.substr(0, mark);
    if (same_word(scheme, "rtsp")) {
        parts.scheme = Scheme::Rtsp;
    } else if (same_word(scheme, "rtsps")) {
        parts.scheme = Scheme::Rtsps;
    } else if (same_word(scheme, "file")) {
        parts.scheme = Scheme::File;
    } else {
        return bad_url("its scheme is not rtsp, rtsps or file");
    }
    parts.prefix = url.substr(0, mark + 3);
    url.remove_prefix(mark + 3);
    auto end = std::min(url.find_first_of("/?#"), url.size());
    auto authority = url.substr(0, end);
    parts.rest = url.substr(end);
    // Passwords with a bare '@' are common, so the last one divides.
    if (auto at = authority.rfind('@'); at != std::string_view::npos) {
        parts.has_user_info = true;
        parts.user_info = authority.substr(0, at);
        authority.remove_prefix(at + 1);
    }
    parts.host_and_port = authority;
    return parts;
}

}  // namespace

Result<SplitUrl> split_url(std::string_view url) {
    auto parts = PROVISO_TRY(take_apart(url));
    SplitUrl split;
    split.url = fmt::format("{}{}{}", parts.prefix, parts.host_and_port, parts.rest);
    PROVISO_TRY(parse_url(split.url));
    if (!parts.has_user_info) return split;
    auto secret = parts.user_info;
    split.user = PROVISO_TRY(percent_decoded(take_until(secret, ':')));
    auto password = PROVISO_TRY(percent_decoded(secret));
    split.password = SecretText(password);
    std::ranges::fill(password, '\0');
    return split;
}

Result<SourceUrl> parse_url(std::string_view url) {
    auto parts = PROVISO_TRY(take_apart(url));
    if (parts.has_user_info) return bad_url("it holds credentials");
    SourceUrl parsed;
    parsed.scheme = parts.scheme;
    if (parts.scheme == Scheme::File) {
        if (!parts.host_and_port.empty()) return bad_url("a file has no host: file:///path");
        parsed.path = PROVISO_TRY(percent_decoded(parts.rest));
        if (parsed.path.size() < 2) return bad_url("the path of the file is missing");
        return parsed;
    }
    auto rest = parts.host_and_port;
    if (rest.starts_with('[')) {
        rest.remove_prefix(1);
        if (rest.find(']') == std::string_view::npos) return bad_url("the host is not valid");
        parsed.host = take_until(rest, ']');
        if (!rest.empty() && !rest.starts_with(':')) return bad_url("the host is not valid");
        if (!rest.empty()) rest.remove_prefix(1);
    } else {
        parsed.host = take_until(rest, ':');
    }
    auto known = [](char c) {
        return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '.' || c == '_' || c == ':' || c == '%';
    };
    if (parsed.host.empty() || parsed.host.size() > 253 ||
        !std::ranges::all_of(parsed.host, known)) {
        return bad_url("the host is not valid");
    }
    parsed.port = parts.scheme == Scheme::Rtsps ? 322 : 554;
    if (!rest.empty()) {
        auto port = to_number<std::uint16_t>(rest);
        if (!port || *port == 0) return bad_url("the port is not between 1 and 65535");
        parsed.port = *port;
    }
    // The scheme on the wire is as the camera's own documentation writes it.
    parsed.request = fmt::format("{}{}{}", parts.prefix, parts.host_and_port, parts.rest);
    return parsed;
}

}  // namespace proviso::ingest
