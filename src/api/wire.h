#pragma once

#include <variant>

#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>

namespace proviso::api {

namespace net = boost::asio;
namespace beast = boost::beast;

/// A TCP connection with or without TLS, one type for everything above it.
class Wire {
public:
    using Plain = beast::tcp_stream;
    using Secure = beast::ssl_stream<beast::tcp_stream>;
    using executor_type = Plain::executor_type;

    Wire(net::ip::tcp::socket socket, net::ssl::context* tls)
        : stream_(
              tls == nullptr ? Stream(std::in_place_type<Plain>, std::move(socket))
                             : Stream(std::in_place_type<Secure>, Plain(std::move(socket)), *tls)
          ) {}

    executor_type get_executor() { return tcp().get_executor(); }

    Secure* secure() { return std::get_if<Secure>(&stream_); }

    Plain& tcp() {
        if (auto* stream = secure()) return stream->next_layer();
        return std::get<Plain>(stream_);
    }

    template <class Buffers, class Done>
    void async_read_some(const Buffers& buffers, Done&& done) {
        std::visit(
            [&](auto& stream) { stream.async_read_some(buffers, std::forward<Done>(done)); },
            stream_
        );
    }

    template <class Buffers, class Done>
    void async_write_some(const Buffers& buffers, Done&& done) {
        std::visit(
            [&](auto& stream) { stream.async_write_some(buffers, std::forward<Done>(done)); },
            stream_
        );
    }

    // What websocket::stream looks up to end a connection.

    friend void beast_close_socket(Wire& wire) {
        beast::error_code ignored;
        wire.tcp().socket().close(ignored);
    }

    friend void teardown(beast::role_type role, Wire& wire, beast::error_code& error) {
        using beast::websocket::teardown;
        std::visit([&](auto& stream) { teardown(role, stream, error); }, wire.stream_);
    }

    template <class Done>
    friend void async_teardown(beast::role_type role, Wire& wire, Done&& done) {
        using beast::websocket::async_teardown;
        std::visit(
            [&](auto& stream) { async_teardown(role, stream, std::forward<Done>(done)); },
            wire.stream_
        );
    }

private:
    using Stream = std::variant<Plain, Secure>;
    Stream stream_;
};

}  // namespace proviso::api
