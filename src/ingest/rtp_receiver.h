#pragma once

#include <array>
#include <functional>
#include <optional>

#include <proviso/base/time.h>

#include "rtp.h"

namespace proviso::ingest {

/// An RTP packet in its place in the stream.
struct OrderedPacket {
    RtpPacket rtp;
    bool gap = false;         ///< something is missing before it
    bool new_source = false;  ///< the SSRC changed: another run of times begins
};

/// Puts the packets of one track in order, counts them and reports them (RFC 3550, appendix A).
/// Over TCP nothing is held back. Not thread-safe.
class RtpReceiver {
public:
    using Sink = std::function<void(const OrderedPacket&)>;

    /// A packet that others overtook is waited for this long, over UDP.
    static constexpr milliseconds kPatience{60};
    static constexpr std::size_t kWindow = 256;

    /// `clock_rate`: of the RTP times, in Hz.
    RtpReceiver(bool may_reorder, Sink sink, std::uint32_t clock_rate = 90'000)
        : may_reorder_(may_reorder), clock_rate_(clock_rate), sink_(std::move(sink)) {}

    void receive(ByteView bytes, const RtpPacket& packet, MonoTime now);
    /// Gives up on what has been waited for long enough.
    void tick(MonoTime now);
    void note(const SenderReport& report, MonoTime now);
    /// Nothing before the first packet.
    std::optional<ReceptionReport> report(MonoTime now);

    std::uint64_t lost() const { return lost_; }

private:
    struct Held {
        Bytes bytes;
        MonoTime since;
        bool used = false;
    };

    void restart(const RtpPacket& packet);
    void deliver(const RtpPacket& packet);
    void release(MonoTime now);
    void skip_missing();
    void count(const RtpPacket& packet, MonoTime now);

    const bool may_reorder_;
    const std::uint32_t clock_rate_;
    const Sink sink_;
    bool started_ = false;
    std::uint32_t source_ = 0;
    std::uint16_t expected_ = 0;
    bool gap_ = false;
    bool new_source_ = false;
    int late_in_a_row_ = 0;
    std::size_t held_count_ = 0;
    std::array<Held, kWindow> held_;

    std::uint64_t lost_ = 0;
    std::uint32_t first_extended_ = 0;
    std::uint32_t highest_extended_ = 0;
    std::uint32_t received_ = 0;
    std::uint32_t expected_before_ = 0;
    std::uint32_t received_before_ = 0;
    double jitter_ = 0;
    std::optional<std::int64_t> transit_;
    std::uint32_t last_report_ = 0;
    std::optional<MonoTime> last_report_at_;
};

}  // namespace proviso::ingest
