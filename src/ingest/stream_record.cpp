#include "stream_record.h"

#include <algorithm>

#include <proviso/media/nal.h>

namespace proviso::ingest {
namespace {

/// No picture waits longer than this between camera and server; older claims are cut down to it.
constexpr std::chrono::seconds kMostAge{60};
/// Decoders hold back at most 16 pictures; a minute is more than that at one a second.
constexpr std::int64_t kMostOffset = 60 * 90'000;

Error lie(const char* what) { return {ErrorKind::Corrupt, what}; }

}  // namespace

StreamRecord::StreamRecord(std::uint32_t id, SourceSpec spec, PacketSink& sink, const Clock& clock)
    : id_(id), spec_(std::move(spec)), sink_(sink), clock_(clock) {
    status_.with([this](SourceStatus& status) { status.stream = spec_.stream; });
    window_since_ = clock_.monotonic();
}

Result<> StreamRecord::on_parameters(const RingReader::Record& record) {
    auto parameters = PROVISO_TRY(decode_parameters(record.copy()));
    codec_ = std::make_shared<const media::CodecParameters>(std::move(parameters));
    status_.with([this](SourceStatus& status) {
        status.codec = codec_->codec;
        status.width = codec_->width;
        status.height = codec_->height;
    });
    return {};
}

Result<> StreamRecord::on_picture(const RingReader::Record& record) {
    const auto& header = record.header;
    if (!codec_) return lie("a picture without parameters");
    if ((header.flags & ~(workers::kKeyFrame | workers::kDiscontinuity)) != 0)
        return lie("a picture's flags");
    if (header.dts < 0 || header.pts < header.dts - kMostOffset ||
        header.pts > header.dts + kMostOffset) {
        return lie("a picture's times");
    }
    auto packet = std::make_shared<media::Packet>();
    packet->data = record.copy();
    if (!media::is_length_prefixed(packet->data)) return lie("a picture's units");
    packet->codec = codec_;
    packet->key_frame = (header.flags & workers::kKeyFrame) != 0;
    packet->discontinuity = (header.flags & workers::kDiscontinuity) != 0 || after_loss_;
    packet->dts = header.dts;
    packet->pts = header.pts;
    // Within a run times never go back; where another worker took over, a new run begins.
    if (last_dts_ && packet->dts <= *last_dts_) {
        if (!packet->discontinuity) return lie("a picture's times go back");
        auto shift = *last_dts_ + 1 - packet->dts;
        packet->dts += shift;
        packet->pts += shift;
    }
    last_dts_ = packet->dts;
    after_loss_ = false;
    packet->rtp = header.rtp;
    // Only the age of a picture is believed, and that within limits.
    auto claimed = SystemClock().monotonic() -
                   MonoTime(microseconds(std::max<std::int64_t>(header.mono_us, 0)));
    auto age = std::clamp<microseconds>(claimed, microseconds(0), kMostAge);
    packet->mono = clock_.monotonic() - age;
    packet->wall = clock_.now() - age;
    last_wall_ = packet->wall;
    ++window_frames_;
    window_bytes_ += packet->data.size();
    std::lock_guard lock(delivering_);
    if (!stopped_) sink_.on_packet(spec_.stream, std::move(packet));
    return {};
}

void StreamRecord::on_report(const StreamReport& report) {
    bool news = status_.with([&](SourceStatus& status) {
        bool differs = status.state != report.state || status.cause != report.cause;
        status.state = report.state;
        status.cause = report.cause;
        status.lost = lost_before_ + report.lost;
        status.dropped = dropped_before_ + report.dropped;
        status.reconnects = reconnects_before_ + report.reconnects;
        status.camera_clock_ahead = report.camera_clock_ahead;
        return differs;
    });
    if (news) tell();
}

void StreamRecord::on_worker_lost(const std::string& cause) {
    codec_.reset();
    after_loss_ = true;
    status_.with([&](SourceStatus& status) {
        status.state = SourceState::Waiting;
        status.cause = cause;
        lost_before_ = status.lost;
        dropped_before_ = status.dropped;
        reconnects_before_ = ++status.reconnects;
    });
    tell();
}

void StreamRecord::tick() {
    auto now = clock_.monotonic();
    auto span = now - window_since_;
    if (span < std::chrono::seconds(1)) return;
    auto seconds = std::chrono::duration<double>(span).count();
    status_.with([&](SourceStatus& status) {
        status.frames_per_second = static_cast<double>(window_frames_) / seconds;
        status.bits_per_second =
            static_cast<std::int64_t>(static_cast<double>(window_bytes_) * 8 / seconds);
        status.packets += window_frames_;
        if (window_frames_ > 0) status.last_packet = last_wall_;
    });
    window_frames_ = window_bytes_ = 0;
    window_since_ = now;
    tell();
}

void StreamRecord::tell() {
    auto status = status_.copy();
    std::lock_guard lock(delivering_);
    if (!stopped_) sink_.on_source_state(spec_.stream, status);
}

void StreamRecord::stop() {
    auto status = status_.copy();
    status.state = SourceState::Stopped;
    status.cause.clear();
    std::lock_guard lock(delivering_);
    if (std::exchange(stopped_, true)) return;
    sink_.on_source_state(spec_.stream, status);
}

}  // namespace proviso::ingest
