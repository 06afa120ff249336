#include <limits>

#include <gtest/gtest.h>

#include <proviso/behaviour/health_watch.h>

namespace proviso::behaviour {
namespace {

struct HealthWatchTest : testing::Test {
    HealthWatch watch;
    Timestamp wall{std::chrono::sys_days(std::chrono::year(2026) / 3 / 2)};
    MonoTime mono{std::chrono::hours(1)};
    PictureHealth day{0.45F, 0.4F, 0.2F, 0.05F, false};
    std::vector<Finding> begun;
    std::vector<Finding> ended;

    void see(const PictureHealth& health, double seconds, double every = 1) {
        for (double passed = 0; passed < seconds; passed += every) {
            auto step = microseconds(static_cast<std::int64_t>(every * 1e6));
            wall += step;
            mono += step;
            Observation one;
            one.wall = wall;
            one.mono = mono;
            one.health = health;
            take(watch.take(one));
        }
    }

    void take(const std::vector<Finding>& findings) {
        for (const auto& one : findings) (one.ended ? ended : begun).push_back(one);
    }

    /// From one picture to another within so many seconds.
    void fade(const PictureHealth& from, const PictureHealth& to, double seconds) {
        for (double passed = 0; passed < seconds; ++passed) {
            auto share = static_cast<float>(passed / seconds);
            auto mix = [&](float a, float b) { return a + share * (b - a); };
            see({mix(from.brightness, to.brightness),
                 mix(from.contrast, to.contrast),
                 mix(from.sharpness, to.sharpness),
                 mix(from.changed, to.changed),
                 false},
                1);
        }
    }

    void expect_only(std::string_view trouble) {
        ASSERT_EQ(begun.size(), 1U) << trouble;
        EXPECT_EQ(begun[0].rule, trouble);
        EXPECT_EQ(begun[0].kind, "tamper");
        EXPECT_FALSE(begun[0].why.empty());
    }
};

TEST_F(HealthWatchTest, TellsOfACoveredLensAndOfItsEnd) {
    see(day, 600);
    see({0.2F, 0.05F, 0.01F, 0.9F, false}, 60);
    expect_only("covered");
    see(day, 20);
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].id, begun[0].id);
    EXPECT_NEAR(std::chrono::duration<double>(ended[0].to - ended[0].from).count(), 59, 2);
}

TEST_F(HealthWatchTest, TellsTheOtherTroublesApart) {
    const std::vector<std::pair<std::string_view, PictureHealth>> cases{
        {"blurred", {0.45F, 0.35F, 0.04F, 0.4F, false}},
        {"moved", {0.47F, 0.42F, 0.22F, 0.8F, false}},
        {"dark", {0.01F, 0.01F, 0.005F, 0.95F, false}},
        {"frozen", {0.45F, 0.4F, 0.2F, 0.05F, true}},
        {"overexposed", {0.97F, 0.04F, 0.01F, 0.9F, false}},
    };
    for (const auto& [trouble, health] : cases) {
        begun.clear();
        watch = HealthWatch();
        see(day, 600);
        see(health, 120);
        expect_only(trouble);
    }
}

TEST_F(HealthWatchTest, ATruckThatPassesIsNoTrouble) {
    see(day, 600);
    for (int i = 0; i < 20; ++i) {
        see({0.3F, 0.15F, 0.06F, 0.75F, false}, 8, 0.5);
        see(day, 30);
    }
    EXPECT_TRUE(begun.empty());
}

TEST_F(HealthWatchTest, DuskAndDawnAreNoTrouble) {
    PictureHealth night{0.03F, 0.04F, 0.03F, 0.3F, false};
    for (int days = 0; days < 3; ++days) {
        see(day, 7200, 5);
        fade(day, night, 2400);
        see(night, 7200, 5);
        fade(night, day, 2400);
    }
    EXPECT_TRUE(begun.empty()) << begun[0].why;
}

TEST_F(HealthWatchTest, LightsThatGoOutEveryEveningAreSoonNoTrouble) {
    PictureHealth unlit{0.02F, 0.02F, 0.01F, 0.95F, false};
    PictureHealth lit_again = day;
    lit_again.changed = 0.9F;
    for (int days = 0; days < 6; ++days) {
        see(day, 10 * 3600, 10);
        see(unlit, 14 * 3600 - 300, 10);
        see(lit_again, 300, 10);
    }
    EXPECT_GE(begun.size(), 1U);  // nobody could know the first time
    EXPECT_LE(begun.size(), 2U);
    for (const auto& one : begun) EXPECT_EQ(one.rule, "dark");
    // Darkness at noon is trouble all the same.
    begun.clear();
    see(day, 5 * 3600, 10);
    see(unlit, 60);
    expect_only("dark");
}

TEST_F(HealthWatchTest, TheInfraredFilterIsNoTrouble) {
    PictureHealth infrared{0.3F, 0.35F, 0.15F, 0.6F, false};
    see(day, 3600, 5);
    fade(day, {0.15F, 0.25F, 0.12F, 0.2F, false}, 1200);
    see(infrared, 400);
    // By then the picture has become the usual one for the gauge.
    fade(infrared, {0.3F, 0.35F, 0.15F, 0.1F, false}, 120);
    see({0.3F, 0.35F, 0.15F, 0.1F, false}, 3600, 5);
    EXPECT_TRUE(begun.empty()) << begun[0].why;
}

TEST_F(HealthWatchTest, ANewPictureIsAcceptedAfterAnHourAndThenWatched) {
    see(day, 600);
    PictureHealth turned{0.3F, 0.3F, 0.05F, 0.3F, false};
    see(turned, 4000, 5);
    expect_only("blurred");
    EXPECT_EQ(ended.size(), 1U);
    see({0.1F, 0.02F, 0.005F, 0.9F, false}, 60);
    ASSERT_EQ(begun.size(), 2U);
    EXPECT_EQ(begun[1].rule, "covered");
}

TEST_F(HealthWatchTest, SaysNothingBeforeItKnowsThePicture) {
    see(day, 30);
    see({0.2F, 0.05F, 0.01F, 0.9F, false}, 25);
    EXPECT_TRUE(begun.empty());
}

TEST_F(HealthWatchTest, RelearningEndsWhatIsOpen) {
    see(day, 600);
    see({0.47F, 0.42F, 0.22F, 0.8F, false}, 60);
    ASSERT_EQ(begun.size(), 1U);
    take(watch.relearn());
    EXPECT_EQ(ended.size(), 1U);
    see({0.47F, 0.42F, 0.22F, 0.8F, false}, 30);
    EXPECT_EQ(begun.size(), 1U);
}

TEST_F(HealthWatchTest, TakesNoHarmFromHostileNumbers) {
    see(day, 600);
    float nan = std::numeric_limits<float>::quiet_NaN();
    float inf = std::numeric_limits<float>::infinity();
    for (float odd : {nan, inf, -inf, -1.0F, 2.0F, 1e38F}) {
        see({odd, odd, odd, odd, true}, 60);
        see({0.4F, odd, 0.2F, 0.1F, false}, 60);
    }
    wall -= std::chrono::hours(30);
    see(day, 600);
    EXPECT_TRUE(begun.empty());
    see({0.2F, 0.05F, 0.01F, 0.9F, false}, 60);
    expect_only("covered");
}

}  // namespace
}  // namespace proviso::behaviour
