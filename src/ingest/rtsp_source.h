#pragma once

#include "rtsp_link.h"
#include "sound_source.h"

namespace proviso::ingest {

/// A camera: RTSP over TCP or TLS, pictures in the same connection or over UDP. Its sound, where it
/// is wanted, comes over a conversation of its own, so that it begins and ends without touching
/// the pictures.
class RtspSource final : public StreamSource, private LinkEvents {
public:
    /// From PLAY to the first picture: long enough for a group of pictures of 10 s.
    static constexpr std::chrono::seconds kFirstPictureTimeout{20};
    static constexpr std::chrono::seconds kStallTimeout{5};

    RtspSource(std::uint32_t stream, SourceUrl url, SourceSpec spec, SourceHost& host);
    ~RtspSource() override;

    void want_sound(bool wanted) override;

private:
    Result<> open(MonoTime now) override;
    void close() override;
    Result<MonoTime> run(MonoTime now) override;
    Result<> on_ready(std::uint8_t role, MonoTime now) override;
    Result<> on_resolved(
        std::uint64_t question, const std::optional<Endpoint>& endpoint, MonoTime now
    ) override;
    std::uint64_t lost_in_session() const override;
    std::optional<microseconds> camera_clock_ahead() const override;
    SoundReport sound_report() const override;

    Result<SdpControl> on_described(std::string_view description) override;
    void on_rtp(ByteView packet, MonoTime now) override;
    bool on_rtcp(ByteView packet, MonoTime now) override;

    Result<> check_flow(MonoTime now) const;
    std::optional<PictureTimes> picture_times();

    const SourceUrl url_;
    const SourceSpec spec_;
    RtspLink link_;
    std::unique_ptr<VideoReceiver> receiver_;
    std::unique_ptr<SoundSource> sound_;
    MonoTime next_report_;
    std::uint32_t own_source_ = 0;
};

}  // namespace proviso::ingest
