#pragma once

#include <optional>
#include <variant>
#include <vector>

#include <proviso/ingest/source.h>
#include <proviso/workers/channel.h>
#include <proviso/workers/messages.h>

/// What the server and a worker say to each other, one message a datagram. Decoders are strict:
/// both ends take the other for hostile.
namespace proviso::ingest {

using workers::ControlChannel;
using workers::decode_parameters;

inline constexpr std::size_t kMaxCause = 300;
inline constexpr std::uint32_t kControlVersion = 2;

/// What a record of the ring to the server holds.
enum class RecordKind : std::uint32_t {
    Parameters = 1,   ///< payload: encode(CodecParameters); before the first picture that needs it
    Picture = 2,      ///< payload: media::Packet::data
    SoundFormat = 3,  ///< payload: encode(SoundParameters); before the first sound that needs it
    Sound = 4,        ///< payload: media::SoundPacket::data; `dts` is its time
};

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

/// Sound of the stream is wanted, or no longer.
struct SetSound {
    std::uint32_t stream = 0;
    bool wanted = false;
};

/// Sent by a worker a few times a second: it is not stuck.
struct Heartbeat {};

struct SoundReport {
    SoundState state = SoundState::Off;
    std::string words;  ///< why there is none
};

struct StreamReport {
    std::uint32_t stream = 0;
    SourceState state = SourceState::Connecting;
    std::string cause;
    std::uint64_t lost = 0;
    std::uint64_t dropped = 0;
    std::uint64_t reconnects = 0;
    std::optional<microseconds> camera_clock_ahead;
    SoundReport sound = {};
};

using Message = std::variant<Hello, StartStream, StopStream, SetSound, Heartbeat, StreamReport>;

Bytes encode(const Message& message);
Result<Message> decode_message(ByteView bytes);

}  // namespace proviso::ingest
