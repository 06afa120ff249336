#pragma once

#include <functional>

#include <proviso/media/parameter_sets.h>

namespace proviso::ingest {

/// A picture as it comes out of the stream. `data` is valid during the call only.
struct AccessUnit {
    std::shared_ptr<const media::CodecParameters> codec;
    ByteView data;  ///< NAL units with 4-byte lengths, as in media::Packet
    bool key_frame = false;
    bool discontinuity = false;
    std::uint32_t rtp = 0;
};

/// Gathers NAL units, whole or in pieces, into access units. Drops what cannot be decoded: all
/// before the first key frame, and pictures that something is missing from. Not thread-safe.
class AccessUnitBuilder {
public:
    using Sink = std::function<void(const AccessUnit&)>;

    AccessUnitBuilder(media::Codec codec, Sink sink)
        : codec_(codec), sets_(codec), sink_(std::move(sink)) {}

    media::ParameterSets& parameter_sets() { return sets_; }

    /// What follows has this time. A new time ends the picture before.
    void set_time(std::uint32_t rtp);
    /// The sender says that the picture ends here.
    void mark_end();
    /// Something is missing here: the picture in the making is dropped, the next one tells.
    void mark_gap();

    /// The next picture tells that time or source jumped; nothing is dropped.
    void mark_jump() { discontinuity_ = true; }

    /// A NAL unit in pieces. begin() ends one that was not ended.
    void begin_nal();
    void append(ByteView piece);
    void end_nal();

    void add_nal(ByteView nal) {
        begin_nal();
        append(nal);
        end_nal();
    }

    /// False while the piece before would have nothing to be appended to.
    bool in_nal() const { return in_nal_; }

    /// Hands on what is complete.
    void flush();

    /// Pictures dropped because something of them was missing or senseless.
    std::uint64_t damaged() const { return damaged_; }

private:
    struct NalFacts {
        bool keep = true;
        bool picture = false;
        bool first_slice = false;
        bool idr = false;  // decoding can start at it by its type alone
        bool intra = false;
        std::uint32_t pps_id = 0;
    };

    NalFacts look_at(ByteView nal);
    NalFacts look_at_h264(ByteView nal);
    NalFacts look_at_h265(ByteView nal);
    void finish_picture();
    void drop_picture();
    void clear_picture();

    const media::Codec codec_;
    media::ParameterSets sets_;
    const Sink sink_;
    Bytes data_;
    std::size_t nal_start_ = 0;
    bool in_nal_ = false;
    bool has_time_ = false;
    std::uint32_t time_ = 0;
    bool trust_marker_ = true;
    std::optional<std::uint32_t> marked_time_;  // the picture of this time was handed on

    // of the picture in the making
    bool has_picture_ = false;
    bool damaged_picture_ = false;
    bool all_idr_ = true;
    bool all_intra_ = true;
    bool recovery_point_ = false;
    std::uint32_t pps_id_ = 0;

    bool waiting_for_key_ = true;
    bool discontinuity_ = true;
    std::uint64_t damaged_ = 0;
    std::shared_ptr<const media::CodecParameters> current_;
};

}  // namespace proviso::ingest
