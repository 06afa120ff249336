#include "rtsp_message.h"

#include <algorithm>

#include "text.h"

namespace proviso::ingest {
namespace {

constexpr const char* kUpdate = "update the camera's firmware, or look whether it speaks RTSP";

Error garbage(const char* what) { return invalid_input(what, kUpdate); }

Error too_large(const char* what) { return {ErrorKind::TooLarge, what, kUpdate}; }

/// "RTSP/1.0 200 OK", or "METHOD url RTSP/1.0" when the camera asks.
Result<> parse_first_line(std::string_view line, RtspMessage& message) {
    auto first = take_until(line, ' ');
    if (first.starts_with("RTSP/")) {
        if (first != "RTSP/1.0" && first != "RTSP/2.0") return garbage("not an RTSP version");
        auto status = to_number<int>(take_until(line, ' '));
        if (!status || *status < 100 || *status > 599) return garbage("not an RTSP status");
        message.status = *status;
        message.reason = printable(trim(line));
        return {};
    }
    auto word = [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; };
    if (first.empty() || first.size() > 32 || !std::ranges::all_of(first, word) ||
        line.find(" RTSP/") == std::string_view::npos) {
        return garbage("the camera's answer is not RTSP");
    }
    message.reason = first;
    return {};
}

/// The offset behind the empty line that ends the head; nothing if it is not there.
std::optional<std::size_t> end_of_head(std::string_view text) {
    auto crlf = text.find("\r\n\r\n");
    auto lf = text.find("\n\n");
    if (crlf == std::string_view::npos && lf == std::string_view::npos) return std::nullopt;
    return crlf < lf ? crlf + 4 : lf + 2;
}

}  // namespace

std::optional<std::string_view> RtspMessage::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (same_word(key, name)) return value;
    }
    return std::nullopt;
}

Result<std::optional<ParsedRtsp>> parse_rtsp(ByteView bytes) {
    auto text = as_text(bytes);
    auto head_size = end_of_head(text.substr(0, kMaxRtspHead));
    if (!head_size) {
        if (text.size() >= kMaxRtspHead) return too_large("the head of the answer is too long");
        return std::optional<ParsedRtsp>();
    }
    ParsedRtsp parsed;
    auto head = text.substr(0, *head_size);
    auto line = take_until(head, '\n');
    PROVISO_TRY(parse_first_line(trim(line), parsed.message));
    while (!head.empty()) {
        line = take_until(head, '\n');
        if (line.size() > kMaxRtspLine) return too_large("a header of the answer is too long");
        bool folded = line.starts_with(' ') || line.starts_with('\t');
        line = trim(line);
        if (line.empty()) continue;
        auto& headers = parsed.message.headers;
        if (folded && !headers.empty()) {
            headers.back().second.append(" ").append(line);
            continue;
        }
        auto name = trim(take_until(line, ':'));
        if (name.empty()) return garbage("a header of the answer has no name");
        if (headers.size() >= kMaxRtspHeaders) return too_large("the answer has too many headers");
        headers.emplace_back(name, trim(line));
    }
    std::size_t body_size = 0;
    if (auto length = parsed.message.header("Content-Length")) {
        auto number = to_number<std::size_t>(*length);
        if (!number) return garbage("the length of the answer is not a number");
        if (*number > kMaxRtspBody) return too_large("the body of the answer is over 64 KiB");
        body_size = *number;
    }
    if (bytes.size() < *head_size + body_size) return std::optional<ParsedRtsp>();
    parsed.message.body = text.substr(*head_size, body_size);
    parsed.size = *head_size + body_size;
    return std::optional<ParsedRtsp>(std::move(parsed));
}

}  // namespace proviso::ingest
