#pragma once

#include "rtsp_session.h"
#include "stream_source.h"
#include "udp_pair.h"
#include "url.h"

namespace proviso::ingest {

/// What a link tells its owner.
class LinkEvents {
public:
    LinkEvents() = default;
    LinkEvents(const LinkEvents&) = delete;
    LinkEvents& operator=(const LinkEvents&) = delete;
    virtual ~LinkEvents() = default;

    /// Chooses the track to set up.
    virtual Result<SdpControl> on_described(std::string_view description) = 0;
    virtual void on_rtp(ByteView packet, MonoTime now) = 0;
    /// True if the camera says goodbye.
    virtual bool on_rtcp(ByteView packet, MonoTime now) = 0;
};

/// A conversation with a camera about one of its tracks: the connection (TCP or TLS), the dialogue,
/// and over UDP the sockets. An error ends it; the owner closes it and opens it again. Not
/// thread-safe.
class RtspLink final : private RtspEvents {
public:
    static constexpr std::chrono::seconds kConnectTimeout{5};

    /// The three roles from `first_role` on are this link's in what the host tells the stream.
    RtspLink(
        std::uint32_t stream,
        std::uint8_t first_role,
        const SourceUrl& url,
        const SourceSpec& spec,
        SourceHost& host,
        LinkEvents& events
    );
    ~RtspLink() override;

    static constexpr std::uint8_t kRoles = 3;

    Result<> open(MonoTime now);
    /// Tells the camera, if it was set up, and lets go of everything.
    void close();
    /// Keeps the dialogue going; when it wants to be called again.
    Result<MonoTime> run(MonoTime now);
    Result<> on_ready(std::uint8_t role, MonoTime now);
    Result<> on_resolved(
        std::uint64_t question, const std::optional<Endpoint>& endpoint, MonoTime now
    );
    void send_rtcp(ByteView packet);

    bool udp() const { return udp_.has_value(); }

    /// When PLAY was answered.
    const std::optional<MonoTime>& playing_at() const { return playing_at_; }

    /// Arrival of the last RTP packet.
    const std::optional<MonoTime>& last_rtp() const { return last_rtp_; }

    /// The camera has said goodbye: nothing more will come.
    bool ended() const { return ended_; }

    static Error ended_by_camera();

private:
    enum Role : std::uint8_t { kControl, kRtp, kRtcp };

    Result<SdpControl> on_described(std::string_view description) override;
    void on_set_up(std::uint16_t server_rtp, std::uint16_t server_rtcp) override;
    void on_playing() override;
    void on_rtp(ByteView packet) override;
    void on_rtcp(ByteView packet) override;

    Result<> connect(const Endpoint& endpoint);
    Result<> begin_session(MonoTime now);
    Result<> read_control(MonoTime now);
    Result<> send_output();
    Result<> watch(int fd, Role role, bool write);

    const std::uint32_t stream_;
    const std::uint8_t first_role_;
    const SourceUrl& url_;
    const SourceSpec& spec_;
    SourceHost& host_;
    LinkEvents& events_;
    std::uint64_t question_;
    MonoTime opened_at_;
    MonoTime now_;
    std::optional<Connection> connection_;
    bool watched_for_write_ = false;
    std::optional<UdpPair> udp_;
    std::unique_ptr<RtspSession> session_;
    Bytes tail_;  // the beginning of a frame whose rest has not come yet
    std::optional<MonoTime> playing_at_;
    std::optional<MonoTime> last_rtp_;
    bool ended_ = false;
};

}  // namespace proviso::ingest
