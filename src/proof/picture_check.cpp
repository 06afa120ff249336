#include <algorithm>

#include <fmt/format.h>

#include "fragment_clock.h"
#include "verification.h"

namespace proviso::proof {

namespace {

// Timestamps outside the calendar of to_iso8601().
constexpr std::int64_t kEndOfYear9999 = 253'402'300'799'000'000;

Error corrupt(std::string message) { return {ErrorKind::Corrupt, std::move(message)}; }

std::string place(const FragmentHeader& header) {
    return fmt::format("fragment {} (at {})", header.index, to_iso8601(picture_start(header)));
}

Result<> check_times(const ManifestSegment& claimed, const std::vector<FragmentHeader>& headers) {
    if (picture_start(headers[1]) == claimed.from && picture_end(headers.back()) == claimed.to) {
        return {};
    }
    return corrupt("the manifest gives other times than the recording");
}

}  // namespace

Result<ByteView> PictureCheck::plain_bytes(const FragmentHeader& header) {
    if (header.sealed_size < crypto::kAeadTagSize) return corrupt("a fragment is too short");
    auto size = header.sealed_size - crypto::kAeadTagSize;
    // Every segment has an init segment of its own; the clip has the one that all must share.
    if (header.init && !init_.empty()) {
        if (init_.size() != size) return corrupt("two segments have different init segments");
        return init_;
    }
    if (size > rest_.size()) return corrupt("the clip ends too early");
    auto plain = rest_.first(size);
    rest_ = rest_.subspan(size);
    if (header.init) init_ = plain;
    return plain;
}

Result<Digest> PictureCheck::leaf_of(
    const EvidenceFragment& evidence, const FragmentHeader& header, const Digest& chain
) {
    auto plain = PROVISO_TRY(plain_bytes(header));
    auto content = plain;
    head_.clear();
    if (!header.init) {
        auto at = PROVISO_TRY(find_clock(plain));
        if (clock_at(plain, at) != FragmentClock{++sequence_, decode_time_}) {
            return corrupt("its number or time in the clip is wrong");
        }
        decode_time_ += header.duration;
        auto head = plain.first(at.payload);
        head_.assign(head.begin(), head.end());
        put_clock(head_, at, {evidence.sequence, header.base_decode_time});
        content = plain.subspan(at.payload);
    } else if (evidence.sequence != 0) {
        return corrupt("the init segment has no number");
    }
    sealed_.resize(header.sealed_size);
    std::array<ByteView, 2> pieces{head_, content};
    PROVISO_TRY(seal_fragment(evidence.secret, evidence.header, chain, pieces, sealed_));
    ++fragments_;
    auto leaf = fragment_leaf(evidence.header, sealed_);
    if (leaf != evidence.leaf) return corrupt("its bytes are not those that were recorded");
    return leaf;
}

Result<> PictureCheck::segment(
    const ManifestSegment& claimed,
    const EvidenceSegment& evidence,
    std::uint64_t count,
    const Digest& root
) {
    if (evidence.fragments.size() != std::size_t{2} + (claimed.last - claimed.first)) {
        return corrupt("the evidence has another number of fragments than the manifest");
    }
    std::vector<FragmentHeader> headers;
    KnownLeaves leaves;
    auto chain = crypto::sha256(evidence.header);
    for (std::size_t i = 0; i < evidence.fragments.size(); ++i) {
        const auto& fragment = evidence.fragments[i];
        auto header = PROVISO_TRY(decode_fragment_header(fragment.header));
        auto index = i == 0 ? 0 : claimed.first + static_cast<std::uint32_t>(i - 1);
        if (header.index != index || header.init != (i == 0) || header.wall_start_us < 0 ||
            header.wall_start_us > kEndOfYear9999) {
            return corrupt(fmt::format("fragment {} is not where it belongs", index));
        }
        if (i == 1) {
            if (claimed.first == 1 && evidence.before != chain) {
                return corrupt("the header before fragment 1 is another one");
            }
            chain = evidence.before;
        }
        auto leaf = leaf_of(fragment, header, chain);
        if (!leaf) return std::move(leaf).error().while_doing(place(header));
        leaves[header.index] = *leaf;
        headers.push_back(header);
        chain = crypto::sha256(fragment.header);
    }
    if (root_of_subset(leaves, count, evidence.path) != root) {
        return corrupt(fmt::format(
            "between {} and {}: not what was sealed in the log",
            to_iso8601(picture_start(headers[1])),
            to_iso8601(picture_end(headers.back()))
        ));
    }
    return check_times(claimed, headers);
}

Result<> PictureCheck::finish() const {
    if (rest_.empty()) return {};
    return corrupt(fmt::format("{} bytes at the end of the clip belong to nothing", rest_.size()));
}

}  // namespace proviso::proof
