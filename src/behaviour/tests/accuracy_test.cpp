#include <cmath>

#include <gtest/gtest.h>

#include <proviso/behaviour/accuracy.h>

namespace proviso::behaviour {
namespace {

constexpr Box kHere{0.1F, 0.1F, 0.1F, 0.2F};
constexpr Box kThere{0.6F, 0.6F, 0.1F, 0.2F};

TEST(Accuracy, AveragePrecisionOfAToyComputedByHand) {
    // Two things; found: one right at 0.9, one wrong at 0.8, one right at 0.7.
    std::vector<MarkedBox> marked{{0, 1, kHere}, {1, 1, kHere}};
    std::vector<GuessedBox> guessed{{0, 0, kHere, 0.9F}, {0, 0, kThere, 0.8F}, {1, 0, kHere, 0.7F}};
    // Recall 0.5 at precision 1, recall 1 at precision 2/3.
    EXPECT_NEAR(average_precision(marked, guessed), 0.5 * 1 + 0.5 * 2 / 3, 1e-9);
}

TEST(Accuracy, ASecondBoxOnTheSameThingIsWrong) {
    std::vector<MarkedBox> marked{{0, 1, kHere}};
    std::vector<GuessedBox> guessed{{0, 0, kHere, 0.9F}, {0, 0, kHere, 0.8F}};
    EXPECT_NEAR(average_precision(marked, guessed), 1, 1e-9);
    guessed[1].score = 0.95F;
    guessed[1].box.x += 0.03F;  // overlap 0.54: it takes the mark, the better one comes too late
    EXPECT_NEAR(average_precision(marked, guessed), 1, 1e-9);
}

TEST(Accuracy, HiddenThingsCountNeitherWay) {
    std::vector<MarkedBox> marked{{0, 1, kHere, 1}, {0, 2, kThere, 0.1F}};
    std::vector<GuessedBox> found{{0, 0, kThere, 0.9F}, {0, 0, kHere, 0.8F}};
    std::vector<GuessedBox> missed{{0, 0, kHere, 0.8F}};
    EXPECT_NEAR(average_precision(marked, found), 1, 1e-9);
    EXPECT_NEAR(average_precision(marked, missed), 1, 1e-9);
    EXPECT_TRUE(std::isnan(average_precision({}, found)));
}

TEST(Accuracy, TrackingFiguresOfAToyComputedByHand) {
    std::vector<MarkedBox> marked;
    std::vector<GuessedBox> guessed;
    for (int frame = 0; frame < 10; ++frame) {
        marked.push_back({frame, 1, kHere});
        // Named 7 for six frames, missed for one, then 8.
        if (frame < 6) guessed.push_back({frame, 7, kHere});
        if (frame > 6) guessed.push_back({frame, 8, kHere});
    }
    guessed.push_back({3, 9, kThere});
    auto figures = tracking_figures(marked, guessed);
    EXPECT_EQ(figures.misses, 1U);
    EXPECT_EQ(figures.false_boxes, 1U);
    EXPECT_EQ(figures.switches, 1U);
    EXPECT_EQ(figures.fragments, 1U);
    EXPECT_NEAR(figures.mota, 1 - 3.0 / 10, 1e-9);
    EXPECT_NEAR(figures.idf1, 2 * 6.0 / (10 + 10), 1e-9);
}

TEST(Accuracy, TwoWhoExchangeTheirNamesAreTwoSwitches) {
    std::vector<MarkedBox> marked;
    std::vector<GuessedBox> guessed;
    for (int frame = 0; frame < 4; ++frame) {
        marked.push_back({frame, 1, kHere});
        marked.push_back({frame, 2, kThere});
        bool crossed = frame >= 2;
        guessed.push_back({frame, crossed ? 20 : 10, kHere});
        guessed.push_back({frame, crossed ? 10 : 20, kThere});
    }
    auto figures = tracking_figures(marked, guessed);
    EXPECT_EQ(figures.switches, 2U);
    EXPECT_NEAR(figures.mota, 1 - 2.0 / 8, 1e-9);
    EXPECT_NEAR(figures.idf1, 0.5, 1e-9);
}

TEST(Accuracy, AKnownPairStaysTogetherThoughAnotherIsNearer) {
    Box beside = kHere;
    beside.x += 0.02F;
    std::vector<MarkedBox> marked{{0, 1, kHere}, {1, 1, kHere}};
    std::vector<GuessedBox> guessed{{0, 5, beside}, {1, 5, beside}, {1, 6, kHere}};
    auto figures = tracking_figures(marked, guessed);
    EXPECT_EQ(figures.switches, 0U);
    EXPECT_EQ(figures.false_boxes, 1U);
}

TEST(Accuracy, AreaUnderCurveOfAToyComputedByHand) {
    std::vector<float> scores{0.1F, 0.4F, 0.35F, 0.8F};
    std::vector<std::uint8_t> unusual{0, 0, 1, 1};
    EXPECT_NEAR(area_under_curve(scores, unusual), 0.75, 1e-9);
    EXPECT_NEAR(area_under_curve(std::vector<float>(4, 1.0F), unusual), 0.5, 1e-9);
    EXPECT_TRUE(std::isnan(area_under_curve(scores, std::vector<std::uint8_t>(4, 0))));
}

TEST(Accuracy, ReadsMarkedBoxesAndNamesTheLineItCannotRead) {
    auto boxes = read_marked_boxes("1,9,100,50,20,40,1,1,0.5\n3,2,0,0,10,10,1,2,1\r\n", 200, 100);
    ASSERT_TRUE(boxes);
    ASSERT_EQ(boxes->size(), 2U);
    EXPECT_EQ(boxes->front().frame, 0);
    EXPECT_EQ(boxes->front().id, 9);
    EXPECT_EQ(boxes->front().box, (Box{0.5F, 0.5F, 0.1F, 0.4F}));
    EXPECT_FLOAT_EQ(boxes->front().visible, 0.5F);
    EXPECT_EQ(read_marked_boxes("1,9,1,5,2,4,1,1,1\n3,2,0,0,1,1,1,2,1", 9, 9, 2)->size(), 1U);
    auto broken = read_marked_boxes("1,9,1,5,2,4,1,1,1\n1,2,x,4\n", 200, 100);
    ASSERT_FALSE(broken);
    EXPECT_NE(broken.error().story().find("line 2"), std::string::npos);
    EXPECT_FALSE(read_marked_boxes("", 0, 100));
}

}  // namespace
}  // namespace proviso::behaviour
