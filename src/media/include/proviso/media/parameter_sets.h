#pragma once

#include <map>
#include <memory>

#include <proviso/media/packet.h>

namespace proviso::media {

/// Collects the parameter sets of one stream and makes CodecParameters of them. Keeps what it is
/// given by id, at most 16 sets of a kind. Not thread-safe.
class ParameterSets {
public:
    explicit ParameterSets(Codec codec) : codec_(codec) {}

    /// Takes a VPS, SPS or PPS; a damaged one is an error and changes nothing.
    Result<> offer(ByteView nal);

    /// True for a NAL unit that offer() is for.
    bool is_parameter_set(ByteView nal) const;

    /// What a picture that names this PPS is decoded with: the same object as before as long as
    /// nothing in it changed. NotFound if a set is missing.
    Result<std::shared_ptr<const CodecParameters>> for_picture(std::uint32_t pps_id);

    /// As for_picture(), of the PPS with the lowest id: before the first picture came.
    Result<std::shared_ptr<const CodecParameters>> any();

    /// Pictures a decoder holds back, and the frame duration in 90 kHz, of the last parameters
    /// given out; nothing if the stream does not say.
    std::optional<std::uint32_t> reorder() const { return reorder_; }

    std::optional<std::uint32_t> frame_duration() const { return frame_duration_; }

    /// False if both fields of a frame may come with one time.
    bool frames_only() const { return frames_only_; }

private:
    struct Set {
        Bytes nal;
        std::uint32_t needs = 0;  // the id of the set it refers to
    };

    using Sets = std::map<std::uint32_t, Set>;

    Result<> keep(Sets& sets, std::uint32_t id, std::uint32_t needs, ByteView nal);
    Result<CodecParameters> build(std::uint32_t sps_id);
    Result<CodecParameters> build_h264(const Set& sps, const std::vector<Bytes>& pps);
    Result<CodecParameters> build_h265(const Set& sps, const std::vector<Bytes>& pps);

    Codec codec_;
    Sets vps_;
    Sets sps_;
    Sets pps_;
    bool changed_ = false;
    std::uint32_t current_sps_ = 0;
    std::shared_ptr<const CodecParameters> current_;
    std::optional<std::uint32_t> reorder_;
    std::optional<std::uint32_t> frame_duration_;
    bool frames_only_ = true;
};

}  // namespace proviso::media
