#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <proviso/media/fmp4.h>

#include "bundle_maker.h"
#include "words.h"

namespace proviso::verify {
namespace {

using testing::HasSubstr;

proof::BundleReport report_on(const MadeBundle& bundle) {
    return proof::verify_bundle(bundle.file());
}

/// "step: words" of the step that broke; empty if none did.
std::string broken(const proof::BundleReport& report) {
    if (report.ok) return {};
    return report.steps.back().name + ": " + report.steps.back().words;
}

TEST(Bundle, IsProvenToTheLastByte) {
    auto bundle = make_bundle();
    auto report = report_on(bundle);
    ASSERT_TRUE(report.ok) << broken(report);
    EXPECT_EQ(report.steps.size(), 8U);
    EXPECT_EQ(report.manifest, bundle.manifest);
    EXPECT_FALSE(report.log_trusted);
    EXPECT_THAT(report.not_proven.front(), HasSubstr("Whose log this is"));
}

TEST(Bundle, IsTrustedOnlyWithTheKeyOfItsLog) {
    auto bundle = make_bundle();
    auto key = proof::parse_verifier_key(bundle.log).value();
    auto report = proof::verify_bundle(bundle.file(), key);
    EXPECT_TRUE(report.ok);
    EXPECT_TRUE(report.log_trusted);
    for (const auto& limit : report.not_proven) EXPECT_THAT(limit, Not(HasSubstr("Whose log")));
    key.key[3] ^= 1U;
    EXPECT_THAT(broken(proof::verify_bundle(bundle.file(), key)), HasSubstr("another log"));
}

TEST(Bundle, HoldsAClipThatIsAnOrdinaryMp4) {
    auto bundle = make_bundle();
    ByteView rest(bundle.clip);
    // ftyp and moov, then fragments as the muxer writes them, counted from one and from zero.
    for (auto type : {"ftyp", "moov"}) {
        EXPECT_EQ(as_text(rest.subspan(4, 4)), type);
        rest = rest.subspan(ByteReader(rest).u32());
    }
    std::uint64_t decode_time = 0;
    std::uint32_t sequence = 0;
    while (!rest.empty()) {
        auto fragment = media::parse_fragment(rest).value();
        EXPECT_EQ(fragment.sequence, ++sequence);
        EXPECT_EQ(fragment.base_decode_time, decode_time);
        EXPECT_EQ(fragment.sound_base, decode_time + 7);
        for (const auto& sample : fragment.samples) decode_time += sample.duration;
        rest = rest.subspan(fragment.size);
    }
    EXPECT_EQ(sequence, 6U);
}

TEST(Bundle, SaysWhereTimeWithoutPicturesHasNoCause) {
    auto silent = make_bundle({.manifest = [](auto& manifest) { manifest.gaps.clear(); }});
    auto report = report_on(silent);
    EXPECT_TRUE(report.ok);
    std::string limits;
    for (const auto& limit : report.not_proven) limits += limit + "\n";
    EXPECT_THAT(limits, HasSubstr("Why there are no pictures from 2026-11-22T13:05:09.250000Z"));
    EXPECT_THAT(plain_words(report_on(make_bundle())), HasSubstr("camera_silent"));
}

TEST(Bundle, IsBrokenIfTheManifestWasReplaced) {
    auto bundle = make_bundle();
    bundle.manifest.purpose = "curiosity";
    EXPECT_THAT(broken(report_on(bundle)), HasSubstr("manifest: manifest.json is not the one"));
}

TEST(Bundle, IsBrokenIfTheClipWasReplacedOrCut) {
    auto bundle = make_bundle();
    auto other = bundle;
    other.clip.back() ^= 1U;
    EXPECT_THAT(
        broken(report_on(other)), HasSubstr("pictures: fragment 3 (at 2026-11-22T13:05:18.2")
    );
    other = bundle;
    other.clip.pop_back();
    EXPECT_THAT(broken(report_on(other)), HasSubstr("pictures: "));
    other = bundle;
    other.clip.push_back(0);
    EXPECT_THAT(broken(report_on(other)), HasSubstr("belong to nothing"));
}

TEST(Bundle, IsBrokenIfAPictureWasMovedEvenWithAMatchingDigest) {
    // A dishonest exporter signs what it likes; the recordings' seals still refuse.
    auto moved = make_bundle({.clip = [](Bytes& clip) { clip[clip.size() - 1] ^= 1U; }});
    EXPECT_THAT(broken(report_on(moved)), HasSubstr("not those that were recorded"));
    auto renumbered = make_bundle({.clip = [](Bytes& clip) {
        auto text = as_text(clip);
        clip[text.find("tfdt", text.rfind("moof")) + 15] ^= 1U;
    }});
    EXPECT_THAT(broken(report_on(renumbered)), HasSubstr("number or time in the clip"));
    // The sound keeps the place in the pictures that it was recorded at.
    auto shifted =
        make_bundle({.clip = [](Bytes& clip) { clip[as_text(clip).rfind("tfdt") + 15] ^= 1U; }});
    EXPECT_THAT(broken(report_on(shifted)), HasSubstr("not those that were recorded"));
}

TEST(Bundle, IsBrokenIfItClaimsOtherTimesOrPlaces) {
    auto with = [](std::function<void(proof::Manifest&)> change) {
        return broken(report_on(make_bundle({.manifest = std::move(change)})));
    };
    EXPECT_THAT(
        with([](auto& manifest) { manifest.segments[0].from += microseconds(1); }),
        HasSubstr("other times")
    );
    EXPECT_THAT(
        with([](auto& manifest) { manifest.camera = "gate-2"; }), HasSubstr("another camera")
    );
    EXPECT_THAT(with([](auto& manifest) { manifest.stream = "sub"; }), HasSubstr("same segment"));
    EXPECT_THAT(
        with([](auto& manifest) { std::swap(manifest.segments[0].key_id, manifest.stream); }),
        HasSubstr("same segment")
    );
    EXPECT_THAT(
        with([](auto& manifest) { manifest.segments.pop_back(); }), HasSubstr("number of segments")
    );
    EXPECT_THAT(
        with([](auto& manifest) { ++manifest.segments[0].first; }), HasSubstr("number of fragments")
    );
    EXPECT_THAT(
        with([](auto& manifest) { manifest.segments[0].decision = 0; }),
        HasSubstr("lacks the 'decision' entry 0")
    );
    EXPECT_THAT(
        with([](auto& manifest) { std::swap(manifest.segments[0], manifest.segments[1]); }),
        HasSubstr("same segment")
    );
}

TEST(Bundle, IsBrokenIfRecordingWasNotPermitted) {
    EXPECT_THAT(
        broken(report_on(make_bundle({.verdict = "refuse"}))), HasSubstr("decisions: decision 1 ")
    );
}

TEST(Bundle, IsBrokenIfTheLogSealedSomethingElse) {
    auto with = [](std::function<void(Json&)> change) {
        return broken(report_on(make_bundle({.closed = std::move(change)})));
    };
    EXPECT_THAT(
        with([](Json& body) { body["root"] = std::string(64, '0'); }),
        HasSubstr("not what was sealed in the log")
    );
    EXPECT_THAT(with([](Json& body) { body["root"] = "short"; }), HasSubstr("no digest"));
    EXPECT_THAT(with([](Json& body) { body["fragments"] = 6; }), HasSubstr("not what was sealed"));
    EXPECT_THAT(
        with([](Json& body) { body["fragments"] = UINT64_MAX; }), HasSubstr("not what was sealed")
    );
    EXPECT_THAT(with([](Json& body) { body["fragments"] = "5"; }), HasSubstr("same segment"));
    EXPECT_THAT(with([](Json& body) { body.erase("camera"); }), HasSubstr("same segment"));
}

TEST(Bundle, IsBrokenIfEvidenceIsMissingAddedOrMixed) {
    const auto good = make_bundle();
    auto with = [&](const std::function<void(proof::Evidence&)>& change) {
        auto bundle = good;
        change(bundle.evidence);
        return broken(report_on(bundle));
    };
    for (std::size_t i = 0; i < good.evidence.entries.size(); ++i) {
        auto story = with([i](auto& evidence) {
            evidence.entries.erase(evidence.entries.begin() + static_cast<std::ptrdiff_t>(i));
        });
        EXPECT_THAT(story, HasSubstr("lacks the")) << i;
    }
    EXPECT_NE(with([](auto& e) { e.entries.push_back(e.entries.back()); }), "");
    EXPECT_NE(with([](auto& e) { std::swap(e.entries[0], e.entries[1]); }), "");
    EXPECT_NE(with([](auto& e) { e.entries[0].path.push_back({}); }), "");
    EXPECT_NE(with([](auto& e) { e.segments[0].path.emplace_back(); }), "");
    EXPECT_NE(with([](auto& e) { e.segments[0].path.pop_back(); }), "");
    EXPECT_NE(with([](auto& e) { e.segments.push_back(e.segments[0]); }), "");
    EXPECT_NE(with([](auto& e) { e.segments.clear(); }), "");
    EXPECT_NE(with([](auto& e) { std::swap(e.segments[0], e.segments[1]); }), "");
    EXPECT_NE(with([](auto& e) { e.segments[0].fragments.clear(); }), "");
    EXPECT_NE(
        with([](auto& e) { std::swap(e.segments[0].fragments[1], e.segments[0].fragments[2]); }), ""
    );
    EXPECT_NE(with([](auto& e) { e.segments[0].fragments[0].sequence = 1; }), "");
    EXPECT_NE(with([](auto& e) { e.segments[1].before[0] ^= 1U; }), "") << "before fragment 1";
    EXPECT_EQ(with([](auto& /*e*/) {}), "");
}

TEST(Bundle, IsBrokenWithAnEntryThatItDoesNotNeed) {
    auto bundle = make_bundle({.with_unneeded_entry = true});
    EXPECT_THAT(broken(report_on(bundle)), HasSubstr("does not need"));
}

TEST(Bundle, NeverCrashesOnWhatIsCutOff) {
    auto file = make_bundle().file();
    for (std::size_t size = 0; size < file.size(); size += 61) {
        ASSERT_FALSE(proof::verify_bundle(ByteView(file).first(size)).ok) << size;
    }
    auto longer = file;
    longer.resize(longer.size() + 512);
    EXPECT_FALSE(proof::verify_bundle(longer).ok);
}

TEST(Bundle, NeverCrashesOnRubbish) {
    std::mt19937 random(7);
    auto byte = [&] { return static_cast<std::uint8_t>(random()); };
    auto good = make_bundle().file();
    for (int round = 0; round < 300; ++round) {
        Bytes rubbish(random() % 5000);
        for (auto& each : rubbish) each = byte();
        ASSERT_FALSE(proof::verify_bundle(rubbish).ok);
        auto torn = good;
        for (int change = 0; change < 1 + round % 20; ++change)
            torn[random() % torn.size()] = byte();
        (void)proof::verify_bundle(torn);
        auto wild = good;
        std::fill_n(wild.begin() + 124 + 512 * static_cast<std::ptrdiff_t>(round % 3), 11, '7');
        ASSERT_FALSE(proof::verify_bundle(wild).ok) << "a size of 8 GiB";
    }
}

TEST(Words, CannotBePaintedByTheBundle) {
    proof::BundleReport report;
    report.manifest = proof::Manifest{};
    report.manifest->camera = "gate\x1b[32m\n ok\xc2\x9b";
    auto text = plain_words(report);
    EXPECT_THAT(text, HasSubstr("gate?[32m? ok?"));
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace proviso::verify
