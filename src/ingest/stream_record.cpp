#include "stream_record.h"

#include <algorithm>

#include <proviso/media/nal.h>

namespace proviso::ingest {
namespace {

/// No picture waits longer than this between camera and server; older claims are cut down to it.
constexpr std::chrono::seconds kMostAge{60};
/// Decoders hold back at most 16 pictures; a minute is more than that at one a second.
constexpr std::int64_t kMostOffset = 60 * 90'000;
/// Times are of a clock that begins near zero when the machine starts: three centuries are plenty.
constexpr std::int64_t kMostTime = std::int64_t{1} << 50U;

Error lie(const char* what) { return {ErrorKind::Corrupt, what}; }

}  // namespace

StreamRecord::StreamRecord(std::uint32_t id, SourceSpec spec, PacketSink& sink, const Clock& clock)
    : id_(id), spec_(std::move(spec)), sink_(sink), clock_(clock), sound_wanted_(spec_.sound) {
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
    const auto age = age_of(header);
    packet->mono = clock_.monotonic() - age;
    packet->wall = clock_.now() - age;
    last_wall_ = packet->wall;
    ++window_frames_;
    window_bytes_ += packet->data.size();
    std::lock_guard lock(delivering_);
    if (!stopped_) sink_.on_packet(spec_.stream, std::move(packet));
    return {};
}

microseconds StreamRecord::age_of(const workers::RecordHeader& header) {
    auto claimed = SystemClock().monotonic() -
                   MonoTime(microseconds(std::max<std::int64_t>(header.mono_us, 0)));
    return std::clamp<microseconds>(claimed, microseconds(0), kMostAge);
}

Result<> StreamRecord::on_sound_format(const RingReader::Record& record) {
    auto format = PROVISO_TRY(workers::decode_sound(record.copy()));
    sound_format_ = std::make_shared<const media::SoundParameters>(std::move(format));
    return {};
}

Result<> StreamRecord::on_sound(const RingReader::Record& record) {
    const auto& header = record.header;
    if (!sound_format_) return lie("sound without a format");
    if ((header.flags & ~workers::kDiscontinuity) != 0) return lie("a sound's flags");
    if (header.dts < 0 || header.dts > kMostTime) return lie("a sound's time");
    if (header.size == 0 || header.size > media::kMaxSoundPacket) return lie("a sound's size");
    const auto samples = sound_format_->samples_in(header.size);
    if (samples == 0) return lie("half a sample of sound");
    // On its way when it was no longer wanted.
    if (!sound_wanted_) return {};
    bool discontinuity = (header.flags & workers::kDiscontinuity) != 0 || sound_after_loss_;
    if (last_sound_ && header.dts <= *last_sound_) {
        if (!discontinuity) return lie("a sound's times go back");
        return {};  // a new worker's clock catches up
    }
    auto sound = std::make_shared<media::SoundPacket>();
    sound->format = sound_format_;
    sound->discontinuity = discontinuity;
    sound->pts = header.dts;
    sound->duration = sound_format_->ticks(samples);
    sound->data = record.copy();
    last_sound_ = header.dts;
    sound_after_loss_ = false;
    const auto age = age_of(header);
    sound->mono = clock_.monotonic() - age;
    sound->wall = clock_.now() - age;
    std::lock_guard lock(delivering_);
    if (!stopped_ && sound_wanted_) sink_.on_sound(spec_.stream, std::move(sound));
    return {};
}

void StreamRecord::want_sound(bool wanted) {
    std::lock_guard lock(delivering_);
    sound_wanted_ = wanted;
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
        differs = differs || status.sound != report.sound.state ||
                  status.sound_words != report.sound.words;
        status.sound = report.sound.state;
        status.sound_words = report.sound.words;
        return differs;
    });
    if (news) tell();
}

void StreamRecord::on_worker_lost(const std::string& cause) {
    codec_.reset();
    sound_format_.reset();
    after_loss_ = sound_after_loss_ = true;
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
