#pragma once

#include <memory>
#include <string>

#include <proviso/base/bytes.h>

typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_st SSL;

namespace proviso::ingest {

/// Whom a camera must be to be spoken to.
struct TlsTrust {
    std::string host;                ///< what the certificate must be made out to
    std::string certificate_sha256;  ///< if given, that certificate and no other
    bool any_certificate = false;
};

/// What all TLS connections of a process share. Reads the known authorities when it is made.
class TlsContext {
public:
    static Result<std::shared_ptr<TlsContext>> create();

    explicit TlsContext(SSL_CTX* context) : context_(context) {}

    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;
    ~TlsContext();

    SSL_CTX* get() const { return context_; }

private:
    SSL_CTX* context_;
};

/// TLS over a socket that never blocks. Not thread-safe.
class TlsClient {
public:
    static Result<std::unique_ptr<TlsClient>> create(
        std::shared_ptr<TlsContext> context, TlsTrust trust
    );
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;
    ~TlsClient();

    Result<> attach(int fd);
    /// True once it is done and the certificate is accepted.
    Result<bool> handshake();
    Result<std::size_t> read(MutableByteView out);
    Result<std::size_t> write(ByteView bytes);

    bool wants_to_write() const { return wants_to_write_; }

private:
    TlsClient(std::shared_ptr<TlsContext> context, SSL* ssl, TlsTrust trust)
        : context_(std::move(context)), ssl_(ssl), trust_(std::move(trust)) {}

    Result<std::size_t> no_bytes(int result);
    Result<> check_certificate() const;

    std::shared_ptr<TlsContext> context_;
    SSL* ssl_;
    TlsTrust trust_;
    bool wants_to_write_ = false;
};

}  // namespace proviso::ingest
