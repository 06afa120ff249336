#include <gtest/gtest.h>

#include <proviso/vision/camera_encoder.h>
#include <proviso/vision/eye.h>

namespace proviso::vision {
namespace {

using behaviour::Observation;

struct Seen {
    std::vector<Observation> observations;
    std::uint64_t packets = 0;
    int errors = 0;

    const Observation& last() const { return observations.back(); }

    /// Seconds at which something moved.
    std::vector<double> moving() const {
        std::vector<double> times;
        for (const auto& one : observations) {
            if (one.activity > 0) times.push_back(static_cast<double>(one.pts) / 90'000);
        }
        return times;
    }
};

std::unique_ptr<Eye> open_eye(EyeConfig config = {}) {
    config.detect = false;
    return Eye::open(config).value();
}

/// Plays `seconds` of a scene; `draw` puts things into the picture of a time.
template <class Draw>
Seen watch(Eye& eye, CameraEncoder::Settings settings, double seconds, Draw&& draw, int noise = 3) {
    CameraEncoder camera(settings);
    Scene scene(settings.width, settings.height, noise);
    Seen seen;
    for (int i = 0; i < static_cast<int>(seconds * settings.fps); ++i) {
        auto picture = scene.empty();
        draw(scene, picture, static_cast<double>(i) / settings.fps);
        for (const auto& packet : camera.add(picture)) {
            ++seen.packets;
            auto looked = eye.look(*packet);
            if (!looked) {
                ++seen.errors;
            } else if (*looked) {
                seen.observations.push_back(**std::move(looked));
            }
        }
    }
    return seen;
}

void nothing(const Scene& /*scene*/, Bytes& /*picture*/, double /*at*/) {}

TEST(Ladder, DecodesOnlyKeyFramesOfAStillScene) {
    auto eye = open_eye();
    auto seen = watch(*eye, {}, 12, nothing);
    EXPECT_EQ(seen.errors, 0);
    ASSERT_EQ(seen.observations.size(), 6U);
    EXPECT_TRUE(seen.moving().empty());
    EXPECT_EQ(seen.last().decoded, 6U);
    EXPECT_GE(seen.last().skipped, 240U);
}

TEST(Ladder, SeesAShortWalkThatBeginsAndEndsBetweenTwoKeyFrames) {
    auto eye = open_eye();
    CameraEncoder::Settings small;
    small.width = 320;
    small.height = 192;
    small.bit_rate = 0;
    // Key frames at 32 and 34 seconds; the thing is in view from 32.4 to 33.4.
    auto walk = [](const Scene& scene, Bytes& picture, double at) {
        if (at >= 32.4 && at < 33.4) scene.put(picture, int(50 + 100 * (at - 32.4)), 60, 20, 60);
    };
    auto seen = watch(*eye, small, 36, walk, 1);
    auto moving = seen.moving();
    ASSERT_FALSE(moving.empty());
    EXPECT_GT(moving.front(), 32.3);
    EXPECT_LT(moving.front(), 32.8);
    EXPECT_GE(moving.size(), 4U);
}

TEST(Ladder, LooksBackIntoTheGroupBeforeWhenAKeyFrameShowsWhatPacketSizesDidNot) {
    auto eye = open_eye();
    // Creeps in so slowly that no packet stands out.
    auto seen = watch(*eye, {}, 14, [](const Scene& scene, Bytes& picture, double at) {
        if (at >= 6.2) scene.put(picture, int(-60 + 22 * (at - 6.2)), 150, 60, 60);
    });
    auto moving = seen.moving();
    ASSERT_FALSE(moving.empty());
    auto sorted = std::is_sorted(
        seen.observations.begin(),
        seen.observations.end(),
        [](const auto& a, const auto& b) { return a.pts < b.pts; }
    );
    EXPECT_TRUE(sorted);
    EXPECT_LT(moving.front(), 8.0);
}

TEST(Ladder, LooksAtNoMorePicturesASecondThanAsked) {
    EyeConfig config;
    config.max_fps = 5;
    auto eye = open_eye(config);
    auto seen = watch(*eye, {}, 8, [](const Scene& scene, Bytes& picture, double at) {
        scene.put(picture, int(40 + 60 * at), 150, 40, 90);
    });
    EXPECT_LE(seen.observations.size(), 42U);
    EXPECT_GE(seen.observations.size(), 25U);
}

TEST(Ladder, SleepsAgainAfterTheWalk) {
    auto eye = open_eye();
    auto seen = watch(*eye, {}, 20, [](const Scene& scene, Bytes& picture, double at) {
        if (at >= 4.4 && at < 7) scene.put(picture, int(100 + 100 * (at - 4.4)), 150, 30, 80);
    });
    auto moving = seen.moving();
    ASSERT_FALSE(moving.empty());
    // What the last ten seconds hold besides key frames was not decoded.
    EXPECT_LT(seen.last().decoded, 25 * 9U);
}

TEST(Ladder, TakesALightSwitchedOnForLightAndNotForAThing) {
    auto eye = open_eye();
    auto seen = watch(*eye, {}, 14, [](const Scene& /*scene*/, Bytes& picture, double at) {
        if (at < 7) return;
        for (auto& value : picture) value = std::uint8_t(std::min(255, value + 60));
    });
    EXPECT_LE(seen.moving().size(), 1U);
}

TEST(Ladder, GivesTheSameObservationsForTheSamePackets) {
    auto draw = [](const Scene& scene, Bytes& picture, double at) {
        if (at >= 3) scene.put(picture, int(100 + 80 * (at - 3)), 150, 30, 80);
    };
    auto first = open_eye();
    auto second = open_eye();
    auto a = watch(*first, {}, 7, draw);
    auto b = watch(*second, {}, 7, draw);
    ASSERT_EQ(a.observations.size(), b.observations.size());
    for (std::size_t i = 0; i < a.observations.size(); ++i) {
        EXPECT_EQ(a.observations[i].pts, b.observations[i].pts);
        EXPECT_EQ(a.observations[i].heat, b.observations[i].heat);
        EXPECT_EQ(a.observations[i].decoded, b.observations[i].decoded);
    }
}

TEST(Ladder, LooksAtStreamsWithReorderedPicturesInOrder) {
    auto eye = open_eye();
    CameraEncoder::Settings settings;
    settings.b_pictures = 2;
    auto seen = watch(*eye, settings, 12, [](const Scene& scene, Bytes& picture, double at) {
        if (at >= 4.4) scene.put(picture, int(100 + 50 * (at - 4.4)), 150, 30, 80);
    });
    auto moving = seen.moving();
    ASSERT_GT(moving.size(), 10U);
    EXPECT_LT(moving.front(), 4.8);
    EXPECT_TRUE(std::is_sorted(moving.begin(), moving.end()));
}

TEST(Ladder, KeepsABoundedPartOfAGroupThatNeverEnds) {
    auto eye = open_eye();
    CameraEncoder::Settings settings;
    settings.group = 100'000;
    settings.width = 160;
    settings.height = 96;
    auto seen = watch(*eye, settings, 60, nothing);
    EXPECT_EQ(seen.errors, 0);
    // 1500 packets and one key frame: what was kept was decoded when it grew too long.
    EXPECT_GT(seen.last().decoded, 800U);
}

TEST(Ladder, GoesOnAtTheNextKeyFrameAfterPacketsWereLost) {
    auto eye = open_eye();
    CameraEncoder camera({});
    Scene scene(640, 360, 3);
    int looked = 0;
    int errors = 0;
    for (int i = 0; i < 500; ++i) {
        auto picture = scene.empty();
        scene.put(picture, 20 + i, 100, 40, 90);
        for (const auto& packet : camera.add(picture)) {
            if (i % 50 > 20 && i % 50 < 30) continue;
            auto copy = *packet;
            copy.discontinuity = i % 50 == 30;
            if (i % 60 == 7) std::fill(copy.data.begin() + 5, copy.data.end(), std::uint8_t{0x55});
            auto seen = eye->look(copy);
            errors += seen ? 0 : 1;
            looked += seen && *seen ? 1 : 0;
        }
    }
    EXPECT_GT(looked, 40);
    EXPECT_LT(errors, 30);
}

TEST(Ladder, DoesNotLookUnderAPrivacyMask) {
    EyeConfig config;
    config.privacy_masks = {{{0, 0}, {0.5F, 0}, {0.5F, 1}, {0, 1}}};
    auto eye = open_eye(config);
    auto seen = watch(*eye, {}, 12, [](const Scene& scene, Bytes& picture, double at) {
        if (at >= 3) scene.put(picture, int(40 + 20 * (at - 3)), 150, 30, 80);
    });
    EXPECT_TRUE(seen.moving().empty());
}

}  // namespace
}  // namespace proviso::vision
