#pragma once

#include <memory>
#include <optional>
#include <string>

#include <netinet/in.h>
#include <sys/socket.h>

#include <proviso/base/bytes.h>
#include <proviso/base/unique_fd.h>

#include "tls_client.h"

namespace proviso::ingest {

/// An address and port to connect to.
struct Endpoint {
    sockaddr_storage address{};
    socklen_t size = 0;
};

/// The endpoint of a numeric address; nothing for a name.
std::optional<Endpoint> numeric_endpoint(const std::string& host, std::uint16_t port);

/// A TCP connection, with TLS or without, that never blocks. Not thread-safe.
class Connection {
public:
    /// Begins to connect.
    static Result<Connection> open(const Endpoint& endpoint, std::unique_ptr<TlsClient> tls);

    int fd() const { return fd_.get(); }

    /// True once bytes can be read and written, after TLS's handshake if there is one. Call when
    /// the socket is readable or writable.
    Result<bool> established();

    /// Reads at most `out.size()` bytes: how many came, 0 for none now. Unavailable at the end.
    Result<std::size_t> read(MutableByteView out);
    /// Takes over what is to be sent and sends what goes.
    Result<> write(ByteView bytes);

    /// True if it must be told when the socket is writable.
    bool wants_to_write() const;

private:
    Connection(UniqueFd fd, std::unique_ptr<TlsClient> tls)
        : fd_(std::move(fd)), tls_(std::move(tls)) {}

    Result<> flush();

    UniqueFd fd_;
    std::unique_ptr<TlsClient> tls_;
    bool connected_ = false;
    bool established_ = false;
    Bytes unsent_;
};

/// "connection refused", "no route to host": what errno means to a person at a camera.
Error connect_error(int error_number);

}  // namespace proviso::ingest
