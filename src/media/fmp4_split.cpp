#include <algorithm>
#include <vector>

#include <proviso/media/fmp4.h>

namespace proviso::media {
namespace {

constexpr std::size_t kBoxHead = 8;

Error corrupt() { return {ErrorKind::Corrupt, "not an init segment that is written here"}; }

struct Child {
    std::string_view type;
    ByteView bytes;  ///< with its head
};

/// The boxes that fill `bytes`; Corrupt if they do not fill it exactly.
Result<std::vector<Child>> children(ByteView bytes) {
    std::vector<Child> found;
    while (!bytes.empty()) {
        if (bytes.size() < kBoxHead) return corrupt();
        std::size_t size = ByteReader(bytes).u32();
        if (size < kBoxHead || size > bytes.size()) return corrupt();
        found.push_back({as_text(bytes.subspan(4, 4)), bytes.first(size)});
        bytes = bytes.subspan(size);
    }
    return found;
}

Result<ByteView> inside(ByteView bytes, std::string_view type) {
    for (const auto& child : PROVISO_TRY(children(bytes))) {
        if (child.type == type) return child.bytes.subspan(kBoxHead);
    }
    return corrupt();
}

/// What the sample entry of a sound track says (ISO/IEC 14496-12, 12.2.3).
Result<SoundParameters> sound_of(ByteView trak) {
    auto at = trak.subspan(kBoxHead);
    for (const auto* name : {"mdia", "minf", "stbl", "stsd"}) at = PROVISO_TRY(inside(at, name));
    constexpr std::size_t kCount = 8;  // version, flags, number of entries
    if (at.size() < kCount) return corrupt();
    auto entries = PROVISO_TRY(children(at.subspan(kCount)));
    constexpr std::size_t kEntry = kBoxHead + 28;
    if (entries.size() != 1 || entries[0].bytes.size() < kEntry) return corrupt();
    const auto& entry = entries[0];
    if (entry.type == "mp4a") {
        // The lengths before the configuration are fixed (write_esds()).
        constexpr std::size_t kBeforeConfig = 4 + 5 + 2 + 13 + 1;
        auto esds = PROVISO_TRY(inside(entry.bytes.subspan(kEntry), "esds"));
        if (esds.size() <= kBeforeConfig) return corrupt();
        std::size_t size = esds[kBeforeConfig];
        if (esds.size() < kBeforeConfig + 1 + size) return corrupt();
        return aac_parameters(esds.subspan(kBeforeConfig + 1, size));
    }
    ByteReader read(entry.bytes.subspan(kBoxHead + 16));
    std::uint32_t channels = read.u16();
    read.skip(6);
    auto rate = read.u32() >> 16U;
    auto codec = entry.type == "ulaw" ? SoundCodec::Pcmu : SoundCodec::Pcma;
    return g711_parameters(codec, rate, channels);
}

}  // namespace

Result<SplitInit> split_init(ByteView init) {
    auto boxes = PROVISO_TRY(children(init));
    if (boxes.size() != 2 || boxes[0].type != "ftyp" || boxes[1].type != "moov") return corrupt();
    auto parts = PROVISO_TRY(children(boxes[1].bytes.subspan(kBoxHead)));
    SplitInit split;
    if (parts.size() == 3) {
        split.pictures.assign(init.begin(), init.end());
        return split;
    }
    // mvhd, trak, trak, mvex(trex, trex)
    if (parts.size() != 4 || parts[0].type != "mvhd" || parts[0].bytes.size() < kBoxHead + 4 ||
        parts[3].type != "mvex") {
        return corrupt();
    }
    auto defaults = PROVISO_TRY(children(parts[3].bytes.subspan(kBoxHead)));
    if (defaults.size() != 2) return corrupt();
    split.sound = PROVISO_TRY(sound_of(parts[2].bytes));
    auto& out = split.pictures;
    ByteWriter write(out);
    write.bytes(boxes[0].bytes);
    auto moov_at = out.size();
    write.u32(0).text("moov");
    auto header = parts[0].bytes;
    write.bytes(header.first(header.size() - 4)).u32(2).bytes(parts[1].bytes);
    write.u32(static_cast<std::uint32_t>(kBoxHead + defaults[0].bytes.size()));
    write.text("mvex").bytes(defaults[0].bytes);
    write.patch_u32(moov_at, static_cast<std::uint32_t>(out.size() - moov_at));
    return split;
}

}  // namespace proviso::media
