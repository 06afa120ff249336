#include <algorithm>

#include <proviso/media/parameter_sets.h>
#include <proviso/record/init_codec.h>

namespace proviso::record {

namespace {

/// What follows the name of a box, to the end of the bytes; nothing if there is no such box.
std::optional<ByteView> after(ByteView bytes, std::string_view box) {
    const auto name = as_bytes(box);
    const auto found = std::ranges::search(bytes, name);
    if (found.empty()) return std::nullopt;
    return bytes.subspan(static_cast<std::size_t>(found.end() - bytes.begin()));
}

/// Parameter sets, each with its 16-bit length in front.
void offer(media::ParameterSets& sets, ByteReader& read, unsigned count) {
    for (unsigned i = 0; i < count && read.ok(); ++i) {
        const auto size = read.u16();
        (void)sets.offer(read.take(size));
    }
}

}  // namespace

Result<std::shared_ptr<const media::CodecParameters>> codec_of_init(ByteView init) {
    // ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1.
    if (const auto avcc = after(init, "avcC")) {
        media::ParameterSets sets(media::Codec::H264);
        ByteReader read(*avcc);
        read.skip(5);
        offer(sets, read, read.u8() & 0x1FU);
        offer(sets, read, read.u8());
        return sets.any();
    }
    if (const auto hvcc = after(init, "hvcC")) {
        media::ParameterSets sets(media::Codec::H265);
        ByteReader read(*hvcc);
        read.skip(22);
        const unsigned arrays = read.u8();
        for (unsigned i = 0; i < arrays && read.ok(); ++i) {
            read.skip(1);
            offer(sets, read, read.u16());
        }
        return sets.any();
    }
    return Error(ErrorKind::Corrupt, "the init segment names no picture format");
}

}  // namespace proviso::record
