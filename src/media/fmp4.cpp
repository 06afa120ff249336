#include <stdexcept>

#include <proviso/media/fmp4.h>

#include "fmp4_boxes.h"

namespace proviso::media {
namespace {

/// Writes a box: its size is known when it goes out of scope.
class Box {
public:
    Box(Bytes& out, std::string_view type) : write_(out), start_(out.size()) {
        write_.u32(0).text(type);
    }

    Box(Bytes& out, std::string_view type, std::uint8_t version, std::uint32_t flags)
        : Box(out, type) {
        write_.u8(version).u24(flags);
    }

    Box(const Box&) = delete;
    Box& operator=(const Box&) = delete;

    ~Box() { write_.patch_u32(start_, static_cast<std::uint32_t>(write_.position() - start_)); }

    ByteWriter* operator->() { return &write_; }

private:
    ByteWriter write_;
    std::size_t start_;
};

void write_matrix(Box& box) {
    for (std::uint32_t value : {0x10000U, 0U, 0U, 0U, 0x10000U, 0U, 0U, 0U, 0x40000000U}) {
        box->u32(value);
    }
}

void write_sample_entry(Bytes& out, const CodecParameters& codec) {
    Box table(out, "stsd", 0, 0);
    table->u32(1);
    Box entry(out, codec.codec == Codec::H264 ? "avc1" : "hvc1");
    entry->u32(0).u16(0).u16(1);  // reserved, data reference 1
    entry->u32(0).u32(0).u32(0).u32(0);
    entry->u16(static_cast<std::uint16_t>(codec.width));
    entry->u16(static_cast<std::uint16_t>(codec.height));
    entry->u32(0x480000).u32(0x480000).u32(0).u16(1);  // 72 dpi, one frame a sample
    for (int i = 0; i < 8; ++i) entry->u32(0);         // no compressor name
    entry->u16(0x18).u16(0xFFFF);
    Box config(out, codec.codec == Codec::H264 ? "avcC" : "hvcC");
    config->bytes(codec.decoder_config);
}

void write_media(Bytes& out, const CodecParameters& codec) {
    Box mdia(out, "mdia");
    {
        Box mdhd(out, "mdhd", 0, 0);
        mdhd->u32(0).u32(0).u32(kTimescale).u32(0).u16(0x55C4).u16(0);  // language "und"
    }
    {
        Box hdlr(out, "hdlr", 0, 0);
        hdlr->u32(0).text("vide").u32(0).u32(0).u32(0).text("video").u8(0);
    }
    Box minf(out, "minf");
    {
        Box vmhd(out, "vmhd", 0, 1);
        vmhd->u64(0);
    }
    {
        Box dinf(out, "dinf");
        Box dref(out, "dref", 0, 0);
        dref->u32(1);
        Box url(out, "url ", 0, 1);
    }
    Box stbl(out, "stbl");
    write_sample_entry(out, codec);
    for (const auto* empty : {"stts", "stsc", "stco"}) {
        Box box(out, empty, 0, 0);
        box->u32(0);
    }
    Box stsz(out, "stsz", 0, 0);
    stsz->u32(0).u32(0);
}

}  // namespace

Bytes init_segment(const CodecParameters& codec) {
    Bytes out;
    {
        Box ftyp(out, "ftyp");
        ftyp->text("iso6").u32(0).text("iso6").text("mp41");
    }
    Box moov(out, "moov");
    {
        Box mvhd(out, "mvhd", 0, 0);
        mvhd->u32(0).u32(0).u32(kTimescale).u32(0).u32(0x10000).u16(0x100).u16(0).u64(0);
        write_matrix(mvhd);
        for (int i = 0; i < 6; ++i) mvhd->u32(0);
        mvhd->u32(2);
    }
    {
        Box trak(out, "trak");
        {
            Box tkhd(out, "tkhd", 0, 3);
            tkhd->u32(0).u32(0).u32(1).u32(0).u32(0).u64(0).u64(0);
            write_matrix(tkhd);
            tkhd->u32(static_cast<std::uint32_t>(codec.width) << 16U);
            tkhd->u32(static_cast<std::uint32_t>(codec.height) << 16U);
        }
        write_media(out, codec);
    }
    Box mvex(out, "mvex");
    Box trex(out, "trex", 0, 0);
    trex->u32(1).u32(1).u32(0).u32(0).u32(0);
    return out;
}

Bytes fragment_head(
    std::uint32_t sequence, std::uint64_t base_decode_time, std::span<const Sample> samples
) {
    std::uint64_t payload = 0;
    for (const auto& sample : samples) payload += sample.size;
    if (samples.empty() || samples.size() > kMaxSamples || payload > kMaxPayload) {
        throw std::logic_error("a fragment holds 1 to 65536 samples of under 4 GiB");
    }
    Bytes out;
    out.reserve(kFragmentFixedSize + samples.size() * kSampleSize);
    {
        Box moof(out, "moof");
        {
            Box mfhd(out, "mfhd", 0, 0);
            mfhd->u32(sequence);
        }
        Box traf(out, "traf");
        {
            Box tfhd(out, "tfhd", 0, kDefaultBaseIsMoof);
            tfhd->u32(1);
        }
        {
            Box tfdt(out, "tfdt", 1, 0);
            tfdt->u64(base_decode_time);
        }
        Box trun(out, "trun", 1, kRunFlags);
        trun->u32(static_cast<std::uint32_t>(samples.size()));
        trun->u32(static_cast<std::uint32_t>(kFragmentFixedSize + samples.size() * kSampleSize));
        for (const auto& sample : samples) {
            trun->u32(sample.duration).u32(sample.size);
            trun->u32(sample.key_frame ? kKeyFrameFlags : kOtherFrameFlags);
            trun->u32(static_cast<std::uint32_t>(sample.composition_offset));
        }
    }
    ByteWriter(out).u32(static_cast<std::uint32_t>(payload + 8)).text("mdat");
    return out;
}

}  // namespace proviso::media
