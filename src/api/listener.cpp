#include "listener.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <fmt/format.h>
#include <openssl/ssl.h>

#include <proviso/base/log.h>
#include <proviso/base/worker.h>

#include "connection.h"

namespace proviso::api {

namespace {

namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;

constexpr std::size_t kMostConnections = 2000;
/// A browser needs ten for a wall of live views; a whole office may share an address.
constexpr std::size_t kMostOfOneNetwork = 500;
constexpr milliseconds kGoodbye{3000};
/// Out of file descriptors: accepting again at once would only spin.
constexpr milliseconds kBreath{100};

Error cannot(std::string_view what, const error_code& why, std::string next_step) {
    return {
        ErrorKind::Unavailable, fmt::format("{}: {}", what, why.message()), std::move(next_step)};
}

/// TLS 1.2 and 1.3, forward secrecy and authenticated encryption only.
Result<std::unique_ptr<net::ssl::context>> make_tls(const ServerOptions& options) {
    if (options.certificate.empty()) return std::unique_ptr<net::ssl::context>();
    auto tls = std::make_unique<net::ssl::context>(net::ssl::context::tls_server);
    auto* native = tls->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set_options(
        native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE
    );
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    error_code failed;
    tls->use_certificate_chain_file(options.certificate.string(), failed);
    if (failed) return cannot("read the certificate", failed, "check 'certificate'");
    tls->use_private_key_file(options.private_key.string(), net::ssl::context::pem, failed);
    if (failed) return cannot("read the private key", failed, "check 'private_key'");
    return tls;
}

}  // namespace

struct Listener::Inside {
    Dispatcher& dispatcher;
    std::unique_ptr<net::ssl::context> tls;
    Guests guests{kMostConnections, kMostOfOneNetwork};
    net::io_context context;
    tcp::acceptor acceptor{context};
    net::steady_timer breath{context};
    std::vector<Worker> threads;

    explicit Inside(Dispatcher& given) : dispatcher(given) {}

    void accept() {
        acceptor.async_accept(
            net::make_strand(context),
            [this](error_code failed, tcp::socket socket) {
                if (failed == net::error::operation_aborted) return;
                if (failed) {
                    log_warning("api: cannot accept a connection: {}", failed.message());
                    breath.expires_after(kBreath);
                    return breath.async_wait([this](error_code) { accept(); });
                }
                start_connection(std::move(socket), tls.get(), dispatcher, guests);
                accept();
            }
        );
    }

    Result<> bind(const ServerOptions& options) {
        error_code failed;
        auto address = net::ip::make_address(options.bind, failed);
        if (failed) {
            return invalid_input(
                fmt::format("'{}' is not an address", options.bind), "write 127.0.0.1 or 0.0.0.0"
            );
        }
        if (!tls && !address.is_loopback()) {
            return invalid_input(
                "plain HTTP is for loopback only",
                "give a certificate and its key, or bind 127.0.0.1"
            );
        }
        tcp::endpoint endpoint(address, options.port);
        acceptor.open(endpoint.protocol(), failed);
        if (!failed) acceptor.set_option(net::socket_base::reuse_address(true), failed);
        if (!failed) acceptor.bind(endpoint, failed);
        if (!failed) acceptor.listen(1024, failed);
        if (failed) {
            return cannot(
                fmt::format("listen on {}:{}", options.bind, options.port),
                failed,
                "see who else uses the port, or choose another"
            );
        }
        return {};
    }
};

Listener::Listener() = default;

Result<std::unique_ptr<Listener>> Listener::open(
    const ServerOptions& options, Dispatcher& dispatcher
) {
    std::unique_ptr<Listener> listener(new Listener());
    listener->inside_ = std::make_unique<Inside>(dispatcher);
    auto& inside = *listener->inside_;
    inside.tls = PROVISO_TRY(make_tls(options));
    PROVISO_TRY(inside.bind(options));
    inside.accept();
    for (int i = 0; i < options.threads; ++i) {
        inside.threads.emplace_back("api-io", [&inside](const std::stop_token&) {
            inside.context.run();
        });
    }
    return listener;
}

Listener::~Listener() { stop(); }

std::uint16_t Listener::port() const {
    error_code ignored;
    return inside_->acceptor.local_endpoint(ignored).port();
}

void Listener::stop() {
    if (inside_->threads.empty()) return;
    net::post(inside_->context, [this] {
        error_code ignored;
        inside_->acceptor.close(ignored);
    });
    inside_->guests.send_home(kGoodbye);
    inside_->context.stop();
    inside_->threads.clear();
}

}  // namespace proviso::api
