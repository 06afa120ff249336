#include "udp_pair.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>

namespace proviso::ingest {
namespace {

constexpr int kTries = 64;
/// A key frame of a 4K camera must fit while the loop is elsewhere.
constexpr int kReceiveBuffer = 4 << 20;
constexpr std::size_t kMaxDatagram = 2048;
constexpr std::size_t kBatch = 64;

std::uint16_t port_of(const sockaddr_storage& address) {
    if (address.ss_family == AF_INET6) {
        return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
    }
    return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

void set_port(sockaddr_storage& address, std::uint16_t port) {
    if (address.ss_family == AF_INET6) {
        reinterpret_cast<sockaddr_in6&>(address).sin6_port = htons(port);
    } else {
        reinterpret_cast<sockaddr_in&>(address).sin_port = htons(port);
    }
}

bool same_host(const sockaddr_storage& a, const sockaddr_storage& b) {
    if (a.ss_family != b.ss_family) return false;
    if (a.ss_family == AF_INET6) {
        return std::memcmp(
                   &reinterpret_cast<const sockaddr_in6&>(a).sin6_addr,
                   &reinterpret_cast<const sockaddr_in6&>(b).sin6_addr,
                   sizeof(in6_addr)
               ) == 0;
    }
    return reinterpret_cast<const sockaddr_in&>(a).sin_addr.s_addr ==
           reinterpret_cast<const sockaddr_in&>(b).sin_addr.s_addr;
}

/// A socket on `port`, or on any if 0; the port it got is put there.
UniqueFd bound(Endpoint at, std::uint16_t& port) {
    UniqueFd fd(
        ::socket(at.address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP)
    );
    set_port(at.address, port);
    auto* address = reinterpret_cast<sockaddr*>(&at.address);
    if (!fd.valid() || ::bind(fd.get(), address, at.size) != 0) return {};
    ::getsockname(fd.get(), address, &at.size);
    port = port_of(at.address);
    int size = kReceiveBuffer;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    return fd;
}

}  // namespace

Result<UdpPair> UdpPair::open(int connected_socket) {
    Endpoint own;
    own.size = sizeof(own.address);
    UdpPair pair;
    pair.peer_.size = sizeof(pair.peer_.address);
    if (::getsockname(connected_socket, reinterpret_cast<sockaddr*>(&own.address), &own.size) !=
            0 ||
        ::getpeername(
            connected_socket, reinterpret_cast<sockaddr*>(&pair.peer_.address), &pair.peer_.size
        ) != 0) {
        return connect_error(errno);
    }
    for (int i = 0; i < kTries; ++i) {
        std::uint16_t port = 0;
        auto any = bound(own, port);
        if (!any.valid() || port == 65'535) continue;
        auto next = static_cast<std::uint16_t>(port % 2 == 0 ? port + 1 : port - 1);
        auto other = bound(own, next);
        if (!other.valid()) continue;
        pair.rtp_ = std::move(port % 2 == 0 ? any : other);
        pair.rtcp_ = std::move(port % 2 == 0 ? other : any);
        pair.port_ = std::min(port, next);
        return pair;
    }
    return Error(
        ErrorKind::Unavailable,
        "no two neighbouring UDP ports are free",
        "set the transport of some cameras to tcp"
    );
}

void UdpPair::set_peer(std::uint16_t rtp_port, std::uint16_t rtcp_port) {
    peer_rtp_ = rtp_port;
    peer_rtcp_ = rtcp_port;
}

void UdpPair::open_path() {
    // An empty receiver report, and an RTP packet without payload.
    static constexpr std::array<std::uint8_t, 12> kRtp{0x80, 96};
    static constexpr std::array<std::uint8_t, 8> kRtcp{0x80, 201, 0, 1};
    if (peer_rtp_ != 0) {
        auto to = peer_;
        set_port(to.address, peer_rtp_);
        ::sendto(
            rtp_.get(),
            kRtp.data(),
            kRtp.size(),
            MSG_NOSIGNAL,
            reinterpret_cast<sockaddr*>(&to.address),
            to.size
        );
    }
    send_rtcp(kRtcp);
}

void UdpPair::send_rtcp(ByteView packet) {
    if (peer_rtcp_ == 0) return;
    auto to = peer_;
    set_port(to.address, peer_rtcp_);
    ::sendto(
        rtcp_.get(),
        packet.data(),
        packet.size(),
        MSG_NOSIGNAL,
        reinterpret_cast<sockaddr*>(&to.address),
        to.size
    );
}

void UdpPair::receive(int fd, const Sink& sink) const {
    // One set for the thread: the loop reads one socket at a time.
    static thread_local std::array<std::array<std::uint8_t, kMaxDatagram>, kBatch> buffers;
    std::array<mmsghdr, kBatch> heads{};
    std::array<iovec, kBatch> pieces{};
    std::array<sockaddr_storage, kBatch> from{};
    for (int rounds = 0; rounds < 16; ++rounds) {
        for (std::size_t i = 0; i < kBatch; ++i) {
            pieces[i] = {buffers[i].data(), buffers[i].size()};
            heads[i].msg_hdr = {};
            heads[i].msg_hdr.msg_name = &from[i];
            heads[i].msg_hdr.msg_namelen = sizeof(from[i]);
            heads[i].msg_hdr.msg_iov = &pieces[i];
            heads[i].msg_hdr.msg_iovlen = 1;
        }
        auto count = ::recvmmsg(fd, heads.data(), kBatch, MSG_DONTWAIT, nullptr);
        if (count <= 0) return;
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
            bool cut = (heads[i].msg_hdr.msg_flags & MSG_TRUNC) != 0;
            if (cut || !same_host(from[i], peer_.address)) continue;
            sink(ByteView(buffers[i]).first(heads[i].msg_len));
        }
        if (static_cast<std::size_t>(count) < kBatch) return;
    }
}

}  // namespace proviso::ingest
