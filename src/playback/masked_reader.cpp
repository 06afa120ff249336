#include "masked_reader.h"

#include <algorithm>
#include <deque>

#include <proviso/media/fmp4.h>
#include <proviso/record/init_codec.h>

namespace proviso::playback {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kLongestFragment = media::kTimescale / 2;
/// The first is what somebody waits for.
constexpr std::int64_t kFirstFragment = media::kTimescale / 10;
/// So that a picture stands at the very moment that was asked for.
constexpr milliseconds kBefore{100};
/// Whoever plays wants the next picture; a veil that gives none for so long will not.
constexpr auto kPatience = 20s;

constexpr std::int64_t ticks_of(microseconds length) { return length.count() * 9 / 100; }

constexpr microseconds us_of(std::int64_t ticks) { return microseconds(ticks * 100 / 9); }

class Masked final : public RangeReader {
public:
    Masked(
        std::unique_ptr<RangeReader> clear,
        std::unique_ptr<vision::VeilSession> veil,
        Timestamp origin
    )
        : clear_(std::move(clear)),
          veil_(std::move(veil)),
          origin_(origin),
          maker_(-ticks_of(origin - clear_->origin())) {}

    const std::string& codec() const override { return codec_->rfc6381; }

    Timestamp origin() const override { return origin_; }

    const media::StreamKey& stream() const override { return clear_->stream(); }

    Result<std::optional<Piece>> next() override {
        auto until = std::chrono::steady_clock::now() + kPatience;
        while (ready_.empty() && !done_) {
            bool moved = PROVISO_TRY(feed());
            // What is ready is taken at once; when nothing can be pushed there is time to wait.
            auto given = veil_->next(moved ? 0ms : 50ms);
            if (given) {
                take(*given);
                continue;
            }
            auto state = veil_->state();
            if (state.error) return *std::move(state.error);
            if (state.ended && fed_) {
                // What came between the look and the end.
                while (auto last = veil_->next(0ms)) take(*last);
                if (auto rest = maker_.finish()) ready_.push_back(*std::move(rest));
                done_ = true;
            } else if (std::chrono::steady_clock::now() > until) {
                return Error(
                    ErrorKind::Unavailable,
                    "the pictures could not be masked in time",
                    "try again; a busy machine takes longer"
                );
            }
        }
        if (ready_.empty()) return std::optional<Piece>();
        auto piece = std::move(ready_.front());
        ready_.pop_front();
        return std::optional(std::move(piece));
    }

private:
    /// Gives the veil the next packet. False if there is none, or no room.
    Result<bool> feed() {
        while (pending_.empty() && !fed_) {
            auto piece = PROVISO_TRY(clear_->next());
            if (!piece) {
                fed_ = true;
                veil_->finish();
            } else if (piece->init) {
                clear_codec_ = PROVISO_TRY(record::codec_of_init(piece->bytes));
            } else {
                for (auto& packet : PROVISO_TRY(packets_of(*piece, clear_codec_))) {
                    pending_.push_back(std::move(packet));
                }
            }
        }
        if (pending_.empty()) return false;
        auto pushed = veil_->push(pending_.front(), 1ms);
        if (!pushed && pushed.error().kind() == ErrorKind::Timeout) return false;
        if (!pushed) return std::move(pushed).error();
        pending_.pop_front();
        return true;
    }

    void take(const vision::MaskedPacket& masked) {
        if (!masked.packet) return;
        if (masked.packet->codec != codec_) {
            if (auto rest = maker_.finish()) ready_.push_back(*std::move(rest));
            codec_ = masked.packet->codec;
            Piece init;
            init.init = true;
            init.bytes = media::init_segment(*codec_);
            init.wall_start = masked.packet->wall;
            ready_.push_back(std::move(init));
        }
        if (auto piece = maker_.add(masked.packet)) ready_.push_back(*std::move(piece));
    }

    std::unique_ptr<RangeReader> clear_;
    std::unique_ptr<vision::VeilSession> veil_;
    const Timestamp origin_;
    FragmentMaker maker_;
    std::shared_ptr<const media::CodecParameters> clear_codec_;
    std::shared_ptr<const media::CodecParameters> codec_;
    std::deque<media::PacketPtr> pending_;
    std::deque<Piece> ready_;
    bool fed_ = false;
    bool done_ = false;
};

}  // namespace

Result<std::vector<media::PacketPtr>> packets_of(
    const Piece& piece, const std::shared_ptr<const media::CodecParameters>& codec
) {
    auto parsed = PROVISO_TRY(media::parse_fragment(piece.bytes));
    if (codec == nullptr) return Error(ErrorKind::Corrupt, "pictures came before their format");
    std::vector<media::PacketPtr> packets;
    auto dts = static_cast<std::int64_t>(parsed.base_decode_time);
    auto first = dts;
    std::size_t at = 0;
    for (const auto& sample : parsed.samples) {
        auto packet = std::make_shared<media::Packet>();
        packet->codec = codec;
        packet->key_frame = sample.key_frame;
        packet->dts = dts;
        packet->pts = dts + sample.composition_offset;
        packet->wall = piece.wall_start + us_of(packet->pts - first);
        auto bytes = parsed.payload.subspan(at, sample.size);
        packet->data.assign(bytes.begin(), bytes.end());
        at += sample.size;
        dts += sample.duration;
        packets.push_back(std::move(packet));
    }
    return packets;
}

std::optional<Piece> FragmentMaker::add(const media::PacketPtr& packet) {
    std::optional<Piece> piece;
    if (!held_.empty()) {
        auto step = packet->dts - held_.back()->dts;
        if (step > 0) usual_ = step;
        auto length = packet->dts - held_.front()->dts;
        auto longest = sequence_ == 0 ? kFirstFragment : kLongestFragment;
        if (packet->key_frame || length + usual_ > longest) piece = cut();
    }
    held_.push_back(packet);
    return piece;
}

std::optional<Piece> FragmentMaker::finish() { return cut(); }

std::optional<Piece> FragmentMaker::cut() {
    if (held_.empty()) return std::nullopt;
    std::vector<media::Sample> samples;
    std::int64_t whole = 0;
    for (std::size_t i = 0; i < held_.size(); ++i) {
        const auto& packet = held_[i];
        media::Sample sample;
        sample.size = static_cast<std::uint32_t>(packet->data.size());
        auto step = i + 1 < held_.size() ? held_[i + 1]->dts - packet->dts : usual_;
        sample.duration = static_cast<std::uint32_t>(std::max<std::int64_t>(step, 1));
        sample.composition_offset = static_cast<std::int32_t>(packet->pts - packet->dts);
        sample.key_frame = packet->key_frame;
        whole += sample.duration;
        samples.push_back(sample);
    }
    auto base = std::max(held_.front()->dts + shift_, last_end_);
    last_end_ = std::max(base + 1, base + whole - usual_);
    Piece piece;
    piece.bytes = media::fragment_head(++sequence_, static_cast<std::uint64_t>(base), samples);
    for (const auto& packet : held_) {
        piece.bytes.insert(piece.bytes.end(), packet->data.begin(), packet->data.end());
    }
    piece.wall_start = held_.front()->wall;
    piece.duration = us_of(whole);
    held_.clear();
    return piece;
}

Result<std::unique_ptr<RangeReader>> read_masked(
    const Masking& masking, std::unique_ptr<RangeReader> clear, Timestamp from, Timestamp origin
) {
    auto config = masking.config(clear->stream().camera);
    auto begin = from - kBefore;
    config.show_from = ticks_of(begin - clear->origin());
    // Whoever looks at recordings waits for the first picture: as little ahead as live.
    config.lookahead = vision::kLiveLookahead;
    vision::VeilSessionOptions options;
    options.niceness = 0;  // before the veils of live pictures that are only glanced at
    auto veil = PROVISO_TRY(masking.pool->begin(config, options));
    return std::unique_ptr<RangeReader>(
        std::make_unique<Masked>(std::move(clear), std::move(veil), std::min(origin, begin))
    );
}

}  // namespace proviso::playback
