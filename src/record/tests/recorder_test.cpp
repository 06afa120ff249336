#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <proviso/ledger/memory_ledger.h>
#include <proviso/record/check.h>
#include <proviso/record/recorder.h>
#include <proviso/record/test_house.h>
#include <proviso/store/test_database.h>

#include "pictures.h"

namespace proviso::record {
namespace {

using namespace std::chrono_literals;

const Timestamp kStart = Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)) + 10h;

class RecorderTest : public testing::Test {
protected:
    void SetUp() override {
        house.registers.add_camera(camera);
        options.folder = house.recordings();
        open();
    }

    void open() {
        auto opened =
            Recorder::open(options, *house.catalog, *house.keys, *ledger, house.gate, clock);
        ASSERT_TRUE(opened) << opened.error().story();
        recorder = *std::move(opened);
    }

    void start() { ASSERT_TRUE(recorder->start(stream, house.may_capture(camera))); }

    /// The clock goes with the camera's pictures.
    void feed(int count) {
        for (int i = 0; i < count; ++i) {
            const auto before = pictures.mono();
            recorder->on_packet(stream, pictures.next());
            clock.advance(pictures.mono() - before);
            if (i % 100 == 99) recorder->settle();
        }
    }

    store::TestFolder folder;
    FakeClock clock{kStart};
    std::unique_ptr<ledger::Ledger> ledger = ledger::make_memory_ledger(clock);
    TestHouse house{folder.path(), *ledger, clock};
    CameraId camera = CameraId::literal("gate-1");
    media::StreamKey stream{camera, media::StreamKind::Main};
    Pictures pictures{kStart};
    RecorderOptions options;
    std::unique_ptr<Recorder> recorder;
};

TEST_F(RecorderTest, LeavesSegmentsThatPassEveryCheck) {
    start();
    feed(25 * 150);
    recorder->settle();
    recorder.reset();
    const auto segments =
        house.catalog->segments(camera, "main", kStart - 1h, kStart + 1h, 100, true);
    ASSERT_TRUE(segments);
    ASSERT_EQ(segments->size(), 3U);
    for (const auto& segment : *segments) {
        EXPECT_EQ(segment.state, catalog::SegmentState::Closed);
        EXPECT_TRUE(segment.leaf);
    }
    EXPECT_EQ(segments->front().from, kStart);
    EXPECT_EQ(segments->back().to, kStart + 150s);
    const auto findings =
        check_recordings(options.folder, *house.catalog, *house.keys, *ledger, true);
    ASSERT_TRUE(findings);
    for (const auto& finding : *findings) ADD_FAILURE() << finding.invariant << finding.words;
}

}  // namespace
}  // namespace proviso::record
