#include <algorithm>
#include <array>

#include <proviso/proof/manifest.h>

#include "strict.h"

namespace proviso::proof {

namespace {

constexpr DocumentLimits kLimits{64U << 20U, 4, 2'000'000};
constexpr std::int64_t kMostIndex = INT64_MAX;
constexpr std::int64_t kMostFragment = UINT32_MAX;

Json to_json(const ManifestSegment& segment) {
    return {
        {"closed", segment.closed},
        {"decision", segment.decision},
        {"first", segment.first},
        {"from", to_iso8601(segment.from)},
        {"key", segment.key_id},
        {"last", segment.last},
        {"segment", segment.segment.text()},
        {"to", to_iso8601(segment.to)}};
}

constexpr std::array<std::pair<const char*, std::uint64_t ManifestMasking::*>, 7> kCounts{{
    {"by_hand", &ManifestMasking::by_hand},
    {"doubts", &ManifestMasking::doubts},
    {"kept", &ManifestMasking::kept},
    {"masked", &ManifestMasking::masked},
    {"passed", &ManifestMasking::passed},
    {"pictures", &ManifestMasking::pictures},
    {"whole", &ManifestMasking::whole},
}};

Json to_json(const std::optional<ManifestMasking>& masking) {
    if (!masking) return "none";
    Json json = {
        {"face_model", masking->face_model},
        {"model", masking->model},
        {"version", masking->version}};
    for (const auto& [name, member] : kCounts) json[name] = (*masking).*member;
    return json;
}

Json to_json(const Manifest& manifest) {
    auto segments = Json::array();
    for (const auto& segment : manifest.segments) segments.push_back(to_json(segment));
    auto gaps = Json::array();
    for (const auto& gap : manifest.gaps) {
        gaps.push_back(
            {{"cause", gap.cause}, {"from", to_iso8601(gap.from)}, {"to", to_iso8601(gap.to)}}
        );
    }
    return {
        {"camera", manifest.camera},
        {"clip", {{"sha256", to_hex(manifest.clip_sha256)}, {"size", manifest.clip_size}}},
        {"exported_at", to_iso8601(manifest.exported_at)},
        {"from", to_iso8601(manifest.from)},
        {"gaps", std::move(gaps)},
        {"purpose", manifest.purpose},
        {"redaction", to_json(manifest.masking)},
        {"requested_by", manifest.requested_by},
        {"segments", std::move(segments)},
        {"site", manifest.site},
        {"stream", manifest.stream},
        {"to", to_iso8601(manifest.to)},
        {"v", 1}};
}

Result<Timestamp> time_of(ObjectReader& read, std::string_view key) {
    return parse_timestamp(read.text(key));
}

std::uint64_t index_of(ObjectReader& read, std::string_view key) {
    return static_cast<std::uint64_t>(read.integer(key, 0, kMostIndex));
}

Result<ManifestSegment> segment_from(const Json& json) {
    ObjectReader read(json, "segment");
    ManifestSegment segment;
    segment.closed = index_of(read, "closed");
    segment.decision = index_of(read, "decision");
    segment.first = static_cast<std::uint32_t>(read.integer("first", 1, kMostFragment));
    segment.from = PROVISO_TRY(time_of(read, "from"));
    segment.key_id = read.text("key");
    segment.last = static_cast<std::uint32_t>(read.integer("last", segment.first, kMostFragment));
    segment.segment = PROVISO_TRY(SegmentId::parse(read.text("segment")));
    segment.to = PROVISO_TRY(time_of(read, "to"));
    PROVISO_TRY(read.finish());
    return segment;
}

Result<ManifestGap> gap_from(const Json& json) {
    ObjectReader read(json, "gap");
    ManifestGap gap;
    gap.cause = read.text("cause");
    gap.from = PROVISO_TRY(time_of(read, "from"));
    gap.to = PROVISO_TRY(time_of(read, "to"));
    PROVISO_TRY(read.finish());
    return gap;
}

Result<> clip_from(const Json& json, Manifest& manifest) {
    ObjectReader read(json, "clip");
    manifest.clip_sha256 = PROVISO_TRY(digest_from_hex(read.text("sha256")));
    manifest.clip_size = index_of(read, "size");
    return read.finish();
}

Result<std::optional<ManifestMasking>> masking_from(const Json& json) {
    if (json == "none") return std::optional<ManifestMasking>();
    ObjectReader read(json, "redaction");
    ManifestMasking masking;
    masking.face_model = read.text("face_model");
    masking.model = read.text("model");
    masking.version = read.text("version");
    for (const auto& [name, member] : kCounts) masking.*member = index_of(read, name);
    PROVISO_TRY(read.finish());
    return std::optional(std::move(masking));
}

Result<Manifest> from_json(const Json& json) {
    ObjectReader read(json, "manifest");
    Manifest manifest;
    manifest.camera = read.text("camera");
    manifest.exported_at = PROVISO_TRY(time_of(read, "exported_at"));
    manifest.from = PROVISO_TRY(time_of(read, "from"));
    manifest.purpose = read.text("purpose");
    manifest.masking = PROVISO_TRY(masking_from(read.member("redaction")));
    manifest.requested_by = read.text("requested_by");
    manifest.site = read.text("site");
    manifest.stream = read.text("stream");
    manifest.to = PROVISO_TRY(time_of(read, "to"));
    read.integer("v", 1, 1);
    PROVISO_TRY(clip_from(read.member("clip"), manifest));
    for (const auto& segment : read.member("segments")) {
        manifest.segments.push_back(PROVISO_TRY(segment_from(segment)));
    }
    for (const auto& gap : read.member("gaps")) {
        manifest.gaps.push_back(PROVISO_TRY(gap_from(gap)));
    }
    PROVISO_TRY(read.finish());
    if (manifest.segments.empty()) return invalid_input("the manifest names no recording");
    return manifest;
}

}  // namespace

Result<std::string> encode(const Manifest& manifest) {
    auto json = to_json(manifest);
    PROVISO_TRY(from_json(json));
    return canonical_text(json, kLimits.depth);
}

Result<Manifest> decode_manifest(std::string_view bytes) {
    auto decoded = [&]() -> Result<Manifest> {
        auto json = PROVISO_TRY(parse_canonical(bytes, kLimits));
        auto manifest = PROVISO_TRY(from_json(json));
        if (to_json(manifest) != json) return invalid_input("not in canonical form");
        return manifest;
    }();
    if (!decoded) return Error(ErrorKind::Corrupt, "not a manifest: " + decoded.error().message());
    return decoded;
}

}  // namespace proviso::proof
