#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "http.h"

namespace proviso::api {

/// What the parser lets through and different readers read differently (request smuggling): line
/// ends that are not CRLF, folded lines, NUL. `head` ends with the empty line.
bool is_plain_head(std::string_view head);

/// The request as the handlers see it; nothing if the target is not a plain path, Host is missing,
/// a header that decides something stands twice, or the transfer coding is not "chunked".
std::optional<Request> read_head(
    const boost::beast::http::request<boost::beast::http::string_body>& message
);

/// Status line and headers, with the length or the coding of the body.
std::string write_head(const Response& response, bool keep_alive, bool chunked, Timestamp now);

}  // namespace proviso::api
