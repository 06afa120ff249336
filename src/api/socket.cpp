#include "socket.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace proviso::api {

namespace {

namespace websocket = beast::websocket;

constexpr milliseconds kTick{250};
/// A single message that does not leave for so long: the viewer is gone or hopelessly slow.
constexpr std::chrono::seconds kStuck{10};
constexpr std::size_t kMostFromClient = 4096;
/// Live pictures wait here, where late ones can be left out, not in the kernel.
constexpr int kKernelBuffer = 256 << 10;

class Socket final : public Guest, public std::enable_shared_from_this<Socket> {
public:
    Socket(Wire wire, std::unique_ptr<Channel> channel, State& state, Guests& guests)
        : ws_(std::move(wire)),
          channel_(std::move(channel)),
          timer_(ws_.get_executor()),
          state_(state),
          guests_(guests) {}

    ~Socket() override { guests_.leave(this); }

    void start(const beast::http::request<beast::http::string_body>& handshake) {
        // Whoever opens one has signed in: it counts for the house, not for where it comes from.
        if (!guests_.enter(this, weak_from_this(), {})) return;
        beast::error_code ignored;
        auto& tcp = ws_.next_layer().tcp();
        tcp.expires_never();
        tcp.socket().set_option(net::socket_base::send_buffer_size(kKernelBuffer), ignored);
        websocket::stream_base::timeout timeouts{
            std::chrono::seconds(10), std::chrono::seconds(30), true};
        ws_.set_option(timeouts);
        ws_.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
            response.erase(beast::http::field::server);
            response.set("X-Content-Type-Options", "nosniff");
        }));
        ws_.read_message_max(kMostFromClient);
        ws_.auto_fragment(false);
        ws_.async_accept(handshake, [self = shared_from_this()](beast::error_code failed) {
            if (!failed) self->begin();
        });
    }

    void close() override {
        net::post(ws_.get_executor(), [self = shared_from_this()] { self->hang_up(); });
    }

private:
    void begin() {
        channel_->open([weak = weak_from_this(), executor = ws_.get_executor()] {
            net::post(executor, [weak] {
                if (auto self = weak.lock()) self->pump();
            });
        });
        read();
        tick();
        pump();
    }

    /// What comes is answered only by pings and the closing handshake, which reading drives.
    void read() {
        ws_.async_read(in_, [self = shared_from_this()](beast::error_code failed, std::size_t) {
            if (failed) return self->hang_up();
            self->in_.clear();
            self->read();
        });
    }

    void tick() {
        if (done_) return;
        timer_.expires_after(kTick);
        timer_.async_wait([self = shared_from_this()](beast::error_code failed) {
            if (failed || self->done_) return;
            auto now = self->state_.rooms.clock.monotonic();
            if (self->writing_ && now - self->writing_since_ > kStuck) return self->hang_up();
            self->channel_->tick(now);
            self->pump();
            self->tick();
        });
    }

    void pump() {
        if (writing_ || done_ || closing_) return;
        auto message = channel_->next();
        if (!message) {
            if (auto code = channel_->over()) say_goodbye(*code);
            return;
        }
        out_ = *std::move(message);
        writing_ = true;
        writing_since_ = state_.rooms.clock.monotonic();
        ws_.text(!out_.binary);
        auto bytes = out_.binary ? net::buffer(*out_.binary) : net::buffer(out_.text);
        ws_.async_write(bytes, [self = shared_from_this()](beast::error_code failed, std::size_t) {
            self->writing_ = false;
            self->out_ = {};
            if (failed) return self->hang_up();
            self->pump();
        });
    }

    void say_goodbye(int code) {
        closing_ = true;
        auto reason = websocket::close_reason(static_cast<websocket::close_code>(code));
        ws_.async_close(reason, [self = shared_from_this()](beast::error_code) {
            self->hang_up();
        });
    }

    void hang_up() {
        if (done_) return;
        done_ = true;
        timer_.cancel();
        beast_close_socket(ws_.next_layer());
    }

    websocket::stream<Wire> ws_;
    std::unique_ptr<Channel> channel_;
    net::steady_timer timer_;
    State& state_;
    Guests& guests_;
    beast::flat_buffer in_;
    Message out_;
    bool writing_ = false;
    bool closing_ = false;
    bool done_ = false;
    MonoTime writing_since_;
};

}  // namespace

void start_socket(
    Wire wire,
    const beast::http::request<beast::http::string_body>& handshake,
    std::unique_ptr<Channel> channel,
    State& state,
    Guests& guests
) {
    std::make_shared<Socket>(std::move(wire), std::move(channel), state, guests)->start(handshake);
}

}  // namespace proviso::api
