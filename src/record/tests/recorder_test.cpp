#include <gmock/gmock.h>

#include <proviso/record/recording_test.h>

namespace proviso::record {
namespace {

using namespace std::chrono_literals;

class RecorderTest : public RecordingTest {};

TEST_F(RecorderTest, LeavesSegmentsThatPassEveryCheck) {
    start();
    feed(25 * 150);
    recorder.reset();
    const auto rows = segments();
    ASSERT_EQ(rows.size(), 3U);
    for (const auto& row : rows) {
        EXPECT_EQ(row.state, catalog::SegmentState::Closed);
        EXPECT_TRUE(row.leaf);
    }
    EXPECT_EQ(rows.front().from, kStart);
    EXPECT_EQ(rows.back().to, kStart + 150s);
    expect_no_findings();
}

TEST_F(RecorderTest, ACameraThatWasLostLeavesAGapWithItsCause) {
    start();
    feed(25 * 10);
    recorder->interrupted(stream, "camera_lost", "no route to host");
    pass(20s);
    feed(25 * 10);
    recorder.reset();
    const auto lost = gaps();
    ASSERT_EQ(lost.size(), 2U);
    EXPECT_EQ(lost[0].from, kStart + 10s);
    EXPECT_EQ(lost[0].to, kStart + 30s);
    EXPECT_EQ(lost[0].cause, "camera_lost");
    EXPECT_EQ(lost[0].detail, "no route to host");
    ASSERT_TRUE(lost[0].leaf);
    EXPECT_EQ(ledger.read(*lost[0].leaf, 1)->at(0).entry.type, "gap");
    EXPECT_EQ(lost[1].cause, "stopped");
    EXPECT_EQ(lost[1].from, kStart + 40s);
    EXPECT_FALSE(lost[1].to);
    for (const auto& row : segments()) EXPECT_EQ(row.state, catalog::SegmentState::Closed);
    expect_no_findings();
}

}  // namespace
}  // namespace proviso::record
