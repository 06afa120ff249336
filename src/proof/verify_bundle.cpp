#include <fmt/format.h>
#include <fmt/ranges.h>

#include "verification.h"

namespace proviso::proof {

namespace {

constexpr auto kNoticeableHole = std::chrono::seconds(2);

Error corrupt(std::string message) { return {ErrorKind::Corrupt, std::move(message)}; }

/// A body member that must be there with this type, else an empty value.
std::string text_in(const Json& body, std::string_view key) {
    auto found = body.find(key);
    return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::uint64_t> number_in(const Json& body, std::string_view key) {
    auto found = body.find(key);
    if (found == body.end() || !found->is_number_unsigned()) return {};
    return found->get<std::uint64_t>();
}

}  // namespace

Verification::Verification(ByteView file, const std::optional<VerifierKey>& trusted)
    : file_(file), trusted_(trusted) {}

BundleReport Verification::run() {
    using Step = std::pair<std::string_view, Words (Verification::*)()>;
    static constexpr std::array kSteps{
        Step{"container", &Verification::container},
        Step{"signature", &Verification::signature},
        Step{"inclusion", &Verification::inclusion},
        Step{"manifest", &Verification::exported},
        Step{"decisions", &Verification::decisions},
        Step{"segments", &Verification::segments},
        Step{"pictures", &Verification::pictures},
        Step{"clip", &Verification::clip}};
    report_.ok = true;
    for (const auto& [name, check] : kSteps) {
        auto words = (this->*check)();
        report_.ok = words.has_value();
        report_.steps.push_back(
            {std::string(name), report_.ok, report_.ok ? *words : words.error().story()}
        );
        if (!report_.ok) break;
    }
    list_what_is_not_proven();
    return std::move(report_);
}

Verification::Words Verification::container() {
    members_ = PROVISO_TRY(find_members(file_));
    auto manifest = as_text(members_[static_cast<std::size_t>(Member::Manifest)]);
    report_.manifest = PROVISO_TRY(decode_manifest(manifest));
    PROVISO_TRY(check_container(file_, members_, report_.manifest->exported_at));
    auto readme = as_text(members_[static_cast<std::size_t>(Member::Readme)]);
    if (readme != readme_text(report_.manifest->masking.has_value()))
        return corrupt("README.txt was changed");
    return std::string("The file is an evidence bundle in the known form.");
}

Verification::Words Verification::signature() {
    auto evidence = as_text(members_[static_cast<std::size_t>(Member::Evidence)]);
    evidence_ = PROVISO_TRY(decode_evidence(evidence));
    report_.log = evidence_.log;
    auto key = PROVISO_TRY(parse_verifier_key(evidence_.log));
    if (trusted_ && (trusted_->origin != key.origin || trusted_->key != key.key)) {
        return corrupt("the bundle belongs to another log than the one whose key you gave");
    }
    auto note = as_text(members_[static_cast<std::size_t>(Member::Checkpoint)]);
    checkpoint_ = PROVISO_TRY(open_checkpoint(note, key.key));
    if (checkpoint_.origin != key.origin) return corrupt("the checkpoint is of another log");
    report_.log_trusted = trusted_.has_value();
    return fmt::format(
        "The log '{}' signed its state of {} entries.", checkpoint_.origin, checkpoint_.size
    );
}

Verification::Words Verification::inclusion() {
    std::optional<std::uint64_t> before;
    for (const auto& entry : evidence_.entries) {
        if (before && entry.index <= *before) return corrupt("log entries out of order");
        before = entry.index;
        auto leaf = leaf_hash(as_bytes(entry.bytes));
        if (!verify_inclusion(leaf, entry.index, checkpoint_.size, entry.path, checkpoint_.root)) {
            return corrupt(fmt::format("log entry {} is not in the signed log", entry.index));
        }
        auto decoded = decode_entry(entry.bytes);
        if (!decoded) {
            return std::move(decoded).error().while_doing(fmt::format("log entry {}", entry.index));
        }
        entries_.emplace(entry.index, *std::move(decoded));
    }
    return fmt::format("The {} log entries this rests on are in that log.", entries_.size());
}

Result<const Entry*> Verification::entry(std::uint64_t index, std::string_view type) {
    auto found = entries_.find(index);
    if (found == entries_.end() || found->second.type != type) {
        return corrupt(fmt::format("the bundle lacks the '{}' entry {}", type, index));
    }
    needed_.insert(index);
    return &found->second;
}

Verification::Words Verification::exported() {
    std::optional<std::uint64_t> index;
    for (const auto& [at, entry] : entries_) {
        if (entry.type != "export") continue;
        if (index) return corrupt("the bundle has more than one 'export' entry");
        index = at;
    }
    if (!index) return corrupt("the bundle lacks the 'export' entry");
    const auto* found = PROVISO_TRY(entry(*index, "export"));
    auto digest = crypto::sha256(members_[static_cast<std::size_t>(Member::Manifest)]);
    if (text_in(found->body, "manifest") != to_hex(digest)) {
        return corrupt("manifest.json is not the one that was written into the log");
    }
    if (text_in(found->body, "camera") != report_.manifest->camera) {
        return corrupt("the 'export' entry is of another camera");
    }
    auto decision = number_in(found->body, "decision");
    if (!decision) return corrupt("the 'export' entry names no decision");
    PROVISO_TRY(check_decision(*decision, "export"));
    return fmt::format(
        "The export of camera '{}' for '{}' by '{}' stands in the log as entry {} of {}, with the "
        "digest of the manifest; decision {} permitted it.",
        report_.manifest->camera,
        report_.manifest->purpose,
        report_.manifest->requested_by,
        *index,
        to_iso8601(found->at),
        *decision
    );
}

Result<> Verification::check_decision(std::uint64_t index, std::string_view act) {
    const auto* found = PROVISO_TRY(entry(index, "decision"));
    auto verdict = text_in(found->body, "verdict");
    if (text_in(found->body, "act") != act ||
        text_in(found->body, "camera") != report_.manifest->camera ||
        (verdict != "permit" && verdict != "permit_with_duties")) {
        return corrupt(fmt::format("decision {} does not permit this {}", index, act));
    }
    return {};
}

Verification::Words Verification::decisions() {
    std::set<std::uint64_t> decisions;
    for (const auto& segment : report_.manifest->segments) {
        if (!decisions.insert(segment.decision).second) continue;
        PROVISO_TRY(check_decision(segment.decision, "capture"));
    }
    return fmt::format(
        "Recording was permitted, by the log's entry {}.", fmt::join(decisions, ", ")
    );
}

/// Manifest and log speak of the same recording.
Result<> Verification::check_sealed(const ManifestSegment& claimed) {
    const auto* closed = PROVISO_TRY(entry(claimed.closed, "segment.closed"));
    const auto& manifest = *report_.manifest;
    const auto& body = closed->body;
    bool agree = text_in(body, "segment") == claimed.segment.text() &&
                 text_in(body, "camera") == manifest.camera &&
                 text_in(body, "stream") == manifest.stream &&
                 text_in(body, "key_id") == claimed.key_id &&
                 number_in(body, "decision") == claimed.decision &&
                 number_in(body, "fragments").value_or(0) > claimed.last;
    if (agree) return {};
    return corrupt(
        fmt::format("manifest and log entry {} do not speak of the same segment", claimed.closed)
    );
}

Result<> Verification::check_segment(
    const ManifestSegment& claimed, const EvidenceSegment& evidence
) {
    auto decoded = PROVISO_TRY(decode_segment_header(evidence.header));
    const auto& header = decoded.header;
    const auto& manifest = *report_.manifest;
    bool agree = decoded.size == evidence.header.size() && header.segment == claimed.segment &&
                 header.camera == manifest.camera && header.stream == manifest.stream &&
                 header.key_id == claimed.key_id &&
                 header.decision == std::to_string(claimed.decision);
    if (agree) return {};
    return corrupt(fmt::format(
        "manifest and recording {} do not speak of the same segment", claimed.segment.text()
    ));
}

Verification::Words Verification::segments() {
    const auto& claimed = report_.manifest->segments;
    // Of a masked clip no recorded fragment can be made again: there is nothing to open.
    bool masked = report_.manifest->masking.has_value();
    if (evidence_.segments.size() != (masked ? 0 : claimed.size())) {
        return corrupt("the evidence has another number of segments than the manifest");
    }
    std::set<SegmentId> seen;
    for (std::size_t i = 0; i < claimed.size(); ++i) {
        PROVISO_TRY(check_sealed(claimed[i]));
        if (!masked) PROVISO_TRY(check_segment(claimed[i], evidence_.segments[i]));
        bool late = i == 0 || claimed[i].from >= claimed[i - 1].from;
        if (!late || !seen.insert(claimed[i].segment).second) {
            return corrupt("the segments are not in the order of time");
        }
    }
    if (needed_.size() != entries_.size()) {
        return corrupt("the bundle has log entries that it does not need");
    }
    return fmt::format(
        "Its {} recordings were sealed in the log, the last at {}.",
        claimed.size(),
        to_iso8601(entries_.at(claimed.back().closed).at)
    );
}

Verification::Words Verification::pictures() {
    if (const auto& masking = report_.manifest->masking) {
        return fmt::format(
            "People were hidden by '{}' ({}, {}) in {} of {} pictures, {} of them hidden all over. "
            "The pictures were encoded anew; the log holds the digest of the result.",
            masking->version,
            masking->model,
            masking->face_model,
            masking->masked,
            masking->pictures,
            masking->whole
        );
    }
    const auto& claimed = report_.manifest->segments;
    PictureCheck check(members_[static_cast<std::size_t>(Member::Clip)]);
    for (std::size_t i = 0; i < claimed.size(); ++i) {
        const auto& body = entries_.at(claimed[i].closed).body;
        auto root = from_hex(text_in(body, "root"));
        Digest digest{};
        if (!root || root->size() != digest.size()) return corrupt("a sealed root is no digest");
        std::copy(root->begin(), root->end(), digest.begin());
        auto count = number_in(body, "fragments").value_or(0);
        PROVISO_TRY(check.segment(claimed[i], evidence_.segments[i], count, digest));
    }
    PROVISO_TRY(check.finish());
    return fmt::format(
        "Every byte of the pictures is as the recorder sealed it: {} fragments from {} to {}.",
        check.fragments() - claimed.size(),
        to_iso8601(claimed.front().from),
        to_iso8601(claimed.back().to)
    );
}

Verification::Words Verification::clip() {
    auto clip = members_[static_cast<std::size_t>(Member::Clip)];
    const auto& manifest = *report_.manifest;
    if (clip.size() != manifest.clip_size || crypto::sha256(clip) != manifest.clip_sha256) {
        return corrupt("clip.mp4 is not the one of the manifest");
    }
    return fmt::format("clip.mp4 is the one of the manifest ({} bytes).", clip.size());
}

void Verification::list_what_is_not_proven() {
    auto& list = report_.not_proven;
    if (!report_.ok) {
        list.emplace_back("Nothing that comes after the step that failed.");
        return;
    }
    if (!report_.log_trusted) {
        list.push_back(fmt::format(
            "Whose log this is: the key was not compared with one you trust, and anybody can keep "
            "a "
            "log. Ask the operator for the verifier key by another way. In this file it is {}",
            report_.log
        ));
    }
    if (const auto& masking = report_.manifest->masking) {
        list.emplace_back(
            "That these pictures show what was recorded: they were encoded anew to hide people, so "
            "they cannot be compared with the sealed recordings. Who says so is the recorder, in "
            "its log, at the time of the export; nothing was changed after that. Whoever may see "
            "the recordings named here can compare."
        );
        list.emplace_back("That nobody can be recognised: no detector finds everybody.");
        if (masking->kept > 0) {
            list.push_back(fmt::format(
                "That only {} people are shown: they were chosen by hand.", masking->kept
            ));
        }
    }
    list.emplace_back("That the recorder's clock was right: all times are by that clock.");
    list.emplace_back(
        "That everybody is shown the same log: no independent witness has co-signed it."
    );
    list.emplace_back(
        "That the camera saw what happened: the proof begins where the recorder took "
        "the pictures in."
    );
    auto covered = report_.manifest->from;
    auto note_hole = [&](Timestamp from, Timestamp to) {
        if (to - from <= kNoticeableHole) return;
        for (const auto& gap : report_.manifest->gaps) {
            if (gap.from < to && gap.to > from) return;
        }
        list.push_back(fmt::format(
            "Why there are no pictures from {} to {}.", to_iso8601(from), to_iso8601(to)
        ));
    };
    for (const auto& segment : report_.manifest->segments) {
        note_hole(covered, segment.from);
        covered = std::max(covered, segment.to);
    }
    note_hole(covered, report_.manifest->to);
}

BundleReport verify_bundle(ByteView file, const std::optional<VerifierKey>& trusted) {
    return Verification(file, trusted).run();
}

}  // namespace proviso::proof
