#include <stdexcept>

#include <proviso/media/fmp4.h>

#include "box.h"
#include "fmp4_boxes.h"

namespace proviso::media {
namespace {

constexpr std::uint32_t kVideoTrack = 1;
constexpr std::uint32_t kSoundTrack = 2;

template <class Each>
std::uint64_t bytes_of(std::span<const Each> samples) {
    std::uint64_t bytes = 0;
    for (const auto& sample : samples) bytes += sample.size;
    return bytes;
}

void write_track_head(Bytes& out, std::uint32_t track, std::uint64_t base_decode_time) {
    {
        Box tfhd(out, "tfhd", 0, kDefaultBaseIsMoof);
        tfhd->u32(track);
    }
    Box tfdt(out, "tfdt", 1, 0);
    tfdt->u64(base_decode_time);
}

void write_sound(Bytes& out, const SoundRun& sound, std::size_t data_offset) {
    Box traf(out, "traf");
    write_track_head(out, kSoundTrack, sound.base_decode_time);
    Box trun(out, "trun", 1, kSoundRunFlags);
    trun->u32(static_cast<std::uint32_t>(sound.samples.size()));
    trun->u32(static_cast<std::uint32_t>(data_offset));
    for (const auto& sample : sound.samples) trun->u32(sample.duration).u32(sample.size);
}

}  // namespace

Bytes fragment_head(
    std::uint32_t sequence,
    std::uint64_t base_decode_time,
    std::span<const Sample> samples,
    const SoundRun& sound
) {
    const auto pictures = bytes_of(samples);
    const auto payload = pictures + bytes_of(sound.samples);
    const auto count = samples.size() + sound.samples.size();
    if (count == 0 || count > kMaxSamples || payload > kMaxPayload) {
        throw std::logic_error("a fragment holds 1 to 65536 samples of under 4 GiB");
    }
    auto size = kFragmentFixedSize;
    if (!samples.empty()) size += kRunFixedSize + samples.size() * kSampleSize;
    if (!sound.samples.empty()) size += kRunFixedSize + sound.samples.size() * kSoundSampleSize;
    Bytes out;
    out.reserve(size);
    {
        Box moof(out, "moof");
        {
            Box mfhd(out, "mfhd", 0, 0);
            mfhd->u32(sequence);
        }
        if (!samples.empty()) {
            Box traf(out, "traf");
            write_track_head(out, kVideoTrack, base_decode_time);
            Box trun(out, "trun", 1, kRunFlags);
            trun->u32(static_cast<std::uint32_t>(samples.size()));
            trun->u32(static_cast<std::uint32_t>(size));
            for (const auto& sample : samples) {
                trun->u32(sample.duration).u32(sample.size);
                trun->u32(sample.key_frame ? kKeyFrameFlags : kOtherFrameFlags);
                trun->u32(static_cast<std::uint32_t>(sample.composition_offset));
            }
        }
        if (!sound.samples.empty()) write_sound(out, sound, size + pictures);
    }
    ByteWriter(out).u32(static_cast<std::uint32_t>(payload + 8)).text("mdat");
    return out;
}

}  // namespace proviso::media
