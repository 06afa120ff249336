#include "scene.h"

#include <set>

#include <gtest/gtest.h>

#include "../../../src/law/tests/hand_registers.h"

namespace proviso::app {
namespace {

using behaviour::Finding;
using behaviour::Observation;
using behaviour::TrackId;

class HandSink final : public alerts::SightingSink {
public:
    void configured(const CameraId&, alerts::WatchedCamera watched) override {
        configurations.push_back(std::move(watched));
    }

    std::vector<TrackId> observed(const CameraId&, const Observation& observation) override {
        seen.push_back(observation);
        return std::exchange(wanted, {});
    }

    bool found(const CameraId&, const Finding& finding) override {
        findings.push_back(finding);
        return want_pictures && !finding.ended;
    }

    void counted(const CameraId&, Timestamp, std::span<const alerts::PassageCount> given) override {
        counts.assign(given.begin(), given.end());
    }

    void pictured(const CameraId&, alerts::MaskedPicture picture) override {
        pictures.push_back(std::move(picture));
    }

    void closed(const CameraId&, Timestamp) override { ++closings; }

    bool suspended(const CameraId&, std::string_view rule) const override {
        return suspended_rule == rule;
    }

    std::vector<alerts::WatchedCamera> configurations;
    std::vector<Observation> seen;
    std::vector<TrackId> wanted;
    std::vector<Finding> findings;
    std::vector<alerts::PassageCount> counts;
    std::vector<alerts::MaskedPicture> pictures;
    bool want_pictures = true;
    int closings = 0;
    std::string suspended_rule;
};

class HandDoor final : public FaceDoor {
public:
    std::optional<std::string> sort_of(const std::string&) const override { return "consenting"; }

    void match(const law::Permit<law::Identify>&, behaviour::FaceView& face, Timestamp, int)
        override {
        compared.push_back(face.embedding);
    }

    std::vector<std::vector<float>> compared;
};

class SceneTest : public testing::Test {
protected:
    SceneTest() {
        analytics_.detect = {behaviour::ObjectClass::Person};
        analytics_.zones = {
            {"all", {{0, 0}, {1, 0}, {1, 1}, {0, 1}}}, {"line", {{0.5, 0}, {0.5, 1}}}};
        behaviour::RuleSpec intrusion;
        intrusion.name = "anybody";
        intrusion.kind = "intrusion";
        intrusion.zone = "all";
        intrusion.seconds = 0.5;
        behaviour::RuleSpec counting;
        counting.name = "passages";
        counting.kind = "counting";
        counting.zone = "line";
        analytics_.rules = {intrusion, counting};
    }

    void configure() {
        auto done = scene_.configure({analytics_, "UTC", nullptr});
        ASSERT_TRUE(done) << done.error().story();
    }

    void permit(const std::vector<std::string>& kinds) {
        std::map<std::string, AnalysePermit> all;
        for (const auto& kind : kinds) {
            all[kind] = std::make_shared<law::Permit<law::Analyse>>(law_.permit(law::Analyse{
                law::camera("berlin-1"), kind}));
        }
        scene_.set_permits(std::move(all), nullptr);
    }

    std::optional<Scene::Wish> see(TrackId id, float x = 0.3F) {
        law_.clock.advance(milliseconds(200));
        Observation observation;
        observation.wall = law_.clock.now();
        observation.mono = law_.clock.monotonic();
        observation.pts = ++pts_ * 18'000;
        observation.width = 640;
        observation.height = 360;
        observation.looked = true;
        behaviour::TrackView track;
        track.id = id;
        track.kind = behaviour::ObjectClass::Person;
        track.box = {x, 0.3F, 0.05F, 0.2F};
        track.score = 0.9F;
        track.confirmed = true;
        track.first_seen = first_seen_.value_or(observation.wall);
        first_seen_ = track.first_seen;
        observation.tracks = {track};
        return scene_.take(std::move(observation));
    }

    bool found_intrusion() const {
        return std::ranges::any_of(sink_.findings, [](const Finding& finding) {
            return finding.rule == "anybody";
        });
    }

    law::Scene law_;
    HandSink sink_;
    HandDoor door_;
    registers::Analytics analytics_;
    Scene scene_{law::camera("berlin-1"), sink_, &door_, law_.clock};
    std::int64_t pts_ = 0;
    std::optional<Timestamp> first_seen_;
};

TEST_F(SceneTest, TellsHowTheCameraIsLookedAtAndWhatIsFound) {
    configure();
    ASSERT_EQ(sink_.configurations.size(), 1U);
    EXPECT_EQ(sink_.configurations[0].rules.at(0).name, "anybody");
    permit({"tracking", "intrusion", "counting"});
    for (int i = 0; i < 10; ++i) see(7);
    ASSERT_TRUE(found_intrusion());
    EXPECT_EQ(sink_.seen.size(), 10U);
    EXPECT_FALSE(sink_.findings.front().why.empty());
}

TEST_F(SceneTest, ARuleRunsOnlyWhileItsOwnPermitHolds) {
    configure();
    permit({"tracking", "counting"});
    for (int i = 0; i < 10; ++i) see(7);
    EXPECT_FALSE(found_intrusion()) << "nobody permitted it";
    permit({"tracking", "counting", "intrusion"});
    for (int i = 0; i < 10; ++i) see(7);
    ASSERT_TRUE(found_intrusion());
    law_.withdraw("berlin-notice");
    see(7);
    EXPECT_TRUE(sink_.findings.back().ended) << "what was open ends with the permit";
    auto count = sink_.findings.size();
    for (int i = 0; i < 10; ++i) see(7);
    EXPECT_EQ(sink_.findings.size(), count);
}

TEST_F(SceneTest, WhereNobodyMayBeFollowedOnlyCountsComeOut) {
    configure();
    permit({"counting"});
    for (int i = 0; i < 20; ++i) see(7, 0.2F + 0.03F * static_cast<float>(i));
    for (const auto& seen : sink_.seen) EXPECT_TRUE(seen.tracks.empty());
    for (const auto& finding : sink_.findings) EXPECT_TRUE(finding.tracks.empty());
    ASSERT_EQ(sink_.counts.size(), 1U);
    EXPECT_EQ(sink_.counts[0].in + sink_.counts[0].out, 1U);
}

TEST_F(SceneTest, ASuspendedRuleTellsNothing) {
    configure();
    permit({"tracking", "intrusion", "counting"});
    sink_.suspended_rule = "anybody";
    for (int i = 0; i < 10; ++i) see(7);
    EXPECT_FALSE(found_intrusion());
    sink_.suspended_rule.clear();
    for (int i = 0; i < 10; ++i) see(7);
    EXPECT_TRUE(found_intrusion());
}

TEST_F(SceneTest, TemplatesAreComparedUnderAPermitOnlyAndGoneBeforeAnythingElseLooks) {
    configure();
    auto with_face = [&] {
        Observation observation;
        observation.wall = law_.clock.now();
        observation.width = 640;
        behaviour::FaceView face;
        face.embedding = {0.6F, 0.8F};
        observation.faces = {face};
        scene_.take(std::move(observation));
    };
    with_face();
    EXPECT_TRUE(door_.compared.empty());
    ASSERT_EQ(sink_.seen.size(), 1U);
    EXPECT_TRUE(sink_.seen.back().faces.at(0).embedding.empty());
}

TEST_F(SceneTest, IdsOfAnotherWorkerAreOthersAndWhatWasOpenIsClosed) {
    configure();
    permit({"tracking", "intrusion", "counting"});
    see(7);
    auto before = sink_.seen.back().tracks.at(0).id;
    scene_.begun_again();
    EXPECT_EQ(sink_.closings, 1);
    see(7);
    EXPECT_EQ(sink_.seen.back().tracks.at(0).id, before + 1);
}

TEST_F(SceneTest, AsksForAPictureInTheWordsOfTheWorkerAndHandsItOnWithTheFindings) {
    configure();
    permit({"tracking", "intrusion", "counting"});
    scene_.begun_again();
    std::optional<Scene::Wish> wish;
    for (int i = 0; i < 10 && !wish; ++i) wish = see(7);
    ASSERT_TRUE(wish);
    EXPECT_EQ(wish->highlight.at(0), 7U);
    ASSERT_EQ(wish->picture.findings.size(), 1U);
    EXPECT_EQ(wish->picture.findings[0], sink_.findings.front().id);
    scene_.expect(99, std::move(wish->picture));
    scene_.pictured(98, {1});
    EXPECT_TRUE(sink_.pictures.empty());
    scene_.pictured(99, {1, 2, 3});
    ASSERT_EQ(sink_.pictures.size(), 1U);
    EXPECT_EQ(sink_.pictures[0].jpeg.size(), 3U);
    scene_.pictured(99, {1});
    EXPECT_EQ(sink_.pictures.size(), 1U) << "once";
}

TEST_F(SceneTest, AClosedSceneTellsNothingMore) {
    configure();
    permit({"tracking", "intrusion", "counting"});
    see(7);
    scene_.close();
    EXPECT_EQ(sink_.closings, 1);
    auto seen = sink_.seen.size();
    see(7);
    EXPECT_EQ(sink_.seen.size(), seen);
}

TEST_F(SceneTest, WhatIsNormalIsLearnedOnlyWherePermittedAndCanBeKept) {
    EXPECT_FALSE(scene_.learned());
    analytics_.anomaly = true;
    analytics_.learning_hours = 1;
    configure();
    ASSERT_TRUE(scene_.learned());
    EXPECT_EQ(*scene_.learned(), 0);
    permit({"intrusion"});
    for (int i = 0; i < 20; ++i) see(7);
    EXPECT_EQ(*scene_.learned(), 0) << "no permit, nothing learned";
    auto kept = scene_.what_is_normal();
    ASSERT_TRUE(kept);
    Scene other(law::camera("berlin-1"), sink_, nullptr, law_.clock);
    ASSERT_TRUE(other.configure({analytics_, "UTC", *kept}));
    EXPECT_EQ(other.learned(), scene_.learned());
    analytics_.rules.clear();
    configure();
    EXPECT_TRUE(scene_.learned()) << "other rules, the same normality";
}

}  // namespace
}  // namespace proviso::app
