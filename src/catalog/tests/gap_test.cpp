#include "catalog_fixture.h"

namespace proviso::catalog {

namespace {

Gap gap(microseconds at, std::string cause, std::optional<microseconds> length = {}) {
    Gap made;
    made.camera = kGate;
    made.stream = "main";
    made.from = kNoon + at;
    if (length) made.to = made.from + *length;
    made.cause = std::move(cause);
    made.detail = "because";
    return made;
}

}  // namespace

class GapTest : public CatalogTest {
protected:
    std::vector<Gap> all(microseconds from = -24h * 400, microseconds to = 24h * 400) {
        auto found = catalog().gaps(kGate, "main", kNoon + from, kNoon + to);
        EXPECT_TRUE(found);
        return found ? *found : std::vector<Gap>();
    }
};

PROVISO_ON_BOTH_ENGINES(GapTest);

TEST_P(GapTest, LastsUntilItIsClosed) {
    auto lost = gap(0min, "camera_lost");
    lost.leaf = 7;
    ASSERT_TRUE(catalog().open_gap(lost));
    restart();
    ASSERT_EQ(all().size(), 1U);
    EXPECT_EQ(all()[0].camera, kGate);
    EXPECT_EQ(all()[0].stream, "main");
    EXPECT_EQ(all()[0].from, kNoon);
    EXPECT_FALSE(all()[0].to);
    EXPECT_EQ(all()[0].cause, "camera_lost");
    EXPECT_EQ(all()[0].detail, "because");
    EXPECT_EQ(all()[0].leaf, 7U);

    ASSERT_TRUE(catalog().close_gap(kGate, "main", kNoon + 3min));
    EXPECT_EQ(all()[0].to, kNoon + 3min);
    EXPECT_EQ(all()[0].leaf, 7U);
    ASSERT_TRUE(catalog().close_gap(kGate, "main", kNoon + 9min, 9));
    EXPECT_EQ(all()[0].to, kNoon + 3min);
    EXPECT_EQ(all()[0].leaf, 7U);
}

TEST_P(GapTest, OpensOnceForOneCause) {
    ASSERT_TRUE(catalog().open_gap(gap(0min, "camera_lost")));
    ASSERT_TRUE(catalog().open_gap(gap(1min, "camera_lost")));
    ASSERT_EQ(all().size(), 1U);
    EXPECT_EQ(all()[0].from, kNoon);
}

TEST_P(GapTest, EndsWhereOneOfAnotherCauseBegins) {
    ASSERT_TRUE(catalog().open_gap(gap(0min, "camera_lost")));
    ASSERT_TRUE(catalog().open_gap(gap(1min, "refused")));
    ASSERT_TRUE(catalog().close_gap(kGate, "main", kNoon + 2min, 12));
    auto found = all();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].to, kNoon + 1min);
    EXPECT_EQ(found[1].cause, "refused");
    EXPECT_EQ(found[1].to, kNoon + 2min);
    EXPECT_EQ(found[1].leaf, 12U);
}

TEST_P(GapTest, HasNoNegativeLengthWhenTheClockIsSetBack) {
    ASSERT_TRUE(catalog().open_gap(gap(0min, "camera_lost")));
    ASSERT_TRUE(catalog().close_gap(kGate, "main", kNoon - 1h));
    for (const auto& one : *catalog().gaps(kGate, "main", kNoon - 2h, kNoon + 1h)) {
        EXPECT_EQ(one.to, kNoon);
    }
}

TEST_P(GapTest, NotesAFinishedOneWithoutTouchingOthers) {
    ASSERT_TRUE(catalog().open_gap(gap(0min, "camera_lost")));
    ASSERT_TRUE(catalog().open_gap(gap(-1h, "crash", 1min)));
    ASSERT_TRUE(catalog().open_gap(gap(-1h, "crash", 1min)));
    auto found = all();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].cause, "crash");
    EXPECT_EQ(found[0].to, kNoon - 1h + 1min);
    EXPECT_FALSE(found[1].to);
}

TEST_P(GapTest, IsFoundByWhatItOverlaps) {
    ASSERT_TRUE(catalog().open_gap(gap(-24h * 90, "stopped", 24h * 80)));
    ASSERT_TRUE(catalog().open_gap(gap(0min, "crash", 1min)));
    ASSERT_TRUE(catalog().open_gap(gap(2min, "overload", 1min)));
    ASSERT_TRUE(catalog().open_gap(gap(24h * 2, "refused")));
    EXPECT_EQ(all(-24h * 50, -24h * 49).size(), 1U);
    EXPECT_EQ(all(-24h * 5, -24h * 4).size(), 0U);
    EXPECT_EQ(all(30s, 40s).size(), 1U);
    EXPECT_EQ(all(1min, 2min).size(), 0U);
    EXPECT_EQ(all(0min, 10min).size(), 2U);
    EXPECT_EQ(all(24h * 300, 24h * 301).size(), 1U);
    EXPECT_EQ(all().size(), 4U);
    EXPECT_TRUE(catalog().gaps(kYard, "main", kNoon, kNoon + 1h)->empty());
}

TEST_P(GapTest, RefusesWhatMakesNoSense) {
    auto unnamed = gap(0min, "");
    auto backwards = gap(0min, "crash", -1s);
    auto ancient = gap(0min, "crash");
    ancient.from = Timestamp(microseconds(-1));
    for (const auto& bad : {unnamed, backwards, ancient}) {
        auto opened = catalog().open_gap(bad);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().kind(), ErrorKind::InvalidInput);
    }
}

}  // namespace proviso::catalog
