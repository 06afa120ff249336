#include <algorithm>

#include <proviso/media/h264.h>
#include <proviso/media/h265.h>
#include <proviso/media/parameter_sets.h>

namespace proviso::media {
namespace {

constexpr std::size_t kMaxSets = 16;

Error missing() {
    return {
        ErrorKind::NotFound,
        "the stream has not sent its parameter sets",
        "wait for the next key frame"};
}

}  // namespace

bool ParameterSets::is_parameter_set(ByteView nal) const {
    if (nal.empty()) return false;
    if (codec_ == Codec::H264) {
        auto type = h264::nal_type(nal[0]);
        return type == h264::NalType::Sps || type == h264::NalType::Pps;
    }
    auto type = h265::nal_type(nal[0]);
    return type == h265::NalType::Vps || type == h265::NalType::Sps || type == h265::NalType::Pps;
}

Result<> ParameterSets::keep(Sets& sets, std::uint32_t id, std::uint32_t needs, ByteView nal) {
    auto at = sets.find(id);
    if (at != sets.end() && std::ranges::equal(at->second.nal, nal)) return {};
    if (at == sets.end() && sets.size() >= kMaxSets) {
        return Error(ErrorKind::TooLarge, "the stream has too many parameter sets");
    }
    sets[id] = {Bytes(nal.begin(), nal.end()), needs};
    changed_ = true;
    return {};
}

Result<> ParameterSets::offer(ByteView nal) {
    if (nal.empty()) return invalid_input("an empty parameter set");
    if (codec_ == Codec::H264) {
        if (h264::nal_type(nal[0]) == h264::NalType::Sps) {
            auto sps = PROVISO_TRY(h264::parse_sps(nal));
            return keep(sps_, sps.id, 0, nal);
        }
        auto pps = PROVISO_TRY(h264::parse_pps(nal));
        return keep(pps_, pps.id, pps.sps_id, nal);
    }
    switch (h265::nal_type(nal[0])) {
        case h265::NalType::Vps: return keep(vps_, PROVISO_TRY(h265::parse_vps(nal)), 0, nal);
        case h265::NalType::Sps: {
            auto sps = PROVISO_TRY(h265::parse_sps(nal));
            return keep(sps_, sps.id, sps.vps_id, nal);
        }
        default: {
            auto pps = PROVISO_TRY(h265::parse_pps(nal));
            return keep(pps_, pps.id, pps.sps_id, nal);
        }
    }
}

Result<std::shared_ptr<const CodecParameters>> ParameterSets::any() {
    for (const auto& [id, pps] : pps_) {
        if (sps_.contains(pps.needs)) return for_picture(id);
    }
    return missing();
}

Result<std::shared_ptr<const CodecParameters>> ParameterSets::for_picture(std::uint32_t pps_id) {
    auto pps = pps_.find(pps_id);
    if (pps == pps_.end()) return missing();
    auto sps_id = pps->second.needs;
    if (current_ && !changed_ && sps_id == current_sps_) return current_;
    auto built = PROVISO_TRY(build(sps_id));
    changed_ = false;
    current_sps_ = sps_id;
    if (!current_ || current_->decoder_config != built.decoder_config) {
        current_ = std::make_shared<const CodecParameters>(std::move(built));
    }
    return current_;
}

Result<CodecParameters> ParameterSets::build(std::uint32_t sps_id) {
    auto sps = sps_.find(sps_id);
    if (sps == sps_.end()) return missing();
    std::vector<Bytes> pps;
    for (const auto& [id, set] : pps_) {
        if (set.needs == sps_id) pps.push_back(set.nal);
    }
    return codec_ == Codec::H264 ? build_h264(sps->second, pps) : build_h265(sps->second, pps);
}

Result<CodecParameters> ParameterSets::build_h264(const Set& set, const std::vector<Bytes>& pps) {
    auto sps = PROVISO_TRY(h264::parse_sps(set.nal));
    reorder_ = sps.reorder;
    frame_duration_ = sps.frame_duration;
    frames_only_ = sps.frames_only;
    return CodecParameters{
        codec_, sps.width, sps.height, h264::make_avcc(sps, set.nal, pps), h264::rfc6381(sps)};
}

Result<CodecParameters> ParameterSets::build_h265(const Set& set, const std::vector<Bytes>& pps) {
    auto sps = PROVISO_TRY(h265::parse_sps(set.nal));
    auto vps = vps_.find(set.needs);
    if (vps == vps_.end()) return missing();
    reorder_ = sps.reorder;
    return CodecParameters{
        codec_,
        sps.width,
        sps.height,
        h265::make_hvcc(sps, vps->second.nal, set.nal, pps),
        h265::rfc6381(sps)};
}

}  // namespace proviso::media
