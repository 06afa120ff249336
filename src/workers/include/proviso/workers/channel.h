#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <proviso/base/bytes.h>
#include <proviso/base/time.h>
#include <proviso/base/unique_fd.h>

namespace proviso::workers {

inline constexpr std::size_t kMaxMessage = 64U << 10U;
/// Descriptors that may travel with one message.
inline constexpr std::size_t kMaxFds = 16;

/// A SOCK_SEQPACKET socket. Not thread-safe.
class ControlChannel {
public:
    struct Received {
        Bytes bytes;
        std::vector<UniqueFd> fds;
    };

    explicit ControlChannel(UniqueFd fd) : fd_(std::move(fd)) {}

    static Result<std::pair<ControlChannel, UniqueFd>> make_pair();

    /// Unavailable if the other end does not take it within `patience`.
    Result<> send(ByteView message, milliseconds patience, std::span<const int> fds = {});
    /// Nothing if there is nothing to read now; Unavailable once the other end is gone.
    Result<std::optional<Received>> receive();

    int fd() const { return fd_.get(); }

private:
    UniqueFd fd_;
    Bytes room_;  // for what is received
};

}  // namespace proviso::workers
