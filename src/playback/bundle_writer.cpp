#include "bundle_writer.h"

#include <algorithm>
#include <cerrno>
#include <set>

#include <fmt/format.h>
#include <sys/mman.h>

#include <proviso/base/file.h>

namespace proviso::playback {

BundleWriter::BundleWriter(int fd, const ExportJob& job, Timestamp now, MaskedClip* masked)
    : fd_(fd), job_(job), masked_(masked) {
    manifest_.camera = job.camera.text();
    manifest_.stream = job.stream;
    manifest_.site = job.site;
    manifest_.from = job.from;
    manifest_.to = job.to;
    manifest_.exported_at = now;
    manifest_.purpose = job.purpose_code;
    manifest_.requested_by = job.requester.text();
}

Result<> BundleWriter::write(ByteView bytes) {
    PROVISO_TRY(pwrite_all(fd_, bytes, at_));
    at_ += bytes.size();
    return {};
}

Result<> BundleWriter::write_clip(ByteView bytes) {
    manifest_.clip_size += bytes.size();
    if (manifest_.clip_size > proof::kMostClipBytes) {
        return Error(
            ErrorKind::TooLarge, "the clip is larger than 8 GiB", "export it in two parts"
        );
    }
    clip_hash_.update(bytes);
    return write(bytes);
}

Result<> BundleWriter::add(
    const OpenedSegment& segment, const std::function<Result<>()>& keep_going
) {
    const auto& [row, index, key, reader] = segment;
    const auto first = key_fragment_at(index, job_.from);
    // A masked clip is learned from a little before it begins.
    const auto read = masked_ == nullptr ? first : key_fragment_at(index, job_.from - kClipLearns);
    proof::ManifestSegment claim;
    proof::EvidenceSegment evidence;
    claim.segment = row.id;
    claim.key_id = row.key_id;
    claim.first = static_cast<std::uint32_t>(first);
    claim.closed = row.leaf.value_or(0);
    claim.decision = row.decision;
    evidence.header.assign(reader.header_bytes().begin(), reader.header_bytes().end());
    std::vector<proof::Digest> leaves;
    std::vector<std::uint64_t> shown;
    for (std::size_t i = 0; i < index.size(); ++i) {
        PROVISO_TRY(keep_going());
        PROVISO_TRY(reader.read(index, i, frame_));
        leaves.push_back(proof::fragment_leaf(frame_.header_bytes, frame_.sealed));
        if (i != 0 && (i < read || start_of(index[i]) >= job_.to)) continue;
        PROVISO_TRY(reader.decrypt(frame_, key.secret->view(), plain_));
        if (masked_ != nullptr) {
            PROVISO_TRY(add_masked(segment, i, keep_going));
            if (i == first) claim.from = proof::picture_start(frame_.header);
            if (i >= first) {
                claim.last = static_cast<std::uint32_t>(i);
                claim.to = proof::picture_end(frame_.header);
            }
            continue;
        }
        proof::EvidenceFragment fragment;
        fragment.header = frame_.header_bytes;
        const auto secret = proof::fragment_secret(
            key.secret->view(), reader.header(), static_cast<std::uint32_t>(i)
        );
        std::ranges::copy(secret.view(), fragment.secret.begin());
        fragment.leaf = leaves.back();
        shown.push_back(i);
        if (i == 0) {
            if (init_.empty()) {
                init_ = plain_;
                PROVISO_TRY(write_clip(init_));
            } else if (init_ != plain_) {
                return Error(
                    ErrorKind::Conflict,
                    "the camera's picture or sound format changes inside the range",
                    fmt::format("export up to {} and from there", to_iso8601(row.from))
                );
            }
        } else {
            if (i == first) {
                evidence.before = frame_.chain;
                claim.from = proof::picture_start(frame_.header);
            }
            claim.last = static_cast<std::uint32_t>(i);
            claim.to = proof::picture_end(frame_.header);
            fragment.sequence = PROVISO_TRY(proof::read_clock(plain_)).sequence;
            PROVISO_TRY(proof::set_clock(plain_, {++sequence_, media_time_}));
            media_time_ += frame_.header.duration;
            PROVISO_TRY(write_clip(plain_));
        }
        evidence.fragments.push_back(fragment);
    }
    if (to_hex(proof::tree_root(leaves)) != row.root) {
        return Error(
            ErrorKind::Corrupt,
            fmt::format("segment {} is not what was sealed in the ledger", row.id.text()),
            "run 'proviso check --deep'"
        );
    }
    // One that was only learned from shows nothing.
    if (masked_ != nullptr && claim.to <= job_.from) return {};
    manifest_.segments.push_back(std::move(claim));
    if (masked_ != nullptr) return {};
    evidence.path = proof::subset_path(leaves, shown);
    segments_.push_back(std::move(evidence));
    return {};
}

Result<> BundleWriter::add_masked(
    const OpenedSegment& segment, std::size_t i, const std::function<Result<>()>& keep_going
) {
    if (i == 0) return masked_->init(plain_);
    PROVISO_TRY(masked_->fragment(plain_, start_of(segment.index[i]), keep_going));
    return write_masked();
}

Result<> BundleWriter::write_masked() {
    while (auto bytes = masked_->take()) PROVISO_TRY(write_clip(*bytes));
    return {};
}

Result<> BundleWriter::finish_masked(const std::function<Result<>()>& keep_going) {
    if (masked_ == nullptr) return {};
    PROVISO_TRY(masked_->finish(keep_going));
    PROVISO_TRY(write_masked());
    manifest_.masking = masked_->summary();
    return {};
}

void BundleWriter::add_gap(const catalog::Gap& gap) {
    const auto from = std::max(gap.from, job_.from);
    const auto to = std::min(gap.to.value_or(job_.to), job_.to);
    if (from < to) manifest_.gaps.push_back({from, to, gap.cause});
}

Result<std::uint64_t> BundleWriter::finish(ledger::Ledger& ledger, std::uint64_t decision) {
    manifest_.clip_sha256 = clip_hash_.finish();
    const auto manifest = PROVISO_TRY(proof::encode(manifest_));
    const auto receipt = PROVISO_TRY(ledger.append(
        {"export",
         {{"camera", manifest_.camera},
          {"manifest", to_hex(crypto::sha256(as_bytes(manifest)))},
          {"decision", decision}},
         {}}
    ));
    const auto evidence = PROVISO_TRY(gather(ledger, decision, receipt.index));
    const auto tail = proof::bundle_tail(
        manifest_.clip_size,
        manifest,
        PROVISO_TRY(proof::encode(evidence)),
        note_,
        manifest_.exported_at,
        masked_ != nullptr
    );
    PROVISO_TRY(write(tail));
    PROVISO_TRY(pwrite_all(fd_, proof::clip_header(manifest_.clip_size, manifest_.exported_at), 0));
    return receipt.index;
}

Result<proof::Evidence> BundleWriter::gather(
    ledger::Ledger& ledger, std::uint64_t decision, std::uint64_t leaf
) {
    std::set<std::uint64_t> needed{decision, leaf};
    for (const auto& segment : manifest_.segments) {
        needed.insert(segment.closed);
        needed.insert(segment.decision);
    }
    auto proofs = PROVISO_TRY(ledger.prove_all({needed.begin(), needed.end()}));
    proof::Evidence evidence;
    evidence.log = ledger.verifier_key();
    for (auto& proven : proofs) {
        evidence.entries.push_back(
            {proven.index, std::move(proven.entry_bytes), std::move(proven.path)}
        );
        note_ = std::move(proven.checkpoint_note);
    }
    evidence.segments = std::move(segments_);
    return evidence;
}

Result<> prove_bundle(int fd, std::uint64_t size) {
    auto* mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (mapped == MAP_FAILED) return errno_error("read the bundle back", errno);
    const auto report = proof::verify_bundle({static_cast<const std::uint8_t*>(mapped), size});
    ::munmap(mapped, size);
    if (report.ok) return {};
    return Error(
        ErrorKind::Internal,
        "the bundle does not verify: " + report.steps.back().words,
        "run 'proviso check --deep' and export again"
    );
}

}  // namespace proviso::playback
