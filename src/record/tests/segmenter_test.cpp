#include "segmenter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <proviso/record/pictures.h>

namespace proviso::record {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const Timestamp kStart = Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)) + 10h;

struct Cutting {
    Segmenter segmenter{SegmenterOptions{}};
    std::vector<Fragment> fragments;
    std::vector<Loss> losses;

    void push(media::PacketPtr packet) {
        auto step = segmenter.push(std::move(packet));
        if (step.finished) fragments.push_back(*std::move(step.finished));
        if (step.lost) losses.push_back(*std::move(step.lost));
    }

    void push(Pictures& camera, int count) {
        for (int i = 0; i < count; ++i) push(camera.next());
    }

    void flush() {
        if (auto last = segmenter.flush()) fragments.push_back(*std::move(last));
    }

    std::vector<std::string> ends() const {
        std::vector<std::string> all;
        for (const auto& fragment : fragments) {
            if (fragment.start) all.push_back(fragment.end_of_previous);
        }
        return all;
    }
};

TEST(Segmenter, CutsFragmentsOfAtMostHalfASecondAndAtEveryKeyFrame) {
    Cutting cut;
    Pictures camera(kStart);
    cut.push(camera, 25 * 10);
    cut.flush();
    std::int64_t pictures = 0;
    for (const auto& fragment : cut.fragments) {
        EXPECT_LE(fragment.duration, 45'000U);
        for (std::size_t i = 1; i < fragment.packets.size(); ++i) {
            EXPECT_FALSE(fragment.packets[i]->key_frame);
        }
        pictures += static_cast<std::int64_t>(fragment.packets.size());
    }
    EXPECT_EQ(pictures, 250);
    EXPECT_EQ(cut.fragments.size(), 30U);  // 12 + 12 + 1 pictures a second
    EXPECT_EQ(cut.ends(), std::vector<std::string>{""});
}

TEST(Segmenter, BeginsASegmentOnlyWithAKeyFrame) {
    Cutting cut;
    Pictures camera(kStart);
    camera.next();
    cut.push(camera, 24);
    EXPECT_FALSE(cut.segmenter.in_segment());
    EXPECT_EQ(cut.segmenter.dropped(), 24U);
    cut.push(camera, 2);
    EXPECT_TRUE(cut.segmenter.in_segment());
    cut.flush();
    ASSERT_EQ(cut.fragments.size(), 1U);
    EXPECT_TRUE(cut.fragments[0].key_frame());
    EXPECT_EQ(cut.fragments[0].wall_start, kStart + 1s);
}

TEST(Segmenter, CutsAtTheFirstKeyFrameAfterTheSegmentLengthWithoutAHole) {
    Cutting cut;
    Pictures camera(kStart);
    cut.push(camera, 25 * 130);
    cut.flush();
    EXPECT_EQ(cut.ends(), (std::vector<std::string>{"", "length", "length"}));
    for (std::size_t i = 1; i < cut.fragments.size(); ++i) {
        EXPECT_EQ(cut.fragments[i].wall_start, cut.fragments[i - 1].wall_end);
        if (cut.fragments[i].start) {
            EXPECT_EQ(cut.fragments[i].base, 0U);
            EXPECT_TRUE(cut.fragments[i].key_frame());
        }
    }
}

TEST(Segmenter, KeepsCompositionOffsetsOfBFrames) {
    Cutting cut;
    Pictures camera(kStart);
    cut.push(camera.next_with([](media::Packet& p) { p.pts = p.dts + 7200; }));
    cut.push(camera.next_with([](media::Packet& p) { p.pts = p.dts + 10'800; }));
    cut.push(camera.next_with([](media::Packet& p) { p.pts = p.dts; }));
    cut.flush();
    ASSERT_EQ(cut.fragments.size(), 1U);
    EXPECT_EQ(cut.fragments[0].samples[0].composition_offset, 7200);
    EXPECT_EQ(cut.fragments[0].samples[1].composition_offset, 10'800);
    EXPECT_EQ(cut.fragments[0].samples[2].composition_offset, 0);
}

TEST(Segmenter, BeginsANewSegmentWhenThePictureFormatChanges) {
    Cutting cut;
    Pictures camera(kStart);
    cut.push(camera, 50);
    camera.use(Pictures::codec(1280));
    cut.push(camera, 50);
    cut.flush();
    EXPECT_EQ(cut.ends(), (std::vector<std::string>{"", "codec"}));
    EXPECT_TRUE(cut.losses.empty());
}

TEST(Segmenter, GoesOnWhenTheSameFormatIsAnnouncedAgain) {
    Cutting cut;
    Pictures camera(kStart);
    cut.push(camera, 50);
    camera.use(Pictures::codec());
    cut.push(camera, 50);
    EXPECT_EQ(cut.ends().size(), 1U);
}

TEST(Segmenter, WaitsForAKeyFrameWhenTheFormatChangesWithoutOne) {
    Cutting cut;
    Pictures camera(kStart);
    cut.push(camera, 10);
    camera.use(Pictures::codec(1280));
    cut.push(camera, 15 + 1);
    ASSERT_EQ(cut.losses.size(), 1U);
    EXPECT_THAT(cut.losses[0].detail, HasSubstr("format"));
    EXPECT_TRUE(cut.segmenter.in_segment());
}

TEST(Segmenter, BeginsANewSegmentOnANewDay) {
    Cutting cut;
    Pictures camera(kStart + 14h - 3s);
    cut.push(camera, 25 * 6);
    cut.flush();
    ASSERT_EQ(cut.ends(), (std::vector<std::string>{"", "day"}));
    for (const auto& fragment : cut.fragments) {
        if (fragment.start && fragment.end_of_previous == "day") {
            EXPECT_EQ(fragment.wall_start, kStart + 14h);
        }
    }
}

TEST(Segmenter, KeepsTheSegmentOverALossAndSaysWhatIsMissing) {
    Cutting cut;
    Pictures camera(kStart);
    cut.push(camera, 30);
    camera.skip(3600 * 5);
    cut.push(camera.next_with([](media::Packet& p) {
        p.discontinuity = true;
        p.key_frame = false;
    }));
    ASSERT_EQ(cut.losses.size(), 1U);
    EXPECT_EQ(cut.losses[0].cause, "camera_lost");
    cut.push(camera, 40);
    cut.flush();
    EXPECT_EQ(cut.ends().size(), 1U);
    const auto after = std::ranges::find_if(cut.fragments, [](const auto& fragment) {
        return fragment.hole.has_value();
    });
    ASSERT_NE(after, cut.fragments.end());
    EXPECT_TRUE(after->key_frame());
    EXPECT_GT(after->wall_start - std::prev(after)->wall_end, 500ms);
}

TEST(Segmenter, BeginsANewSegmentWhenTimesJump) {
    for (const std::int64_t jump : {-90'000LL, 90'000LL * 5, 90'000LL * 86'400, -(1LL << 32)}) {
        Cutting cut;
        Pictures camera(kStart);
        cut.push(camera, 50);
        camera.rebase(1'000'000 + 50 * 3600 + jump);
        cut.push(camera, 50);
        cut.flush();
        EXPECT_EQ(cut.ends(), (std::vector<std::string>{"", "interrupted"})) << jump;
        for (std::size_t i = 1; i < cut.fragments.size(); ++i) {
            EXPECT_GE(cut.fragments[i].wall_start, cut.fragments[i - 1].wall_end);
            EXPECT_LT(cut.fragments[i].wall_start - cut.fragments[i - 1].wall_end, 50ms);
        }
    }
}

TEST(Segmenter, DoesNotCutBecauseTheNetworkStoodStill) {
    Cutting cut;
    Pictures camera(kStart);
    cut.push(camera, 50);
    for (int i = 0; i < 75; ++i) {  // three seconds that arrive at once
        const auto late = microseconds((75 - i) * 40'000);
        cut.push(camera.next_with([&](media::Packet& p) {
            p.mono += late;
            p.wall += late;
        }));
    }
    cut.push(camera, 50);
    EXPECT_EQ(cut.ends().size(), 1U);
    EXPECT_TRUE(cut.losses.empty());
}

TEST(Segmenter, RecordsOnePictureASecondWithoutCallingItLost) {
    Cutting cut;
    Pictures camera(kStart);
    camera.every(90'000, 10);
    cut.push(camera, 60);
    cut.flush();
    EXPECT_EQ(cut.ends().size(), 1U);
    for (const auto& fragment : cut.fragments) EXPECT_FALSE(fragment.hole);
}

TEST(Segmenter, SaysThatAPictureWasMissingRatherThanShowingOneForSixSeconds) {
    Cutting cut;
    Pictures camera(kStart);
    cut.push(camera, 40);
    camera.skip(90'000 * 6);
    cut.push(camera, 40);
    cut.flush();
    const auto hole = std::ranges::find_if(cut.fragments, [](const auto& fragment) {
        return fragment.hole.has_value();
    });
    ASSERT_NE(hole, cut.fragments.end());
    EXPECT_EQ(hole->hole->detail, "no picture came for 6 s");
    EXPECT_NEAR(
        static_cast<double>((hole->wall_start - std::prev(hole)->wall_end).count()), 6e6, 2e3
    );
}

TEST(Segmenter, AClockSetForwardLeavesAGapThatSaysSo) {
    Cutting cut;
    Pictures camera(kStart);
    cut.push(camera, 25 * 20);
    camera.step_wall(10min);
    cut.push(camera, 25 * 20);
    cut.flush();
    EXPECT_EQ(cut.ends(), (std::vector<std::string>{"", "clock"}));
    EXPECT_NEAR(
        static_cast<double>((cut.fragments.back().wall_end - camera.wall()).count()), 0, 3e5
    );
}

TEST(Segmenter, AfterTheEndOfASegmentOnlyAKeyFrameOpensTheNext) {
    Cutting cut;
    Pictures camera(kStart);
    cut.push(camera, 30);
    cut.flush();
    cut.segmenter.end_segment("disk_full", Loss{"disk_full", "no space"});
    cut.push(camera, 19);
    EXPECT_FALSE(cut.segmenter.in_segment());
    cut.push(camera, 25);
    cut.flush();
    EXPECT_EQ(cut.ends(), (std::vector<std::string>{"", "disk_full"}));
    EXPECT_EQ(cut.fragments.back().base + cut.fragments.back().duration, 24U * 3600);
}

/// Whatever comes, what goes out keeps its promises and not one byte of a kept picture changes.
TEST(Segmenter, KeepsItsPromisesForAnyStream) {
    std::mt19937 random(7);
    auto chance = [&](unsigned percent) { return random() % 100 < percent; };
    for (int run = 0; run < 300; ++run) {
        Cutting cut;
        Pictures camera(kStart + std::chrono::minutes(random() % 1440), 60, random());
        camera.every(900 + static_cast<std::int64_t>(random() % 12'000), 1 + random() % 60);
        std::size_t fed = 0;
        for (int i = 0; i < 2000; ++i) {
            if (chance(1)) camera.skip(static_cast<std::int64_t>(random() % 2'000'000));
            if (chance(1)) camera.rebase(static_cast<std::int64_t>(random()) - (1LL << 31));
            if (chance(1)) camera.use(Pictures::codec(640 + static_cast<int>(random() % 2) * 640));
            if (chance(1)) camera.step_wall(microseconds(random() % 10'000'000) - 5s);
            if (chance(1)) cut.flush();
            cut.push(camera.next_with([&](media::Packet& p) {
                p.discontinuity = chance(1);
                if (chance(2)) p.dts -= 3600;
                p.pts = p.dts + static_cast<std::int64_t>(random() % 7200);
            }));
            ++fed;
        }
        cut.flush();
        std::size_t kept = 0;
        std::uint64_t end = 0;
        const media::CodecParameters* codec = nullptr;
        for (std::size_t i = 0; i < cut.fragments.size(); ++i) {
            const auto& fragment = cut.fragments[i];
            ASSERT_FALSE(fragment.packets.empty());
            ASSERT_EQ(fragment.packets.size(), fragment.samples.size());
            ASSERT_GT(fragment.wall_end, fragment.wall_start);
            if (i > 0) {
                ASSERT_GE(fragment.wall_start, cut.fragments[i - 1].wall_end);
            }
            if (fragment.start) {
                ASSERT_TRUE(fragment.key_frame());
                ASSERT_EQ(fragment.base, 0U);
                codec = fragment.start->codec.get();
            } else {
                ASSERT_GE(fragment.base, end);
            }
            end = fragment.base + fragment.duration;
            std::uint64_t sum = 0;
            for (std::size_t k = 0; k < fragment.samples.size(); ++k) {
                ASSERT_EQ(fragment.samples[k].size, fragment.packets[k]->data.size());
                ASSERT_GT(fragment.samples[k].duration, 0U);
                ASSERT_EQ(fragment.packets[k]->codec->width, codec->width);
                sum += fragment.samples[k].duration;
            }
            ASSERT_EQ(sum, fragment.duration);
            kept += fragment.packets.size();
        }
        ASSERT_EQ(kept + cut.segmenter.dropped(), fed);
    }
}

}  // namespace
}  // namespace proviso::record
