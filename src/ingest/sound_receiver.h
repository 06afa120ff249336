#pragma once

#include <functional>
#include <memory>

#include "rtp_receiver.h"
#include "sdp.h"
#include "sound_clock.h"
#include "sound_depacketiser.h"

namespace proviso::ingest {

/// A stretch of sound in its place in time. `data` is valid during the call only.
struct SoundUnit {
    std::shared_ptr<const media::SoundParameters> format;
    ByteView data;
    bool discontinuity = false;
    std::uint32_t rtp = 0;
    std::int64_t pts = 0;  ///< 90 kHz, on the timeline of the pictures
    MonoTime arrived;
};

/// One sound track from RTP packets to sound with times. Bytes in, sound out: no socket, no clock.
/// Not thread-safe.
class SoundReceiver {
public:
    using Sink = std::function<void(const SoundUnit&)>;
    /// Asked for every stretch of sound; while there is nothing, sound has no place and is dropped.
    using Pictures = std::function<std::optional<PictureTimes>()>;

    SoundReceiver(const SdpSound& sound, bool may_reorder, Pictures pictures, Sink sink);
    SoundReceiver(const SoundReceiver&) = delete;
    SoundReceiver& operator=(const SoundReceiver&) = delete;

    void on_rtp(ByteView bytes, MonoTime now);
    /// True if the sender says goodbye.
    bool on_rtcp(ByteView bytes, MonoTime now);
    void tick(MonoTime now);
    /// Empty before the first packet.
    Bytes receiver_report(std::uint32_t own_source, MonoTime now);

private:
    void on_ordered(const OrderedPacket& packet);
    void on_frame(const SoundFrame& frame);

    const int payload_type_;
    const std::shared_ptr<const media::SoundParameters> format_;
    const Pictures pictures_;
    const Sink sink_;
    SoundClock clock_;
    SoundDepacketiser depacketiser_;
    RtpReceiver receiver_;
    MonoTime now_;
    bool gap_ = true;
};

}  // namespace proviso::ingest
