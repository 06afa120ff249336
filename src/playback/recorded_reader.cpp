#include "recorded_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include <proviso/media/fmp4.h>
#include <proviso/proof/bundle.h>

namespace proviso::playback {

namespace {

constexpr std::int64_t ticks_of(microseconds length) { return length.count() * 9 / 100; }

constexpr microseconds us_of(std::int64_t ticks) { return microseconds(ticks * 100 / 9); }

/// A fragment whose place on the wall clock differs this little from its length is left alone.
constexpr std::int64_t kRounding = 2;

/// A moof+mdat at another media time. If `duration` differs a little from its own (the camera's
/// clock was pulled to ours), the last picture stands for that much longer or shorter.
Result<> place_whole(
    Bytes& fragment,
    std::uint32_t sequence,
    std::uint64_t base,
    std::int64_t own,
    std::int64_t duration
) {
    const auto off = duration - own;
    if (std::abs(off) <= kRounding || std::abs(off) > own / 20) {
        return proof::set_clock(fragment, {sequence, base});
    }
    auto parsed = PROVISO_TRY(media::parse_fragment(fragment));
    auto& last = parsed.samples.back().duration;
    last = static_cast<std::uint32_t>(std::max<std::int64_t>(last + off, 1));
    auto moved = media::fragment_head(sequence, base, parsed.samples);
    moved.insert(moved.end(), parsed.payload.begin(), parsed.payload.end());
    fragment = std::move(moved);
    return {};
}

/// The same with only one of its tracks; empty if it has no such sound.
Result<> place_track(
    Bytes& fragment,
    Track track,
    std::uint32_t sequence,
    std::uint64_t base,
    std::int64_t own,
    std::int64_t duration
) {
    auto parsed = PROVISO_TRY(media::parse_fragment(fragment));
    const auto off = duration - own;
    const bool stretch = std::abs(off) > kRounding && std::abs(off) <= own / 20;
    const auto stand = [&](std::uint32_t& last) {
        if (stretch) last = static_cast<std::uint32_t>(std::max<std::int64_t>(last + off, 1));
    };
    Bytes moved;
    auto payload = parsed.payload;
    if (track == Track::Pictures) {
        stand(parsed.samples.back().duration);
        moved = media::fragment_head(sequence, base, parsed.samples);
    } else if (!parsed.sound.empty()) {
        stand(parsed.sound.back().duration);
        payload = parsed.sound_payload;
        const auto after = parsed.sound_base - parsed.base_decode_time;
        moved = media::fragment_head(sequence, 0, {}, {base + after, parsed.sound});
    } else {
        payload = {};
    }
    moved.insert(moved.end(), payload.begin(), payload.end());
    fragment = std::move(moved);
    return {};
}

class Reader final : public RangeReader {
public:
    Reader(
        std::filesystem::path folder,
        const catalog::Catalog& catalog,
        const keys::KeyStore& keys,
        const Clock& clock,
        std::shared_ptr<law::Permit<law::View>> permit,
        media::StreamKey stream,
        Timestamp to,
        Track track
    )
        : folder_(std::move(folder)),
          catalog_(catalog),
          keys_(keys),
          clock_(clock),
          permit_(std::move(permit)),
          stream_(std::move(stream)),
          to_(to),
          track_(track) {}

    const std::string& codec() const override { return codec_; }

    const media::StreamKey& stream() const override { return stream_; }

    Timestamp origin() const override { return origin_; }

    /// Goes to the picture at `from`, or the first one after it.
    Result<> seek(Timestamp from, Timestamp origin) {
        PROVISO_TRY(open_at(from));
        if (!segment_) return nothing_there();
        at_ = key_fragment_at(segment_->index, from);
        origin_ = std::min(origin, start_of(segment_->index[at_]));
        return {};
    }

    Result<std::optional<Piece>> next() override {
        if (!permit_->valid(clock_.monotonic())) {
            return Error(ErrorKind::Refused, "the permission to view has ended");
        }
        while (!done_) {
            done_ = (at_ == segment_->index.size() && !PROVISO_TRY(go_on())) ||
                    start_of(segment_->index[at_]) >= to_;
            if (done_) break;
            if (init_of_ != segment_->row.id) {
                if (auto init = PROVISO_TRY(begin_segment())) return init;
            }
            if (track_ == Track::Sound && !sound_) {
                at_ = segment_->index.size();
                continue;
            }
            auto piece = PROVISO_TRY(picture(at_++));
            if (!piece.bytes.empty()) return std::optional(std::move(piece));
        }
        return std::optional<Piece>();
    }

private:
    /// The init piece of the segment just entered, if it is another than the one before.
    Result<std::optional<Piece>> begin_segment() {
        auto split = PROVISO_TRY(media::split_init(PROVISO_TRY(read(0))));
        init_of_ = segment_->row.id;
        sound_ = split.sound.has_value();
        const auto comma = segment_->row.codec.find(',');
        if (track_ == Track::Pictures) {
            codec_ = segment_->row.codec.substr(0, comma);
        } else if (sound_) {
            codec_ = split.sound->rfc6381();
            split.pictures = media::sound_init_segment(*split.sound);
        } else {
            return std::optional<Piece>();
        }
        if (split.pictures == init_) return std::optional<Piece>();
        init_ = split.pictures;
        return std::optional(Piece{
            std::move(split.pictures), true, start_of(segment_->index[at_]), {}});
    }

    Result<Bytes> read(std::size_t i) {
        PROVISO_TRY(segment_->reader.read(segment_->index, i, frame_));
        Bytes plain;
        PROVISO_TRY(segment_->reader.decrypt(frame_, segment_->key.secret->view(), plain));
        return plain;
    }

    Result<Piece> picture(std::size_t i) {
        const auto& fragment = segment_->index[i];
        const auto start = start_of(fragment);
        const auto end =
            i + 1 < segment_->index.size() ? start_of(segment_->index[i + 1]) : segment_->row.to;
        Piece piece;
        piece.bytes = PROVISO_TRY(read(i));
        piece.wall_start = start;
        piece.duration = us_of(fragment.duration);
        // No overlap, even if the clock was set back between two segments.
        const auto base = std::max(ticks_of(start - origin_), last_base_ + 1);
        last_base_ = base;
        const auto at = static_cast<std::uint64_t>(base);
        const auto length = ticks_of(end - start);
        if (track_ == Track::Sound || sound_) {
            PROVISO_TRY(place_track(piece.bytes, track_, ++sequence_, at, fragment.duration, length)
            );
        } else {
            PROVISO_TRY(place_whole(piece.bytes, ++sequence_, at, fragment.duration, length));
        }
        return piece;
    }

    /// The segment that holds `at`, or the next after it; none at the end of the range. One that
    /// is deleted under our hands is passed over: it is no more.
    Result<> open_at(Timestamp at) {
        segment_.reset();
        for (;;) {
            auto row =
                PROVISO_TRY(catalog_.segment_at(stream_.camera, to_string(stream_.kind), at));
            if (!row || row->from >= to_) return {};
            const auto past = row->to;
            auto opened = open_segment(folder_, *std::move(row), keys_);
            if (opened) {
                segment_ = std::make_unique<OpenedSegment>(*std::move(opened));
                return {};
            }
            if (opened.error().kind() != ErrorKind::NotFound) return std::move(opened).error();
            at = std::max(past, at + microseconds(1));
        }
    }

    /// The end of a segment is reached: more of it may be durable now, or the next one begins.
    Result<bool> go_on() {
        if (segment_->row.state == catalog::SegmentState::Open) {
            auto row = PROVISO_TRY(catalog_.segment(segment_->row.id));
            if (row && row->bytes > segment_->row.bytes) {
                auto opened = open_segment(folder_, *std::move(row), keys_);
                if (!opened) return std::move(opened).error();
                *segment_ = *std::move(opened);
                if (at_ < segment_->index.size()) return true;
            }
        }
        auto before = std::move(segment_);
        PROVISO_TRY(open_at(before->row.to));
        if (!segment_ || segment_->row.id == before->row.id) {
            segment_ = std::move(before);
            return false;
        }
        at_ = 1;
        return true;
    }

    Result<> nothing_there() {
        const auto next =
            PROVISO_TRY(catalog_.segment_at(stream_.camera, to_string(stream_.kind), to_));
        return Error(
            ErrorKind::NotFound,
            "nothing is recorded there",
            next ? fmt::format("the next recording begins at {}", to_iso8601(next->from))
                 : "there is no later recording"
        );
    }

    const std::filesystem::path folder_;
    const catalog::Catalog& catalog_;
    const keys::KeyStore& keys_;
    const Clock& clock_;
    const std::shared_ptr<law::Permit<law::View>> permit_;
    const media::StreamKey stream_;
    const Timestamp to_;
    const Track track_;
    std::string codec_;
    bool sound_ = false;  ///< the segment has a sound track
    Timestamp origin_;
    std::unique_ptr<OpenedSegment> segment_;
    std::size_t at_ = 1;  ///< the next fragment
    std::optional<SegmentId> init_of_;
    Bytes init_;  ///< as last given out
    std::uint32_t sequence_ = 0;
    std::int64_t last_base_ = -1;
    bool done_ = false;
    record::SegmentReader::Frame frame_;
};

}  // namespace

Result<std::unique_ptr<RangeReader>> read_recorded(
    const Archive& archive,
    std::shared_ptr<law::Permit<law::View>> permit,
    const media::StreamKey& stream,
    Timestamp from,
    Timestamp to,
    Timestamp origin,
    Track track
) {
    auto reader = std::make_unique<Reader>(
        archive.folder,
        archive.catalog,
        archive.keys,
        archive.clock,
        std::move(permit),
        stream,
        to,
        track
    );
    PROVISO_TRY(reader->seek(from, origin));
    return std::unique_ptr<RangeReader>(std::move(reader));
}

}  // namespace proviso::playback
