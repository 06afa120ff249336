#include "sound_source.h"

namespace proviso::ingest {
namespace {

constexpr std::chrono::seconds kReportEvery{5};
constexpr std::chrono::seconds kStallTimeout{10};
/// A format that is not recorded changes only when a person changes it.
constexpr std::chrono::seconds kRetryFormat{60};

}  // namespace

SoundSource::SoundSource(
    std::uint32_t stream,
    std::uint8_t first_role,
    const SourceUrl& url,
    const SourceSpec& spec,
    SourceHost& host,
    SoundReceiver::Pictures pictures
)
    : stream_(stream),
      may_reorder_(spec.transport == Transport::Udp),
      host_(host),
      pictures_(std::move(pictures)),
      link_(stream, first_role, url, spec, host, static_cast<LinkEvents&>(*this)),
      backoff_([&host] { return host.random(); }) {
    report_.state = SoundState::Connecting;
}

SoundSource::~SoundSource() = default;

void SoundSource::tick(MonoTime now) {
    if (!opened_) {
        if (now < retry_at_) return;
        opened_ = true;
        last_sound_ = now;
        if (auto opened = link_.open(now); !opened) return fail(opened.error(), now);
    }
    if (auto result = run(now); !result) fail(result.error(), now);
}

Result<> SoundSource::run(MonoTime now) {
    PROVISO_TRY(link_.run(now));
    if (receiver_) receiver_->tick(now);
    if (link_.ended()) return RtspLink::ended_by_camera();
    if (!link_.playing_at()) return {};
    if (now - last_sound_ > kStallTimeout) {
        return Error(
            ErrorKind::Timeout,
            "the camera sends no sound that can be read",
            "check its microphone and its sound format"
        );
    }
    if (receiver_ && now >= next_report_) {
        next_report_ = now + kReportEvery;
        link_.send_rtcp(receiver_->receiver_report(own_source_, now));
    }
    return {};
}

void SoundSource::ready(std::uint8_t role, MonoTime now) {
    if (!opened_) return;
    if (auto result = link_.on_ready(role, now); !result) fail(result.error(), now);
}

void SoundSource::resolved(
    std::uint64_t question, const std::optional<Endpoint>& endpoint, MonoTime now
) {
    if (!opened_) return;
    if (auto result = link_.on_resolved(question, endpoint, now); !result) {
        fail(result.error(), now);
    }
}

void SoundSource::rest() {
    link_.close();
    receiver_.reset();
    opened_ = false;
    if (report_.state == SoundState::Playing) report_.state = SoundState::Connecting;
}

void SoundSource::fail(const Error& error, MonoTime now) {
    rest();
    retry_at_ = now + (error.kind() == ErrorKind::InvalidInput ? microseconds(kRetryFormat)
                                                               : backoff_.next(error.kind()));
    report_.state = SoundState::Waiting;
    report_.words = error.story();
    if (!error.next_step().empty()) report_.words += ": " + error.next_step();
}

Result<SdpControl> SoundSource::on_described(std::string_view description) {
    auto sound = PROVISO_TRY(parse_sdp_sound(description));
    own_source_ = static_cast<std::uint32_t>(host_.random());
    receiver_ = std::make_unique<SoundReceiver>(
        sound,
        may_reorder_,
        pictures_,
        [this](const SoundUnit& unit) {
            last_sound_ = unit.arrived;
            if (report_.state != SoundState::Playing) {
                backoff_.reset();
                report_ = {SoundState::Playing, {}};
            }
            host_.deliver_sound(stream_, unit);
        }
    );
    return sound.control;
}

void SoundSource::on_rtp(ByteView packet, MonoTime now) {
    if (receiver_) receiver_->on_rtp(packet, now);
}

bool SoundSource::on_rtcp(ByteView packet, MonoTime now) {
    return receiver_ && receiver_->on_rtcp(packet, now);
}

}  // namespace proviso::ingest
