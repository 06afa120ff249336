#include "rtsp_link.h"

#include <algorithm>

namespace proviso::ingest {
namespace {

constexpr milliseconds kTick{100};
/// Answers of the resolver name the question, and both links of a stream may ask.
constexpr std::uint64_t kQuestionStep = 256;

Error no_answer() {
    return {
        ErrorKind::Timeout,
        "the camera does not answer",
        "check that it has power and that the address is right"};
}

}  // namespace

RtspLink::RtspLink(
    std::uint32_t stream,
    std::uint8_t first_role,
    const SourceUrl& url,
    const SourceSpec& spec,
    SourceHost& host,
    LinkEvents& events
)
    : stream_(stream),
      first_role_(first_role),
      url_(url),
      spec_(spec),
      host_(host),
      events_(events),
      question_(first_role) {}

RtspLink::~RtspLink() { close(); }

Error RtspLink::ended_by_camera() {
    return {ErrorKind::Unavailable, "the camera ended the stream", "it will be asked again"};
}

Result<> RtspLink::watch(int fd, Role role, bool write) {
    return host_.watch(fd, stream_, static_cast<std::uint8_t>(first_role_ + role), write);
}

Result<> RtspLink::open(MonoTime now) {
    opened_at_ = now;
    if (auto endpoint = numeric_endpoint(url_.host, url_.port)) return connect(*endpoint);
    question_ += kQuestionStep;
    host_.resolve(stream_, question_, url_.host, url_.port);
    return {};
}

Result<> RtspLink::on_resolved(
    std::uint64_t question, const std::optional<Endpoint>& endpoint, MonoTime now
) {
    if (question != question_ || connection_) return {};
    if (!endpoint) {
        return Error(
            ErrorKind::Unavailable,
            "the name of the camera is not known",
            "check the name, or use the address"
        );
    }
    opened_at_ = now;
    return connect(*endpoint);
}

Result<> RtspLink::connect(const Endpoint& endpoint) {
    std::unique_ptr<TlsClient> tls;
    if (url_.scheme == Scheme::Rtsps) {
        tls = PROVISO_TRY(
            host_.make_tls({url_.host, spec_.certificate_sha256, spec_.accept_any_certificate})
        );
    }
    connection_ = PROVISO_TRY(Connection::open(endpoint, std::move(tls)));
    watched_for_write_ = true;
    return watch(connection_->fd(), kControl, true);
}

void RtspLink::close() {
    if (session_ && connection_) {
        // Best effort: a camera that is told frees the place for the next viewer at once.
        session_->tear_down();
        (void)connection_->write(session_->take_output()).has_value();
    }
    question_ += kQuestionStep;
    session_.reset();
    udp_.reset();
    connection_.reset();
    tail_.clear();
    playing_at_.reset();
    last_rtp_.reset();
    ended_ = false;
}

Result<> RtspLink::begin_session(MonoTime now) {
    RtspSession::Options options{url_.request, spec_.transport == Transport::Udp, 0};
    if (options.udp) {
        udp_ = PROVISO_TRY(UdpPair::open(connection_->fd()));
        options.client_rtp = udp_->rtp_port();
        PROVISO_TRY(watch(udp_->rtp_fd(), kRtp, false));
        PROVISO_TRY(watch(udp_->rtcp_fd(), kRtcp, false));
    }
    session_ = std::make_unique<RtspSession>(
        std::move(options),
        Authenticator(spec_.user, spec_.password.copy(), [this] { return host_.random(); }),
        static_cast<RtspEvents&>(*this)
    );
    session_->start(now);
    return {};
}

Result<> RtspLink::on_ready(std::uint8_t role, MonoTime now) {
    now_ = now;
    if (!connection_) return {};
    role = static_cast<std::uint8_t>(role - first_role_);
    if (role != kControl) {
        if (!udp_) return {};
        if (role == kRtp) {
            udp_->receive(udp_->rtp_fd(), [this](ByteView packet) { on_rtp(packet); });
        } else {
            udp_->receive(udp_->rtcp_fd(), [this](ByteView packet) { on_rtcp(packet); });
        }
        return {};
    }
    if (PROVISO_TRY(connection_->established())) {
        if (!session_) PROVISO_TRY(begin_session(now));
        PROVISO_TRY(read_control(now));
    }
    return send_output();
}

Result<> RtspLink::read_control(MonoTime now) {
    auto buffer = host_.scratch();
    for (;;) {
        std::ranges::copy(tail_, buffer.begin());
        auto count = connection_->read(buffer.subspan(tail_.size()));
        if (!count) {
            // What was read before the end has been used; a goodbye explains the end.
            if (!ended_) return std::move(count).error();
            return ended_by_camera();
        }
        if (*count == 0) return {};
        auto bytes = ByteView(buffer).first(tail_.size() + *count);
        bool full = bytes.size() == buffer.size();
        auto used = PROVISO_TRY(session_->consume(bytes, now));
        if (full && used == 0) {
            return Error(ErrorKind::TooLarge, "the camera sends a message without an end");
        }
        auto rest = bytes.subspan(used);
        tail_.assign(rest.begin(), rest.end());
        // A buffer that was not filled was all there is; TLS may hold more than a socket tells.
        if (!full) return {};
    }
}

Result<> RtspLink::send_output() {
    if (!connection_ || !session_) return {};
    auto output = session_->take_output();
    bool waited = connection_->wants_to_write();
    if (!output.empty()) PROVISO_TRY(connection_->write(output));
    bool write = waited || connection_->wants_to_write();
    // Pictures arrive many times a second, and what is waited for seldom changes.
    if (write == watched_for_write_) return {};
    watched_for_write_ = write;
    return watch(connection_->fd(), kControl, write);
}

Result<MonoTime> RtspLink::run(MonoTime now) {
    now_ = now;
    if (!session_) {
        if (now - opened_at_ > kConnectTimeout) return no_answer();
        return now + kTick;
    }
    PROVISO_TRY(session_->tick(now));
    PROVISO_TRY(send_output());
    return now + kTick;
}

void RtspLink::send_rtcp(ByteView packet) {
    if (packet.empty() || !session_) return;
    if (udp_) {
        udp_->send_rtcp(packet);
    } else {
        session_->send_rtcp(packet);
    }
}

Result<SdpControl> RtspLink::on_described(std::string_view description) {
    return events_.on_described(description);
}

void RtspLink::on_set_up(std::uint16_t server_rtp, std::uint16_t server_rtcp) {
    if (!udp_) return;
    udp_->set_peer(server_rtp, server_rtcp);
    udp_->open_path();
}

void RtspLink::on_playing() { playing_at_ = now_; }

void RtspLink::on_rtp(ByteView packet) {
    last_rtp_ = now_;
    events_.on_rtp(packet, now_);
}

void RtspLink::on_rtcp(ByteView packet) {
    if (events_.on_rtcp(packet, now_)) ended_ = true;
}

}  // namespace proviso::ingest
