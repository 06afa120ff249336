#pragma once

#include "backoff.h"
#include "connection.h"
#include "control.h"
#include "sound_receiver.h"
#include "video_receiver.h"

namespace proviso::ingest {

/// What the loop of a worker does for its sources.
class SourceHost {
public:
    SourceHost() = default;
    SourceHost(const SourceHost&) = delete;
    SourceHost& operator=(const SourceHost&) = delete;
    virtual ~SourceHost() = default;

    /// Calls the source's on_ready(role) when the descriptor can be read, or written if asked for.
    /// Again for the same descriptor: changes what is asked for. Closing it ends it.
    virtual Result<> watch(int fd, std::uint32_t stream, std::uint8_t role, bool write) = 0;
    /// A large buffer for the time of one call.
    virtual MutableByteView scratch() = 0;
    /// Calls the source's on_resolved() later.
    virtual void resolve(
        std::uint32_t stream, std::uint64_t question, const std::string& host, std::uint16_t port
    ) = 0;
    virtual void deliver(std::uint32_t stream, const TimedUnit& unit) = 0;
    virtual void deliver_sound(std::uint32_t stream, const SoundUnit& unit) = 0;
    virtual std::uint64_t random() = 0;
    virtual const Clock& clock() const = 0;
    virtual Result<std::unique_ptr<TlsClient>> make_tls(TlsTrust trust) = 0;
};

/// One stream of a worker: opens it, notices when it ends, tries again. Not thread-safe.
class StreamSource {
public:
    StreamSource(std::uint32_t stream, SourceHost& host);
    StreamSource(const StreamSource&) = delete;
    StreamSource& operator=(const StreamSource&) = delete;
    virtual ~StreamSource() = default;

    /// Does what is due; when it wants to be called again.
    MonoTime tick(MonoTime now);
    void ready(std::uint8_t role, MonoTime now);
    void resolved(std::uint64_t question, const std::optional<Endpoint>& endpoint, MonoTime now);

    virtual void want_sound(bool wanted) = 0;

    /// State, cause and counts as they are now; `dropped` is the host's to fill in.
    StreamReport report() const;

    /// Goes up whenever state or cause change.
    std::uint64_t changes() const { return changes_; }

protected:
    virtual Result<> open(MonoTime now) = 0;
    /// Lets go of everything that open() took.
    virtual void close() = 0;
    virtual Result<MonoTime> run(MonoTime now) = 0;
    virtual Result<> on_ready(std::uint8_t role, MonoTime now) = 0;
    virtual Result<> on_resolved(
        std::uint64_t question, const std::optional<Endpoint>& endpoint, MonoTime now
    );

    virtual std::uint64_t lost_in_session() const { return 0; }

    virtual std::optional<microseconds> camera_clock_ahead() const { return std::nullopt; }

    virtual SoundReport sound_report() const = 0;

    std::uint32_t stream() const { return stream_; }

    SourceHost& host() const { return host_; }

    UnitTimer& timer() { return timer_; }

    /// Arrival of the last picture of this session; nothing before the first.
    std::optional<MonoTime> last_picture() const { return last_picture_; }

private:
    void deliver(const TimedUnit& unit);
    void fail(const Error& error, MonoTime now);
    void enter(SourceState state, std::string cause);

    const std::uint32_t stream_;
    SourceHost& host_;
    UnitTimer timer_;
    Backoff backoff_;
    SourceState state_ = SourceState::Connecting;
    std::string cause_;
    bool opened_ = false;
    MonoTime retry_at_;
    MonoTime playing_since_;
    std::optional<MonoTime> last_picture_;
    std::uint64_t changes_ = 0;
    std::uint64_t reconnects_ = 0;
    std::uint64_t lost_before_ = 0;
};

/// A source for the URL of `spec`: a camera or a file.
Result<std::unique_ptr<StreamSource>> make_source(
    std::uint32_t stream, SourceSpec spec, SourceHost& host
);

}  // namespace proviso::ingest
