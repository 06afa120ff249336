#include <fstream>

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

#include <proviso/base/file.h>
#include <proviso/vision/face_reader.h>
#include <proviso/vision/footage.h>

namespace proviso::vision {
namespace {

class FaceReading : public testing::Test {
protected:
    void SetUp() override {
        auto assets = shared_assets();
        if (!assets) GTEST_SKIP() << "skipped: no shared assets";
        assets_ = *assets;
        config_.card_folder = PROVISO_MODEL_CARDS;
        config_.model_folder = assets_ / "models";
    }

    Picture picture(const std::filesystem::path& file) const {
        auto text = read_file(assets_ / "faces" / file).value();
        return decode_jpeg(as_bytes(text)).value();
    }

    std::vector<std::filesystem::path> people(std::size_t most) const {
        std::vector<std::filesystem::path> folders;
        for (const auto& entry : std::filesystem::directory_iterator(assets_ / "faces" / "pairs")) {
            folders.push_back(std::filesystem::path("pairs") / entry.path().filename());
        }
        std::sort(folders.begin(), folders.end());
        folders.resize(std::min(folders.size(), most));
        return folders;
    }

    std::filesystem::path assets_;
    FaceReaderConfig config_;
};

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * b[i];
    return sum;
}

TEST_F(FaceReading, TwoPicturesOfOnePersonAreNearerThanThoseOfTwo) {
    auto reader = FaceReader::open(config_).value();
    std::vector<std::vector<float>> enrolled;
    std::vector<std::vector<float>> probes;
    for (const auto& person : people(8)) {
        for (const auto* name : {"a.jpg", "b.jpg"}) {
            auto shown = picture(person / name);
            auto faces = reader->detect(shown).value();
            ASSERT_FALSE(faces.empty());
            ASSERT_EQ(faces[0].points.size(), 5U);
            auto made = reader->embed(shown, faces[0]).value();
            EXPECT_NEAR(cosine(made, made), 1, 1e-5);
            (name[0] == 'a' ? probes : enrolled).push_back(made);
        }
    }
    for (std::size_t i = 0; i < probes.size(); ++i) {
        for (std::size_t j = 0; j < enrolled.size(); ++j) {
            if (i == j) continue;
            EXPECT_GT(cosine(probes[i], enrolled[i]), cosine(probes[i], enrolled[j]));
        }
    }
    EXPECT_EQ(reader->embedder_card()->id, "face_reid_retail_0095");
}

TEST_F(FaceReading, FindsWhatOpenCvsOwnReaderOfTheNetworkFinds) {
    auto reader = FaceReader::open(config_).value();
    auto file = config_.model_folder / "face_detection_yunet_2022mar.onnx";
    auto shown = picture(people(1)[0] / "a.jpg");
    cv::Mat bgr(shown.height, shown.width, CV_8UC3, shown.bgr.data());
    auto theirs = cv::FaceDetectorYN::create(file, "", bgr.size(), 0.7F, 0.3F, 50);
    cv::Mat found;
    theirs->detect(bgr, found);
    auto ours = reader->detect(shown).value();
    ASSERT_EQ(found.rows, static_cast<int>(ours.size()));
    EXPECT_NEAR(found.at<float>(0, 0), ours[0].x, 0.5);
    EXPECT_NEAR(found.at<float>(0, 2), ours[0].width, 0.5);
    EXPECT_NEAR(found.at<float>(0, 3), ours[0].height, 0.5);
    EXPECT_NEAR(found.at<float>(0, 8), ours[0].points[2].x, 0.5);
    EXPECT_NEAR(found.at<float>(0, 13), ours[0].points[4].y, 0.5);
}

TEST_F(FaceReading, ABlurredFaceHasLowSharpness) {
    auto reader = FaceReader::open(config_).value();
    for (const auto& person : people(6)) {
        auto shown = picture(person / "a.jpg");
        auto sharp = reader->detect(shown).value();
        ASSERT_FALSE(sharp.empty());
        cv::Mat bgr(shown.height, shown.width, CV_8UC3, shown.bgr.data());
        cv::GaussianBlur(bgr, bgr, {}, sharp[0].width / 16);
        auto blurred = reader->detect(shown).value();
        if (blurred.empty()) continue;
        EXPECT_GT(sharp[0].sharpness, 0.3F) << person;
        EXPECT_LT(blurred[0].sharpness, 0.3F) << person;
    }
}

TEST_F(FaceReading, TheCascadeFindsPortraitsAndMakesNoTemplates) {
    config_.detector = "embedded";
    config_.embedder.clear();
    auto opened = FaceReader::open(config_);
    ASSERT_TRUE(opened) << opened.error().story();
    auto& reader = *opened;
    int found = 0;
    for (const auto& person : people(8)) {
        auto shown = picture(person / "a.jpg");
        auto faces = reader->detect(shown).value();
        if (faces.empty()) continue;
        ++found;
        EXPECT_FALSE(reader->embed(shown, faces[0]));
    }
    EXPECT_GE(found, 6);
}

TEST_F(FaceReading, APictureThatLiesAboutItsSizeIsRefused) {
    auto reader = FaceReader::open(config_).value();
    EXPECT_FALSE(reader->detect({100, 100, Bytes(10)}));
    EXPECT_FALSE(reader->detect({-1, 100, {}}));
}

}  // namespace
}  // namespace proviso::vision
