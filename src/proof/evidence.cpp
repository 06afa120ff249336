#include <algorithm>

#include <proviso/proof/evidence.h>

#include "strict.h"

namespace proviso::proof {

namespace {

// A fragment takes 5 values and about 390 bytes: this is a week of one stream.
constexpr DocumentLimits kLimits{512U << 20U, 6, 8'000'000};

Json to_json(const std::vector<Digest>& digests) {
    auto json = Json::array();
    for (const auto& digest : digests) json.push_back(to_hex(digest));
    return json;
}

Json to_json(const EvidenceSegment& segment) {
    auto fragments = Json::array();
    for (const auto& fragment : segment.fragments) {
        fragments.push_back(
            {{"header", to_hex(fragment.header)},
             {"leaf", to_hex(fragment.leaf)},
             {"secret", to_hex(fragment.secret)},
             {"sequence", fragment.sequence}}
        );
    }
    return {
        {"before", to_hex(segment.before)},
        {"fragments", std::move(fragments)},
        {"header", to_hex(segment.header)},
        {"path", to_json(segment.path)}};
}

Json to_json(const Evidence& evidence) {
    auto entries = Json::array();
    for (const auto& entry : evidence.entries) {
        entries.push_back(
            {{"entry", entry.bytes}, {"index", entry.index}, {"path", to_json(entry.path)}}
        );
    }
    auto segments = Json::array();
    for (const auto& segment : evidence.segments) segments.push_back(to_json(segment));
    return {
        {"entries", std::move(entries)},
        {"log", evidence.log},
        {"segments", std::move(segments)},
        {"v", 1}};
}

template <std::size_t N>
Result<> fill_from_hex(const std::string& text, std::array<std::uint8_t, N>& out) {
    auto bytes = PROVISO_TRY(from_hex(text));
    if (bytes.size() != N) return invalid_input("a field has the wrong length");
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return {};
}

Result<std::vector<Digest>> path_from(ObjectReader& read) {
    std::vector<Digest> path;
    for (const auto& text : read.texts_or_empty("path")) {
        path.push_back(PROVISO_TRY(digest_from_hex(text)));
    }
    return path;
}

Result<EvidenceEntry> entry_from(const Json& json) {
    ObjectReader read(json, "entry");
    EvidenceEntry entry;
    entry.bytes = read.text("entry");
    entry.index = static_cast<std::uint64_t>(read.integer("index", 0, INT64_MAX));
    entry.path = PROVISO_TRY(path_from(read));
    PROVISO_TRY(read.finish());
    return entry;
}

Result<EvidenceFragment> fragment_from(const Json& json) {
    ObjectReader read(json, "fragment");
    EvidenceFragment fragment;
    PROVISO_TRY(fill_from_hex(read.text("header"), fragment.header));
    PROVISO_TRY(fill_from_hex(read.text("leaf"), fragment.leaf));
    PROVISO_TRY(fill_from_hex(read.text("secret"), fragment.secret));
    fragment.sequence = static_cast<std::uint32_t>(read.integer("sequence", 0, UINT32_MAX));
    PROVISO_TRY(read.finish());
    return fragment;
}

Result<EvidenceSegment> segment_from(const Json& json) {
    ObjectReader read(json, "segment");
    EvidenceSegment segment;
    PROVISO_TRY(fill_from_hex(read.text("before"), segment.before));
    for (const auto& fragment : read.member("fragments")) {
        segment.fragments.push_back(PROVISO_TRY(fragment_from(fragment)));
    }
    segment.header = PROVISO_TRY(from_hex(read.text("header")));
    segment.path = PROVISO_TRY(path_from(read));
    PROVISO_TRY(read.finish());
    return segment;
}

Result<Evidence> from_json(const Json& json) {
    ObjectReader read(json, "evidence");
    Evidence evidence;
    evidence.log = read.text("log");
    read.integer("v", 1, 1);
    for (const auto& entry : read.member("entries")) {
        evidence.entries.push_back(PROVISO_TRY(entry_from(entry)));
    }
    for (const auto& segment : read.member("segments")) {
        evidence.segments.push_back(PROVISO_TRY(segment_from(segment)));
    }
    PROVISO_TRY(read.finish());
    return evidence;
}

}  // namespace

Result<std::string> encode(const Evidence& evidence) {
    return canonical_text(to_json(evidence), kLimits.depth);
}

Result<Evidence> decode_evidence(std::string_view bytes) {
    auto decoded = [&]() -> Result<Evidence> {
        auto json = PROVISO_TRY(parse_canonical(bytes, kLimits));
        auto evidence = PROVISO_TRY(from_json(json));
        if (to_json(evidence) != json) return invalid_input("not in canonical form");
        return evidence;
    }();
    if (!decoded) return Error(ErrorKind::Corrupt, "not evidence: " + decoded.error().message());
    return decoded;
}

}  // namespace proviso::proof
