#pragma once

#include <deque>
#include <functional>
#include <optional>

#include "rtsp_auth.h"
#include "rtsp_message.h"
#include "sdp.h"

namespace proviso::ingest {

/// What the session tells its owner.
class RtspEvents {
public:
    RtspEvents() = default;
    RtspEvents(const RtspEvents&) = delete;
    RtspEvents& operator=(const RtspEvents&) = delete;
    virtual ~RtspEvents() = default;

    /// The camera has described its tracks: chooses the one to set up. RTP may come after this.
    virtual Result<SdpControl> on_described(std::string_view description) = 0;
    /// Where the camera sends from, over UDP; 0 if it did not say.
    virtual void on_set_up(std::uint16_t server_rtp, std::uint16_t server_rtcp) = 0;
    virtual void on_playing() = 0;
    virtual void on_rtp(ByteView packet) = 0;
    virtual void on_rtcp(ByteView packet) = 0;
};

/// One RTSP dialogue: OPTIONS, DESCRIBE, SETUP of the one track its owner chose, PLAY, keep-alive,
/// TEARDOWN. Bytes in, bytes out: no socket and no clock of its own. An error ends it. Not
/// thread-safe.
class RtspSession {
public:
    struct Options {
        std::string url;
        bool udp = false;
        std::uint16_t client_rtp = 0;  ///< our UDP port; the next one is for RTCP
    };

    /// The answer to a request must come within this.
    static constexpr milliseconds kAnswerTimeout{10'000};
    /// Bytes of garbage between frames that are passed over before the session is given up.
    static constexpr std::size_t kMaxGarbage = 65'536;

    RtspSession(Options options, Authenticator authenticator, RtspEvents& events);

    void start(MonoTime now);
    /// Reads what has come; the number of bytes used up, which the caller drops.
    Result<std::size_t> consume(ByteView bytes, MonoTime now);
    /// Sends the keep-alive when it is due; Timeout if the camera does not answer.
    Result<> tick(MonoTime now);
    /// Says goodbye, if there is something to say goodbye to.
    void tear_down();
    /// Sends an RTCP packet, over TCP.
    void send_rtcp(ByteView packet);

    /// What is to be sent; the caller takes it away.
    Bytes take_output() { return std::exchange(output_, {}); }

    bool playing() const { return playing_; }

private:
    enum class Step { Options, Describe, Setup, Play, KeepAlive };

    struct Request {
        Step step = Step::Options;
        std::uint32_t number = 0;
        MonoTime sent;
        int sign_ins = 0;
    };

    void send(Step step, MonoTime now, int sign_ins = 0);
    void answer(const RtspMessage& request);
    Result<> on_response(const RtspMessage& response, MonoTime now);
    Result<> on_unauthorized(const RtspMessage& response, const Request& request, MonoTime now);
    static Result<> refuse(const RtspMessage& response);
    Result<> on_described(const RtspMessage& response, MonoTime now);
    Result<> on_set_up(const RtspMessage& response, MonoTime now);
    std::string request_url(Step step) const;
    std::string_view method(Step step) const;
    void on_frame(int channel, ByteView packet);
    bool begins_message(std::string_view text) const;
    Result<std::size_t> pass_over_garbage(std::string_view text);

    const Options options_;
    Authenticator authenticator_;
    RtspEvents& events_;
    Bytes output_;
    std::optional<Request> waiting_;
    std::uint32_t next_number_ = 1;
    std::string base_url_;
    std::string track_url_;
    std::string session_id_;
    int rtp_channel_ = 0;
    int rtcp_channel_ = 1;
    bool playing_ = false;
    bool get_parameter_ = true;
    microseconds keep_alive_every_{std::chrono::seconds(25)};
    MonoTime next_keep_alive_;
    std::size_t garbage_ = 0;
};

}  // namespace proviso::ingest
