#include "privacy.h"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include <proviso/vision/camera_encoder.h>
#include <proviso/vision/eye.h>
#include <proviso/vision/picture.h>

namespace proviso::vision {
namespace {

TEST(Privacy, NothingFinerThanABlockIsLeftOfWhatIsHidden) {
    // Two pictures with the same means of blocks and nothing else in common.
    cv::Mat stripes(240, 240, CV_8UC3);
    cv::Mat checks(240, 240, CV_8UC3);
    for (int y = 0; y < 240; ++y) {
        for (int x = 0; x < 240; ++x) {
            auto a = static_cast<std::uint8_t>(x % 2 == 0 ? 40 : 200);
            auto b = static_cast<std::uint8_t>((x + y) % 2 == 0 ? 40 : 200);
            stripes.at<cv::Vec3b>(y, x) = {a, a, a};
            checks.at<cv::Vec3b>(y, x) = {b, b, b};
        }
    }
    Hidden hidden;
    hidden.boxes = {{0, 0, 1, 1}};
    hide(stripes, hidden, 5);
    hide(checks, hidden, 5);
    EXPECT_EQ(cv::norm(stripes, checks, cv::NORM_INF), 0);
}

TEST(Privacy, WhatIsHiddenHasOnlyAFewColours) {
    cv::Mat picture(300, 200, CV_8UC3);
    cv::randu(picture, 0, 255);
    Hidden hidden;
    hidden.boxes = {{0.25F, 0.25F, 0.5F, 0.5F}};
    hide(picture, hidden, 9);
    std::set<std::array<int, 3>> colours;
    for (int y = 80; y < 220; ++y) {
        for (int x = 55; x < 145; ++x) {
            auto colour = picture.at<cv::Vec3b>(y, x);
            colours.insert({colour[0], colour[1], colour[2]});
        }
    }
    EXPECT_LE(colours.size(), 24U);
}

TEST(Privacy, LeavesTheRestAsItWas) {
    cv::Mat picture(300, 200, CV_8UC3);
    cv::randu(picture, 0, 255);
    auto before = picture.clone();
    Hidden hidden;
    std::vector<behaviour::Polygon> masks = {{{0.5F, 0.5F}, {1, 0.5F}, {1, 1}, {0.5F, 1}}};
    hidden.polygons = masks;
    hide(picture, hidden, 9);
    EXPECT_EQ(cv::norm(picture.rowRange(0, 149), before.rowRange(0, 149), cv::NORM_INF), 0);
    EXPECT_GT(
        cv::norm(
            picture(cv::Rect(110, 160, 80, 130)), before(cv::Rect(110, 160, 80, 130)), cv::NORM_L1
        ),
        1000
    );
}

TEST(Privacy, PictureHasTheAskedWidthAndItsMasks) {
    EyeConfig config;
    config.detect = false;
    config.privacy_masks = {{{0, 0}, {0.5F, 0}, {0.5F, 1}, {0, 1}}};
    auto eye = Eye::open(config).value();
    EXPECT_FALSE(eye->masked_picture(320, {}));
    CameraEncoder camera({});
    Scene scene(640, 360, 2);
    for (int i = 0; i < 60; ++i) {
        for (const auto& packet : camera.add(scene.empty())) (void)eye->look(*packet);
    }
    auto jpeg = eye->masked_picture(320, {});
    ASSERT_TRUE(jpeg) << jpeg.error().story();
    auto picture = decode_jpeg(*jpeg);
    ASSERT_TRUE(picture);
    EXPECT_EQ(picture->width, 320);
    EXPECT_EQ(picture->height, 180);
}

TEST(Jpeg, ComesBackAsItWent) {
    Picture picture{64, 32, Bytes(64 * 32 * 3, 120)};
    auto jpeg = encode_jpeg(picture, 90);
    ASSERT_TRUE(jpeg);
    auto back = decode_jpeg(*jpeg);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->width, 64);
    EXPECT_NEAR(back->bgr[1000], 120, 3);
}

TEST(Jpeg, RefusesWhatIsNoneAndWhatIsTooLarge) {
    EXPECT_FALSE(decode_jpeg({}));
    EXPECT_FALSE(decode_jpeg(as_bytes("hello, I am a text")));
    Picture picture{16, 16, Bytes(16 * 16 * 3, 120)};
    auto jpeg = *encode_jpeg(picture, 90);
    for (std::size_t i = 0; i + 9 < jpeg.size(); ++i) {
        if (jpeg[i] != 0xFF || jpeg[i + 1] != 0xC0) continue;
        jpeg[i + 5] = jpeg[i + 7] = 0xFF;
    }
    auto large = decode_jpeg(jpeg);
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().kind(), ErrorKind::TooLarge);
}

}  // namespace
}  // namespace proviso::vision
