#include "rtsp_source.h"

#include <algorithm>

namespace proviso::ingest {
namespace {

constexpr milliseconds kTick{100};
constexpr std::chrono::seconds kReportEvery{5};

Error no_answer() {
    return {
        ErrorKind::Timeout,
        "the camera does not answer",
        "check that it has power and that the address is right"};
}

}  // namespace

RtspSource::RtspSource(std::uint32_t stream, SourceUrl url, SourceSpec spec, SourceHost& host)
    : StreamSource(stream, host), url_(std::move(url)), spec_(std::move(spec)) {}

RtspSource::~RtspSource() { RtspSource::close(); }

Result<> RtspSource::open(MonoTime now) {
    opened_at_ = now;
    if (auto endpoint = numeric_endpoint(url_.host, url_.port)) return connect(*endpoint);
    host().resolve(stream(), ++question_, url_.host, url_.port);
    return {};
}

Result<> RtspSource::on_resolved(
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

Result<> RtspSource::connect(const Endpoint& endpoint) {
    std::unique_ptr<TlsClient> tls;
    if (url_.scheme == Scheme::Rtsps) {
        tls = PROVISO_TRY(
            host().make_tls({url_.host, spec_.certificate_sha256, spec_.accept_any_certificate})
        );
    }
    connection_ = PROVISO_TRY(Connection::open(endpoint, std::move(tls)));
    watched_for_write_ = true;
    return host().watch(connection_->fd(), stream(), kControl, true);
}

void RtspSource::close() {
    if (session_ && connection_) {
        // Best effort: a camera that is told frees the place for the next viewer at once.
        session_->tear_down();
        (void)connection_->write(session_->take_output()).has_value();
    }
    ++question_;
    session_.reset();
    receiver_.reset();
    udp_.reset();
    connection_.reset();
    tail_.clear();
    playing_at_.reset();
    last_rtp_.reset();
    said_goodbye_ = false;
}

Result<> RtspSource::begin_session(MonoTime now) {
    RtspSession::Options options{url_.request, spec_.transport == Transport::Udp, 0};
    if (options.udp) {
        udp_ = PROVISO_TRY(UdpPair::open(connection_->fd()));
        options.client_rtp = udp_->rtp_port();
        PROVISO_TRY(host().watch(udp_->rtp_fd(), stream(), kRtp, false));
        PROVISO_TRY(host().watch(udp_->rtcp_fd(), stream(), kRtcp, false));
    }
    own_source_ = static_cast<std::uint32_t>(host().random());
    session_ = std::make_unique<RtspSession>(
        std::move(options),
        Authenticator(spec_.user, spec_.password.copy(), [this] { return host().random(); }),
        static_cast<RtspEvents&>(*this)
    );
    session_->start(now);
    return {};
}

Result<> RtspSource::on_ready(std::uint8_t role, MonoTime now) {
    now_ = now;
    if (!connection_) return {};
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

Result<> RtspSource::read_control(MonoTime now) {
    auto buffer = host().scratch();
    for (;;) {
        std::ranges::copy(tail_, buffer.begin());
        auto count = connection_->read(buffer.subspan(tail_.size()));
        if (!count) {
            // What was read before the end has been used; a goodbye explains the end.
            if (!said_goodbye_) return std::move(count).error();
            return Error(
                ErrorKind::Unavailable, "the camera ended the stream", "it will be asked again"
            );
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

Result<> RtspSource::send_output() {
    if (!connection_ || !session_) return {};
    auto output = session_->take_output();
    bool waited = connection_->wants_to_write();
    if (!output.empty()) PROVISO_TRY(connection_->write(output));
    bool write = waited || connection_->wants_to_write();
    // Pictures arrive many times a second, and what is waited for seldom changes.
    if (write == watched_for_write_) return {};
    watched_for_write_ = write;
    return host().watch(connection_->fd(), stream(), kControl, write);
}

Result<MonoTime> RtspSource::run(MonoTime now) {
    now_ = now;
    if (!session_) {
        if (now - opened_at_ > kConnectTimeout) return no_answer();
        return now + kTick;
    }
    PROVISO_TRY(session_->tick(now));
    if (receiver_) receiver_->tick(now);
    PROVISO_TRY(check_flow(now));
    if (playing_at_ && now >= next_report_) send_receiver_report(now);
    PROVISO_TRY(send_output());
    return now + kTick;
}

Result<> RtspSource::check_flow(MonoTime now) const {
    if (!playing_at_) return {};
    if (said_goodbye_) {
        return Error(
            ErrorKind::Unavailable, "the camera ended the stream", "it will be asked again"
        );
    }
    auto waited = now - last_picture().value_or(*playing_at_);
    auto patience = last_picture() ? kStallTimeout : kFirstPictureTimeout;
    if (waited <= patience) return {};
    if (last_rtp_ && now - *last_rtp_ < kStallTimeout) {
        return Error(
            ErrorKind::Timeout,
            "the camera sends data, but no picture that can be shown",
            "set a key frame interval of a few seconds in the camera"
        );
    }
    return Error(
        ErrorKind::Timeout,
        "the camera stopped sending",
        udp_ ? "check the camera and the firewall, or set the transport to tcp"
             : "check the camera and the network"
    );
}

void RtspSource::send_receiver_report(MonoTime now) {
    next_report_ = now + kReportEvery;
    auto report = receiver_->receiver_report(own_source_, now);
    if (report.empty()) return;
    if (udp_) {
        udp_->send_rtcp(report);
    } else {
        session_->send_rtcp(report);
    }
}

std::uint64_t RtspSource::lost_in_session() const { return receiver_ ? receiver_->lost() : 0; }

std::optional<microseconds> RtspSource::camera_clock_ahead() const {
    return receiver_ ? receiver_->camera_clock_ahead() : std::nullopt;
}

void RtspSource::on_described(const SdpVideo& video) {
    receiver_ = std::make_unique<VideoReceiver>(video, spec_.transport == Transport::Udp, timer());
}

void RtspSource::on_set_up(std::uint16_t server_rtp, std::uint16_t server_rtcp) {
    if (!udp_) return;
    udp_->set_peer(server_rtp, server_rtcp);
    udp_->open_path();
}

void RtspSource::on_playing() {
    playing_at_ = now_;
    next_report_ = now_ + kReportEvery;
}

void RtspSource::on_rtp(ByteView packet) {
    if (!receiver_) return;
    last_rtp_ = now_;
    receiver_->on_rtp(packet, now_);
}

void RtspSource::on_rtcp(ByteView packet) {
    if (receiver_ && receiver_->on_rtcp(packet, now_, host().clock().now())) said_goodbye_ = true;
}

}  // namespace proviso::ingest
