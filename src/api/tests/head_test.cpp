#include "head.h"

#include <boost/beast/http/parser.hpp>
#include <gtest/gtest.h>

namespace proviso::api {
namespace {

namespace http = boost::beast::http;

std::optional<Request> read(std::string_view text) {
    http::request_parser<http::string_body> parser;
    boost::beast::error_code failed;
    parser.put(boost::asio::buffer(text), failed);
    if (failed || !parser.is_header_done()) return std::nullopt;
    return read_head(parser.get());
}

TEST(Head, GivesMethodPathQueryAndHeaders) {
    auto request = read("POST /api/x?a=1 HTTP/1.1\r\nHost: here\r\nX-Proviso-CSRF: t\r\n\r\n");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->method, Method::Post);
    EXPECT_EQ(request->path, "/api/x");
    EXPECT_EQ(request->query, "a=1");
    EXPECT_EQ(request->header("x-proviso-csrf"), "t");
    EXPECT_EQ(request->header("absent"), "");
}

TEST(Head, RefusesWhatTwoReadersWouldReadDifferently) {
    for (const auto* text :
         {"GET http://here/ HTTP/1.1\r\nHost: here\r\n\r\n",
          "GET * HTTP/1.1\r\nHost: here\r\n\r\n",
          "GET /a#b HTTP/1.1\r\nHost: here\r\n\r\n",
          "GET / HTTP/1.1\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nOrigin: a\r\nOrigin: b\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 2\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 1\r\n\r\n"}) {
        EXPECT_FALSE(read(text)) << text;
    }
}

TEST(Head, LetsOnlyPlainLinesThrough) {
    EXPECT_TRUE(is_plain_head("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    using namespace std::string_view_literals;
    for (auto text :
         {"GET / HTTP/1.1\nHost: a\r\n\r\n"sv,
          "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n"sv,
          "GET / HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n"sv,
          "GET / HTTP/1.1\r\nA: \0b\r\n\r\n"sv,
          "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n"sv}) {
        EXPECT_FALSE(is_plain_head(text));
    }
}

TEST(Head, WritesLengthOrChunksButNeverBoth) {
    auto response = Response::text(200, "text/plain", "hello");
    auto whole = write_head(response, true, false, Timestamp{});
    EXPECT_NE(whole.find("Content-Length: 5\r\n"), std::string::npos);
    EXPECT_EQ(whole.find("Transfer-Encoding"), std::string::npos);
    EXPECT_NE(whole.find("Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"), std::string::npos);
    auto chunked = write_head(response, false, true, Timestamp{});
    EXPECT_EQ(chunked.find("Content-Length"), std::string::npos);
    EXPECT_NE(chunked.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
    EXPECT_NE(chunked.find("Connection: close\r\n"), std::string::npos);
}

}  // namespace
}  // namespace proviso::api
