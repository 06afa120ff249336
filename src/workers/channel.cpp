#include <array>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>

#include <proviso/workers/channel.h>

namespace proviso::workers {
namespace {

Error gone() { return {ErrorKind::Unavailable, "the other process is gone"}; }

}  // namespace

Result<std::pair<ControlChannel, UniqueFd>> ControlChannel::make_pair() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return errno_error("make a channel to a worker", errno);
    }
    return std::pair(ControlChannel(UniqueFd(ends[0])), UniqueFd(ends[1]));
}

Result<> ControlChannel::send(ByteView message, milliseconds patience, std::span<const int> fds) {
    if (fds.size() > kMaxFds) return invalid_input("too many descriptors for one message");
    iovec piece{const_cast<std::uint8_t*>(message.data()), message.size()};
    msghdr head{};
    head.msg_iov = &piece;
    head.msg_iovlen = 1;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMaxFds)> room{};
    if (fds.size() > 0) {
        head.msg_control = room.data();
        head.msg_controllen = CMSG_SPACE(sizeof(int) * fds.size());
        auto* rights = CMSG_FIRSTHDR(&head);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
        std::memcpy(CMSG_DATA(rights), fds.data(), sizeof(int) * fds.size());
    }
    for (;;) {
        if (::sendmsg(fd_.get(), &head, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return {};
        if (errno == EINTR) continue;
        if (errno != EAGAIN) return gone();
        pollfd ready{fd_.get(), POLLOUT, 0};
        if (::poll(&ready, 1, static_cast<int>(patience.count())) <= 0) {
            return Error(ErrorKind::Unavailable, "the other process does not listen");
        }
    }
}

Result<std::optional<ControlChannel::Received>> ControlChannel::receive() {
    Received received;
    room_.resize(kMaxMessage);
    iovec piece{room_.data(), room_.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMaxFds)> room{};
    msghdr head{};
    head.msg_iov = &piece;
    head.msg_iovlen = 1;
    head.msg_control = room.data();
    head.msg_controllen = room.size();
    ssize_t size = -1;
    do {
        size = ::recvmsg(fd_.get(), &head, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    } while (size < 0 && errno == EINTR);
    if (size < 0 && errno == EAGAIN) return std::optional<Received>();
    if (size <= 0) return gone();
    for (auto* part = CMSG_FIRSTHDR(&head); part != nullptr; part = CMSG_NXTHDR(&head, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        for (std::size_t at = 0; CMSG_LEN(at + sizeof(int)) <= part->cmsg_len; at += sizeof(int)) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(part) + at, sizeof(int));
            received.fds.emplace_back(fd);
        }
    }
    if ((head.msg_flags & MSG_TRUNC) != 0) {
        return Error(ErrorKind::TooLarge, "a message between processes is too long");
    }
    auto used = static_cast<std::size_t>(size);
    received.bytes.assign(room_.begin(), room_.begin() + size);
    // Passwords travel here.
    ::explicit_bzero(room_.data(), used);
    return std::optional<Received>(std::move(received));
}

}  // namespace proviso::workers
