#include <cmath>

#include <gtest/gtest.h>

#include <proviso/recognise/figures.h>

namespace proviso::recognise {
namespace {

/// In the plane the score of two faces is the cosine of the angle between them.
LabelledFace at_degrees(std::string person, std::string group, double degrees) {
    auto angle = degrees * 3.14159265358979 / 180;
    return {
        std::move(person),
        std::move(group),
        {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))}};
}

// Pairs: a-a 0.866, b-b 0.866; a0-b60 0.5, a0-b90 0, a30-b60 0.866, a30-b90 0.5.
std::vector<LabelledFace> toy() {
    return {
        at_degrees("a", "x", 0),
        at_degrees("a", "x", 30),
        at_degrees("b", "x", 60),
        at_degrees("b", "x", 90)};
}

TEST(Evaluation, CountsEveryPairOnceAtEachThreshold) {
    std::vector<double> thresholds{0.4, 0.6, 0.9};
    auto points = evaluate_pairs(toy(), thresholds).value();
    ASSERT_EQ(points.size(), 3U);
    EXPECT_EQ(points[0].fmr, (Rate{3, 4}));
    EXPECT_EQ(points[0].fnmr, (Rate{0, 2}));
    EXPECT_EQ(points[1].fmr, (Rate{1, 4}));
    EXPECT_EQ(points[1].fnmr, (Rate{0, 2}));
    EXPECT_EQ(points[2].fmr, (Rate{0, 4}));
    EXPECT_EQ(points[2].fnmr, (Rate{2, 2}));
}

TEST(Evaluation, AGroupIsComparedWithItselfOnly) {
    auto faces = toy();
    faces[2].group = faces[3].group = "y";
    std::vector<double> thresholds{0.6};
    auto point = evaluate_pairs(faces, thresholds).value().front();
    EXPECT_EQ(point.fmr, (Rate{1, 4})) << "of all";
    EXPECT_EQ(point.groups.at("x").fmr, (Rate{0, 0}));
    EXPECT_EQ(point.groups.at("y").fnmr, (Rate{0, 1}));
    auto fifth = at_degrees("c", "y", 61);
    faces.push_back(fifth);
    point = evaluate_pairs(faces, thresholds).value().front();
    EXPECT_EQ(point.groups.at("y").fmr, (Rate{2, 2})) << "61 with 60 and with 90 degrees";
}

TEST(Evaluation, TheLengthOfAnEmbeddingDoesNotMatter) {
    auto faces = toy();
    for (auto& number : faces[1].embedding) number *= 40;
    std::vector<double> thresholds{0.6};
    EXPECT_EQ(evaluate_pairs(faces, thresholds).value().front().fmr, (Rate{1, 4}));
}

TEST(Evaluation, TheEqualErrorRateOfAToyIsAsByHand) {
    // Mated 0.5 and 0.966; strangers 0.866, 0.259, 0.259, 0 and so on: at any threshold from 0.5
    // to 0.866 one of the two mated is missed or one of the four strangers let in.
    std::vector<LabelledFace> faces{
        at_degrees("a", "", 0),
        at_degrees("a", "", 60),
        at_degrees("b", "", 90),
        at_degrees("b", "", 105)};
    // strangers: 0-90 0, 0-105 -0.259, 60-90 0.866, 60-105 0.707
    auto found = equal_error_rate(faces).value();
    EXPECT_NEAR(found.rate, 0.5, 1e-9) << "FMR 2/4 and FNMR 1/2 above 0.5";
    EXPECT_GT(found.threshold, 0.5);
    EXPECT_LE(found.threshold, 0.7072);
    auto separate = equal_error_rate(std::vector<LabelledFace>{
                                         at_degrees("a", "", 0),
                                         at_degrees("a", "", 10),
                                         at_degrees("b", "", 90)})
                        .value();
    EXPECT_EQ(separate.rate, 0);
    EXPECT_FALSE(equal_error_rate(std::vector<LabelledFace>{at_degrees("a", "", 0)}));
}

TEST(Evaluation, AlongTheDetCurveOneErrorFallsAsTheOtherRises) {
    auto points = det_curve(toy(), 100).value();
    ASSERT_GE(points.size(), 3U);
    EXPECT_EQ(points.front().fmr, 1);
    EXPECT_EQ(points.front().fnmr, 0);
    for (std::size_t i = 1; i < points.size(); ++i) {
        EXPECT_GT(points[i].threshold, points[i - 1].threshold);
        EXPECT_LE(points[i].fmr, points[i - 1].fmr);
        EXPECT_GE(points[i].fnmr, points[i - 1].fnmr);
    }
    EXPECT_EQ(det_curve(toy(), 2).value().size(), 2U);
}

TEST(Evaluation, RefusesEmbeddingsThatAreNone) {
    std::vector<double> thresholds{0.5};
    auto faces = toy();
    faces[1].embedding = {std::nanf(""), 1};
    EXPECT_EQ(evaluate_pairs(faces, thresholds).error().kind(), ErrorKind::InvalidInput);
    faces[1].embedding = {INFINITY, 1};
    EXPECT_FALSE(evaluate_pairs(faces, thresholds));
    faces[1].embedding = {0, 0};
    EXPECT_FALSE(evaluate_pairs(faces, thresholds));
    faces[1].embedding = {1};
    EXPECT_FALSE(evaluate_pairs(faces, thresholds));
    EXPECT_TRUE(evaluate_pairs({}, thresholds));
    std::vector<LabelledFace> many(10'001, at_degrees("a", "", 0));
    EXPECT_EQ(evaluate_pairs(many, thresholds).error().kind(), ErrorKind::TooLarge);
}

TEST(Disparity, IsTheWorstGroupOverTheGeometricMean) {
    auto found =
        worst_over_geometric_mean({{"a", {10, 1000}}, {"b", {40, 1000}}, {"c", {20, 1000}}});
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->ratio, 2, 1e-12) << "the mean of 1, 4 and 2 per cent is 2";
    EXPECT_EQ(found->worst, "b");
}

TEST(Disparity, AGroupWithoutErrorsIsNeverTheWorstAndASmallOneSaysNothing) {
    auto found = worst_over_geometric_mean({{"a", {0, 200}}, {"b", {4, 10'000}}, {"c", {2, 9}}});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->worst, "b") << "half an error of 200 is more, but was not seen";
    EXPECT_NEAR(found->ratio, 0.0004 / std::sqrt(0.0004 * 0.0025), 1e-9);
    EXPECT_EQ(found->left_out, std::vector<std::string>{"c"});
    auto small = worst_over_geometric_mean({{"a", {4, 88}}, {"b", {18, 2120}}});
    ASSERT_TRUE(small);
    EXPECT_EQ(small->worst, "a") << "few pairs, but four errors among them";
    EXPECT_FALSE(worst_over_geometric_mean({{"a", {0, 200}}, {"b", {0, 200}}}));
    EXPECT_FALSE(worst_over_geometric_mean({{"a", {1, 200}}}));
    EXPECT_FALSE(worst_over_geometric_mean({}));
}

AccuracyTable table() {
    AccuracyTable made;
    made.model = "toy";
    made.set = "toys";
    made.date = "2026-11-22";
    made.people = 100;
    made.pictures = 200;
    OperatingPoint low{0.4, {10, 1000}, {0, 100}, {}};
    low.groups["x"] = {{8, 500}, {0, 50}};
    low.groups["y"] = {{1, 500}, {0, 50}};
    OperatingPoint high{0.5, {1, 1000}, {4, 100}, {}};
    made.points = {low, high};
    return made;
}

TEST(AccuracyTable, GivesThePointAtOrBelowAThreshold) {
    auto made = table();
    EXPECT_EQ(made.at(0.39), nullptr);
    EXPECT_EQ(made.at(0.4)->threshold, 0.4);
    EXPECT_EQ(made.at(0.4999)->threshold, 0.4);
    EXPECT_EQ(made.at(0.9)->threshold, 0.5);
}

TEST(AccuracyTable, ComesBackAsItWentInAndRefusesNonsense) {
    auto json = to_json(table());
    auto again = read_accuracy_table(json).value();
    EXPECT_EQ(to_json(again), json);
    EXPECT_EQ(again.points[0].groups.at("x").fmr, (Rate{8, 500}));
    auto wrong = json;
    wrong["points"][0]["fmr"] = {3, 2};
    EXPECT_FALSE(read_accuracy_table(wrong)) << "more errors than trials";
    wrong = json;
    wrong["points"][1]["threshold_thousandths"] = 400;
    EXPECT_FALSE(read_accuracy_table(wrong)) << "not rising";
    wrong = json;
    wrong["points"][1]["fmr"] = {-1, 2};
    EXPECT_FALSE(read_accuracy_table(wrong));
    EXPECT_FALSE(read_accuracy_table(Json::array()));
    EXPECT_FALSE(read_accuracy_table({{"points", 3}}));
}

TEST(Figures, FalseAlertsFollowFromTrafficPeopleAndTheRate) {
    auto made = table();
    auto figures = figures_at(0.5, 100, {1000, 5000, 7}, &made);
    ASSERT_TRUE(figures.false_alerts_per_day);
    EXPECT_NEAR(figures.false_alerts_per_day->value, (1 - std::pow(0.999, 100)) * 1000, 1e-6);
    EXPECT_LT(figures.false_alerts_per_day->low, figures.false_alerts_per_day->value);
    EXPECT_GT(figures.false_alerts_per_day->high, figures.false_alerts_per_day->value);
    EXPECT_GT(*figures.false_alerts_per_day_at_most, figures.false_alerts_per_day->high);
    EXPECT_FALSE(figures.warnings.empty());
    EXPECT_EQ(figures_at(0.5, 0, {1000, 5000, 7}, &made).false_alerts_per_day->value, 0);
}

TEST(Figures, PromiseNothingThatWasNotMeasured) {
    auto made = table();
    EXPECT_FALSE(figures_at(0.5, 10, {}, &made).false_alerts_per_day) << "no traffic seen";
    auto low = figures_at(0.3, 10, {10, 10, 1}, &made);
    EXPECT_FALSE(low.point);
    EXPECT_FALSE(low.false_alerts_per_day);
    auto none = figures_at(0.5, 10, {10, 10, 1}, nullptr);
    EXPECT_FALSE(none.false_alerts_per_day);
    ASSERT_EQ(none.warnings.size(), 1U);
    auto named = figures_at(0.4, 10, {10, 10, 1}, &made);
    ASSERT_TRUE(named.disparity);
    EXPECT_EQ(named.disparity->worst, "x");
    EXPECT_NEAR(named.disparity->ratio, 0.016 / std::sqrt(0.016 * 0.002), 1e-9);
}

}  // namespace
}  // namespace proviso::recognise
