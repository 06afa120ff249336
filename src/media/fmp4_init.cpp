#include <proviso/media/fmp4.h>

#include "box.h"
#include "fmp4_boxes.h"

namespace proviso::media {
namespace {

constexpr std::uint32_t kVideoTrack = 1;
constexpr std::uint32_t kSoundTrack = 2;

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

/// ISO/IEC 14496-14, 5.6, with the descriptors of 14496-1; every length fits into one byte.
void write_esds(Bytes& out, const SoundParameters& sound) {
    auto config = static_cast<std::uint8_t>(sound.config.size());
    Box esds(out, "esds", 0, 0);
    esds->u8(3).u8(static_cast<std::uint8_t>(3 + 2 + 13 + 2 + config + 3)).u16(0).u8(0);
    esds->u8(4).u8(static_cast<std::uint8_t>(13 + 2 + config));
    esds->u8(0x40).u8(0x15).u24(0).u32(0).u32(0);  // AAC, an audio stream, rates not stated
    esds->u8(5).u8(config).bytes(sound.config);
    esds->u8(6).u8(1).u8(2);
}

void write_sample_entry(Bytes& out, const SoundParameters& sound) {
    Box table(out, "stsd", 0, 0);
    table->u32(1);
    bool aac = sound.codec == SoundCodec::Aac;
    Box entry(out, aac ? "mp4a" : sound.rfc6381());
    entry->u32(0).u16(0).u16(1);  // reserved, data reference 1
    entry->u32(0).u32(0);
    entry->u16(static_cast<std::uint16_t>(sound.channels)).u16(16).u16(0).u16(0);
    // A field of 16 bits before the point; what does not fit stands in the decoder's configuration.
    entry->u32(sound.sample_rate <= 0xFFFF ? sound.sample_rate << 16U : 0);
    if (aac) write_esds(out, sound);
}

template <class Parameters>
void write_media(Bytes& out, const Parameters& parameters) {
    constexpr bool kVideo = std::is_same_v<Parameters, CodecParameters>;
    Box mdia(out, "mdia");
    {
        Box mdhd(out, "mdhd", 0, 0);
        mdhd->u32(0).u32(0).u32(kTimescale).u32(0).u16(0x55C4).u16(0);  // language "und"
    }
    {
        Box hdlr(out, "hdlr", 0, 0);
        hdlr->u32(0).text(kVideo ? "vide" : "soun").u32(0).u32(0).u32(0);
        hdlr->text(kVideo ? "video" : "sound").u8(0);
    }
    Box minf(out, "minf");
    if (kVideo) {
        Box vmhd(out, "vmhd", 0, 1);
        vmhd->u64(0);
    } else {
        Box smhd(out, "smhd", 0, 0);
        smhd->u32(0);
    }
    {
        Box dinf(out, "dinf");
        Box dref(out, "dref", 0, 0);
        dref->u32(1);
        Box url(out, "url ", 0, 1);
    }
    Box stbl(out, "stbl");
    write_sample_entry(out, parameters);
    for (const auto* empty : {"stts", "stsc", "stco"}) {
        Box box(out, empty, 0, 0);
        box->u32(0);
    }
    Box stsz(out, "stsz", 0, 0);
    stsz->u32(0).u32(0);
}

void write_movie_header(Bytes& out, std::uint32_t next_track) {
    Box mvhd(out, "mvhd", 0, 0);
    mvhd->u32(0).u32(0).u32(kTimescale).u32(0).u32(0x10000).u16(0x100).u16(0).u64(0);
    write_matrix(mvhd);
    for (int i = 0; i < 6; ++i) mvhd->u32(0);
    mvhd->u32(next_track);
}

void write_track(Bytes& out, const CodecParameters& codec) {
    Box trak(out, "trak");
    {
        Box tkhd(out, "tkhd", 0, 3);
        tkhd->u32(0).u32(0).u32(kVideoTrack).u32(0).u32(0).u64(0).u64(0);
        write_matrix(tkhd);
        tkhd->u32(static_cast<std::uint32_t>(codec.width) << 16U);
        tkhd->u32(static_cast<std::uint32_t>(codec.height) << 16U);
    }
    write_media(out, codec);
}

void write_track(Bytes& out, const SoundParameters& sound) {
    Box trak(out, "trak");
    {
        Box tkhd(out, "tkhd", 0, 3);
        tkhd->u32(0).u32(0).u32(kSoundTrack).u32(0).u32(0).u64(0);
        tkhd->u16(0).u16(0).u16(0x100).u16(0);  // full volume
        write_matrix(tkhd);
        tkhd->u32(0).u32(0);
    }
    write_media(out, sound);
}

void write_defaults(Bytes& out, std::uint32_t track, std::uint32_t flags) {
    Box trex(out, "trex", 0, 0);
    trex->u32(track).u32(1).u32(0).u32(0).u32(flags);
}

Bytes write_init(const CodecParameters* codec, const SoundParameters* sound) {
    Bytes out;
    {
        Box ftyp(out, "ftyp");
        ftyp->text("iso6").u32(0).text("iso6").text("mp41");
    }
    Box moov(out, "moov");
    write_movie_header(out, sound == nullptr ? kSoundTrack : kSoundTrack + 1);
    if (codec != nullptr) write_track(out, *codec);
    if (sound != nullptr) write_track(out, *sound);
    Box mvex(out, "mvex");
    if (codec != nullptr) write_defaults(out, kVideoTrack, 0);
    if (sound != nullptr) write_defaults(out, kSoundTrack, kKeyFrameFlags);
    return out;
}

}  // namespace

Bytes init_segment(const CodecParameters& codec, const SoundParameters* sound) {
    return write_init(&codec, sound);
}

Bytes sound_init_segment(const SoundParameters& sound) { return write_init(nullptr, &sound); }

}  // namespace proviso::media
