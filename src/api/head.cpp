#include "head.h"

#include <algorithm>
#include <array>

#include <boost/beast/websocket/rfc6455.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace proviso::api {

namespace {

namespace http = boost::beast::http;

constexpr std::array<std::string_view, 7> kOnlyOnce{
    "host",
    "origin",
    "content-type",
    "content-length",
    "range",
    "x-proviso-csrf",
    "transfer-encoding"};

bool is_plain_target(std::string_view target) {
    return !target.empty() && target.front() == '/' && target.find('#') == std::string_view::npos &&
           std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

/// Bodies are sent by these; the others say it all in the head.
bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

bool is_plain_head(std::string_view head) {
    for (std::size_t i = 0; i < head.size(); ++i) {
        char c = head[i];
        if (c == '\0') return false;
        if (c == '\r' && (i + 1 == head.size() || head[i + 1] != '\n')) return false;
        if (c != '\n') continue;
        if (i == 0 || head[i - 1] != '\r') return false;
        if (i + 1 < head.size() && (head[i + 1] == ' ' || head[i + 1] == '\t')) return false;
    }
    return true;
}

std::optional<Request> read_head(const http::request<http::string_body>& message) {
    auto target = std::string_view(message.target().data(), message.target().size());
    if (!is_plain_target(target)) return std::nullopt;
    Request request;
    request.method = parse_method({message.method_string().data(), message.method_string().size()});
    auto mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
    for (const auto& field : message) {
        std::string name(field.name_string().data(), field.name_string().size());
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
            return static_cast<char>(std::tolower(c));
        });
        bool once = std::find(kOnlyOnce.begin(), kOnlyOnce.end(), name) != kOnlyOnce.end();
        if (once && !request.header(name).empty()) return std::nullopt;
        request.headers.emplace_back(
            std::move(name), std::string(field.value().data(), field.value().size())
        );
    }
    if (request.header("host").empty()) return std::nullopt;
    auto coding = request.header("transfer-encoding");
    if (!coding.empty() && coding != "chunked") return std::nullopt;
    request.wants_websocket = boost::beast::websocket::is_upgrade(message);
    return request;
}

std::string write_head(const Response& response, bool keep_alive, bool chunked, Timestamp now) {
    auto reason =
        http::obsolete_reason(http::int_to_status(static_cast<unsigned>(response.status)));
    auto head = fmt::format(
        "HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\n",
        response.status,
        std::string_view(reason.data(), reason.size()),
        fmt::gmtime(std::chrono::system_clock::to_time_t(
            std::chrono::time_point_cast<std::chrono::system_clock::duration>(now)
        ))
    );
    for (const auto& [name, value] : response.headers) {
        head += fmt::format("{}: {}\r\n", name, value);
    }
    if (chunked) {
        head += "Transfer-Encoding: chunked\r\n";
    } else if (has_body(response.status)) {
        auto length = response.source_length ? *response.source_length
                      : response.shared_body ? response.shared_body->size()
                                             : response.body.size();
        head += fmt::format("Content-Length: {}\r\n", length);
    }
    head += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
    return head;
}

}  // namespace proviso::api
