#pragma once

#include "rtsp_session.h"
#include "stream_source.h"
#include "udp_pair.h"
#include "url.h"

namespace proviso::ingest {

/// A camera: RTSP over TCP or TLS, pictures in the same connection or over UDP.
class RtspSource final : public StreamSource, private RtspEvents {
public:
    static constexpr std::chrono::seconds kConnectTimeout{5};
    /// From PLAY to the first picture: long enough for a group of pictures of 10 s.
    static constexpr std::chrono::seconds kFirstPictureTimeout{20};
    static constexpr std::chrono::seconds kStallTimeout{5};

    RtspSource(std::uint32_t stream, SourceUrl url, SourceSpec spec, SourceHost& host);
    ~RtspSource() override;

private:
    enum Role : std::uint8_t { kControl, kRtp, kRtcp };

    Result<> open(MonoTime now) override;
    void close() override;
    Result<MonoTime> run(MonoTime now) override;
    Result<> on_ready(std::uint8_t role, MonoTime now) override;
    Result<> on_resolved(
        std::uint64_t question, const std::optional<Endpoint>& endpoint, MonoTime now
    ) override;
    std::uint64_t lost_in_session() const override;
    std::optional<microseconds> camera_clock_ahead() const override;

    void on_described(const SdpVideo& video) override;
    void on_set_up(std::uint16_t server_rtp, std::uint16_t server_rtcp) override;
    void on_playing() override;
    void on_rtp(ByteView packet) override;
    void on_rtcp(ByteView packet) override;

    Result<> connect(const Endpoint& endpoint);
    Result<> begin_session(MonoTime now);
    Result<> read_control(MonoTime now);
    Result<> send_output();
    Result<> check_flow(MonoTime now) const;
    void send_receiver_report(MonoTime now);

    const SourceUrl url_;
    const SourceSpec spec_;
    std::uint64_t question_ = 0;
    MonoTime opened_at_;
    MonoTime now_;
    std::optional<Connection> connection_;
    bool watched_for_write_ = false;
    std::optional<UdpPair> udp_;
    std::unique_ptr<RtspSession> session_;
    std::unique_ptr<VideoReceiver> receiver_;
    Bytes tail_;  // the beginning of a frame whose rest has not come yet
    std::optional<MonoTime> playing_at_;
    std::optional<MonoTime> last_rtp_;
    MonoTime next_report_;
    std::uint32_t own_source_ = 0;
    bool said_goodbye_ = false;
};

}  // namespace proviso::ingest
