#pragma once

#include <map>
#include <memory>
#include <random>

#include <proviso/ingest/source.h>
#include <proviso/workers/ring.h>

#include "control.h"
#include "resolver.h"
#include "stream_source.h"

namespace proviso::ingest {

using workers::RingMemory;
using workers::RingWriter;

/// The inside of a worker process: one thread, one epoll, many streams. Reads what the server
/// wants over the control channel and writes pictures into the ring.
class WorkerLoop final : public SourceHost {
public:
    /// Waits for the server's first message.
    static Result<std::unique_ptr<WorkerLoop>> create(UniqueFd control, const Clock& clock);
    ~WorkerLoop() override;

    /// Returns when the server is gone.
    void run();

private:
    /// The shortest time between two looks at the sockets: what comes meanwhile is read at once.
    static constexpr milliseconds kRound{20};
    static constexpr milliseconds kHeartbeatEvery{200};
    static constexpr std::chrono::seconds kReportEvery{1};
    static constexpr std::size_t kScratch = 256U << 10U;

    struct Entry {
        std::unique_ptr<StreamSource> source;
        std::shared_ptr<const media::CodecParameters> parameters;    // last written to the ring
        std::shared_ptr<const media::SoundParameters> sound_format;  // the same
        bool sound_lost = false;  // something did not fit into the ring
        std::uint64_t dropped = 0;
        bool dropping = false;  // until the next key frame, because the ring was full
        std::uint64_t reported_changes = ~std::uint64_t{0};
        MonoTime next_report;
    };

    WorkerLoop(
        ControlChannel control, UniqueFd epoll, RingMemory ring, UniqueFd wake, const Clock& clock
    );

    Result<> watch(int fd, std::uint32_t stream, std::uint8_t role, bool write) override;

    MutableByteView scratch() override { return scratch_; }

    void resolve(
        std::uint32_t stream, std::uint64_t question, const std::string& host, std::uint16_t port
    ) override;
    void deliver(std::uint32_t stream, const TimedUnit& unit) override;
    void deliver_sound(std::uint32_t stream, const SoundUnit& unit) override;

    std::uint64_t random() override { return random_(); }

    const Clock& clock() const override { return clock_; }

    Result<std::unique_ptr<TlsClient>> make_tls(TlsTrust trust) override;

    bool read_control();
    void obey(Message message);
    void start(StartStream start);
    void on_event(std::uint64_t data, MonoTime now);
    void read_answers(MonoTime now);
    void tick(MonoTime now);
    void report(std::uint32_t stream, Entry& entry, MonoTime now);
    void wake_server();

    const Clock& clock_;
    ControlChannel control_;
    UniqueFd epoll_;
    RingWriter ring_;
    UniqueFd wake_;
    std::shared_ptr<TlsContext> tls_;
    std::mt19937_64 random_;
    Bytes scratch_;
    std::map<std::uint32_t, Entry> entries_;
    std::unique_ptr<Resolver> resolver_;
    MonoTime next_tick_;
    MonoTime next_heartbeat_;
    bool delivered_ = false;
};

}  // namespace proviso::ingest
