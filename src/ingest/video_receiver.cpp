#include "video_receiver.h"

namespace proviso::ingest {
namespace {

/// Seconds from 1900 to 1970.
constexpr std::int64_t kNtpEpoch = 2'208'988'800;

}  // namespace

void UnitTimer::place(AccessUnit unit, media::ParameterSets& sets, MonoTime arrived) {
    auto duration = sets.frame_duration() ? sets.frame_duration() : described_;
    auto times = timeline_.place(unit.rtp, arrived, sets.reorder(), duration);
    unit.discontinuity = unit.discontinuity || times.jump;
    sink_({std::move(unit), times.dts, times.pts, arrived});
}

VideoReceiver::VideoReceiver(const SdpVideo& video, bool may_reorder, UnitTimer& timer)
    : payload_type_(video.payload_type),
      timer_(timer),
      builder_(
          video.codec,
          [this](const AccessUnit& unit) { timer_.place(unit, builder_.parameter_sets(), now_); }
      ),
      depacketiser_(video.codec, builder_),
      receiver_(may_reorder, [this](const OrderedPacket& packet) { on_ordered(packet); }) {
    for (const auto& nal : video.parameter_sets) {
        // The stream usually repeats them in band, so a damaged one here is no reason to stop.
        if (builder_.parameter_sets().is_parameter_set(nal)) {
            (void)builder_.parameter_sets().offer(nal).has_value();
        }
    }
    timer_.restart();
    timer_.set_frame_duration(
        video.frames_per_second
            ? std::optional(static_cast<std::uint32_t>(90'000 / *video.frames_per_second))
            : std::nullopt
    );
}

void VideoReceiver::on_rtp(ByteView bytes, MonoTime now) {
    now_ = now;
    auto packet = parse_rtp(bytes);
    if (!packet) return;
    // Some cameras announce one dynamic payload type and send another; the track is what it is.
    if (packet->payload_type != payload_type_ && packet->payload_type < 96) return;
    receiver_.receive(bytes, *packet, now);
}

void VideoReceiver::on_ordered(const OrderedPacket& packet) {
    if (packet.new_source) {
        builder_.mark_gap();
        timer_.restart();
        last_report_.reset();
    }
    depacketiser_.add(packet.rtp, packet.gap);
}

bool VideoReceiver::on_rtcp(ByteView bytes, MonoTime now, Timestamp wall) {
    auto news = parse_rtcp(bytes);
    if (news.report) {
        receiver_.note(*news.report, now);
        last_report_ = news.report;
        auto seconds = static_cast<std::int64_t>(news.report->ntp >> 32U) - kNtpEpoch;
        auto fraction =
            static_cast<std::int64_t>((news.report->ntp & 0xFFFF'FFFFU) * 1'000'000 >> 32U);
        clock_ahead_ = microseconds(seconds * 1'000'000 + fraction) - wall.time_since_epoch();
    }
    return news.goodbye;
}

void VideoReceiver::tick(MonoTime now) {
    now_ = now;
    receiver_.tick(now);
}

Bytes VideoReceiver::receiver_report(std::uint32_t own_source, MonoTime now) {
    auto report = receiver_.report(now);
    return report ? make_receiver_report(own_source, *report) : Bytes();
}

}  // namespace proviso::ingest
