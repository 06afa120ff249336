#include <unistd.h>

#include "worker_loop.h"

namespace proviso::ingest {

void WorkerLoop::deliver(std::uint32_t stream, const TimedUnit& unit) {
    auto found = entries_.find(stream);
    if (found == entries_.end()) return;
    auto& entry = found->second;
    // Once something did not fit, the rest of the group of pictures is no use without it.
    if (entry.dropping && !unit.unit.key_frame) {
        ++entry.dropped;
        return;
    }
    workers::RecordHeader header;
    header.stream = stream;
    bool fits = true;
    if (entry.parameters != unit.unit.codec) {
        auto parameters = workers::encode(*unit.unit.codec);
        header.kind = static_cast<std::uint32_t>(RecordKind::Parameters);
        header.size = static_cast<std::uint32_t>(parameters.size());
        fits = ring_.write(header, parameters);
        if (fits) entry.parameters = unit.unit.codec;
    }
    header.kind = static_cast<std::uint32_t>(RecordKind::Picture);
    header.size = static_cast<std::uint32_t>(unit.unit.data.size());
    header.flags = (unit.unit.key_frame ? workers::kKeyFrame : 0U) |
                   (unit.unit.discontinuity || entry.dropping ? workers::kDiscontinuity : 0U);
    header.dts = unit.dts;
    header.pts = unit.pts;
    header.mono_us = unit.arrived.time_since_epoch().count();
    header.rtp = unit.unit.rtp;
    fits = fits && ring_.write(header, unit.unit.data);
    entry.dropping = !fits;
    if (!fits) ++entry.dropped;
    delivered_ = true;
}

/// What does not fit is lost for itself: nothing later depends on it.
void WorkerLoop::deliver_sound(std::uint32_t stream, const SoundUnit& unit) {
    auto found = entries_.find(stream);
    if (found == entries_.end()) return;
    auto& entry = found->second;
    workers::RecordHeader header;
    header.stream = stream;
    bool fits = true;
    if (entry.sound_format != unit.format) {
        auto format = workers::encode(*unit.format);
        header.kind = static_cast<std::uint32_t>(RecordKind::SoundFormat);
        header.size = static_cast<std::uint32_t>(format.size());
        fits = ring_.write(header, format);
        if (fits) entry.sound_format = unit.format;
    }
    header.kind = static_cast<std::uint32_t>(RecordKind::Sound);
    header.size = static_cast<std::uint32_t>(unit.data.size());
    header.flags = unit.discontinuity || entry.sound_lost ? workers::kDiscontinuity : 0U;
    header.dts = header.pts = unit.pts;
    header.mono_us = unit.arrived.time_since_epoch().count();
    header.rtp = unit.rtp;
    fits = fits && ring_.write(header, unit.data);
    entry.sound_lost = !fits;
    delivered_ = true;
}

void WorkerLoop::wake_server() {
    if (!delivered_) return;
    delivered_ = false;
    if (!ring_.reader_must_be_woken()) return;
    std::uint64_t one = 1;
    (void)!::write(wake_.get(), &one, sizeof(one));
}

}  // namespace proviso::ingest
