#include "connection.h"

#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>

namespace proviso::ingest {
namespace {

/// More than a dialogue ever needs; a camera that does not read its socket is given up.
constexpr std::size_t kMaxUnsent = 65'536;

Error closed() {
    return {
        ErrorKind::Unavailable,
        "the camera closed the connection",
        "see whether it restarted or has too many viewers"};
}

}  // namespace

Error connect_error(int error_number) {
    switch (error_number) {
        case ECONNREFUSED:
            return {
                ErrorKind::Unavailable,
                "the camera refuses the connection",
                "check the port, and that RTSP is switched on in the camera"};
        case EHOSTUNREACH:
        case ENETUNREACH:
            return {
                ErrorKind::Unavailable,
                "there is no way to the camera's address",
                "check the address, the cable and the network"};
        case ETIMEDOUT:
            return {
                ErrorKind::Timeout,
                "the camera does not answer",
                "check that it has power and that the address is right"};
        case ECONNRESET:
        case EPIPE: return closed();
        default:
            return {
                ErrorKind::Unavailable,
                fmt::format("the connection to the camera failed (error {})", error_number),
                "check the network"};
    }
}

std::optional<Endpoint> numeric_endpoint(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
        return std::nullopt;
    }
    Endpoint endpoint;
    std::memcpy(&endpoint.address, found->ai_addr, found->ai_addrlen);
    endpoint.size = found->ai_addrlen;
    ::freeaddrinfo(found);
    return endpoint;
}

Result<Connection> Connection::open(const Endpoint& endpoint, std::unique_ptr<TlsClient> tls) {
    UniqueFd fd(::socket(
        endpoint.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP
    ));
    if (!fd.valid()) return errno_error("open a socket", errno);
    int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    const auto* address = reinterpret_cast<const sockaddr*>(&endpoint.address);
    if (::connect(fd.get(), address, endpoint.size) != 0 && errno != EINPROGRESS) {
        return connect_error(errno);
    }
    if (tls) PROVISO_TRY(tls->attach(fd.get()));
    return Connection(std::move(fd), std::move(tls));
}

Result<bool> Connection::established() {
    if (established_) return true;
    if (!connected_) {
        int error = 0;
        socklen_t size = sizeof(error);
        ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return connect_error(error);
        sockaddr_storage peer{};
        socklen_t peer_size = sizeof(peer);
        if (::getpeername(fd_.get(), reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0) {
            return false;
        }
        connected_ = true;
    }
    if (tls_ && !PROVISO_TRY(tls_->handshake())) return false;
    established_ = true;
    PROVISO_TRY(flush());
    return true;
}

Result<std::size_t> Connection::read(MutableByteView out) {
    if (tls_) return tls_->read(out);
    for (;;) {
        auto count = ::recv(fd_.get(), out.data(), out.size(), 0);
        if (count > 0) return static_cast<std::size_t>(count);
        if (count == 0) return closed();
        if (errno == EAGAIN) return std::size_t{0};
        if (errno != EINTR) return connect_error(errno);
    }
}

Result<> Connection::write(ByteView bytes) {
    if (unsent_.size() + bytes.size() > kMaxUnsent) {
        return Error(ErrorKind::Unavailable, "the camera does not read what it is sent");
    }
    unsent_.insert(unsent_.end(), bytes.begin(), bytes.end());
    return established_ ? flush() : Result<>();
}

Result<> Connection::flush() {
    while (!unsent_.empty()) {
        std::size_t sent = 0;
        if (tls_) {
            sent = PROVISO_TRY(tls_->write(unsent_));
        } else {
            auto count = ::send(fd_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
            if (count < 0 && errno == EINTR) continue;
            if (count < 0 && errno != EAGAIN) return connect_error(errno);
            sent = count < 0 ? 0 : static_cast<std::size_t>(count);
        }
        if (sent == 0) break;
        unsent_.erase(unsent_.begin(), unsent_.begin() + static_cast<std::ptrdiff_t>(sent));
    }
    return {};
}

bool Connection::wants_to_write() const {
    if (!connected_) return true;
    return tls_ ? tls_->wants_to_write() : !unsent_.empty();
}

}  // namespace proviso::ingest
