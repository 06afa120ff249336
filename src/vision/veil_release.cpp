#include <algorithm>

#include <opencv2/imgproc.hpp>

extern "C" {
#include <libavutil/frame.h>
}

#include <proviso/vision/picture.h>

#include "detector.h"
#include "planes.h"
#include "veil_engine.h"

namespace proviso::vision {
namespace {

constexpr std::size_t kMostMarks = 512;
constexpr std::size_t kMostMoments = 64;
constexpr std::int64_t kSameMoment = 90'000;
constexpr int kJpegQuality = 80;

/// Says it once for as long as it lasts.
void add(std::vector<UncertainMoment>& all, const UncertainMoment& one) {
    for (auto it = all.rbegin(); it != all.rend(); ++it) {
        if (it->doubt != one.doubt || it->track != one.track) continue;
        if (one.from - it->to > kSameMoment) break;
        it->to = std::max(it->to, one.to);
        it->box = hull(it->box, one.box);
        return;
    }
    if (all.size() < kMostMoments) all.push_back(one);
}

/// What is shown where a picture is missing and may not be guessed.
Result<FramePtr> blank(int width, int height) {
    FramePtr frame(av_frame_alloc());
    if (!frame) return Error(ErrorKind::Internal, "there is no memory for a picture");
    frame->width = width;
    frame->height = height;
    frame->format = AV_PIX_FMT_YUV420P;
    if (av_frame_get_buffer(frame.get(), 0) < 0) {
        return Error(ErrorKind::Internal, "there is no memory for a picture");
    }
    for (int plane : {0, 1, 2}) {
        auto rows = plane == 0 ? height : height / 2;
        std::fill_n(
            frame->data[plane], std::ptrdiff_t(frame->linesize[plane]) * rows, std::uint8_t{128}
        );
    }
    return frame;
}

Result<Bytes> jpeg_of(const AVFrame& frame, int width) {
    std::shared_ptr<Bytes> narrowed;
    Canvas canvas;
    canvas.set(PROVISO_TRY(planes_of(frame, narrowed)));
    cv::Mat shown = canvas.bgr();
    if (width > 0 && width < shown.cols) {
        cv::Mat small;
        auto high = std::max(1, shown.rows * width / shown.cols);
        cv::resize(shown, small, {width, high}, 0, 0, cv::INTER_AREA);
        shown = small;
    }
    Picture picture{shown.cols, shown.rows, {}};
    for (int row = 0; row < shown.rows; ++row) {
        const auto* line = shown.ptr<std::uint8_t>(row);
        picture.bgr.insert(picture.bgr.end(), line, line + std::ptrdiff_t(shown.cols) * 3);
    }
    return encode_jpeg(picture, kJpegQuality);
}

}  // namespace

/// True once everything that may hide something in it has been seen.
bool VeilEngine::decided(const VeilPicture& picture, bool all) const {
    return all || line_.back().finding.pts - picture.finding.pts >= lookahead_;
}

Cells VeilEngine::mask_of(const VeilPicture& picture) const {
    auto mask = picture.finding.always;
    if (picture.finding.whole) {
        mask.add_all();
        return mask;
    }
    auto pts = picture.finding.pts;
    for (const auto& past : past_) {
        if (past.pts >= pts - hold_ && past.pts < pts) mask.add(past.seen);
    }
    for (const auto& one : line_) {
        if (one.finding.pts > pts + lookahead_) break;
        if (one.any) mask.add(one.finding.seen);
    }
    return mask;
}

/// Of the group of the first picture in the line. Decides too that it must be encoded.
bool VeilEngine::whole_group_clean(const VeilPicture& first, bool all, bool& undecided) {
    auto& group = *first.group;
    for (const auto& one : line_) {
        if (one.group != first.group) break;
        if (one.finding.pts < config_.show_from || mask_of(one).any()) {
            group.anew = true;
            return false;
        }
        if (!decided(one, all)) {
            undecided = true;
            return false;
        }
    }
    undecided = !group.complete || group.in_decoder > 0;
    return !undecided;
}

Result<> VeilEngine::release(bool all) {
    while (!line_.empty()) {
        auto& first = line_.front();
        if (!decided(first, all)) return {};
        if (!first.group->anew) {
            bool undecided = false;
            if (whole_group_clean(first, all, undecided)) {
                PROVISO_TRY(pass(first.group));
                continue;
            }
            if (undecided && !all) return {};
            first.group->anew = true;
        }
        auto mask = mask_of(first);
        auto picture = std::move(line_.front());
        line_.pop_front();
        PROVISO_TRY(give(std::move(picture), mask));
    }
    return {};
}

Result<> VeilEngine::pass(GroupPtr group) {
    PROVISO_TRY(ready_encoder(line_.front(), *group->packets.at(0)->codec));
    for (const auto& source : group->packets) {
        auto packet = std::make_shared<media::Packet>(*source);
        packet->codec = encoder_->codec();
        packet->data = without_sei(source->data);
        packet->dts = last_dts_ = std::max(last_dts_, packet->dts);
        out_.push_back({std::move(packet), true, nullptr});
    }
    while (!line_.empty() && line_.front().group == group) {
        auto picture = std::move(line_.front());
        line_.pop_front();
        Cells nothing(picture.width, picture.height);
        note(picture, nothing, true);
        leave(std::move(picture));
    }
    return {};
}

Result<> VeilEngine::give(VeilPicture picture, const Cells& mask) {
    Result<> shown;
    if (picture.finding.pts >= config_.show_from) {
        note(picture, mask, false);
        if (config_.form != VeilForm::Nothing) shown = show(picture, mask);
    }
    leave(std::move(picture));
    return shown;
}

Result<> VeilEngine::ready_encoder(
    const VeilPicture& picture, const media::CodecParameters& source
) {
    VeilEncoder::Settings settings;
    settings.width = picture.width;
    settings.height = picture.height;
    settings.full_range = picture.full_range;
    settings.quality = config_.quality;
    settings.bit_rate = config_.bit_rate;
    if (may_pass_ && can_stand_beside(source)) {
        auto known = encoder_ && encoder_->settings().beside &&
                     encoder_->settings().beside->decoder_config == source.decoder_config;
        settings.beside = known ? encoder_->settings().beside
                                : std::make_shared<const media::CodecParameters>(source);
    }
    if (encoder_ && encoder_->settings() == settings) return {};
    encoder_.reset();
    encoder_ = PROVISO_TRY(VeilEncoder::open(settings));
    return {};
}

Result<> VeilEngine::show(VeilPicture& picture, const Cells& mask) {
    auto frame = PROVISO_TRY(frame_of(picture));
    burner_.burn(*frame, mask, picture.finding.pts);
    auto packet = std::make_shared<media::Packet>(*picture.source);
    packet->discontinuity = false;
    auto& group = *picture.group;
    if (config_.form == VeilForm::Jpeg) {
        packet->data = PROVISO_TRY(jpeg_of(*frame, config_.width));
        packet->key_frame = true;
        packet->dts = packet->pts;
        out_.push_back({std::move(packet), false, nullptr});
        return {};
    }
    const auto* before = encoder_.get();
    PROVISO_TRY(ready_encoder(picture, *picture.source->codec));
    auto key = encoder_.get() != before || group.given == 0;
    auto encoded = PROVISO_TRY(encoder_->encode(*frame, key));
    packet->codec = encoder_->codec();
    packet->key_frame = encoded.key_frame;
    packet->data = std::move(encoded.data);
    // In order of showing: the n-th picture gets the n-th time of decoding.
    auto dts = group.dts.at(std::min(group.given, group.dts.size() - 1));
    packet->dts = last_dts_ = std::max(last_dts_, std::min(dts, packet->pts));
    ++group.given;
    out_.push_back({std::move(packet), false, nullptr});
    return {};
}

/// The picture as a frame that may be written on; a grey one if it cannot be had.
Result<FramePtr> VeilEngine::frame_of(VeilPicture& picture) {
    if (picture.frame) return as_writable_420(std::move(picture.frame));
    if (again_.group != picture.group) {
        again_ = {};
        again_.group = picture.group;
        again_.decoder = PROVISO_TRY(FrameDecoder::open(picture.source->codec));
    }
    auto& ready = again_.ready;
    auto& packets = picture.group->packets;
    auto pts = picture.finding.pts;
    while (!ready.contains(pts) && !again_.drained) {
        if (again_.next < packets.size()) {
            (void)again_.decoder->send(*packets[again_.next++]);
        } else if (picture.group->complete) {
            again_.decoder->drain();
            again_.drained = true;
        } else {
            break;
        }
        while (auto decoded = again_.decoder->take()) {
            auto at = decoded->frame->pts;
            ready[at] = std::move(decoded->frame);
        }
    }
    auto found = ready.find(pts);
    if (found == ready.end()) return blank(picture.width, picture.height);
    auto frame = std::move(found->second);
    ready.erase(ready.begin(), std::next(found));
    return as_writable_420(std::move(frame));
}

void VeilEngine::note(VeilPicture& picture, const Cells& mask, bool passed) {
    auto& record = picture.group->record;
    auto pts = picture.finding.pts;
    if (record.pictures == 0) {
        record.from = pts;
        record.from_wall = picture.source->wall;
    }
    record.to = pts;
    record.to_wall = picture.source->wall;
    auto share = mask.share();
    ++record.pictures;
    record.masked += share > 0 ? 1 : 0;
    record.passed += passed ? 1 : 0;
    record.hidden_share += (share - record.hidden_share) / float(record.pictures);
    if (picture.finding.whole) {
        ++record.whole;
        add(record.uncertain, {*picture.finding.whole, pts, pts, {0, 0, 1, 1}, 0});
    }
    for (const auto& doubt : picture.finding.doubts) add(record.uncertain, doubt);
    for (const auto& mark : picture.finding.marks) {
        if (record.marks.size() < kMostMarks) record.marks.push_back(mark);
    }
    if (watcher_) watcher_(pts, mask);
}

void VeilEngine::leave(VeilPicture&& picture) {
    auto group = std::move(picture.group);
    --group->in_line;
    auto pts = picture.finding.pts;
    if (!past_.empty() && past_.back().pts >= pts) past_.clear();
    if (picture.any) past_.push_back({pts, std::move(picture.finding.seen)});
    while (!past_.empty() && past_.front().pts < pts - hold_) past_.pop_front();
    if (group->complete && group->in_line == 0 && group->in_decoder == 0) close_record(group);
}

void VeilEngine::close_record(const GroupPtr& group) {
    if (again_.group == group) again_ = {};
    if (group->record.version.empty() || group->record.pictures + group->record.lost == 0) return;
    auto record = std::make_shared<MaskRecord>(std::move(group->record));
    group->record = {};
    out_.push_back({nullptr, false, std::move(record)});
}

}  // namespace proviso::vision
