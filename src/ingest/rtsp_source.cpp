#include "rtsp_source.h"

#include <algorithm>

namespace proviso::ingest {
namespace {

constexpr std::chrono::seconds kReportEvery{5};

}  // namespace

RtspSource::RtspSource(std::uint32_t stream, SourceUrl url, SourceSpec spec, SourceHost& host)
    : StreamSource(stream, host),
      url_(std::move(url)),
      spec_(std::move(spec)),
      link_(stream, 0, url_, spec_, host, static_cast<LinkEvents&>(*this)) {
    RtspSource::want_sound(spec_.sound);
}

RtspSource::~RtspSource() = default;

void RtspSource::want_sound(bool wanted) {
    if (wanted == (sound_ != nullptr)) return;
    if (!wanted) return sound_.reset();
    sound_ = std::make_unique<SoundSource>(stream(), RtspLink::kRoles, url_, spec_, host(), [this] {
        return picture_times();
    });
}

Result<> RtspSource::open(MonoTime now) { return link_.open(now); }

Result<> RtspSource::on_resolved(
    std::uint64_t question, const std::optional<Endpoint>& endpoint, MonoTime now
) {
    if (sound_) sound_->resolved(question, endpoint, now);
    return link_.on_resolved(question, endpoint, now);
}

void RtspSource::close() {
    link_.close();
    receiver_.reset();
    if (sound_) sound_->rest();
}

Result<> RtspSource::on_ready(std::uint8_t role, MonoTime now) {
    if (role < RtspLink::kRoles) return link_.on_ready(role, now);
    if (sound_) sound_->ready(role, now);
    return {};
}

Result<MonoTime> RtspSource::run(MonoTime now) {
    auto next = PROVISO_TRY(link_.run(now));
    if (receiver_) receiver_->tick(now);
    PROVISO_TRY(check_flow(now));
    if (link_.playing_at() && receiver_ && now >= next_report_) {
        next_report_ = now + kReportEvery;
        link_.send_rtcp(receiver_->receiver_report(own_source_, now));
    }
    // Sound waits for the pictures, without which it has no place in time.
    if (sound_ && last_picture()) sound_->tick(now);
    return next;
}

Result<> RtspSource::check_flow(MonoTime now) const {
    if (!link_.playing_at()) return {};
    if (link_.ended()) return RtspLink::ended_by_camera();
    auto waited = now - last_picture().value_or(*link_.playing_at());
    auto patience = last_picture() ? kStallTimeout : kFirstPictureTimeout;
    if (waited <= patience) return {};
    if (link_.last_rtp() && now - *link_.last_rtp() < kStallTimeout) {
        return Error(
            ErrorKind::Timeout,
            "the camera sends data, but no picture that can be shown",
            "set a key frame interval of a few seconds in the camera"
        );
    }
    return Error(
        ErrorKind::Timeout,
        "the camera stopped sending",
        link_.udp() ? "check the camera and the firewall, or set the transport to tcp"
                    : "check the camera and the network"
    );
}

std::uint64_t RtspSource::lost_in_session() const { return receiver_ ? receiver_->lost() : 0; }

std::optional<microseconds> RtspSource::camera_clock_ahead() const {
    return receiver_ ? receiver_->camera_clock_ahead() : std::nullopt;
}

SoundReport RtspSource::sound_report() const { return sound_ ? sound_->report() : SoundReport(); }

Result<SdpControl> RtspSource::on_described(std::string_view description) {
    auto video = PROVISO_TRY(parse_sdp(description));
    own_source_ = static_cast<std::uint32_t>(host().random());
    receiver_ = std::make_unique<VideoReceiver>(video, spec_.transport == Transport::Udp, timer());
    return video.control;
}

void RtspSource::on_rtp(ByteView packet, MonoTime now) {
    if (receiver_) receiver_->on_rtp(packet, now);
}

bool RtspSource::on_rtcp(ByteView packet, MonoTime now) {
    return receiver_ && receiver_->on_rtcp(packet, now, host().clock().now());
}

std::optional<PictureTimes> RtspSource::picture_times() {
    const auto& timeline = timer().timeline();
    auto lateness = timeline.lateness();
    if (!lateness || !receiver_) return std::nullopt;
    PictureTimes times{*lateness, {}};
    if (const auto& report = receiver_->last_report()) {
        times.reported = {report->ntp, timeline.time_at(report->timestamp)};
    }
    return times;
}

}  // namespace proviso::ingest
