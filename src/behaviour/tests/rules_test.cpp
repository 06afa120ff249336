#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include <proviso/behaviour/rules.h>
#include <proviso/behaviour/time_zone.h>

namespace proviso::behaviour {
namespace {

const std::vector<Zone> kZones{
    {"drive", {{0.1F, 0.2F}, {0.9F, 0.2F}, {0.9F, 0.9F}}},
    {"gate", {{0.2F, 0.5F}, {0.8F, 0.5F}}},
};

std::string zone_error(Polygon points) {
    auto good = check_zone({"z", std::move(points)});
    return good ? "" : good.error().story();
}

RuleSpec rule(std::string kind, std::string zone) {
    RuleSpec made;
    made.name = "r";
    made.kind = std::move(kind);
    made.zone = std::move(zone);
    return made;
}

std::string rule_error(const RuleSpec& made) {
    auto good = check_rule(made, kZones);
    return good ? "" : good.error().story() + " / " + good.error().next_step();
}

bool says(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(Rules, EveryKindIsDescribedOnceAndWorksWithNothingButAPlace) {
    ASSERT_EQ(rule_kinds().size(), kRuleKinds.size());
    for (std::size_t i = 0; i < kRuleKinds.size(); ++i) {
        EXPECT_EQ(rule_kinds()[i].kind, kRuleKinds[i]);
        auto made = rule(std::string(kRuleKinds[i]), needs_line(kRuleKinds[i]) ? "gate" : "drive");
        if (made.kind == "wrong_way") made.heading = 90;
        EXPECT_EQ(rule_error(made), "");
    }
    auto vocabulary = rule_vocabulary();
    ASSERT_EQ(vocabulary.size(), kRuleKinds.size());
    EXPECT_EQ(vocabulary[10]["kind"], "tailgating");
    EXPECT_EQ(vocabulary[10]["analytic"], "line_crossing");
    EXPECT_EQ(vocabulary[4]["count"]["usual"], 10);
    EXPECT_FALSE(vocabulary[4].contains("speed"));
}

TEST(Rules, HostileZonesAreRefusedWithASentence) {
    EXPECT_EQ(zone_error({{0.1F, 0.1F}, {0.9F, 0.1F}, {0.5F, 0.9F}}), "");
    EXPECT_EQ(zone_error({{0, 0}, {1, 0}, {1, 1}, {0, 1}}), "");
    EXPECT_TRUE(
        says(zone_error({{0.1F, 0.1F}, {0.9F, 0.9F}, {0.9F, 0.1F}, {0.1F, 0.9F}}), "crosses itself")
    );
    EXPECT_TRUE(says(zone_error({{0.1F, 0.1F}, {0.102F, 0.1F}, {0.1F, 0.102F}}), "too small"));
    EXPECT_TRUE(says(zone_error({{0.1F, 0.1F}, {0.5F, 0.5F}, {0.9F, 0.9F}}), "too small"));
    EXPECT_TRUE(
        says(zone_error({{0.1F, 0.1F}, {0.1F, 0.1F}, {0.9F, 0.1F}, {0.5F, 0.9F}}), "point 1 twice")
    );
    EXPECT_TRUE(says(zone_error({{0.1F, 0.1F}}), "has 1 points"));
    EXPECT_TRUE(says(zone_error({}), "has 0 points"));
    EXPECT_TRUE(says(zone_error({{0.5F, 0.5F}, {0.501F, 0.5F}}), "too short"));
    EXPECT_TRUE(says(zone_error({{0.1F, 0.1F}, {1.9F, 0.1F}, {0.5F, 0.9F}}), "leaves the picture"));
    float nan = std::numeric_limits<float>::quiet_NaN();
    EXPECT_TRUE(says(zone_error({{nan, 0}, {1, 0}, {1, 1}}), "leaves the picture"));
    Polygon many;
    for (int i = 0; i < 5000; ++i) {
        float turn = static_cast<float>(i) * 0.00125F;
        many.push_back({0.5F + 0.4F * std::cos(turn), 0.5F + 0.4F * std::sin(turn)});
    }
    EXPECT_TRUE(says(zone_error(many), "5000 points"));
    EXPECT_FALSE(check_zone({"bell\a", {{0, 0}, {1, 0}, {1, 1}}}));
    EXPECT_FALSE(check_zone({"", {{0, 0}, {1, 0}, {1, 1}}}));
}

TEST(Rules, AWrongRuleIsRefusedWithWhatIsPossible) {
    EXPECT_TRUE(says(rule_error(rule("intrusoin", "drive")), "intrusion"));
    EXPECT_TRUE(says(rule_error(rule("intrusion", "drvie")), "perhaps drive"));
    EXPECT_TRUE(says(rule_error(rule("intrusion", "gate")), "is a line"));
    EXPECT_TRUE(says(rule_error(rule("line_crossing", "drive")), "needs a line"));
    EXPECT_TRUE(says(rule_error(rule("counting", "")), "needs a zone"));
    EXPECT_TRUE(says(rule_error(rule("wrong_way", "gate")), "in or out"));
    EXPECT_TRUE(says(rule_error(rule("wrong_way", "drive")), "heading"));
    auto with = [](std::string kind, auto change) {
        auto made = rule(std::move(kind), "drive");
        change(made);
        return rule_error(made);
    };
    double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_TRUE(says(with("intrusion", [](auto& r) { r.seconds = -1; }), "from 0 to 86400"));
    EXPECT_TRUE(says(with("intrusion", [&](auto& r) { r.seconds = nan; }), "from 0 to 86400"));
    EXPECT_TRUE(says(with("intrusion", [](auto& r) { r.speed = 2; }), "has none"));
    EXPECT_TRUE(says(with("crowd", [](auto& r) { r.count = 0; }), "from 1 to 10000"));
    EXPECT_TRUE(says(with("crowd", [](auto& r) { r.severity = "loud"; }), "detection"));
    EXPECT_TRUE(says(with("crowd", [](auto& r) { r.direction = "up"; }), "in or out"));
    EXPECT_TRUE(says(with("crowd", [](auto& r) { r.name.clear(); }), "no name"));
    auto zone = [](std::string name) {
        return [name](auto& r) {
            r.schedule.emplace();
            r.schedule->timezone = name;
        };
    };
    EXPECT_EQ(with("fall", zone("Europe/Berlin")), "");
    EXPECT_TRUE(says(with("fall", zone("Europe/Atlantis")), "not a time zone"));
    EXPECT_TRUE(says(with("fall", zone("../../etc/passwd")), "not a time zone"));
}

Timestamp at(std::string_view text) { return *parse_timestamp(text); }

TEST(TimeZone, KnowsSummerAndWinterAndTheHourBetween) {
    auto berlin = TimeZone::load("Europe/Berlin");
    ASSERT_TRUE(berlin) << berlin.error().story();
    EXPECT_EQ(berlin->offset_at(at("2026-01-15T12:00:00Z")), std::chrono::hours(1));
    EXPECT_EQ(berlin->offset_at(at("2026-07-15T12:00:00Z")), std::chrono::hours(2));
    EXPECT_EQ(berlin->local(at("2026-03-29T00:59:59Z")).minute, 119);
    EXPECT_EQ(berlin->local(at("2026-03-29T01:00:00Z")).minute, 180);
    auto late = berlin->local(at("2026-03-01T23:30:00Z"));  // a Sunday; Monday there
    EXPECT_EQ(late.weekday, 0);
    EXPECT_EQ(late.minute, 30);
}

TEST(TimeZone, FollowsTheRuleBeyondTheTable) {
    auto sydney = TimeZone::load("Australia/Sydney");  // summer over the new year
    ASSERT_TRUE(sydney);
    EXPECT_EQ(sydney->offset_at(at("2061-01-15T00:00:00Z")), std::chrono::hours(11));
    EXPECT_EQ(sydney->offset_at(at("2061-07-15T00:00:00Z")), std::chrono::hours(10));
    auto kolkata = TimeZone::load("Asia/Kolkata");
    EXPECT_EQ(kolkata->offset_at(at("2061-07-15T00:00:00Z")), std::chrono::minutes(330));
    EXPECT_EQ(TimeZone::load("UTC")->offset_at(at("2061-07-15T00:00:00Z")).count(), 0);
}

TEST(TimeZone, BrokenFilesAreErrors) {
    EXPECT_FALSE(TimeZone::parse("", "X"));
    EXPECT_FALSE(TimeZone::parse("TZif2", "X"));
    std::string head = "TZif2" + std::string(15, '\0');
    EXPECT_FALSE(TimeZone::parse(head + std::string(24, '\xff'), "X"));
    EXPECT_FALSE(TimeZone::parse(head + std::string(24, '\0'), "X"));
    for (std::string_view name : {"", "/etc/passwd", "Europe", "..", "A..", "Europe/../Europe"}) {
        EXPECT_FALSE(TimeZone::load(name)) << name;
    }
}

}  // namespace
}  // namespace proviso::behaviour
