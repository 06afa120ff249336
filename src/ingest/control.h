#pragma once

#include <optional>
#include <variant>
#include <vector>

#include <proviso/base/unique_fd.h>
#include <proviso/ingest/source.h>

/// What the server and a worker say to each other, one message a datagram. Decoders are strict:
/// both ends take the other for hostile.
namespace proviso::ingest {

inline constexpr std::size_t kMaxMessage = 8192;
inline constexpr std::size_t kMaxCause = 300;
inline constexpr std::uint32_t kControlVersion = 1;

/// The first message to a worker; the ring and the event descriptor travel with it.
struct Hello {
    std::uint32_t version = kControlVersion;
};

struct StartStream {
    std::uint32_t stream = 0;
    SourceSpec spec;  ///< without its StreamKey: a worker need not know which camera it reads
};

struct StopStream {
    std::uint32_t stream = 0;
};

/// Sent by a worker a few times a second: it is not stuck.
struct Heartbeat {};

struct StreamReport {
    std::uint32_t stream = 0;
    SourceState state = SourceState::Connecting;
    std::string cause;
    std::uint64_t lost = 0;
    std::uint64_t dropped = 0;
    std::uint64_t reconnects = 0;
    std::optional<microseconds> camera_clock_ahead;
};

using Message = std::variant<Hello, StartStream, StopStream, Heartbeat, StreamReport>;

Bytes encode(const Message& message);
Result<Message> decode_message(ByteView bytes);

/// The payload of a RecordKind::Parameters.
Bytes encode(const media::CodecParameters& parameters);
Result<media::CodecParameters> decode_parameters(ByteView bytes);

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
    Result<> send(ByteView message, milliseconds patience, std::initializer_list<int> fds = {});
    /// Nothing if there is nothing to read now; Unavailable once the other end is gone.
    Result<std::optional<Received>> receive();

    int fd() const { return fd_.get(); }

private:
    UniqueFd fd_;
};

}  // namespace proviso::ingest
