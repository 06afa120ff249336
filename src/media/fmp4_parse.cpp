#include <algorithm>

#include <proviso/media/fmp4.h>

#include "fmp4_boxes.h"

namespace proviso::media {
namespace {

Error corrupt(const char* message) { return {ErrorKind::Corrupt, message}; }

Error cut_off() { return corrupt("the fragment ends in its head"); }

/// The head of a traf up to its trun's samples: which track, its base, how many samples.
struct Run {
    std::uint32_t track = 0;
    std::uint64_t base = 0;
    std::size_t count = 0;
};

Result<Run> read_run(ByteReader& read) {
    if (read.remaining() < kRunFixedSize + 8) return cut_off();
    Run run;
    read.skip(8 + 12);  // traf, tfhd
    run.track = read.u32();
    read.skip(12);  // tfdt
    run.base = read.u64();
    read.skip(12);  // trun
    run.count = read.u32();
    read.skip(4);
    if (run.count == 0 || run.count > kMaxSamples) {
        return corrupt("the fragment counts its samples wrong");
    }
    return run;
}

Result<std::uint64_t> read_pictures(ByteReader& read, std::size_t count, ParsedFragment& into) {
    if (read.remaining() < count * kSampleSize + 8) return cut_off();
    std::uint64_t payload = 0;
    into.samples.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        Sample sample;
        sample.duration = read.u32();
        sample.size = read.u32();
        sample.key_frame = read.u32() == kKeyFrameFlags;
        sample.composition_offset = static_cast<std::int32_t>(read.u32());
        payload += sample.size;
        into.samples.push_back(sample);
    }
    return payload;
}

Result<std::uint64_t> read_sound(ByteReader& read, std::size_t count, ParsedFragment& into) {
    if (read.remaining() < count * kSoundSampleSize + 8) return cut_off();
    std::uint64_t payload = 0;
    into.sound.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        SoundSample sample;
        sample.duration = read.u32();
        sample.size = read.u32();
        payload += sample.size;
        into.sound.push_back(sample);
    }
    return payload;
}

bool at_run(ByteReader read) {
    read.skip(4);
    return as_text(read.take(4)) == "traf";
}

}  // namespace

Result<ParsedFragment> parse_fragment(ByteView bytes) {
    if (bytes.size() < kFragmentFixedSize + kRunFixedSize) return cut_off();
    ByteReader read(bytes);
    read.skip(8 + 8 + 4);  // moof, mfhd
    ParsedFragment fragment;
    fragment.sequence = read.u32();
    std::uint64_t pictures = 0;
    std::uint64_t sound = 0;
    auto run = PROVISO_TRY(read_run(read));
    if (run.track == 1) {
        fragment.base_decode_time = run.base;
        pictures = PROVISO_TRY(read_pictures(read, run.count, fragment));
        run.count = 0;
        if (at_run(read)) run = PROVISO_TRY(read_run(read));
    }
    if (run.count > 0) {
        fragment.sound_base = run.base;
        sound = PROVISO_TRY(read_sound(read, run.count, fragment));
    }
    if (fragment.samples.size() + fragment.sound.size() > kMaxSamples) {
        return corrupt("the fragment counts its samples wrong");
    }
    read.skip(8);  // mdat
    if (pictures + sound > std::min<std::uint64_t>(read.remaining(), kMaxPayload)) {
        return corrupt("the fragment ends in its pictures");
    }
    // Strictness in one line: whatever was skipped above must be as fragment_head() writes it.
    auto again = fragment_head(
        fragment.sequence, fragment.base_decode_time, fragment.samples, fragment.sound_run()
    );
    if (!std::ranges::equal(again, bytes.first(again.size()))) {
        return corrupt("the fragment is not in the one form that is written here");
    }
    auto payload = bytes.subspan(again.size(), static_cast<std::size_t>(pictures + sound));
    fragment.payload = payload.first(static_cast<std::size_t>(pictures));
    fragment.sound_payload = payload.subspan(fragment.payload.size());
    fragment.size = again.size() + payload.size();
    return fragment;
}

}  // namespace proviso::media
