#include "bundle_maker.h"

#include <proviso/media/fmp4.h>

namespace proviso::verify {

namespace {

const Timestamp kStart = parse_timestamp("2026-11-22T13:05:07.250000Z").value();
const Bytes kCameraDayKey(32, 0x42);
constexpr std::uint32_t kFragmentTicks = 45'000;

/// A recording as the recorder leaves it, with its plain fragments kept beside it.
struct Recording {
    proof::SegmentHeader header;
    Bytes header_bytes;
    std::vector<Bytes> plain;
    std::vector<proof::FragmentHeaderBytes> fragment_headers;
    std::vector<proof::Digest> leaves;
};

Bytes init_bytes() {
    media::CodecParameters codec;
    codec.width = 64;
    codec.height = 48;
    codec.decoder_config = {1, 0x4d, 0x40, 0x1f, 0xff, 0xe0, 0};
    codec.rfc6381 = "avc1.4d401f";
    auto sound = media::g711_parameters(media::SoundCodec::Pcmu, 8000, 1).value();
    return media::init_segment(codec, &sound);
}

Bytes moof_and_mdat(std::uint32_t sequence, std::uint64_t decode_time) {
    std::vector<media::Sample> samples{
        {40, kFragmentTicks / 2, 0, true}, {24, kFragmentTicks / 2, 0, false}};
    std::vector<media::SoundSample> sound{{8, kFragmentTicks}};
    auto bytes = media::fragment_head(sequence, decode_time, samples, {decode_time + 7, sound});
    for (int i = 0; i < 72; ++i) bytes.push_back(static_cast<std::uint8_t>(sequence * 64 + i));
    return bytes;
}

Recording record(
    std::uint8_t id, Timestamp start, std::uint32_t fragments, std::uint64_t decision
) {
    Recording made;
    std::array<std::uint8_t, 16> uuid{};
    uuid.fill(id);
    made.header = {
        .segment = SegmentId(uuid),
        .camera = "gate-1",
        .stream = "main",
        .key_id = "gate-1/2026-11-22/0a0b0c0d",
        .boot_id = "5f0e7f0c",
        .wall_start = start,
        .mono_start_us = 77,
        .decision = std::to_string(decision)};
    made.header_bytes = proof::encode(made.header);
    auto chain = crypto::sha256(made.header_bytes);
    constexpr std::uint64_t kFirstDecodeTime = 900'000;  // the camera had been running
    for (std::uint32_t index = 0; index <= fragments; ++index) {
        auto decode_time =
            index == 0 ? 0 : kFirstDecodeTime + std::uint64_t{index - 1} * kFragmentTicks;
        made.plain.push_back(index == 0 ? init_bytes() : moof_and_mdat(index, decode_time));
        auto secret = proof::fragment_secret(kCameraDayKey, made.header, index);
        proof::FragmentHeader header;
        header.index = index;
        header.sealed_size =
            static_cast<std::uint32_t>(made.plain.back().size() + crypto::kAeadTagSize);
        header.init = index == 0;
        header.key_frame = index > 0;
        header.base_decode_time = decode_time;
        header.duration = index == 0 ? 0 : kFragmentTicks;
        auto elapsed = microseconds(index == 0 ? 0 : (index - 1) * 500'000);
        header.wall_start_us = (start + elapsed).time_since_epoch().count();
        header.commitment = proof::commitment_of(secret.view());
        auto bytes = proof::encode(header);
        std::array<ByteView, 1> pieces{made.plain.back()};
        Bytes sealed(header.sealed_size);
        if (!proof::seal_fragment(secret.view(), bytes, chain, pieces, sealed)) std::abort();
        made.fragment_headers.push_back(bytes);
        made.leaves.push_back(proof::fragment_leaf(bytes, sealed));
        chain = crypto::sha256(bytes);
    }
    return made;
}

std::uint64_t append(ledger::Ledger& ledger, const std::string& type, Json body) {
    return ledger.append({type, std::move(body), nullptr}).value().index;
}

std::uint64_t close_segment(
    ledger::Ledger& ledger, const Recording& recording, std::uint64_t decision, const Wishes& wishes
) {
    Json body{
        {"segment", recording.header.segment.text()},
        {"camera", recording.header.camera},
        {"stream", recording.header.stream},
        {"key_id", recording.header.key_id},
        {"from", to_iso8601(recording.header.wall_start)},
        {"to", to_iso8601(recording.header.wall_start)},
        {"fragments", recording.leaves.size()},
        {"root", to_hex(proof::tree_root(recording.leaves))},
        {"decision", decision},
        {"cause_of_end", "length"}};
    if (wishes.closed) wishes.closed(body);
    return append(ledger, "segment.closed", std::move(body));
}

/// What an exporter does: the steps in bundle.h, and nothing that it could not do.
class Export {
public:
    Export(ledger::Ledger& ledger, const Wishes& wishes) : ledger_(ledger), wishes_(wishes) {
        bundle_.manifest.camera = "gate-1";
        bundle_.manifest.stream = "main";
        bundle_.manifest.site = "berlin";
        bundle_.manifest.from = kStart;
        bundle_.manifest.to = kStart + std::chrono::seconds(20);
        bundle_.manifest.exported_at = kStart + std::chrono::hours(2);
        bundle_.manifest.purpose = "police_request";
        bundle_.manifest.requested_by = "u-17";
    }

    void add(
        const Recording& recording,
        std::uint32_t first,
        std::uint32_t last,
        std::uint64_t closed,
        std::uint64_t decision
    ) {
        if (bundle_.clip.empty()) bundle_.clip = recording.plain[0];
        proof::EvidenceSegment evidence;
        evidence.header = recording.header_bytes;
        evidence.before = crypto::sha256(recording.fragment_headers[first - 1]);
        std::vector<std::uint64_t> indices{0};
        for (auto index = first; index <= last; ++index) {
            auto fragment = recording.plain[index];
            if (!proof::set_clock(fragment, {++sequence_, decode_time_})) std::abort();
            decode_time_ += kFragmentTicks;
            bundle_.clip.insert(bundle_.clip.end(), fragment.begin(), fragment.end());
            indices.push_back(index);
        }
        for (auto index : indices) {
            proof::EvidenceFragment fragment;
            fragment.header = recording.fragment_headers[index];
            auto secret = proof::fragment_secret(
                kCameraDayKey, recording.header, static_cast<std::uint32_t>(index)
            );
            std::copy(secret.view().begin(), secret.view().end(), fragment.secret.begin());
            fragment.sequence = static_cast<std::uint32_t>(index);
            fragment.leaf = recording.leaves[index];
            evidence.fragments.push_back(fragment);
        }
        evidence.path = proof::subset_path(recording.leaves, indices);
        bundle_.evidence.segments.push_back(std::move(evidence));
        auto header = [&](std::uint32_t index) {
            return proof::decode_fragment_header(recording.fragment_headers[index]).value();
        };
        bundle_.manifest.segments.push_back(
            {recording.header.segment,
             recording.header.key_id,
             first,
             last,
             proof::picture_start(header(first)),
             proof::picture_end(header(last)),
             closed,
             decision}
        );
        needed_.insert(needed_.end(), {closed, decision});
    }

    void gap(Timestamp from, Timestamp to) {
        bundle_.manifest.gaps.push_back({from, to, "camera_silent"});
    }

    MadeBundle finish(std::uint64_t decision) {
        if (wishes_.clip) wishes_.clip(bundle_.clip);
        bundle_.manifest.clip_sha256 = crypto::sha256(bundle_.clip);
        bundle_.manifest.clip_size = bundle_.clip.size();
        if (wishes_.manifest) wishes_.manifest(bundle_.manifest);
        auto manifest = proof::encode(bundle_.manifest).value();
        auto exported = append(
            ledger_,
            "export",
            {{"camera", "gate-1"},
             {"manifest", to_hex(crypto::sha256(as_bytes(manifest)))},
             {"decision", decision}}
        );
        append(ledger_, "config", Json::object());  // the log goes on meanwhile
        needed_.insert(needed_.end(), {decision, exported});
        if (wishes_.with_unneeded_entry) needed_.push_back(0);
        std::sort(needed_.begin(), needed_.end());
        needed_.erase(std::unique(needed_.begin(), needed_.end()), needed_.end());
        auto proofs = ledger_.prove_all(needed_).value();
        for (const auto& proven : proofs) {
            bundle_.evidence.entries.push_back({proven.index, proven.entry_bytes, proven.path});
            bundle_.checkpoint = proven.checkpoint_note;
        }
        bundle_.evidence.log = bundle_.log = ledger_.verifier_key();
        return std::move(bundle_);
    }

private:
    ledger::Ledger& ledger_;
    const Wishes& wishes_;
    MadeBundle bundle_;
    std::uint32_t sequence_ = 0;
    std::uint64_t decode_time_ = 0;
    std::vector<std::uint64_t> needed_;
};

}  // namespace

Bytes MadeBundle::file() const {
    auto bytes = proof::clip_header(clip.size(), manifest.exported_at);
    bytes.insert(bytes.end(), clip.begin(), clip.end());
    auto tail = proof::bundle_tail(
        clip.size(),
        proof::encode(manifest).value(),
        proof::encode(evidence).value(),
        checkpoint,
        manifest.exported_at
    );
    bytes.insert(bytes.end(), tail.begin(), tail.end());
    return bytes;
}

MadeBundle make_bundle(const Wishes& wishes) {
    FakeClock clock(kStart);
    auto ledger = ledger::make_memory_ledger(clock);
    auto decide = [&](const char* act, const std::string& verdict) {
        return append(
            *ledger, "decision", {{"act", act}, {"camera", "gate-1"}, {"verdict", verdict}}
        );
    };
    append(*ledger, "config", Json::object());
    auto capture = decide("capture", wishes.verdict);
    auto one = record(1, kStart, 4, capture);
    auto two = record(2, kStart + std::chrono::seconds(10), 4, capture);
    auto one_closed = close_segment(*ledger, one, capture, wishes);
    append(*ledger, "view", Json::object());
    auto two_closed = close_segment(*ledger, two, capture, wishes);
    auto permit = decide("export", "permit_with_duties");
    Export exporting(*ledger, wishes);
    exporting.add(one, 2, 4, one_closed, capture);
    exporting.gap(kStart + std::chrono::seconds(2), kStart + std::chrono::seconds(10));
    exporting.add(two, 1, 3, two_closed, capture);
    return exporting.finish(permit);
}

}  // namespace proviso::verify
