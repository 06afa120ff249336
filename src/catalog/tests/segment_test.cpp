#include <atomic>
#include <thread>

#include <soci/soci.h>

#include "catalog_fixture.h"

namespace proviso::catalog {

namespace {

void expect_same(const Segment& a, const Segment& b) {
    EXPECT_EQ(a.id, b.id);
    EXPECT_EQ(a.camera, b.camera);
    EXPECT_EQ(a.stream, b.stream);
    EXPECT_EQ(a.state, b.state);
    EXPECT_EQ(a.from, b.from);
    EXPECT_EQ(a.to, b.to);
    EXPECT_EQ(a.file, b.file);
    EXPECT_EQ(a.key_id, b.key_id);
    EXPECT_EQ(a.bytes, b.bytes);
    EXPECT_EQ(a.fragments, b.fragments);
    EXPECT_EQ(a.codec, b.codec);
    EXPECT_EQ(a.width, b.width);
    EXPECT_EQ(a.height, b.height);
    EXPECT_EQ(a.root, b.root);
    EXPECT_EQ(a.decision, b.decision);
    EXPECT_EQ(a.leaf, b.leaf);
    EXPECT_EQ(a.index, b.index);
}

}  // namespace

class SegmentTest : public CatalogTest {};

PROVISO_ON_BOTH_ENGINES(SegmentTest);

TEST_P(SegmentTest, GivesBackWhatWasPutAlsoAfterARestart) {
    auto open_one = segment(0min, 30s, kGate, SegmentState::Open);
    auto closed = segment(1min, 1min);
    ASSERT_TRUE(catalog().put(open_one));
    ASSERT_TRUE(catalog().put(closed));
    restart();
    expect_same(**catalog().segment(open_one.id), open_one);
    expect_same(**catalog().segment(closed.id), closed);
    EXPECT_FALSE(catalog().segment(SegmentId::random())->has_value());
}

TEST_P(SegmentTest, ReplacesById) {
    auto one = segment(0min, 0s, kGate, SegmentState::Open);
    ASSERT_TRUE(catalog().put(one));
    for (int second = 1; second < 5; ++second) {
        one.to += 1s;
        one.bytes += 500;
        ASSERT_TRUE(catalog().put(one));
    }
    expect_same(**catalog().segment(one.id), one);
    EXPECT_EQ(catalog().open_segments()->size(), 1U);

    one.state = SegmentState::Closed;
    one.leaf = 99;
    one.index = "index";
    ASSERT_TRUE(catalog().put(one));
    expect_same(**catalog().segment(one.id), one);
    EXPECT_TRUE(catalog().open_segments()->empty());

    one.index = "better index";
    one.bytes = 1;
    ASSERT_TRUE(catalog().put(one));
    expect_same(**catalog().segment(one.id), one);

    one.state = SegmentState::Open;
    one.index = "";
    ASSERT_TRUE(catalog().put(one));
    expect_same(**catalog().segment(one.id), one);
    EXPECT_EQ(catalog().open_segments()->size(), 1U);
}

TEST_P(SegmentTest, ListsWhatOverlapsAnInterval) {
    auto a = segment(0min, 1min);
    auto b = segment(1min, 1min);
    auto c = segment(5min, 1min);
    auto live = segment(6min, 20s, kGate, SegmentState::Open);
    auto foreign = segment(1min, 1min, kYard);
    ASSERT_TRUE(catalog().put_all(std::vector{c, live, b, foreign, a}));

    auto list = [&](microseconds from, microseconds to, std::size_t limit = 100) {
        return ids(catalog().segments(kGate, "main", kNoon + from, kNoon + to, limit, false));
    };
    using Ids = std::vector<SegmentId>;
    EXPECT_EQ(list(0min, 10min), (Ids{a.id, b.id, c.id, live.id}));
    EXPECT_EQ(list(30s, 90s), (Ids{a.id, b.id}));
    EXPECT_EQ(list(1min, 90s), (Ids{b.id}));
    EXPECT_EQ(list(2min, 5min), (Ids{}));
    EXPECT_EQ(list(2min - 1us, 5min + 1us), (Ids{b.id, c.id}));
    EXPECT_EQ(list(6min + 20s, 10min), (Ids{}));
    EXPECT_EQ(list(0min, 10min, 2), (Ids{a.id, b.id}));
    EXPECT_TRUE(catalog().segments(kGate, "sub", kNoon, kNoon + 1h, 9, false)->empty());
    EXPECT_TRUE(
        catalog().segments(CameraId::literal("none"), "main", kNoon, kNoon + 1h, 9, false)->empty()
    );

    EXPECT_EQ(
        catalog().segments(kGate, "main", kNoon, kNoon + 1h, 1, true)->front().index, a.index
    );
    EXPECT_EQ(catalog().segments(kGate, "main", kNoon, kNoon + 1h, 1, false)->front().index, "");
}

TEST_P(SegmentTest, FindsALongSegmentBehindManyShortOnes) {
    // The wall clock was set back while the long one ran, so the short ones begin within it.
    auto longest = segment(0min, 48h);
    ASSERT_TRUE(catalog().put(longest));
    std::vector<Segment> rest;
    for (int minute = 1; minute < 60; ++minute) rest.push_back(segment(minute * 1min, 10s));
    ASSERT_TRUE(catalog().put_all(rest));
    auto found = catalog().segments(kGate, "main", kNoon + 40h, kNoon + 41h, 10, false);
    EXPECT_EQ(ids(found), (std::vector<SegmentId>{longest.id}));
    EXPECT_EQ((*catalog().segment_at(kGate, "main", kNoon + 40h))->id, longest.id);
    EXPECT_EQ((*catalog().segment_at(kGate, "main", kNoon + 5min))->id, rest[4].id);
}

TEST_P(SegmentTest, SeeksTheSegmentThatHoldsAMomentOrTheNext) {
    auto a = segment(0min, 1min);
    auto b = segment(5min, 1min);
    auto live = segment(10min, 20s, kGate, SegmentState::Open);
    ASSERT_TRUE(catalog().put_all(std::vector{a, b, live}));
    auto at = [&](microseconds moment) {
        auto found = catalog().segment_at(kGate, "main", kNoon + moment);
        EXPECT_TRUE(found);
        return found && *found ? (*found)->id : SegmentId();
    };
    EXPECT_EQ(at(-1h), a.id);
    EXPECT_EQ(at(0s), a.id);
    EXPECT_EQ(at(1min - 1us), a.id);
    EXPECT_EQ(at(1min), b.id);
    EXPECT_EQ(at(5min + 30s), b.id);
    EXPECT_EQ(at(6min), live.id);
    EXPECT_EQ(at(10min + 19s), live.id);
    EXPECT_EQ(at(11min), SegmentId());
    EXPECT_EQ((*catalog().segment_at(kGate, "main", kNoon))->index, a.index);
}

TEST_P(SegmentTest, ShowsNoDeletedSegmentButRemembersIt) {
    auto a = segment(0min, 1min);
    auto b = segment(1min, 1min);
    ASSERT_TRUE(catalog().put_all(std::vector{a, b}));
    a.state = SegmentState::Deleted;
    a.index = "";
    ASSERT_TRUE(catalog().put(a));
    EXPECT_EQ(
        ids(catalog().segments(kGate, "main", kNoon, kNoon + 1h, 10, false)),
        (std::vector<SegmentId>{b.id})
    );
    EXPECT_EQ((*catalog().segment_at(kGate, "main", kNoon))->id, b.id);
    EXPECT_EQ(ids(catalog().oldest(kGate, kNoon + 1h, 10)), (std::vector<SegmentId>{b.id}));
    expect_same(**catalog().segment(a.id), a);
}

TEST_P(SegmentTest, ErasesWithoutATrace) {
    auto a = segment(0min, 1min);
    auto live = segment(1min, 1min, kGate, SegmentState::Open);
    ASSERT_TRUE(catalog().put_all(std::vector{a, live}));
    ASSERT_TRUE(catalog().erase(std::vector{a.id, live.id, SegmentId::random()}));
    EXPECT_FALSE(catalog().segment(a.id)->has_value());
    EXPECT_FALSE(catalog().segment(live.id)->has_value());
    EXPECT_TRUE(catalog().usage()->empty());
    EXPECT_TRUE(catalog().days(kGate, "main", kNoon, kNoon + 1h)->empty());
}

TEST_P(SegmentTest, ListsTheOldestClosedOnesOfAllStreams) {
    auto main_late = segment(2min, 1min);
    auto sub_early = segment(0min, 1min);
    sub_early.stream = "sub";
    auto live = segment(-10min, 1min, kGate, SegmentState::Open);
    auto foreign = segment(0min, 1min, kYard);
    ASSERT_TRUE(catalog().put_all(std::vector{main_late, sub_early, live, foreign}));
    EXPECT_EQ(
        ids(catalog().oldest(kGate, kNoon + 1h, 10)),
        (std::vector<SegmentId>{sub_early.id, main_late.id})
    );
    EXPECT_EQ(ids(catalog().oldest(kGate, kNoon + 1h, 1)), (std::vector<SegmentId>{sub_early.id}));
    EXPECT_EQ(
        ids(catalog().oldest(kGate, kNoon + 3min, 10)), (std::vector<SegmentId>{sub_early.id})
    );
}

TEST_P(SegmentTest, KnowsTheNewestOfAStream) {
    EXPECT_FALSE(catalog().newest(kGate, "main")->has_value());
    auto closed = segment(0min, 5min);
    ASSERT_TRUE(catalog().put(closed));
    EXPECT_EQ((*catalog().newest(kGate, "main"))->id, closed.id);
    auto live = segment(1min, 1min, kGate, SegmentState::Open);
    ASSERT_TRUE(catalog().put(live));
    EXPECT_EQ((*catalog().newest(kGate, "main"))->id, closed.id);
    live.to += 10min;
    ASSERT_TRUE(catalog().put(live));
    EXPECT_EQ((*catalog().newest(kGate, "main"))->id, live.id);
}

TEST_P(SegmentTest, SumsTheUsageOfEachCamera) {
    auto a = segment(0min, 1min);
    auto b = segment(1min, 1min);
    b.stream = "sub";
    b.bytes = 300;
    auto live = segment(2min, 1min, kGate, SegmentState::Open);
    live.bytes = 50;
    auto foreign = segment(7min, 1min, kYard);
    ASSERT_TRUE(catalog().put_all(std::vector{a, b, live, foreign}));
    ASSERT_TRUE(catalog().put(live));

    auto usage = *catalog().usage();
    ASSERT_EQ(usage.size(), 2U);
    EXPECT_EQ(usage[0].camera, kGate);
    EXPECT_EQ(usage[0].bytes, 1350U);
    EXPECT_EQ(usage[0].segments, 3U);
    EXPECT_EQ(usage[0].oldest, a.from);
    EXPECT_EQ(usage[0].newest, live.to);
    EXPECT_EQ(usage[1].camera, kYard);
    EXPECT_EQ(usage[1].bytes, 1000U);

    a.state = SegmentState::Deleted;
    ASSERT_TRUE(catalog().put(a));
    ASSERT_TRUE(catalog().put(a));
    usage = *catalog().usage();
    EXPECT_EQ(usage[0].bytes, 350U);
    EXPECT_EQ(usage[0].segments, 2U);
    EXPECT_EQ(usage[0].oldest, b.from);
}

TEST_P(SegmentTest, SumsEachDayAndSplitsWhatCrossesMidnight) {
    auto evening = segment(0min, 1h);
    auto night = segment(11h + 30min, 1h + 30min);  // 23:30 to 01:00
    night.bytes = 900;
    auto live = segment(14h, 10min, kGate, SegmentState::Open);
    ASSERT_TRUE(catalog().put_all(std::vector{evening, night, live}));

    auto days = *catalog().days(kGate, "main", kNoon, kNoon + 24h);
    ASSERT_EQ(days.size(), 2U);
    EXPECT_EQ(days[0].day, day_of(kNoon));
    EXPECT_EQ(days[0].recorded_us, microseconds(1h + 30min).count());
    EXPECT_EQ(days[0].bytes, 1300U);
    EXPECT_EQ(days[1].day, day_of(kNoon) + std::chrono::days(1));
    EXPECT_EQ(days[1].recorded_us, microseconds(1h + 10min).count());
    EXPECT_EQ(days[1].bytes, 600U + live.bytes);
    EXPECT_EQ(catalog().days(kGate, "main", kNoon, kNoon + 12h)->size(), 1U);
    EXPECT_TRUE(catalog().days(kGate, "sub", kNoon, kNoon + 24h)->empty());

    night.state = SegmentState::Deleted;
    live.state = SegmentState::Deleted;
    ASSERT_TRUE(catalog().put_all(std::vector{night, live}));
    days = *catalog().days(kGate, "main", kNoon, kNoon + 24h);
    ASSERT_EQ(days.size(), 1U);
    EXPECT_EQ(days[0].bytes, 1000U);
}

TEST_P(SegmentTest, NeverSumsMoreThanADayIntoADay) {
    ASSERT_TRUE(catalog().put_all(std::vector{segment(-12h, 24h), segment(-12h, 24h)}));
    EXPECT_EQ(
        catalog().days(kGate, "main", kNoon, kNoon + 1h)->front().recorded_us,
        microseconds(24h).count()
    );
}

TEST_P(SegmentTest, PutsAllOrNone) {
    auto good = segment(0min, 1min);
    auto backwards = segment(0min, -1s);
    auto endless = segment(0min, 24h * 8);
    auto nameless = segment(0min, 1s);
    nameless.stream = "";
    for (const auto& bad : {backwards, endless, nameless}) {
        auto put = catalog().put_all(std::vector{good, bad});
        ASSERT_FALSE(put);
        EXPECT_EQ(put.error().kind(), ErrorKind::InvalidInput);
    }
    EXPECT_FALSE(catalog().segment(good.id)->has_value());
    EXPECT_TRUE(catalog().usage()->empty());
}

TEST_P(SegmentTest, StoresTextAsItIs) {
    auto odd = segment(0min, 1min);
    odd.file = "gate-1/'; DROP TABLE segments; --\xC3\xA9";
    odd.codec = "\"quoted\" :name $1";
    ASSERT_TRUE(catalog().put(odd));
    expect_same(**catalog().segment(odd.id), odd);
}

TEST_P(SegmentTest, ForgetsEverythingForARebuild) {
    auto a = segment(0min, 1min);
    ASSERT_TRUE(catalog().put(a));
    ASSERT_TRUE(catalog().put(segment(1min, 1min, kGate, SegmentState::Open)));
    ASSERT_TRUE(catalog().clear());
    EXPECT_TRUE(catalog().usage()->empty());
    EXPECT_TRUE(catalog().open_segments()->empty());
    EXPECT_TRUE(catalog().days(kGate, "main", kNoon, kNoon + 1h)->empty());
    ASSERT_TRUE(catalog().put(a));
    expect_same(**catalog().segment(a.id), a);
}

TEST_P(SegmentTest, SaysThatADamagedRowIsDamaged) {
    auto a = segment(0min, 1min);
    ASSERT_TRUE(catalog().put(a));
    ASSERT_TRUE(database().write([](soci::session& session) -> Result<> {
        session << "UPDATE segment_indexes SET packed = 'not base64!'";
        return {};
    }));
    auto found = catalog().segment(a.id);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::Corrupt);
}

TEST_P(SegmentTest, ServesWritersAndReadersAtOnce) {
    std::atomic<int> failures{0};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                auto camera = CameraId::literal("camera-" + std::to_string(t));
                for (int i = 0; i < 20; ++i) {
                    auto one = segment(i * 1min, 1min, camera, SegmentState::Open);
                    if (!catalog().put(one)) ++failures;
                    one.state = SegmentState::Closed;
                    if (!catalog().put(one)) ++failures;
                    auto found = catalog().segment_at(camera, "main", one.from);
                    if (!found || !*found || (*found)->id != one.id) ++failures;
                }
            });
        }
    }
    EXPECT_EQ(failures, 0);
    for (const auto& usage : *catalog().usage()) EXPECT_EQ(usage.segments, 20U);
}

}  // namespace proviso::catalog
