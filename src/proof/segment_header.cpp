#include <proviso/proof/segment_format.h>

#include "crc32.h"
#include "strict.h"

namespace proviso::proof {

namespace {

constexpr std::string_view kMagic = "PVSOSEG\x01";
constexpr std::size_t kMostJsonBytes = 4096;
constexpr std::size_t kBeforeJson = 12;
constexpr std::size_t kAfterJson = 4;

Json to_json(const SegmentHeader& header) {
    return {
        {"boot", header.boot_id},
        {"camera", header.camera},
        {"decision", header.decision},
        {"key", header.key_id},
        {"mono", header.mono_start_us},
        {"segment", header.segment.text()},
        {"start", to_iso8601(header.wall_start)},
        {"stream", header.stream}};
}

Result<SegmentHeader> from_json(std::string_view text) {
    auto json = PROVISO_TRY(parse_canonical(text, {kMostJsonBytes, 2, 64}));
    ObjectReader read(json, "segment header");
    SegmentHeader header;
    header.boot_id = read.text("boot");
    header.camera = read.text("camera");
    header.decision = read.text("decision");
    header.key_id = read.text("key");
    header.mono_start_us = read.integer("mono", INT64_MIN, INT64_MAX);
    header.segment = PROVISO_TRY(SegmentId::parse(read.text("segment")));
    header.wall_start = PROVISO_TRY(parse_timestamp(read.text("start")));
    header.stream = read.text("stream");
    PROVISO_TRY(read.finish());
    return header;
}

}  // namespace

Bytes encode(const SegmentHeader& header) {
    auto json = canonical_json(to_json(header));
    Bytes bytes;
    ByteWriter write(bytes);
    write.text(kMagic).u32(static_cast<std::uint32_t>(json.size())).text(json);
    write.u32(crc32(bytes));
    return bytes;
}

Result<DecodedSegmentHeader> decode_segment_header(ByteView bytes) {
    auto corrupt = [](const std::string& why) {
        return Error(ErrorKind::Corrupt, "not the header of a recording: " + why);
    };
    ByteReader read(bytes);
    auto magic = read.take(kMagic.size());
    auto length = read.u32();
    if (!read.ok() || as_text(magic) != kMagic) return corrupt("unknown beginning");
    if (length > kMostJsonBytes) return corrupt("too long");
    auto json = read.take(length);
    auto crc = read.u32();
    if (!read.ok()) return corrupt("cut off");
    if (crc != crc32(bytes.first(kBeforeJson + length))) return corrupt("wrong check sum");
    auto header = from_json(as_text(json));
    if (!header) return corrupt(header.error().message());
    DecodedSegmentHeader decoded{*std::move(header), kBeforeJson + length + kAfterJson};
    if (canonical_json(to_json(decoded.header)) != as_text(json)) return corrupt("not canonical");
    return decoded;
}

}  // namespace proviso::proof
