#include <algorithm>

#include <fmt/format.h>

#include <proviso/media/fmp4.h>
#include <proviso/playback/player.h>
#include <proviso/proof/bundle.h>

#include "opened_segment.h"

namespace proviso::playback {

namespace {

constexpr std::int64_t ticks_of(microseconds length) { return length.count() * 9 / 100; }

constexpr microseconds us_of(std::int64_t ticks) { return microseconds(ticks * 100 / 9); }

/// A fragment whose place on the wall clock differs this little from its length is left alone.
constexpr std::int64_t kRounding = 2;

/// A moof+mdat at another media time. If `duration` differs a little from its own (the camera's
/// clock was pulled to ours), the last picture stands for that much longer or shorter.
Result<> place(
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

class Reader final : public RangeReader {
public:
    Reader(
        std::filesystem::path folder,
        const catalog::Catalog& catalog,
        const keys::KeyStore& keys,
        const Clock& clock,
        std::shared_ptr<law::Permit<law::View>> permit,
        media::StreamKey stream,
        Timestamp to
    )
        : folder_(std::move(folder)),
          catalog_(catalog),
          keys_(keys),
          clock_(clock),
          permit_(std::move(permit)),
          stream_(std::move(stream)),
          to_(to) {}

    const std::string& codec() const override { return segment_->row.codec; }

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
        if (done_) return std::optional<Piece>();
        if (at_ == segment_->index.size() && !PROVISO_TRY(go_on())) {
            done_ = true;
            return std::optional<Piece>();
        }
        if (start_of(segment_->index[at_]) >= to_) {
            done_ = true;
            return std::optional<Piece>();
        }
        if (init_of_ != segment_->row.id) {
            auto init = PROVISO_TRY(read(0));
            init_of_ = segment_->row.id;
            if (init != init_) {
                init_ = init;
                return std::optional(Piece{
                    std::move(init), true, start_of(segment_->index[at_]), {}});
            }
        }
        return std::optional(PROVISO_TRY(picture(at_++)));
    }

private:
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
        PROVISO_TRY(place(
            piece.bytes,
            ++sequence_,
            static_cast<std::uint64_t>(base),
            fragment.duration,
            ticks_of(end - start)
        ));
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

Player::Player(
    std::filesystem::path folder,
    catalog::Catalog& catalog,
    keys::KeyStore& keys,
    const Clock& clock
)
    : folder_(std::move(folder)), catalog_(catalog), keys_(keys), clock_(clock) {}

Result<std::unique_ptr<RangeReader>> Player::read(
    std::shared_ptr<law::Permit<law::View>> permit,
    const media::StreamKey& stream,
    Timestamp from,
    Timestamp to,
    Timestamp origin
) const {
    if (permit->act().camera != stream.camera) {
        return Error(ErrorKind::Refused, "the permission to view is for another camera");
    }
    if (!permit->valid(clock_.monotonic())) {
        return Error(ErrorKind::Refused, "the permission to view has ended");
    }
    if (from >= to) return invalid_input("the range is empty", "give an end after the beginning");
    auto reader =
        std::make_unique<Reader>(folder_, catalog_, keys_, clock_, std::move(permit), stream, to);
    PROVISO_TRY(reader->seek(from, origin));
    return std::unique_ptr<RangeReader>(std::move(reader));
}

}  // namespace proviso::playback
