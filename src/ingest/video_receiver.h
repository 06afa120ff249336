#pragma once

#include "access_unit.h"
#include "depacketiser.h"
#include "rtp_receiver.h"
#include "sdp.h"
#include "timeline.h"

namespace proviso::ingest {

/// A picture in its place in time.
struct TimedUnit {
    AccessUnit unit;
    std::int64_t dts = 0;  ///< 90 kHz
    std::int64_t pts = 0;  ///< 90 kHz
    MonoTime arrived;      ///< its last byte
};

/// Gives pictures their times, whichever way they came. Not thread-safe.
class UnitTimer {
public:
    using Sink = std::function<void(const TimedUnit&)>;

    explicit UnitTimer(Sink sink) : sink_(std::move(sink)) {}

    void place(AccessUnit unit, media::ParameterSets& sets, MonoTime arrived);

    void restart() { timeline_.restart(); }

    const Timeline& timeline() const { return timeline_; }

    /// What the description says, for streams whose parameter sets do not.
    void set_frame_duration(std::optional<std::uint32_t> duration) { described_ = duration; }

private:
    Sink sink_;
    Timeline timeline_;
    std::optional<std::uint32_t> described_;
};

/// One video track from RTP packets to pictures with times. Bytes in, pictures out: no socket, no
/// clock. Not thread-safe.
class VideoReceiver {
public:
    /// `timer` outlives this and goes on from session to session.
    VideoReceiver(const SdpVideo& video, bool may_reorder, UnitTimer& timer);
    VideoReceiver(const VideoReceiver&) = delete;
    VideoReceiver& operator=(const VideoReceiver&) = delete;

    void on_rtp(ByteView bytes, MonoTime now);
    /// True if the sender says goodbye.
    bool on_rtcp(ByteView bytes, MonoTime now, Timestamp wall);
    void tick(MonoTime now);
    /// Empty before the first packet.
    Bytes receiver_report(std::uint32_t own_source, MonoTime now);

    std::uint64_t lost() const { return receiver_.lost(); }

    /// How far the camera's clock is ahead of ours, by its last report.
    std::optional<microseconds> camera_clock_ahead() const { return clock_ahead_; }

    const std::optional<SenderReport>& last_report() const { return last_report_; }

private:
    void on_ordered(const OrderedPacket& packet);

    const int payload_type_;
    UnitTimer& timer_;
    AccessUnitBuilder builder_;
    Depacketiser depacketiser_;
    RtpReceiver receiver_;
    MonoTime now_;
    std::optional<microseconds> clock_ahead_;
    std::optional<SenderReport> last_report_;
};

}  // namespace proviso::ingest
