#include "connection.h"

#include <limits>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>

#include "head.h"
#include "problem.h"
#include "socket.h"
#include "wire.h"

namespace proviso::api {

namespace {

namespace http = beast::http;
using beast::error_code;

constexpr std::size_t kMostHead = 16U << 10U;
constexpr std::size_t kReadAhead = 16U << 10U;
/// A request without a body may still bring a small one ("{}"), which is not looked at.
constexpr std::size_t kIgnoredBody = 1U << 10U;
constexpr std::chrono::seconds kHandshake{10};
/// From one answer to the end of the next head: strangers get little, people signed in more.
constexpr std::chrono::seconds kStranger{15};
constexpr std::chrono::seconds kSignedIn{75};
constexpr std::chrono::seconds kBody{30};
constexpr std::chrono::seconds kWrite{20};
constexpr std::chrono::seconds kLinger{2};
constexpr milliseconds kTick{250};

/// An IPv4 address, or the /64 that one customer has; empty for this machine.
std::string network_of(const net::ip::tcp::socket& socket) {
    error_code failed;
    auto address = socket.remote_endpoint(failed).address();
    if (failed || address.is_loopback()) return {};
    if (address.is_v4()) return address.to_string();
    auto bytes = address.to_v6().to_bytes();
    if (address.to_v6().is_v4_mapped()) return {bytes.begin() + 12, bytes.end()};
    return {bytes.begin(), bytes.begin() + 8};
}

class Connection final : public Guest, public std::enable_shared_from_this<Connection> {
public:
    Connection(
        net::ip::tcp::socket socket, net::ssl::context* tls, Dispatcher& dispatcher, Guests& guests
    )
        : network_(network_of(socket)),
          wire_(std::move(socket), tls),
          timer_(wire_.get_executor()),
          dispatcher_(dispatcher),
          guests_(guests) {}

    ~Connection() override { guests_.leave(this); }

    void start() {
        if (!guests_.enter(this, weak_from_this(), network_)) return;
        net::dispatch(wire_.get_executor(), [self = shared_from_this()] { self->greet(); });
    }

    void close() override {
        net::post(wire_.get_executor(), [self = shared_from_this()] { self->hang_up(); });
    }

private:
    auto self() { return shared_from_this(); }

    void deadline(std::chrono::seconds span) { wire_.tcp().expires_after(span); }

    void greet() {
        error_code ignored;
        wire_.tcp().socket().set_option(net::ip::tcp::no_delay(true), ignored);
        auto* secure = wire_.secure();
        if (secure == nullptr) return read_request();
        deadline(kHandshake);
        secure->async_handshake(net::ssl::stream_base::server, [self = self()](error_code failed) {
            if (!failed) self->read_request();
        });
    }

    // ---- reading

    void read_request() {
        parser_.emplace();
        parser_->header_limit(kMostHead);
        parser_->body_limit(std::numeric_limits<std::uint64_t>::max());  // ours is per route
        match_ = {};
        head_only_ = false;
        keep_alive_ = true;
        deadline(signed_in_ ? kSignedIn : kStranger);
        net::async_read_until(
            wire_,
            net::dynamic_buffer(in_, kMostHead + kReadAhead),
            "\r\n\r\n",
            [self = self()](error_code failed, std::size_t size) {
                if (failed == net::error::not_found) return self->head_too_large();
                if (!failed) self->on_head(size);
            }
        );
    }

    void head_too_large() {
        refuse(problem(431, "too_large", "the request's head is over 16 KiB", "send less"));
    }

    void bad_request() {
        refuse(problem(
            400,
            "invalid_input",
            "this is not an HTTP/1.1 request this server takes",
            "send it as RFC 9112 says, with one Host header and a plain path"
        ));
    }

    void on_head(std::size_t size) {
        if (size > kMostHead) return head_too_large();
        auto head = std::string_view(in_).substr(0, size);
        error_code failed;
        bool plain = is_plain_head(head);
        if (plain) parser_->put(net::buffer(head), failed);
        in_.erase(0, size);
        if (!plain || failed || !parser_->is_header_done()) return bad_request();
        auto request = read_head(parser_->get());
        if (!request) return bad_request();
        keep_alive_ = parser_->keep_alive() && parser_->get().version() >= 11;
        head_only_ = request->method == Method::Head;
        if (auto response = dispatcher_.at_once(*request, match_)) {
            return parser_->is_done() ? write(*std::move(response)) : refuse(*std::move(response));
        }
        const auto& route = *match_.route;
        body_limit_ = route.body == BodyType::None ? kIgnoredBody : route.body_limit;
        if (parser_->content_length().value_or(0) > body_limit_) return body_too_large();
        parser_->body_limit(body_limit_);  // for chunks; a length was looked at above
        wire_.tcp().expires_never();
        dispatcher_.admit(
            *std::move(request),
            match_,
            [self = self()](std::shared_ptr<Call> call, Response answer) {
                auto carried = std::make_shared<Response>(std::move(answer));
                net::post(self->wire_.get_executor(), [self, call, carried] {
                    self->on_admitted(call, std::move(*carried));
                });
            }
        );
    }

    void body_too_large() {
        refuse(problem(
            413, "too_large", fmt::format("the body is over {} bytes", body_limit_), "send less"
        ));
    }

    void on_admitted(std::shared_ptr<Call> call, Response answer) {
        if (!call) {
            return parser_->is_done() ? write(std::move(answer)) : refuse(std::move(answer));
        }
        signed_in_ = signed_in_ || !call->token.empty();
        call_ = std::move(call);
        if (parser_->is_done()) return ask();
        deadline(kBody);
        parser_->eager(true);
        if (call_->request.header("expect") != "100-continue" || !in_.empty()) return read_body();
        out_ = "HTTP/1.1 100 Continue\r\n\r\n";
        net::async_write(wire_, net::buffer(out_), [self = self()](error_code failed, std::size_t) {
            if (!failed) self->read_body();
        });
    }

    void read_body() {
        error_code failed;
        while (!in_.empty() && !parser_->is_done()) {
            auto used = parser_->put(net::buffer(in_), failed);
            in_.erase(0, used);
            if (failed == http::error::need_more) break;
            if (failed == http::error::body_limit) return body_too_large();
            if (failed) return bad_request();
            if (used == 0) break;
        }
        if (parser_->get().body().size() > body_limit_) return body_too_large();
        if (parser_->is_done()) {
            call_->request.body = std::move(parser_->get().body());
            wire_.tcp().expires_never();
            return ask();
        }
        auto held = in_.size();
        // What the parser does not take (a chunk's head) stays short; more is not a body.
        if (held > kReadAhead) return bad_request();
        in_.resize(held + kReadAhead);
        wire_.async_read_some(
            net::buffer(in_.data() + held, kReadAhead),
            [self = self(), held](error_code problem, std::size_t size) {
                self->in_.resize(held + size);
                if (!problem) self->read_body();
            }
        );
    }

    void ask() {
        dispatcher_.answer(call_, [self = self()](Response answer) {
            auto carried = std::make_shared<Response>(std::move(answer));
            net::post(self->wire_.get_executor(), [self, carried] {
                self->call_ = nullptr;
                self->write(std::move(*carried));
            });
        });
    }

    // ---- writing

    /// Answers something after which nothing can be read any more.
    void refuse(Response response) {
        keep_alive_ = false;
        write(std::move(response));
    }

    void write(Response response) {
        response_ = dispatcher_.finish(std::move(response), match_.route);
        if (response_.channel && match_.route->websocket) return upgrade();
        bool streams = (response_.source && !response_.source_length) || response_.channel;
        // HTTP/1.0 knows no chunks: the end of the connection ends the body.
        chunked_ = streams && parser_->get().version() >= 11;
        if (streams && !chunked_) keep_alive_ = false;
        if (response_.channel) response_.set("X-Accel-Buffering", "no");
        auto now = dispatcher_.state().rooms.clock.now();
        out_ = write_head(response_, keep_alive_, chunked_, now);
        auto shared = head_only_ ? nullptr : response_.shared_body;
        if (!head_only_ && !shared) out_ += response_.body;
        std::array<net::const_buffer, 2> buffers{
            net::buffer(out_), shared ? net::buffer(*shared) : net::const_buffer()};
        deadline(kWrite);
        net::async_write(wire_, buffers, [self = self()](error_code failed, std::size_t) {
            if (!failed) self->after_head();
        });
    }

    void after_head() {
        if (response_.channel) return follow_channel();
        if (response_.source && !head_only_) return pull();
        finish();
    }

    void finish() {
        response_ = {};
        if (keep_alive_) return read_request();
        linger();
    }

    /// Asks the source for more, on a thread that may block; one piece is under way at a time.
    void pull() {
        wire_.tcp().expires_never();
        bool queued = dispatcher_.state().media.post([self = self()] {
            auto piece = self->response_.source->next();
            auto carried = std::make_shared<decltype(piece)>(std::move(piece));
            net::post(self->wire_.get_executor(), [self, carried] {
                self->on_piece(std::move(*carried));
            });
        });
        if (!queued) hang_up();
    }

    void on_piece(Result<std::optional<Bytes>> piece) {
        // Cut off, so that the client sees that something is missing.
        if (!piece) return hang_up();
        bool last = !*piece;
        piece_ = last ? Bytes() : **std::move(piece);
        if (last && !chunked_) return finish();
        out_.clear();
        if (chunked_) out_ = last ? "0\r\n\r\n" : fmt::format("{:x}\r\n", piece_.size());
        std::string_view end = chunked_ && !last ? "\r\n" : "";
        std::array<net::const_buffer, 3> buffers{
            net::buffer(out_), net::buffer(piece_), net::buffer(end)};
        deadline(kWrite);
        net::async_write(wire_, buffers, [self = self(), last](error_code failed, std::size_t) {
            if (failed) return self->hang_up();
            last ? self->finish() : self->pull();
        });
    }

    void upgrade() {
        signed_in_ = true;
        start_socket(
            std::move(wire_),
            parser_->get(),
            std::move(response_.channel),
            dispatcher_.state(),
            guests_
        );
    }

    // ---- an event stream

    void follow_channel() {
        keep_alive_ = false;
        wire_.tcp().expires_never();
        response_.channel->open([weak = weak_from_this(), executor = wire_.get_executor()] {
            net::post(executor, [weak] {
                if (auto self = weak.lock()) self->pump();
            });
        });
        watch_for_end();
        tick();
        pump();
    }

    /// Nothing is expected from the client: whatever comes means that it is over.
    void watch_for_end() {
        in_.resize(1);
        wire_.async_read_some(net::buffer(in_.data(), 1), [self = self()](error_code, std::size_t) {
            self->hang_up();
        });
    }

    void tick() {
        timer_.expires_after(kTick);
        timer_.async_wait([self = self()](error_code failed) {
            if (failed || self->gone_) return;
            self->response_.channel->tick(self->dispatcher_.state().rooms.clock.monotonic());
            self->pump();
            self->tick();
        });
    }

    void pump() {
        if (writing_ || gone_) return;
        auto message = response_.channel->next();
        bool last = !message && response_.channel->over();
        if (!message && !last) return;
        out_ = message ? std::move(message->text) : std::string();
        if (chunked_) {
            out_ = last ? "0\r\n\r\n" : fmt::format("{:x}\r\n{}\r\n", out_.size(), out_);
        }
        writing_ = true;
        deadline(kWrite);
        net::async_write(
            wire_,
            net::buffer(out_),
            [self = self(), last](error_code failed, std::size_t) {
                self->writing_ = false;
                if (failed || last) return self->hang_up();
                self->pump();
            }
        );
    }

    // ---- the end

    /// Lets the client read the answer before the connection is reset over what it still sends.
    void linger() {
        if (auto* secure = wire_.secure()) {
            deadline(kLinger);
            return secure->async_shutdown([self = self()](error_code) { self->hang_up(); });
        }
        error_code ignored;
        wire_.tcp().socket().shutdown(net::socket_base::shutdown_send, ignored);
        deadline(kLinger);
        drain();
    }

    void drain() {
        in_.resize(kReadAhead);
        wire_.async_read_some(
            net::buffer(in_.data(), in_.size()),
            [self = self()](error_code failed, std::size_t) {
                failed ? self->hang_up() : self->drain();
            }
        );
    }

    void hang_up() {
        if (gone_) return;
        gone_ = true;
        timer_.cancel();
        beast_close_socket(wire_);
    }

    const std::string network_;
    Wire wire_;
    net::steady_timer timer_;
    Dispatcher& dispatcher_;
    Guests& guests_;
    std::string in_;   ///< read and not yet parsed
    std::string out_;  ///< being written
    Bytes piece_;
    std::optional<http::request_parser<http::string_body>> parser_;
    Match match_;
    std::shared_ptr<Call> call_;
    Response response_;
    std::size_t body_limit_ = 0;
    bool signed_in_ = false;
    bool keep_alive_ = true;
    bool head_only_ = false;
    bool chunked_ = false;
    bool writing_ = false;
    bool gone_ = false;
};

}  // namespace

void start_connection(
    net::ip::tcp::socket socket, net::ssl::context* tls, Dispatcher& dispatcher, Guests& guests
) {
    std::make_shared<Connection>(std::move(socket), tls, dispatcher, guests)->start();
}

}  // namespace proviso::api
