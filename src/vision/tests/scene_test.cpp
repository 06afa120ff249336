#include <gtest/gtest.h>

#include <proviso/behaviour/appearance.h>
#include <proviso/vision/camera_encoder.h>

#include "background.h"
#include "colours.h"
#include "health.h"
#include "person_height.h"
#include "static_objects.h"

namespace proviso::vision {
namespace {

using behaviour::Box;
using behaviour::TrackView;
using std::chrono::seconds;

constexpr int kWidth = 160;
constexpr int kHeight = 90;
const Timestamp kStart{seconds(1'800'000'000)};

Planes grey(const Bytes& luma, int width = kWidth, int height = kHeight) {
    Planes planes;
    planes.width = width;
    planes.height = height;
    planes.y = luma.data();
    planes.y_stride = width;
    return planes;
}

TrackView person_at(behaviour::TrackId id, Box box) {
    TrackView track;
    track.id = id;
    track.kind = behaviour::ObjectClass::Person;
    track.box = box;
    track.confirmed = true;
    return track;
}

class Objects : public testing::Test {
protected:
    /// Looks five times a second for `time` seconds.
    template <class Draw>
    const std::vector<behaviour::StaticObject>& watch(
        int time, Draw&& draw, std::vector<TrackView> tracks = {}
    ) {
        const std::vector<behaviour::StaticObject>* objects = nullptr;
        for (int i = 0; i < time * 5; ++i) {
            auto picture = scene_.empty();
            draw(picture);
            now_ += std::chrono::milliseconds(200);
            objects = &objects_.take({kWidth, kHeight, picture}, 0.2, now_, tracks);
        }
        return *objects;
    }

    void bag(Bytes& picture) const { scene_.put(picture, 100, 60, 8, 10); }

    Scene scene_{kWidth, kHeight, 2};
    StaticObjects objects_;
    Timestamp now_ = kStart;
};

TEST_F(Objects, NothingIsFoundInAStillScene) {
    EXPECT_TRUE(watch(40, [](Bytes&) {}).empty());
}

TEST_F(Objects, AThingPutDownIsFoundAndTheTimeIsThatOfPuttingDown) {
    watch(20, [](Bytes&) {});
    auto put = now_;
    const auto& objects = watch(15, [&](Bytes& picture) { bag(picture); });
    ASSERT_EQ(objects.size(), 1U);
    EXPECT_FALSE(objects[0].removed);
    EXPECT_NEAR(objects[0].box.centre().x, 104.0F / kWidth, 0.03F);
    auto late = std::chrono::duration<double>(objects[0].since - put).count();
    EXPECT_GT(late, -1);
    EXPECT_LT(late, 4);
    auto id = objects[0].id;
    // It keeps its id for as long as it lies there, and goes when it is taken away.
    const auto& later = watch(60, [&](Bytes& picture) { bag(picture); });
    ASSERT_EQ(later.size(), 1U);
    EXPECT_EQ(later[0].id, id);
    EXPECT_TRUE(watch(20, [](Bytes&) {}).empty());
}

TEST_F(Objects, AThingTakenAwayIsToldFromOnePutDown) {
    watch(30, [&](Bytes& picture) { bag(picture); });
    const auto& objects = watch(15, [](Bytes&) {});
    ASSERT_EQ(objects.size(), 1U);
    EXPECT_TRUE(objects[0].removed);
}

TEST_F(Objects, APersonWhoStandsStillIsNone) {
    watch(20, [](Bytes&) {});
    Box box{60.0F / kWidth, 30.0F / kHeight, 14.0F / kWidth, 40.0F / kHeight};
    auto stand = [&](Bytes& picture) { scene_.put(picture, 60, 30, 14, 40); };
    EXPECT_TRUE(watch(60, stand, {person_at(1, box)}).empty());
    // Also when the detector has lost sight of him.
    EXPECT_TRUE(watch(60, stand).empty());
}

TEST_F(Objects, ABagBesideAPersonIsFound) {
    watch(20, [](Bytes&) {});
    Box box{60.0F / kWidth, 30.0F / kHeight, 14.0F / kWidth, 40.0F / kHeight};
    const auto& objects = watch(
        20,
        [&](Bytes& picture) {
            scene_.put(picture, 60, 30, 14, 40);
            bag(picture);
        },
        {person_at(1, box)}
    );
    ASSERT_EQ(objects.size(), 1U);
}

TEST(Background, LearnsTheSceneAndShowsWhatStandsInFront) {
    Scene scene(320, 180, 2);
    Background background;
    for (int i = 0; i < 20; ++i) background.take(grey(scene.empty(), 320, 180), 0.1, {});
    auto picture = scene.empty();
    scene.put(picture, 100, 60, 30, 80);
    background.take(grey(picture, 320, 180), 0.1, {});
    EXPECT_TRUE(background.settled());
    auto inside = cv::countNonZero(background.foreground()(cv::Rect(102, 62, 26, 76)));
    EXPECT_GT(inside, 26 * 76 * 7 / 10);
    EXPECT_LT(cv::countNonZero(background.foreground()) - inside, 600);
}

TEST(Background, TakesAShadowForAShadow) {
    Scene scene(320, 180, 2);
    Background background;
    for (int i = 0; i < 20; ++i) background.take(grey(scene.empty(), 320, 180), 0.1, {});
    auto picture = scene.empty();
    for (int y = 60; y < 140; ++y) {
        for (int x = 100; x < 130; ++x) {
            auto& value = picture[std::size_t(y * 320 + x)];
            value = static_cast<std::uint8_t>(value * 7 / 10);
        }
    }
    background.take(grey(picture, 320, 180), 0.1, {});
    EXPECT_LT(cv::countNonZero(background.foreground()), 30 * 80 / 20);
}

TEST(PersonHeight, IsALineLearnedOfThePeopleSeen) {
    PersonHeight height;
    EXPECT_FALSE(height.at(0.5F));
    for (int i = 0; i < 60; ++i) {
        auto foot = 0.3F + 0.01F * static_cast<float>(i);
        height.learn(foot, 0.1F + 0.4F * foot);
    }
    EXPECT_NEAR(*height.at(0.4F), 0.26F, 0.02F);
    EXPECT_NEAR(*height.at(0.9F), 0.46F, 0.02F);
    // Something out of proportion teaches nothing.
    for (int i = 0; i < 200; ++i) height.learn(0.5F, 0.9F);
    EXPECT_NEAR(*height.at(0.5F), 0.30F, 0.02F);
}

class Health : public testing::Test {
protected:
    behaviour::PictureHealth watch(const Bytes& picture, int pictures) {
        for (int i = 0; i < pictures; ++i) {
            now_ += seconds(2);
            gauge_.take(grey(picture, 320, 180), now_);
        }
        return gauge_.last();
    }

    Scene scene_{320, 180, 2};
    HealthGauge gauge_;
    Timestamp now_ = kStart;
};

TEST_F(Health, ACoveredCameraIsDarkFlatAndChanged) {
    auto usual = watch(scene_.empty(), 1);
    for (int i = 0; i < 30; ++i) usual = watch(scene_.empty(), 1);
    EXPECT_LT(usual.changed, 0.15F);
    EXPECT_GT(usual.contrast, 0.1F);
    auto covered = watch(Bytes(320 * 180, 12), 1);
    EXPECT_GT(covered.changed, 0.7F);
    EXPECT_LT(covered.brightness, 0.1F);
    EXPECT_LT(covered.contrast, 0.05F);
}

TEST_F(Health, ATurnedCameraIsChangedButNotDark) {
    for (int i = 0; i < 30; ++i) watch(scene_.empty(), 1);
    auto picture = scene_.empty();
    Bytes turned(picture.size());
    for (int y = 0; y < 180; ++y) {
        for (int x = 0; x < 320; ++x) {
            turned[std::size_t(y * 320 + x)] =
                picture[std::size_t(((y * 3 + 40) % 180) * 320 + (x * 2 + 71) % 320)];
        }
    }
    auto after = watch(turned, 1);
    EXPECT_GT(after.changed, 0.3F);
    EXPECT_GT(after.contrast, 0.1F);
}

TEST_F(Health, APictureThatNeverChangesIsFrozenAndNoiseIsNot) {
    auto picture = scene_.empty();
    EXPECT_FALSE(watch(picture, 4).frozen);
    EXPECT_TRUE(watch(picture, 6).frozen);
    EXPECT_FALSE(watch(scene_.empty(), 1).frozen);
}

TEST_F(Health, ABlurredPictureHasLessDetail) {
    auto sharp = watch(scene_.empty(), 3);
    auto picture = scene_.empty();
    Bytes blurred = picture;
    for (int y = 0; y < 180; ++y) {
        for (int x = 8; x < 312; ++x) {
            int sum = 0;
            for (int k = -8; k < 8; ++k) sum += picture[std::size_t(y * 320 + x + k)];
            blurred[std::size_t(y * 320 + x)] = static_cast<std::uint8_t>(sum / 16);
        }
    }
    EXPECT_LT(watch(blurred, 1).sharpness, sharp.sharpness / 2);
}

TEST(Colours, OfAPersonAreThoseOfTheClothes) {
    Bytes luma(64 * 64, 82);
    Bytes u(32 * 32, 90);
    Bytes v(32 * 32, 240);  // red
    auto planes = grey(luma, 64, 64);
    planes.u = u.data();
    planes.v = v.data();
    planes.uv_stride = 32;
    auto colours = colours_of(planes, {0.2F, 0.1F, 0.5F, 0.8F}, behaviour::ObjectClass::Person);
    EXPECT_EQ(behaviour::dominant_colour(colours), "red");
}

}  // namespace
}  // namespace proviso::vision
