#include "veil_engine.h"

#include <algorithm>

#include <opencv2/core.hpp>

extern "C" {
#include <libavutil/frame.h>
}

#include <proviso/media/h264.h>
#include <proviso/media/nal.h>

#include "planes.h"
#include "veil_config.h"

namespace proviso::vision {
namespace {

constexpr std::size_t kMostHeld = 256U << 20U;    // bytes of decoded pictures
constexpr std::size_t kMostPackets = 64U << 20U;  // of one group
constexpr std::size_t kMostTold = 256;
constexpr std::size_t kMostExpected = 512;
constexpr float kGrowTold = 0.14F;

std::int64_t ticks(milliseconds time) { return time.count() * 90; }

bool begins_with_idr(ByteView data) {
    ByteView nal;
    while (media::next_length_prefixed(data, 4, nal)) {
        if (nal.empty()) continue;
        auto type = media::h264::nal_type(nal[0]);
        if (media::h264::is_picture(type)) return type == media::h264::NalType::Idr;
    }
    return false;
}

}  // namespace

Result<std::unique_ptr<Veil>> Veil::open(const VeilConfig& config) {
    return std::unique_ptr<Veil>(PROVISO_TRY(VeilEngine::create(config)));
}

Result<std::unique_ptr<VeilEngine>> VeilEngine::create(
    const VeilConfig& config, PeopleParts* parts
) {
    PROVISO_TRY(check(config));
    cv::setNumThreads(1);
    auto watch = PROVISO_TRY(VeilWatch::open(config, parts));
    return std::unique_ptr<VeilEngine>(new VeilEngine(config, std::move(watch)));
}

VeilEngine::VeilEngine(const VeilConfig& config, std::unique_ptr<VeilWatch> watch)
    : config_(config),
      watch_(std::move(watch)),
      lookahead_(ticks(config.lookahead)),
      hold_(ticks(config.hold)),
      model_(config.persons ? name_of(config, config.model) : ""),
      face_model_(config.faces ? name_of(config, config.face_model) : ""),
      burner_(config.style) {}

Result<> VeilEngine::push(const media::Packet& packet) {
    try {
        return take(packet);
    } catch (const std::exception& failed) {
        // What was half done is dropped; nothing is shown of a group that is not whole.
        if (group_) group_->damaged = group_->anew = true;
        return Error(
            ErrorKind::InvalidInput, std::string("pictures were left out: ") + failed.what()
        );
    }
}

Result<> VeilEngine::finish() {
    try {
        return end_run();
    } catch (const std::exception& failed) {
        line_.clear();
        return Error(
            ErrorKind::InvalidInput, std::string("pictures were left out: ") + failed.what()
        );
    }
}

std::optional<MaskedPacket> VeilEngine::next() {
    if (out_.empty()) return std::nullopt;
    auto first = std::move(out_.front());
    out_.pop_front();
    return first;
}

void VeilEngine::tell(std::int64_t pts, std::span<const behaviour::Box> boxes) {
    for (auto& picture : line_) {
        if (picture.finding.pts != pts) continue;
        for (const auto& box : boxes) picture.finding.seen.add(grown(box, kGrowTold));
        picture.any = picture.any || !boxes.empty();
        picture.group->anew = picture.group->anew || picture.any;
        return;
    }
    told_[pts].assign(boxes.begin(), boxes.end());
    if (told_.size() > kMostTold) told_.erase(told_.begin());
}

Result<> VeilEngine::end_run() {
    Result<> taken;
    if (decoder_) {
        decoder_->drain();
        taken = take_decoded();
        decoder_->flush();
    }
    for (auto& [pts, one] : expected_) {
        --one.group->in_decoder;
        ++one.group->record.lost;
        one.group->anew = true;
    }
    expected_.clear();
    if (group_) group_->complete = true;
    PROVISO_TRY(release(true));
    if (group_) close_record(group_);
    group_.reset();
    again_ = {};
    waiting_ = true;
    return taken;
}

Result<> VeilEngine::change_codec(const media::Packet& packet) {
    PROVISO_TRY(end_run());
    auto other_size = !decoder_ || decoder_->codec()->width != packet.codec->width ||
                      decoder_->codec()->height != packet.codec->height;
    decoder_.reset();
    decoder_ = PROVISO_TRY(FrameDecoder::open(packet.codec));
    may_pass_ = config_.only_groups_that_need_it && config_.form == VeilForm::Video &&
                can_stand_beside(*packet.codec);
    if (other_size) {
        watch_->forget();
        past_.clear();
    }
    return {};
}

void VeilEngine::begin_group(const media::Packet& packet) {
    if (group_) {
        group_->complete = true;
        quiet_ = may_pass_ && !group_->anew;
        if (group_->in_decoder == 0 && group_->in_line == 0) close_record(group_);
    }
    group_ = std::make_shared<VeilGroup>();
    group_->anew = !may_pass_ || !begins_with_idr(packet.data);
    group_->fast = quiet_ && !group_->anew;
    group_->record.version = kVeilVersion;
    group_->record.model = model_;
    group_->record.face_model = face_model_;
    decoder_->only_to_look_at(group_->fast);
}

Result<> VeilEngine::take(const media::Packet& packet) {
    if (!packet.codec) return invalid_input("a packet without codec parameters");
    auto same = decoder_ && (decoder_->codec() == packet.codec ||
                             (decoder_->codec()->codec == packet.codec->codec &&
                              decoder_->codec()->decoder_config == packet.codec->decoder_config));
    if (!same) PROVISO_TRY(change_codec(packet));
    if (packet.discontinuity) {
        if (packet.key_frame) {
            PROVISO_TRY(end_run());
        } else if (group_) {
            group_->damaged = group_->anew = true;
        }
    }
    if (packet.key_frame) {
        begin_group(packet);
        waiting_ = false;
    }
    if (waiting_) return {};
    auto kept = std::make_shared<media::Packet>(packet);
    group_->dts.push_back(packet.dts);
    group_->bytes += packet.data.size();
    if (!group_->packets_gone) group_->packets.push_back(kept);
    if (group_->bytes > kMostPackets) {
        group_->packets_gone = group_->anew = true;
        group_->packets.clear();
    }
    // A picture shown before its key frame needs the group before.
    if (group_->dts.size() == 1) group_->first_pts = packet.pts;
    if (packet.pts < group_->first_pts) group_->anew = true;
    auto sent = decoder_->send(*kept);
    if (!sent) {
        group_->damaged = group_->anew = true;
        ++group_->record.lost;
    } else if (expected_.emplace(packet.pts, Expected{kept, group_}).second) {
        ++group_->in_decoder;
    }
    auto taken = take_decoded();
    PROVISO_TRY(release(false));
    if (!sent) return sent;
    return taken;
}

Result<> VeilEngine::take_decoded() {
    Result<> first;
    while (auto decoded = decoder_->take()) {
        auto admitted = admit(std::move(*decoded));
        if (!admitted && first) first = admitted;
    }
    // A stream that never gives what it promises must not fill the memory.
    while (expected_.size() > kMostExpected) {
        auto& group = *expected_.begin()->second.group;
        --group.in_decoder;
        ++group.record.lost;
        group.damaged = group.anew = true;
        expected_.erase(expected_.begin());
    }
    return first;
}

bool VeilEngine::may_hold(const VeilGroup& group, const VeilPicture& picture) const {
    if (config_.form == VeilForm::Nothing || group.fast) return false;
    if (group.packets_gone) return true;
    auto size = std::size_t(picture.width) * std::size_t(picture.height) * 3 / 2;
    std::size_t held = 0;
    for (const auto& one : line_) held += one.frame ? size : 0;
    return held + size <= kMostHeld;
}

Result<> VeilEngine::admit(FrameDecoder::Decoded decoded) {
    auto pts = decoded.frame->pts;
    auto found = expected_.find(pts);
    if (found == expected_.end()) return {};
    auto expected = std::move(found->second);
    // Pictures come out in order: what should have come before will not come.
    for (auto it = expected_.begin(); it != found;) {
        --it->second.group->in_decoder;
        ++it->second.group->record.lost;
        it->second.group->anew = it->second.group->damaged = true;
        it = expected_.erase(it);
    }
    expected_.erase(found);
    auto& group = *expected.group;
    --group.in_decoder;
    group.damaged = group.damaged || decoded.damaged;
    VeilPicture picture;
    picture.width = decoded.frame->width & ~1;
    picture.height = decoded.frame->height & ~1;
    picture.full_range = decoded.frame->color_range == AVCOL_RANGE_JPEG ||
                         decoded.frame->format == AV_PIX_FMT_YUVJ420P;
    picture.source = std::move(expected.source);
    if (group.damaged) {
        picture.finding = {pts, Cells(picture.width, picture.height), {}, Doubt::Damaged, {}, {}};
        picture.finding.always = picture.finding.seen;
    } else {
        auto planes = planes_of(*decoded.frame, narrowed_);
        if (!planes) {
            ++group.record.lost;
            group.anew = true;
            return planes.error();
        }
        picture.finding = watch_->look(*planes, pts, picture.width, picture.height);
    }
    for (auto it = told_.begin(); it != told_.end() && it->first <= pts;) {
        for (const auto& box : it->second) picture.finding.seen.add(grown(box, kGrowTold));
        it = told_.erase(it);
    }
    picture.any = picture.finding.seen.any();
    group.anew = group.anew || picture.any || picture.finding.whole || picture.finding.always.any();
    if (may_hold(group, picture)) picture.frame = std::move(decoded.frame);
    ++group.in_line;
    picture.group = std::move(expected.group);
    line_.push_back(std::move(picture));
    return {};
}

}  // namespace proviso::vision
