#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include <proviso/behaviour/appearance.h>

namespace proviso::behaviour {
namespace {

TEST(Observation, OverlapIsSharedAreaOverCoveredArea) {
    Box left{0, 0, 0.2F, 0.2F};
    Box right{0.1F, 0, 0.2F, 0.2F};
    EXPECT_NEAR(overlap(left, right), 1.0 / 3.0, 1e-5);
    EXPECT_NEAR(overlap(left, left), 1, 1e-6);
    EXPECT_EQ(overlap(left, Box{0.5F, 0.5F, 0.1F, 0.1F}), 0);
    EXPECT_EQ(overlap(Box{}, Box{}), 0);
    float nan = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(overlap(left, Box{nan, 0, 1, 1}), 0);
}

TEST(Observation, EveryClassHasAWordThatReadsBack) {
    for (auto word : kObjectClasses) {
        auto kind = parse_object_class(word);
        ASSERT_TRUE(kind);
        EXPECT_EQ(to_string(*kind), word);
    }
    EXPECT_FALSE(parse_object_class("unicorn"));
    EXPECT_EQ(to_string(static_cast<ObjectClass>(200)), "other");
}

TEST(Appearance, NamesTheColourOfARedCarOnGreyAsphalt) {
    Appearance car{};
    car[appearance_bin(355, 0.8F, 0.6F)] = 0.4F;
    car[appearance_bin(0, 0.05F, 0.4F)] = 0.6F;
    EXPECT_EQ(dominant_colour(car), "red");
    Appearance coat{};
    coat[appearance_bin(200, 0.9F, 0.1F)] = 1;  // too dark to have a hue
    EXPECT_EQ(dominant_colour(coat), "black");
    EXPECT_EQ(dominant_colour(Appearance{}), "");
}

TEST(Appearance, EveryPixelHasABin) {
    float nan = std::numeric_limits<float>::quiet_NaN();
    for (float hue : {-720.0F, -1.0F, 0.0F, 359.99F, 1e9F, nan}) {
        for (float share : {-1.0F, 0.0F, 0.5F, 1.0F, 9.0F}) {
            EXPECT_LT(appearance_bin(hue, share, 1), Appearance{}.size());
            EXPECT_LT(appearance_bin(hue, 1, share), Appearance{}.size());
        }
    }
}

TEST(Appearance, DistanceGrowsFromSameToNothingInCommon) {
    Appearance red{};
    red[1] = 1;
    Appearance blue{};
    blue[17] = 1;
    Appearance mixed{};
    mixed[1] = mixed[17] = 0.5F;
    EXPECT_NEAR(appearance_distance(red, red), 0, 1e-6);
    EXPECT_NEAR(appearance_distance(red, blue), 1, 1e-6);
    EXPECT_NEAR(appearance_distance(red, mixed), 1 - std::sqrt(0.5), 1e-5);
}

}  // namespace
}  // namespace proviso::behaviour
