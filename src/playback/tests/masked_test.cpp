#include <algorithm>
#include <thread>

#include <gtest/gtest.h>

#include <proviso/base/file.h>
#include <proviso/media/fmp4.h>
#include <proviso/playback/exporter.h>
#include <proviso/playback/hand_veil.h>
#include <proviso/proof/bundle.h>
#include <proviso/record/recording_test.h>

namespace proviso::playback {
namespace {

using namespace std::chrono_literals;

/// Recordings that nobody may see clear.
class MaskedTest : public record::RecordingTest {
protected:
    void SetUp() override {
        record::RecordingTest::SetUp();
        exporter = *Exporter::open(
            house.recordings(),
            house.exports(),
            *house.catalog,
            *house.keys,
            ledger,
            clock,
            veils.masking()
        );
    }

    std::vector<Piece> play(Timestamp from, Timestamp to, bool clear = false) {
        auto reader = player.read(house.may_view(camera, clear), stream, from, to, from);
        EXPECT_TRUE(reader) << reader.error().story();
        std::vector<Piece> pieces;
        if (!reader) return pieces;
        read_from = (*reader)->stream();
        while (true) {
            auto piece = (*reader)->next();
            EXPECT_TRUE(piece) << piece.error().story();
            if (!piece || !*piece) return pieces;
            pieces.push_back(**std::move(piece));
        }
    }

    static bool all_veiled(const Piece& piece) {
        auto parsed = media::parse_fragment(piece.bytes);
        EXPECT_TRUE(parsed) << parsed.error().story();
        return std::ranges::all_of(parsed->payload, [](auto byte) { return byte == kVeiled; });
    }

    proof::BundleReport exported(Timestamp from, Timestamp to) {
        auto job = exporter->start(house.may_export(camera, from, to, false), stream, "here");
        EXPECT_TRUE(job) << job.error().story();
        for (int i = 0; i < 2000; ++i) {
            done = *exporter->job(job->id);
            if (done.state != ExportState::Queued && done.state != ExportState::Running) break;
            std::this_thread::sleep_for(5ms);
        }
        EXPECT_EQ(done.state, ExportState::Done) << done.error;
        if (done.state != ExportState::Done) return {};
        bundle = *read_file(*exporter->file(job->id));
        return proof::verify_bundle(as_bytes(bundle));
    }

    HandVeilPool veils;
    Player player{house.recordings(), *house.catalog, *house.keys, clock, veils.masking()};
    std::unique_ptr<Exporter> exporter;
    media::StreamKey read_from;
    ExportJob done;
    std::string bundle;
};

TEST_F(MaskedTest, WhatIsPlayedWithoutAClearPermitWentThroughTheVeil) {
    start();
    feed(25 * 20);
    recorder.reset();
    auto pieces = play(kStart + 8s, kStart + 14s);
    ASSERT_GE(pieces.size(), 8U);
    EXPECT_TRUE(pieces[0].init);
    for (std::size_t i = 1; i < pieces.size(); ++i) EXPECT_TRUE(all_veiled(pieces[i])) << i;
    auto clear = play(kStart + 8s, kStart + 14s, true);
    EXPECT_FALSE(all_veiled(clear.at(1))) << "the test has lost its teeth";
}

TEST_F(MaskedTest, APictureStandsAtTheMomentAskedForAndTheVeilSawSomeBefore) {
    start();
    feed(25 * 20);
    recorder.reset();
    auto from = kStart + 10s + 700ms;
    auto pieces = play(from, kStart + 14s);
    ASSERT_GE(pieces.size(), 3U);
    EXPECT_LE(pieces[1].wall_start, from);
    EXPECT_GT(pieces[1].wall_start, from - 200ms) << "nothing is sent that nobody asked for";
    ASSERT_EQ(veils.configs.size(), 1U);
    EXPECT_GE(veils.configs[0].show_from, 90'000) << "a second at least to learn from";
    std::uint64_t end = 0;
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        auto parsed = media::parse_fragment(pieces[i].bytes);
        ASSERT_TRUE(parsed);
        if (i > 1) {
            EXPECT_NEAR(
                static_cast<double>(parsed->base_decode_time), static_cast<double>(end), 2.0
            );
        }
        end = parsed->base_decode_time;
        for (const auto& sample : parsed->samples) end += sample.duration;
    }
    EXPECT_NEAR(static_cast<double>(end), 3.4 * 90'000, 9'000);
}

TEST_F(MaskedTest, TheArchiveIsReadInsteadOfMaskingAgainAndPlaysAfterTheClearIsGone) {
    start();
    media::StreamKey archive{camera, media::StreamKind::Masked};
    ASSERT_TRUE(recorder->start(archive, house.may_capture(camera)));
    for (int i = 0; i < 25 * 12; ++i) {
        auto packet = pictures.next();
        auto veiled = std::make_shared<media::Packet>(*packet);
        std::fill(veiled->data.begin(), veiled->data.end(), kVeiled);
        recorder->on_packet(stream, packet);
        recorder->on_packet(archive, veiled);
        clock.advance(40ms);
        if (i % 100 == 99) recorder->settle();
    }
    recorder.reset();
    auto pieces = play(kStart + 4s, kStart + 8s);
    EXPECT_EQ(read_from, archive);
    ASSERT_GE(pieces.size(), 4U);
    for (std::size_t i = 1; i < pieces.size(); ++i) EXPECT_TRUE(all_veiled(pieces[i])) << i;
    EXPECT_TRUE(veils.configs.empty()) << "nothing was masked again";

    std::vector<std::string> clear_keys;
    for (const auto& key : house.keys->list()) {
        if (key.camera == camera) clear_keys.push_back(key.id);
    }
    ASSERT_FALSE(clear_keys.empty());
    ASSERT_TRUE(house.keys->shred(clear_keys, "retention"));
    EXPECT_GE(play(kStart + 4s, kStart + 8s).size(), 4U);
    auto gone = player.read(house.may_view(camera, true), stream, kStart + 4s, kStart + 8s, kStart);
    EXPECT_FALSE(gone) << "what was destroyed plays nowhere";
}

TEST_F(MaskedTest, WithoutAnythingToHidePeopleWithNothingIsShown) {
    start();
    feed(25 * 5);
    recorder.reset();
    Player bare(house.recordings(), *house.catalog, *house.keys, clock);
    auto reader = bare.read(house.may_view(camera, false), stream, kStart, kStart + 4s, kStart);
    ASSERT_FALSE(reader);
    EXPECT_EQ(reader.error().kind(), ErrorKind::Unavailable);
    Exporter::open(
        house.recordings(), house.folder_ / "other", *house.catalog, *house.keys, ledger, clock
    )
        .and_then([&](std::unique_ptr<Exporter> without) -> Result<> {
            auto job = without->start(
                house.may_export(camera, kStart, kStart + 4s, false), stream, "here"
            );
            EXPECT_TRUE(job);
            for (int i = 0; i < 2000 && without->job(job->id)->state != ExportState::Failed; ++i) {
                std::this_thread::sleep_for(1ms);
            }
            EXPECT_EQ(without->job(job->id)->state, ExportState::Failed);
            return {};
        })
        .value();
}

TEST_F(MaskedTest, AMaskedBundleVerifiesAndSaysWhatItDoesNotProve) {
    start();
    feed(25 * 150);
    recorder.reset();
    auto report = exported(kStart + 70s, kStart + 90s);
    for (const auto& step : report.steps) EXPECT_TRUE(step.ok) << step.name << step.words;
    ASSERT_TRUE(report.ok);
    EXPECT_FALSE(done.clear);
    const auto& manifest = *report.manifest;
    ASSERT_TRUE(manifest.masking);
    EXPECT_EQ(manifest.masking->version, vision::kVeilVersion);
    EXPECT_EQ(manifest.masking->pictures, manifest.masking->masked);
    EXPECT_NEAR(static_cast<double>(manifest.masking->pictures), 20 * 25, 30);
    ASSERT_EQ(manifest.segments.size(), 1U) << "what was only learned from is not in the clip";
    EXPECT_EQ(manifest.segments[0].from, kStart + 70s);
    bool said = std::ranges::any_of(report.not_proven, [](const auto& words) {
        return words.find("cannot be compared with the sealed recordings") != std::string::npos;
    });
    EXPECT_TRUE(said);
    auto words = report.steps.at(6).words;
    EXPECT_NE(words.find("encoded anew"), std::string::npos) << words;
}

TEST_F(MaskedTest, ABitFlippedAnywhereInAMaskedClipIsFound) {
    start();
    feed(25 * 12);
    recorder.reset();
    ASSERT_TRUE(exported(kStart + 4s, kStart + 6s).ok);
    for (std::size_t at = 0; at < bundle.size(); at += 61) {
        auto bent = bundle;
        bent[at] = static_cast<char>(bent[at] ^ 1);
        EXPECT_FALSE(proof::verify_bundle(as_bytes(bent)).ok) << at;
    }
}

TEST_F(MaskedTest, HandDrawnPlacesReachTheVeilOnItsOwnClock) {
    start();
    feed(25 * 12);
    recorder.reset();
    Redaction redaction;
    redaction.hand_boxes = {{{{kStart + 5s, {0.1F, 0.2F, 0.3F, 0.4F}}}}};
    redaction.keep = {7};
    auto job = exporter->start(
        house.may_export(camera, kStart + 4s, kStart + 8s, false), stream, "here", redaction
    );
    ASSERT_TRUE(job);
    for (int i = 0; i < 2000 && exporter->job(job->id)->state != ExportState::Done; ++i) {
        std::this_thread::sleep_for(5ms);
    }
    ASSERT_EQ(veils.configs.size(), 1U);
    const auto& config = veils.configs[0];
    ASSERT_EQ(config.hand_boxes.size(), 1U);
    EXPECT_EQ(config.hand_boxes[0].keys[0].pts - config.show_from, 90'000);
    EXPECT_EQ(config.keep, std::vector<behaviour::TrackId>{7});
}

}  // namespace
}  // namespace proviso::playback
