#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include <proviso/behaviour/anomaly.h>

namespace proviso::behaviour {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

/// A path that people walk from left to right, some faster, some slower, by day.
struct AnomalyTest : testing::Test {
    AnomalyModel model = std::move(AnomalyModel::make(config())).value();
    Timestamp wall{std::chrono::sys_days(std::chrono::year(2026) / 3 / 2) + hours(9)};
    MonoTime mono{hours(1)};
    std::mt19937 random{4};
    TrackId next = 1;
    std::vector<Finding> begun;
    std::vector<Finding> ended;

    static AnomalyConfig config() {
        AnomalyConfig made;
        made.learning_hours = 1;
        made.learning_things = 60;
        return made;
    }

    static TrackView view(TrackId id, float x, float y) {
        TrackView one;
        one.id = id;
        one.kind = ObjectClass::Person;
        one.box = {x - 0.02F, y - 0.2F, 0.04F, 0.2F};
        one.confirmed = true;
        one.colour = "grey";
        return one;
    }

    void tick(std::vector<TrackView> tracks, float activity = 0.02F) {
        wall += milliseconds(200);
        mono += milliseconds(200);
        Observation one;
        one.wall = wall;
        one.mono = mono;
        one.width = 1600;
        one.height = 900;
        one.activity = activity;
        one.tracks = std::move(tracks);
        for (auto& finding : model.take(one)) (finding.ended ? ended : begun).push_back(finding);
    }

    void rest(double for_seconds) {
        for (double passed = 0; passed < for_seconds; passed += 0.2) tick({});
    }

    /// How far is it: own heights a second, along the path.
    void walk(float from, float to, float y, float pace, ObjectClass kind = ObjectClass::Person) {
        auto id = next++;
        float step = pace * 0.2F * 0.2F * 9 / 16 * (to > from ? 1.0F : -1.0F);
        for (float x = from; to > from ? x < to : x > to; x += step) {
            auto one = view(id, x, y);
            one.kind = kind;
            tick({one});
        }
    }

    void usual_day(int people = 120) {
        std::normal_distribution<float> around(0, 1);
        for (int i = 0; i < people; ++i) {
            walk(0.08F, 0.9F, 0.7F + 0.02F * around(random), 0.8F + 0.1F * around(random));
            rest(30 + static_cast<double>(random() % 10));
        }
    }
};

TEST_F(AnomalyTest, SaysNothingWhileItLearnsAndHowFarItIs) {
    EXPECT_EQ(model.learned(), 0);
    usual_day(20);
    EXPECT_GT(model.learned(), 0.1);
    EXPECT_LT(model.learned(), 0.7);
    walk(0.9F, 0.1F, 0.3F, 3);
    EXPECT_TRUE(begun.empty());
    usual_day(100);
    EXPECT_EQ(model.learned(), 1);
}

TEST_F(AnomalyTest, IsSilentAboutMoreOfTheSame) {
    usual_day();
    begun.clear();
    usual_day(60);
    EXPECT_LE(begun.size(), 2U);
}

TEST_F(AnomalyTest, TellsOfWhatIsRareAndBySayingWhich) {
    usual_day();
    auto learned = model.save();
    auto told = [&](auto act) -> std::string {
        model = std::move(AnomalyModel::load(learned, config())).value();
        next += 100;
        begun.clear();
        rest(15);
        act();
        if (begun.empty()) return "nothing";
        for (const auto& one : begun) {
            if (one.tracks.empty()) return one.numbers["feature"].get<std::string>();
        }
        EXPECT_EQ(begun[0].kind, "anomaly");
        EXPECT_NE(begun[0].why.find("score"), std::string::npos);
        EXPECT_LE(begun[0].numbers["share"].get<double>(), 0.1);
        return begun[0].numbers["feature"].get<std::string>();
    };
    EXPECT_EQ(told([&] { walk(0.08F, 0.9F, 0.7F, 0.8F); }), "nothing");
    EXPECT_EQ(told([&] { walk(0.9F, 0.1F, 0.7F, 0.8F); }), "way");
    EXPECT_EQ(told([&] { walk(0.08F, 0.9F, 0.7F, 3); }), "pace");
    EXPECT_EQ(told([&] { walk(0.08F, 0.9F, 0.3F, 0.8F); }), "place");
    EXPECT_EQ(told([&] { walk(0.08F, 0.9F, 0.7F, 0.8F, ObjectClass::Vehicle); }), "kind");
    EXPECT_EQ(
        told([&] {
            for (int i = 0; i < 100; ++i) {
                std::vector<TrackView> many;
                for (TrackId id = 0; id < 8; ++id) {
                    many.push_back(view(next + id, 0.1F + 0.1F * static_cast<float>(id), 0.7F));
                }
                tick(many);
            }
        }),
        "number"
    );
    EXPECT_EQ(
        told([&] {
            for (int i = 0; i < 100; ++i) tick({}, 0.7F);
        }),
        "movement"
    );
}

TEST_F(AnomalyTest, OneThingIsToldOfOnceAndEnds) {
    usual_day();
    begun.clear();
    ended.clear();
    for (int i = 0; i < 300; ++i) tick({view(next, 0.5F, 0.3F)});
    EXPECT_EQ(begun.size(), 1U);
    rest(15);
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].id, begun[0].id);
    EXPECT_LE(ended[0].from, ended[0].to);
}

TEST_F(AnomalyTest, WhatRepeatsBecomesUsual) {
    usual_day();
    for (int i = 0; i < 60; ++i) {
        walk(0.9F, 0.1F, 0.7F, 0.8F);
        rest(20);
    }
    begun.clear();
    for (int i = 0; i < 10; ++i) {
        walk(0.9F, 0.1F, 0.7F, 0.8F);
        rest(20);
    }
    EXPECT_LE(begun.size(), 1U);
}

TEST_F(AnomalyTest, IsSavedAndLoadedWithoutLoss) {
    usual_day(60);
    auto saved = parse_json(model.save().dump());
    ASSERT_TRUE(saved);
    auto again = AnomalyModel::load(*saved, config());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->save(), *saved);
    EXPECT_NEAR(again->learned(), model.learned(), 1e-6);
    EXPECT_NEAR(again->limit(), model.limit(), 1e-6);
}

TEST_F(AnomalyTest, HoldsNoMoreAfterALongTimeThanAfterAShortOne) {
    usual_day(30);
    auto early = model.save().dump().size();
    for (int i = 0; i < 3000; ++i) {
        std::vector<TrackView> crowd;
        for (int j = 0; j < 30; ++j) {
            float share = static_cast<float>(random() % 1000) / 1000;
            crowd.push_back(view(next++, share, 0.2F + 0.8F * share));
        }
        tick(crowd);
    }
    EXPECT_LT(model.save().dump().size(), early + 60'000);
}

TEST_F(AnomalyTest, RefusesWhatIsNotALearnedModel) {
    auto good = model.save();
    auto refuses = [&](auto change) {
        auto bad = good;
        change(bad);
        return !AnomalyModel::load(bad, config());
    };
    EXPECT_FALSE(refuses([](Json&) {}));
    EXPECT_TRUE(refuses([](Json& one) { one = Json::array(); }));
    EXPECT_TRUE(refuses([](Json& one) { one = nullptr; }));
    EXPECT_TRUE(refuses([](Json& one) { one["version"] = 2; }));
    EXPECT_TRUE(refuses([](Json& one) { one.erase("way"); }));
    EXPECT_TRUE(refuses([](Json& one) { one["way"].push_back(1); }));
    EXPECT_TRUE(refuses([](Json& one) { one["place"][3] = -1; }));
    EXPECT_TRUE(refuses([](Json& one) { one["place"][3] = 1e300; }));
    EXPECT_TRUE(refuses([](Json& one) { one["place"][3] = "x"; }));
    EXPECT_TRUE(refuses([](Json& one) { one["hours"] = nullptr; }));
    auto bad = config();
    bad.timezone = "Europe/Atlantis";
    EXPECT_FALSE(AnomalyModel::make(bad));
}

TEST_F(AnomalyTest, TakesNoHarmFromHostileObservations) {
    float nan = std::numeric_limits<float>::quiet_NaN();
    float inf = std::numeric_limits<float>::infinity();
    const std::vector<float> odd{nan, inf, -inf, 1e38F, -1e38F, 0, -1, 1e-38F, 0.5F, 1, 2};
    auto any = [&] { return odd[random() % odd.size()]; };
    for (int i = 0; i < 500; ++i) {
        std::vector<TrackView> tracks;
        for (int j = 0; j < 40; ++j) {
            auto one = view(random() % 20, any(), any());
            one.box = {any(), any(), any(), any()};
            one.kind = static_cast<ObjectClass>(random() % 256);
            tracks.push_back(one);
        }
        wall += seconds(random() % 100'000);
        if (i % 10 == 0) wall -= hours(1000);
        tick(tracks, any());
        EXPECT_TRUE(std::isfinite(model.score()));
    }
    EXPECT_TRUE(AnomalyModel::load(model.save(), config()));
}

}  // namespace
}  // namespace proviso::behaviour
