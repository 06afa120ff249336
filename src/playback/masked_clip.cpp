#include "masked_clip.h"

#include <algorithm>

#include <proviso/media/fmp4.h>
#include <proviso/record/init_codec.h>

namespace proviso::playback {

namespace {

using namespace std::chrono_literals;

constexpr auto kRoom = 50ms;

constexpr std::int64_t ticks_of(microseconds length) { return length.count() * 9 / 100; }

vision::HandBox box_at(const HiddenPlace& place, Timestamp zero, std::uint32_t id) {
    vision::HandBox box;
    box.id = id;
    for (const auto& moment : place.moments) {
        box.keys.push_back({ticks_of(moment.at - zero), moment.box});
    }
    return box;
}

}  // namespace

MaskedClip::MaskedClip(
    std::unique_ptr<vision::VeilSession> veil, Timestamp zero, std::int64_t show_from
)
    : veil_(std::move(veil)), zero_(zero), maker_(-show_from) {}

Result<std::unique_ptr<MaskedClip>> MaskedClip::begin(
    const Masking& masking, const CameraId& camera, Timestamp from, const Redaction& redaction
) {
    if (masking.pool == nullptr) {
        return Error(
            ErrorKind::Unavailable,
            "there is nothing here that can hide people",
            "see to the vision workers"
        );
    }
    auto config = masking.config(camera);
    config.lookahead = vision::kArchiveLookahead;
    config.only_groups_that_need_it = true;
    config.keep = redaction.keep;
    auto zero = from - kClipLearns;
    for (const auto& place : redaction.hand_boxes) {
        auto id = static_cast<std::uint32_t>(config.hand_boxes.size() + 1);
        config.hand_boxes.push_back(box_at(place, zero, id));
    }
    config.show_from = ticks_of(kClipLearns);
    vision::VeilSessionOptions options;
    options.niceness = 10;
    auto veil = PROVISO_TRY(masking.pool->begin(config, options));
    std::unique_ptr<MaskedClip> clip(new MaskedClip(std::move(veil), zero, config.show_from));
    clip->summary_.version = vision::kVeilVersion;
    clip->summary_.kept = redaction.keep.size();
    clip->summary_.by_hand = redaction.hand_boxes.size();
    return clip;
}

Result<> MaskedClip::init(ByteView plain) {
    recorded_ = PROVISO_TRY(record::codec_of_init(plain));
    return {};
}

Result<> MaskedClip::fragment(
    const Bytes& plain, Timestamp start, const std::function<Result<>()>& keep_going
) {
    Piece piece;
    piece.bytes = plain;
    piece.wall_start = start;
    auto packets = PROVISO_TRY(packets_of(piece, recorded_));
    if (packets.empty()) return {};
    auto shift = ticks_of(start - zero_) - packets.front()->dts;
    for (const auto& given : packets) {
        auto packet = std::make_shared<media::Packet>(*given);
        // Should the clock have been set back between two recordings, time goes on nevertheless.
        auto dts = std::max(given->dts + shift, last_dts_ + 1);
        packet->pts += dts - given->dts;
        packet->dts = dts;
        last_dts_ = dts;
        for (;;) {
            auto pushed = veil_->push(packet, kRoom);
            collect(0ms);
            if (pushed) break;
            if (pushed.error().kind() != ErrorKind::Timeout) return pushed;
            PROVISO_TRY(keep_going());
        }
    }
    return {};
}

Result<> MaskedClip::finish(const std::function<Result<>()>& keep_going) {
    veil_->finish();
    for (;;) {
        collect(kRoom);
        auto state = veil_->state();
        if (state.error) return *std::move(state.error);
        if (state.ended) break;
        PROVISO_TRY(keep_going());
    }
    collect(0ms);
    if (auto rest = maker_.finish()) ready_.push_back(std::move(rest->bytes));
    if (codec_) return {};
    return Error(ErrorKind::NotFound, "no picture came out", "export a longer range");
}

void MaskedClip::collect(milliseconds patience) {
    while (auto given = veil_->next(patience)) {
        if (given->record) note(*given->record);
        if (!given->packet) continue;
        if (!codec_) {
            codec_ = given->packet->codec;
            ready_.push_back(media::init_segment(*codec_));
        }
        if (auto piece = maker_.add(given->packet)) ready_.push_back(std::move(piece->bytes));
        patience = 0ms;
    }
}

void MaskedClip::note(const vision::MaskRecord& record) {
    summary_.version = record.version;
    summary_.model = record.model;
    summary_.face_model = record.face_model;
    summary_.pictures += record.pictures;
    summary_.masked += record.masked;
    summary_.whole += record.whole;
    summary_.passed += record.passed;
    summary_.doubts += record.uncertain.size();
}

std::optional<Bytes> MaskedClip::take() {
    if (ready_.empty()) return std::nullopt;
    auto bytes = std::move(ready_.front());
    ready_.pop_front();
    return bytes;
}

}  // namespace proviso::playback
