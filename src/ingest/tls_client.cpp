#include "tls_client.h"

#include <array>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace proviso::ingest {
namespace {

std::string fingerprint(X509* certificate) {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> hash{};
    unsigned size = 0;
    if (certificate == nullptr || X509_digest(certificate, EVP_sha256(), hash.data(), &size) != 1) {
        return {};
    }
    return to_hex(ByteView(hash).first(size));
}

Error no_tls() { return {ErrorKind::Internal, "OpenSSL cannot set up a TLS connection"}; }

}  // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::create() {
    auto* context = SSL_CTX_new(TLS_client_method());
    if (context == nullptr) return no_tls();
    auto owner = std::make_shared<TlsContext>(context);
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // Many small devices: sessions and read-ahead buffers would only cost memory.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_load_verify_file(context, "/etc/ssl/certs/ca-certificates.crt");
    ERR_clear_error();
    return owner;
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

Result<std::unique_ptr<TlsClient>> TlsClient::create(
    std::shared_ptr<TlsContext> context, TlsTrust trust
) {
    auto* ssl = SSL_new(context->get());
    if (ssl == nullptr) return no_tls();
    std::unique_ptr<TlsClient> client(new TlsClient(std::move(context), ssl, std::move(trust)));
    const auto& host = client->trust_.host;
    bool by_authority =
        client->trust_.certificate_sha256.empty() && !client->trust_.any_certificate;
    std::array<std::uint8_t, 16> address{};
    bool is_address = ::inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
                      ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
    if (!is_address) {
        auto name = host;
        SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
    }
    if (by_authority) {
        auto* check = SSL_get0_param(ssl);
        auto named = is_address ? X509_VERIFY_PARAM_set1_ip_asc(check, host.c_str())
                                : X509_VERIFY_PARAM_set1_host(check, host.c_str(), host.size());
        if (named != 1) return no_tls();
    }
    // The chain is checked all the same; the verdict is asked for after the handshake, before
    // anything is sent, so that the error can name the certificate that was shown.
    SSL_set_verify(ssl, SSL_VERIFY_NONE, nullptr);
    SSL_set_connect_state(ssl);
    return client;
}

TlsClient::~TlsClient() { SSL_free(ssl_); }

Result<> TlsClient::attach(int fd) {
    if (SSL_set_fd(ssl_, fd) != 1) return no_tls();
    return {};
}

Result<std::size_t> TlsClient::no_bytes(int result) {
    auto why = SSL_get_error(ssl_, result);
    wants_to_write_ = why == SSL_ERROR_WANT_WRITE;
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return std::size_t{0};
    auto error = why == SSL_ERROR_ZERO_RETURN || why == SSL_ERROR_SYSCALL
                     ? Error(ErrorKind::Unavailable, "the camera closed the connection")
                     : Error(
                           ErrorKind::Unavailable,
                           "the camera and this server do not come to terms on TLS",
                           "check that the port speaks rtsps with TLS 1.2 or newer"
                       );
    ERR_clear_error();
    return error;
}

Result<bool> TlsClient::handshake() {
    ERR_clear_error();
    auto result = SSL_do_handshake(ssl_);
    if (result != 1) {
        PROVISO_TRY(no_bytes(result));
        return false;
    }
    wants_to_write_ = false;
    PROVISO_TRY(check_certificate());
    return true;
}

Result<> TlsClient::check_certificate() const {
    if (trust_.any_certificate) return {};
    auto* certificate = SSL_get1_peer_certificate(ssl_);
    auto shown = fingerprint(certificate);
    X509_free(certificate);
    if (!trust_.certificate_sha256.empty()) {
        if (shown == trust_.certificate_sha256) return {};
        return Error(
            ErrorKind::Unauthorized,
            fmt::format(
                "the camera shows another certificate than agreed; its SHA-256 is {}", shown
            ),
            "find out why: somebody may be standing in between"
        );
    }
    auto verdict = SSL_get_verify_result(ssl_);
    if (verdict == X509_V_OK && !shown.empty()) return {};
    return Error(
        ErrorKind::Unauthorized,
        fmt::format(
            "the camera's certificate is not trusted ({}); its SHA-256 is {}",
            X509_verify_cert_error_string(verdict),
            shown
        ),
        "if this is the right camera, set its certificate_sha256 to that"
    );
}

Result<std::size_t> TlsClient::read(MutableByteView out) {
    std::size_t total = 0;
    while (total < out.size()) {
        ERR_clear_error();
        std::size_t count = 0;
        auto result = SSL_read_ex(ssl_, out.data() + total, out.size() - total, &count);
        if (result != 1) {
            if (total > 0) {
                // What came before the end or an error is still good; the next read tells.
                auto why = SSL_get_error(ssl_, result);
                wants_to_write_ = why == SSL_ERROR_WANT_WRITE;
                break;
            }
            return no_bytes(result);
        }
        total += count;
    }
    return total;
}

Result<std::size_t> TlsClient::write(ByteView bytes) {
    ERR_clear_error();
    std::size_t count = 0;
    auto result = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &count);
    if (result != 1) return no_bytes(result);
    wants_to_write_ = false;
    return count;
}

}  // namespace proviso::ingest
