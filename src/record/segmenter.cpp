#include "segmenter.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace proviso::record {

namespace {

constexpr std::int64_t kSecond = media::kTimescale;
/// A picture stands for at most this long (or four usual intervals) before time counts as lost.
constexpr std::int64_t kLongestPicture = 2 * kSecond;
/// After a longer silence nothing says that the stream's times still belong together.
constexpr std::int64_t kLongestSilence = 10 * kSecond;
constexpr std::uint64_t kFragmentBytes = 4U << 20U;
constexpr std::size_t kLargestPicture = 32U << 20U;

std::int64_t to_ticks(std::chrono::microseconds length) { return length.count() * 9 / 100; }

bool same_pictures(const media::CodecParameters& a, const media::CodecParameters& b) {
    return &a == &b || (a.codec == b.codec && a.width == b.width && a.height == b.height &&
                        a.decoder_config == b.decoder_config);
}

bool same_sound(const media::SoundParameters* a, const media::SoundParameters* b) {
    return a == b || (a != nullptr && b != nullptr && *a == *b);
}

}  // namespace

Segmenter::Segmenter(SegmenterOptions options, std::optional<Timestamp> not_before)
    : options_(options), not_before_(not_before) {}

std::optional<MonoTime> Segmenter::pending_since() const {
    if (pending_.packets.empty()) return std::nullopt;
    return pending_.packets.front()->mono;
}

Segmenter::Step Segmenter::push(media::PacketPtr packet) {
    if (!packet->codec || packet->data.empty() || packet->data.size() > kLargestPicture) {
        ++dropped_;
        return {};
    }
    if (waiting_ != Waiting::No) {
        if (!packet->key_frame) {
            ++dropped_;
            return {};
        }
        const bool goes_on = waiting_ == Waiting::ForKeyFrame && !broken(*packet) &&
                             same_pictures(*packet->codec, *start_->codec);
        if (waiting_ == Waiting::ForKeyFrame && !goes_on) end_of_previous_ = "interrupted";
        waiting_ = Waiting::No;
        if (goes_on) {
            const auto time = std::max(packet->dts - first_dts_, next_time_);
            begin_fragment(std::move(packet), time);
        } else {
            begin_segment(packet, false);
        }
        return {};
    }
    if (auto words = broken(*packet)) {
        const bool key = packet->key_frame;
        auto step = lose(std::move(*words), true);
        if (key) {
            waiting_ = Waiting::No;
            step.lost.reset();
            begin_segment(packet, false);
        } else {
            ++dropped_;
        }
        return step;
    }
    if (!same_pictures(*packet->codec, *start_->codec) && !packet->key_frame) {
        ++dropped_;
        return lose("the picture format changed without a key frame", true);
    }
    if (packet->discontinuity && !packet->key_frame) {
        ++dropped_;
        return lose("part of the stream was lost on its way", false);
    }
    const auto delta = packet->dts - last_dts_;
    const bool hole = packet->discontinuity || delta > std::max(kLongestPicture, 4 * usual_);
    Step step;
    if (hole) {
        step.finished = flush();
        hole_ = Loss{
            "camera_lost",
            packet->discontinuity ? "part of the stream was lost on its way"
                                  : fmt::format("no picture came for {} s", delta / kSecond)};
    }
    const auto time =
        std::max({packet->dts - first_dts_, next_time_, times_.empty() ? 0 : times_.back() + 1});
    if (packet->key_frame) {
        if (const auto why = cut_reason(*packet, time); !why.empty()) {
            if (!hole) step.finished = finish(time);
            const auto restart = why == "clock" ? wall_.wants_restart() : std::nullopt;
            end_of_previous_ = why;
            if (restart) {
                hole_ = Loss{"clock_step", "the clock was set forward; no picture was lost"};
                wall_.restart(*restart, std::nullopt);
            } else {
                wall_.skip(time - next_time_);
            }
            begin_segment(packet, true);
            return step;
        }
    }
    if (pending_.packets.empty()) {
        begin_fragment(std::move(packet), time);
        return step;
    }
    const auto length = time - times_.front();
    const auto most = to_ticks(options_.fragment_length);
    if (packet->key_frame || length + usual_ > most || pending_.bytes > kFragmentBytes) {
        step.finished = finish(time);
        begin_fragment(std::move(packet), time);
    } else {
        add(std::move(packet), time);
    }
    return step;
}

std::optional<std::string> Segmenter::broken(const media::Packet& packet) const {
    const auto delta = packet.dts - last_dts_;
    const auto arrival = to_ticks(packet.mono - last_mono_);
    if (delta < 0) return "the stream's times went back";
    if (delta > kLongestSilence) return fmt::format("no picture came for {} s", delta / kSecond);
    if (packet.discontinuity && std::abs(delta - arrival) > kSecond / 2) {
        return "the stream began anew";
    }
    if (delta > arrival + kSecond && delta > kSecond) return "the stream's times jumped";
    return std::nullopt;
}

std::string_view Segmenter::cut_reason(const media::Packet& packet, std::int64_t time) const {
    if (!same_pictures(*packet.codec, *start_->codec)) return "codec";
    if (!same_sound(sound_.get(), start_->sound.get())) return "sound";
    if (wall_.wants_restart()) return "clock";
    const auto since = time - (times_.empty() ? next_time_ : times_.front());
    if (day_of(wall_.next() + ticks_to_us(since)) != day_of(start_->wall)) return "day";
    if (time >= to_ticks(options_.segment_length)) return "length";
    return {};
}

Segmenter::Step Segmenter::lose(std::string detail, bool end_segment) {
    Step step;
    step.finished = flush();
    step.lost = Loss{"camera_lost", std::move(detail)};
    step.segment_ended = end_segment;
    if (end_segment) {
        this->end_segment("interrupted", step.lost);
    } else {
        waiting_ = Waiting::ForKeyFrame;
        hole_ = step.lost;
    }
    return step;
}

void Segmenter::end_segment(std::string_view why, std::optional<Loss> hole) {
    if (start_) not_before_ = wall_.next();
    waiting_ = Waiting::ForSegment;
    start_.reset();
    end_of_previous_ = why;
    hole_ = std::move(hole);
    pending_ = {};
    times_.clear();
}

void Segmenter::begin_segment(const media::PacketPtr& packet, bool continuous) {
    if (!continuous) {
        if (start_) not_before_ = wall_.next();
        wall_.restart(packet->wall, not_before_);
    }
    first_dts_ = packet->dts;
    next_time_ = 0;
    announced_ = false;
    start_ = SegmentStart{packet->codec, sound_, wall_.next(), packet->mono};
    begin_fragment(packet, 0);
}

void Segmenter::begin_fragment(media::PacketPtr packet, std::int64_t time) {
    wall_.skip(time - next_time_);
    pending_.base = static_cast<std::uint64_t>(time);
    add(std::move(packet), time);
}

void Segmenter::add(media::PacketPtr packet, std::int64_t time) {
    if (times_.empty()) {
        times_.reserve(16);
        pending_.packets.reserve(16);
        pending_.samples.reserve(16);
    }
    const auto offset = packet->pts - first_dts_ - time;
    const bool believable = std::abs(offset) <= kLongestSilence;
    if (const auto delta = packet->dts - last_dts_; delta > 0 && delta <= kLongestSilence) {
        usual_ = delta;
    }
    wall_.observe(time - (times_.empty() ? time : times_.front()), packet->wall);
    last_dts_ = packet->dts;
    last_mono_ = packet->mono;
    pending_.bytes += packet->data.size();
    pending_.samples.push_back(
        {.size = static_cast<std::uint32_t>(packet->data.size()),
         .duration = 0,
         .composition_offset = believable ? static_cast<std::int32_t>(offset) : 0,
         .key_frame = packet->key_frame}
    );
    times_.push_back(time);
    pending_.packets.push_back(std::move(packet));
}

std::optional<Fragment> Segmenter::flush() {
    if (pending_.packets.empty()) return std::nullopt;
    return finish(times_.back() + std::min(usual_, kLongestPicture));
}

std::optional<Fragment> Segmenter::finish(std::int64_t end) {
    if (pending_.packets.empty()) return std::nullopt;
    for (std::size_t i = 0; i < times_.size(); ++i) {
        const auto until = i + 1 < times_.size() ? times_[i + 1] : end;
        pending_.samples[i].duration = static_cast<std::uint32_t>(until - times_[i]);
    }
    pending_.duration = static_cast<std::uint32_t>(end - times_.front());
    pending_.from = pending_.packets.front()->dts;
    pending_.to = pending_.from + pending_.duration;
    pending_.wall_start = wall_.next();
    pending_.wall_end = wall_.advance(pending_.duration);
    if (!announced_) {
        pending_.start = start_;
        pending_.end_of_previous = std::exchange(end_of_previous_, {});
        announced_ = true;
    }
    pending_.hole = std::exchange(hole_, std::nullopt);
    next_time_ = end;
    times_.clear();
    return std::exchange(pending_, {});
}

}  // namespace proviso::record
