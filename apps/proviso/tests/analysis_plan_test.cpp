#include "analysis_plan.h"

#include <set>

#include <gtest/gtest.h>

namespace proviso::app {
namespace {

using behaviour::ObjectClass;

registers::Camera camera_with(registers::Analytics analytics) {
    registers::Camera camera;
    camera.name = CameraId::literal("gate");
    camera.analytics = std::move(analytics);
    return camera;
}

behaviour::RuleSpec rule(std::string name, std::string kind) {
    behaviour::RuleSpec made;
    made.name = std::move(name);
    made.kind = std::move(kind);
    return made;
}

std::vector<std::string> names(const registers::Camera& camera) {
    std::vector<std::string> all;
    for (const auto& wanted : wanted_of(camera)) all.push_back(wanted.kind + "/" + wanted.name);
    return all;
}

registers::Analytics everything() {
    registers::Analytics analytics;
    analytics.detect = {ObjectClass::Person};
    analytics.anomaly = analytics.tamper = true;
    analytics.faces = registers::FaceAnalytics{"face_verification", "staff"};
    analytics.rules = {rule("gone", "removed_object"), rule("two", "tailgating")};
    analytics.privacy = {{"window", {{0, 0}, {1, 0}, {1, 1}}}};
    return analytics;
}

TEST(AnalysisPlan, AsksForEachKindAndForWhatItStandsOn) {
    EXPECT_TRUE(wanted_of(registers::Camera()).empty());
    EXPECT_TRUE(wanted_of(camera_with({})).empty());
    registers::Analytics tamper;
    tamper.tamper = true;
    EXPECT_EQ(
        names(camera_with(tamper)), (std::vector<std::string>{"motion/motion", "tamper/tamper"})
    );
    EXPECT_EQ(
        names(camera_with(everything())),
        (std::vector<std::string>{
            "motion/motion",
            "object_detection/object_detection",
            "tracking/tracking",
            "tamper/tamper",
            "anomaly/anomaly",
            "face_verification/face_verification",
            "abandoned_object/gone",
            "line_crossing/two"})
    );
}

TEST(AnalysisPlan, AWorkerIsToldOnlyWhatIsPermitted) {
    auto camera = camera_with(everything());
    std::set<std::string, std::less<>> may{
        "motion",
        "object_detection",
        "tracking",
        "tamper",
        "face_verification",
        "abandoned_object"};
    auto config = [&] {
        return eye_config(camera, [&](std::string_view kind) { return may.contains(kind); });
    };
    auto all = config();
    EXPECT_TRUE(all.detect && all.health && all.static_objects && all.faces && all.embed);
    EXPECT_EQ(all.privacy_masks.size(), 1U);
    EXPECT_EQ(
        kinds_under(all, [](std::string_view) { return true; }),
        (std::vector<std::string_view>{
            "motion", "object_detection", "tracking", "tamper", "abandoned_object"})
    );
    may.erase("face_verification");
    EXPECT_FALSE(config().faces || config().embed);
    may.erase("tracking");
    EXPECT_FALSE(config().detect) << "detecting without tracking is of no use to anything here";
    may.insert("counting");
    EXPECT_TRUE(config().detect) << "but counting follows nobody";
    EXPECT_EQ(
        kinds_under(config(), [&](std::string_view kind) { return may.contains(kind); }).at(2),
        "counting"
    );
    may.erase("tamper");
    EXPECT_FALSE(config().health);
    may.erase("abandoned_object");
    EXPECT_FALSE(config().static_objects);
    may.insert("tamper");
    may.erase("motion");
    EXPECT_FALSE(config().health) << "nothing is looked at without motion";
}

TEST(AnalysisPlan, DetectingFacesMakesNoTemplates) {
    auto analytics = everything();
    analytics.faces = registers::FaceAnalytics{"face_detection", ""};
    auto config = eye_config(camera_with(analytics), [](std::string_view) { return true; });
    EXPECT_TRUE(config.faces);
    EXPECT_FALSE(config.embed);
    auto kinds = kinds_under(config, [](std::string_view) { return true; });
    EXPECT_EQ(kinds.back(), "face_detection");
}

TEST(AnalysisPlan, LooksAtTheSmallerStream) {
    auto camera = camera_with({});
    EXPECT_EQ(looked_at(camera), media::StreamKind::Main);
    camera.sub.emplace();
    EXPECT_EQ(looked_at(camera), media::StreamKind::Sub);
}

}  // namespace
}  // namespace proviso::app
