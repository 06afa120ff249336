#include <gtest/gtest.h>

#include "document_reader.h"

namespace proviso::registers {
namespace {

const std::string kHead =
    "kind: camera\nname: c\nsite: s\npurpose: p\nmain: {url: 'rtsp://h/x'}\nanalytics:\n";

Result<Camera> camera_of(const std::string& analytics) {
    auto parsed = PROVISO_TRY(parse_yaml_document(kHead + analytics));
    auto read = PROVISO_TRY(read_document(parsed, "document 1"));
    return std::get<CameraDocument>(read).camera;
}

const std::string kFull = R"(
  model: person_vehicle_bike_2002
  detect: [person, vehicle]
  min_score: 0.4
  anomaly: true
  learning_hours: 48
  tamper: true
  faces: {gallery: staff, kind: face_verification}
  privacy: [{name: window, points: [[0, 0], [0.1, 0], [0.1, 0.15]]}]
  zones:
    - {name: drive, points: [[0.1, 0.2], [0.9, 0.2], [0.9, 0.9]]}
    - {name: gate, points: [[0.2, 0.5], [0.8, 0.5]]}
  rules:
    - {name: after-hours, kind: intrusion, zone: drive, classes: [person], seconds: 1.5, schedule: {days: [mon, tue], from: "20:00", to: "06:00"}, cooldown: 60, min_precision: 0.6}
    - {name: in-only, kind: wrong_way, zone: gate, direction: out, classes: [vehicle], severity: detection}
    - {name: queue, kind: crowd, zone: drive, count: 4, seconds: 10}
    - {name: rush, kind: running, speed: 2.5}
    - {name: bag, kind: abandoned_object, zone: drive, seconds: 30}
)";

TEST(Analytics, AreReadWhole) {
    auto camera = camera_of(kFull);
    ASSERT_TRUE(camera) << camera.error().story();
    const auto& analytics = *camera->analytics;
    EXPECT_EQ(analytics.model, "person_vehicle_bike_2002");
    EXPECT_EQ(analytics.detect.size(), 2U);
    EXPECT_EQ(analytics.faces->gallery, "staff");
    EXPECT_EQ(analytics.privacy.size(), 1U);
    ASSERT_EQ(analytics.zones.size(), 2U);
    EXPECT_TRUE(analytics.zones[1].is_line());
    ASSERT_EQ(analytics.rules.size(), 5U);
    const auto& first = analytics.rules[0];
    EXPECT_EQ(first.seconds, 1.5);
    EXPECT_EQ(first.schedule->from, 20 * 60);
    EXPECT_EQ(first.schedule->to, 6 * 60);
    EXPECT_TRUE(first.schedule->days[0]);
    EXPECT_FALSE(first.schedule->days[2]);
    EXPECT_EQ(first.severity, "alert");
    EXPECT_EQ(first.min_precision, 0.6);
    EXPECT_EQ(analytics.rules[1].direction, "out");
    EXPECT_EQ(analytics.rules[1].severity, "detection");
    EXPECT_TRUE(analytics.rules[4].classes.empty());
}

TEST(Analytics, AreShownAsTheyAreReadAgainAndHashedExactly) {
    auto shown = to_json(*camera_of(kFull));
    auto yaml = to_document_yaml(shown);
    auto again = read_document(*parse_yaml_document(yaml), "document 1");
    ASSERT_TRUE(again) << yaml << again.error().story();
    auto second = to_json(std::get<CameraDocument>(*again).camera);
    EXPECT_EQ(shown, second) << yaml;
    EXPECT_EQ(digest_of(shown), digest_of(second));
    EXPECT_NE(yaml.find("0.15"), std::string::npos);
    EXPECT_EQ(yaml.find("0.1500"), std::string::npos) << yaml;
    auto moved = shown;
    moved["analytics"]["zones"][0]["points"][0][0] = 0.1001;
    EXPECT_NE(digest_of(shown), digest_of(moved));
}

TEST(Analytics, DefaultToLookingForNothing) {
    auto camera = camera_of("  tamper: true\n");
    ASSERT_TRUE(camera) << camera.error().story();
    EXPECT_EQ(camera->analytics->model, "embedded");
    EXPECT_TRUE(camera->analytics->detect.empty());
    EXPECT_FALSE(camera->analytics->anomaly);
}

struct Slip {
    std::string analytics;
    std::string said;
    std::string offered;
};

class AnalyticsSlips : public testing::TestWithParam<Slip> {};

TEST_P(AnalyticsSlips, AreNamedWithWhatToDo) {
    auto camera = camera_of(GetParam().analytics);
    ASSERT_FALSE(camera);
    EXPECT_EQ(camera.error().kind(), ErrorKind::InvalidInput);
    EXPECT_NE(camera.error().story().find(GetParam().said), std::string::npos)
        << camera.error().story();
    EXPECT_NE(camera.error().next_step().find(GetParam().offered), std::string::npos)
        << camera.error().next_step();
}

const std::string kZones =
    "  detect: [person]\n"
    "  zones: [{name: yard, points: [[0, 0], [1, 0], [1, 1]]}, {name: door, points: [[0, 0], [1, "
    "1]]}]"
    "\n  rules: ";

INSTANTIATE_TEST_SUITE_P(
    Document,
    AnalyticsSlips,
    testing::Values(
        Slip{"  tampr: true\n", "analytics: unknown key 'tampr'", "'tamper'"},
        Slip{"  detect: [persn]\n", "'detect' may hold", "'person'"},
        Slip{"  detect: [face]\n", "no kind of thing to track", "'faces'"},
        Slip{"  anomaly: true\n", "'anomaly' needs something", "detect"},
        Slip{"  learning_hours: 5\n", "without 'anomaly'", "anomaly: true"},
        Slip{"  model: ../x\n", "'model' is not a name", ""},
        Slip{"  min_score: 2\n", "'min_score' is not a number", ""},
        Slip{"  zones: [{name: a, points: [[0, 0]]}]\n", "'points' needs", "two points are a line"},
        Slip{
            "  zones: [{name: a, points: [[0, 0], [2, 1]]}]\n",
            "no point of the picture",
            "0 to 1"},
        Slip{"  zones: [{name: a, points: [[0, 0], [.nan, 1]]}]\n", "no point of the picture", ""},
        Slip{"  zones: [{name: a, points: [[0, 0], [0, 0.001]]}]\n", "too short a line", ""},
        Slip{
            "  zones: [{name: a, points: [[0, 0], [1, 0], [0, 1], [1, 1]]}]\n",
            "crosses itself",
            ""},
        Slip{"  privacy: [{name: a, points: [[0, 0], [1, 1]]}]\n", "'points' needs 3", ""},
        Slip{"  zones: 5\n", "'zones' is not a list", ""},
        Slip{kZones + "[{name: r, kind: intrusion, zone: yrad}]\n", "no zone 'yrad'", "'yard'"},
        Slip{kZones + "[{name: r, kind: intrusn}]\n", "rules 'r': 'kind' may be", "'intrusion'"},
        Slip{kZones + "[{name: r, kind: intrusion, zone: door}]\n", "needs an area", ""},
        Slip{
            kZones + "[{name: r, kind: line_crossing, zone: yard}]\n",
            "needs a line",
            "two points"},
        Slip{kZones + "[{name: r, kind: line_crossing}]\n", "needs a line", ""},
        Slip{kZones + "[{name: r, kind: counting}]\n", "needs a zone or a line", ""},
        Slip{kZones + "[{name: r, kind: wrong_way, zone: yard}]\n", "the right way", "heading"},
        Slip{kZones + "[{name: r, kind: wrong_way, zone: door}]\n", "which", "direction"},
        Slip{kZones + "[{name: r, kind: fall, count: 3}]\n", "means nothing for 'fall'", "crowd"},
        Slip{
            kZones + "[{name: r, kind: fall, classes: [vehicle]}]\n", "not looked for", "'detect'"},
        Slip{kZones + "[{name: r, kind: fall, classes: []}]\n", "'classes' is empty", ""},
        Slip{kZones + "[{name: r, kind: fall}, {name: r, kind: running}]\n", "two named 'r'", ""},
        Slip{kZones + "[{name: r, kind: fall, severity: alarm}]\n", "'severity' may be", ""},
        Slip{kZones + "[{name: r, kind: fall, schedule: {from: 20}}]\n", "'from'", ""},
        Slip{
            kZones + "[{name: r, kind: fall, schedule: {to: '24:01'}}]\n", "not a time of day", ""},
        Slip{kZones + "[{name: r, kind: fall, schedule: {from: '24:00'}}]\n", "the same", ""},
        Slip{kZones + "[{name: r, kind: fall, schedule: {days: [mo]}}]\n", "'days' may hold", ""},
        Slip{kZones + "[{name: r, kind: fall, schedule: {timezone: Mars}}]\n", "time zone", ""},
        Slip{"  faces: {kind: face_verification}\n", "'gallery' is missing", ""},
        Slip{"  faces: {kind: face_detection, gallery: g}\n", "means nothing", ""},
        Slip{"  faces: {kind: emotion}\n", "'kind' may be", ""}
    )
);

}  // namespace
}  // namespace proviso::registers
