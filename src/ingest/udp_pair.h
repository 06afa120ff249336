#pragma once

#include <functional>

#include "connection.h"

namespace proviso::ingest {

/// Two UDP sockets on neighbouring ports, the first of them even, for RTP and RTCP of one track.
/// Takes packets from the camera's address only. Not thread-safe.
class UdpPair {
public:
    /// On the address that the connection to the camera goes out from, so that other networks of
    /// this machine cannot reach them.
    static Result<UdpPair> open(int connected_socket);

    std::uint16_t rtp_port() const { return port_; }

    int rtp_fd() const { return rtp_.get(); }

    int rtcp_fd() const { return rtcp_.get(); }

    /// Where the camera sends from; 0 if it did not say.
    void set_peer(std::uint16_t rtp_port, std::uint16_t rtcp_port);
    /// Sends one small packet each way, which opens the path through firewalls.
    void open_path();
    void send_rtcp(ByteView packet);

    using Sink = std::function<void(ByteView)>;
    /// Reads what has come on one of the two sockets.
    void receive(int fd, const Sink& sink) const;

private:
    UniqueFd rtp_;
    UniqueFd rtcp_;
    std::uint16_t port_ = 0;
    Endpoint peer_;
    std::uint16_t peer_rtp_ = 0;
    std::uint16_t peer_rtcp_ = 0;
};

}  // namespace proviso::ingest
