#include <algorithm>

#include <proviso/media/fmp4.h>

#include "fmp4_boxes.h"

namespace proviso::media {
namespace {

Error corrupt(const char* message) { return {ErrorKind::Corrupt, message}; }

}  // namespace

Result<ParsedFragment> parse_fragment(ByteView bytes) {
    if (bytes.size() < kFragmentFixedSize) return corrupt("the fragment ends in its head");
    ByteReader read(bytes);
    read.skip(8 + 8 + 4);  // moof, mfhd
    ParsedFragment fragment;
    fragment.sequence = read.u32();
    read.skip(8 + 16 + 12);  // traf, tfhd, tfdt
    fragment.base_decode_time = read.u64();
    read.skip(12);  // trun
    std::size_t count = read.u32();
    if (count == 0 || count > kMaxSamples) return corrupt("the fragment counts its samples wrong");
    read.skip(4);
    if (read.remaining() < count * kSampleSize + 8) return corrupt("the fragment ends in its head");
    std::uint64_t payload = 0;
    fragment.samples.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        Sample sample;
        sample.duration = read.u32();
        sample.size = read.u32();
        sample.key_frame = read.u32() == kKeyFrameFlags;
        sample.composition_offset = static_cast<std::int32_t>(read.u32());
        payload += sample.size;
        fragment.samples.push_back(sample);
    }
    read.skip(8);  // mdat
    if (payload > std::min<std::uint64_t>(read.remaining(), kMaxPayload)) {
        return corrupt("the fragment ends in its pictures");
    }
    // Strictness in one line: whatever was skipped above must be as fragment_head() writes it.
    auto again = fragment_head(fragment.sequence, fragment.base_decode_time, fragment.samples);
    if (!std::ranges::equal(again, bytes.first(again.size()))) {
        return corrupt("the fragment is not in the one form that is written here");
    }
    fragment.payload = bytes.subspan(again.size(), static_cast<std::size_t>(payload));
    fragment.size = again.size() + fragment.payload.size();
    return fragment;
}

}  // namespace proviso::media
