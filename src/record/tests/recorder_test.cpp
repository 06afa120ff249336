#include <future>
#include <set>

#include <gmock/gmock.h>

#include <proviso/record/moody_disk.h>
#include <proviso/record/recording_test.h>
#include <proviso/record/segment_reader.h>

namespace proviso::record {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class RecorderTest : public RecordingTest {
protected:
    RecorderTest() {
        options.disk = disk;
        options.retry_storage_every = 10ms;
    }

    std::vector<std::string> causes() {
        std::vector<std::string> all;
        for (const auto& gap : gaps()) all.push_back(gap.cause);
        return all;
    }

    std::vector<std::string> ends() {
        std::vector<std::string> all;
        for (std::uint64_t at = 0; at < ledger.size(); ++at) {
            const auto entry = ledger.read(at, 1)->at(0).entry;
            if (entry.type == "segment.closed") all.push_back(entry.body["end"]);
        }
        return all;
    }

    std::shared_ptr<MoodyDisk> disk = std::make_shared<MoodyDisk>();
};

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
    EXPECT_THAT(ends(), ElementsAre("length", "length", "shutdown"));
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

TEST_F(RecorderTest, SaysThatACameraIsSilentWithoutBeingTold) {
    start();
    feed(25 * 4);
    pass(11s);
    ASSERT_TRUE(eventually([&] {
        recorder->settle();
        return !gaps().empty();
    }));
    EXPECT_EQ(gaps()[0].from, kStart + 4s);
    EXPECT_EQ(gaps()[0].cause, "camera_lost");
    EXPECT_FALSE(status().recording);
}

TEST_F(RecorderTest, WritesDownAPictureThatWaitsWhenNoOtherComes) {
    start();
    feed(5);
    pass(1100ms);
    ASSERT_TRUE(eventually([&] {
        recorder->settle();
        return !segments().empty();
    }));
    EXPECT_EQ(segments()[0].to, kStart + 200ms);
}

TEST_F(RecorderTest, StopsWhenTheLawSaysNoAndSaysWhy) {
    std::promise<law::Refusal> told;
    recorder->on_refused([&](const media::StreamKey& which, const law::Refusal& refusal) {
        EXPECT_EQ(which, stream);
        told.set_value(refusal);
    });
    start();
    feed(25 * 5);
    house.registers.set_notice(false);
    feed(1);  // the very next picture is not kept
    feed(30);
    auto future = told.get_future();
    ASSERT_EQ(future.wait_for(10s), std::future_status::ready);
    EXPECT_THAT(future.get().words(), HasSubstr("Test Act"));
    recorder->settle();
    ASSERT_EQ(gaps().size(), 1U);
    EXPECT_EQ(gaps()[0].cause, "refused");
    EXPECT_THAT(gaps()[0].detail, HasSubstr("Test Act"));
    EXPECT_EQ(gaps()[0].from, kStart + 5s);
    EXPECT_EQ(segments().at(0).to, kStart + 5s);
    EXPECT_FALSE(status().recording);
    EXPECT_THAT(status().cause, HasSubstr("Test Act"));

    house.registers.set_notice(true);
    start();
    feed(25 * 5);
    recorder->settle();
    EXPECT_TRUE(status().recording);
    EXPECT_TRUE(gaps()[0].to);
    recorder.reset();
    EXPECT_THAT(ends(), ElementsAre("refused", "shutdown"));
    expect_no_findings();
}

TEST_F(RecorderTest, StopsWithoutASinglePacketWhenThePermitEnds) {
    std::promise<void> told;
    recorder->on_refused([&](const auto&, const auto&) { told.set_value(); });
    start();
    feed(25 * 5);
    house.registers.set_notice(false);
    EXPECT_EQ(told.get_future().wait_for(10s), std::future_status::ready);
}

TEST_F(RecorderTest, GoesOnWithoutTheLedgerOnlyAsLongAsTheLeaseLasts) {
    start();
    feed(25 * 30);
    ledger.fail = true;
    house.gate.review();  // the gate notices; in life it looks every minute
    feed(25 * 240);
    EXPECT_TRUE(status().recording);
    feed(25 * 60);
    EXPECT_TRUE(eventually([&] { return !status().recording; }));
    // Which of the two it is depends on whether it has asked again meanwhile.
    EXPECT_THAT(
        status().cause, testing::AnyOf(HasSubstr("permit"), HasSubstr("decision could be recorded"))
    );
    ledger.fail = false;
    ASSERT_TRUE(eventually([&] {
        pass(100ms);  // it asks again every few seconds
        return status().cause.find("key frame") != std::string::npos;
    }));
    feed(25 * 5);
    EXPECT_TRUE(status().recording);
    recorder.reset();
    EXPECT_THAT(causes(), ElementsAre("refused", "stopped"));
    expect_no_findings();
}

TEST_F(RecorderTest, NothingIsClosedBeforeTheLedgerHasIt) {
    start();
    feed(25 * 30);
    ledger.fail = true;
    feed(25 * 70);
    recorder->settle();
    for (const auto& row : segments()) EXPECT_EQ(row.state, catalog::SegmentState::Open);
    ledger.fail = false;
    EXPECT_TRUE(eventually([&] { return segments().front().state == catalog::SegmentState::Closed; }
    ));
}

TEST_F(RecorderTest, AFullDiskCostsAGapAndNothingElse) {
    start();
    feed(25 * 10);
    recorder->settle();
    disk->full = true;
    feed(25 * 5);
    recorder->settle();
    EXPECT_FALSE(status().recording);
    disk->full = false;
    ASSERT_TRUE(eventually([&] { return status().cause.find("key frame") != std::string::npos; }));
    feed(25 * 10);
    recorder.reset();
    EXPECT_THAT(causes(), ElementsAre("disk_full", "stopped"));
    // One picture was still waiting for its fragment to be full.
    EXPECT_EQ(gaps()[0].from, kStart + 10s - 40ms);
    EXPECT_EQ(gaps()[0].to, kStart + 15s);
    EXPECT_EQ(ends().front(), "disk_full");
    expect_no_findings();
}

TEST_F(RecorderTest, PausesBeforeTheDiskIsFullAndWhenItCannotTell) {
    start();
    feed(25 * 5);
    disk->free_left = options.least_free_bytes - 1;
    ASSERT_TRUE(eventually([&] { return !status().recording; }));
    feed(25 * 5);
    disk->free_left = options.least_free_bytes * 2;
    ASSERT_TRUE(eventually([&] { return status().cause.find("key frame") != std::string::npos; }));
    feed(25 * 5);
    EXPECT_TRUE(status().recording);
    disk->free_unknown = true;
    ASSERT_TRUE(eventually([&] { return !status().recording; }));
    recorder.reset();
    EXPECT_THAT(causes(), ElementsAre("disk_full", "disk_full", "stopped"));
    expect_no_findings();
}

TEST_F(RecorderTest, NeverBelievesAFileAgainThatCouldNotBeSynced) {
    start();
    feed(25 * 10);
    recorder->settle();
    const auto durable = segments().at(0).bytes;
    disk->sync_fails = true;
    feed(25 * 3);
    recorder->settle();
    disk->sync_fails = false;
    ASSERT_TRUE(eventually([&] { return status().cause.find("key frame") != std::string::npos; }));
    feed(25 * 10);
    recorder.reset();
    const auto rows = segments();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].bytes, durable);
    EXPECT_EQ(std::filesystem::file_size(options.folder / rows[0].file), durable);
    EXPECT_THAT(causes(), ElementsAre("disk_error", "stopped"));
    expect_no_findings();
}

TEST_F(RecorderTest, DropsWholeStretchesWithAGapWhenTheDiskHangs) {
    start();
    feed(25 * 10);
    recorder->settle();
    {
        std::lock_guard hang(disk->hanging);
        for (int i = 0; i < 25 * 30; ++i) {
            const auto before = pictures.mono();
            recorder->on_packet(stream, pictures.next());
            clock.advance(pictures.mono() - before);
        }
    }
    recorder->settle();
    EXPECT_GT(status().dropped_packets, 200U);
    feed(25 * 10);
    recorder.reset();
    EXPECT_THAT(causes(), ElementsAre("overload", "stopped"));
    EXPECT_LT(*gaps()[0].to - gaps()[0].from, 25s);
    EXPECT_GT(*gaps()[0].to - gaps()[0].from, 15s);
    expect_no_findings();
}

TEST_F(RecorderTest, ANewDayHasANewKey) {
    pass(14h - 5s);
    start();
    feed(25 * 10);
    recorder.reset();
    const auto rows = segments();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_NE(rows[0].key_id, rows[1].key_id);
    EXPECT_EQ(rows[0].to, rows[1].from);
    EXPECT_EQ(rows[1].from, kStart + 14h);
    EXPECT_THAT(rows[1].file, HasSubstr("2026-11-23/00/gate-1/main-00.00-"));
    expect_no_findings();
}

TEST_F(RecorderTest, NoFragmentIsEverEncryptedUnderTheSecretOfAnother) {
    start();
    feed(25 * 70);
    disk->full = true;
    feed(25 * 5);
    recorder->settle();
    disk->full = false;
    ASSERT_TRUE(eventually([&] { return status().cause.find("key frame") != std::string::npos; }));
    feed(25 * 10);
    open();
    start();
    feed(25 * 10);
    recorder.reset();
    std::set<proof::Digest> commitments;
    std::size_t fragments = 0;
    for (const auto& row : segments()) {
        const auto reader = SegmentReader::open(options.folder / row.file).value();
        const auto walk = reader.walk();
        SegmentReader::Frame frame;
        for (std::size_t i = 0; i < walk.fragments.size(); ++i, ++fragments) {
            ASSERT_TRUE(reader.read(walk.fragments, i, frame));
            commitments.insert(frame.header.commitment);
        }
    }
    EXPECT_GT(fragments, 200U);
    EXPECT_EQ(commitments.size(), fragments);
}

TEST_F(RecorderTest, AStopInOrderIsAGapUntilItRecordsAgain) {
    start();
    feed(25 * 5);
    recorder.reset();
    EXPECT_THAT(causes(), ElementsAre("stopped"));
    pass(30s);
    open();
    start();
    feed(25 * 5);
    recorder->settle();
    ASSERT_EQ(gaps().size(), 1U);
    EXPECT_EQ(gaps()[0].to, kStart + 35s);
    recorder.reset();
    expect_no_findings();
}

TEST_F(RecorderTest, NobodyWaitsForACameraThatWasRemoved) {
    start();
    feed(25 * 5);
    recorder->interrupted(stream, "camera_lost", "gone");
    pass(5s);
    recorder->stop(stream, "", "");
    recorder->settle();
    EXPECT_TRUE(recorder->status().empty());
    ASSERT_EQ(gaps().size(), 1U);
    EXPECT_EQ(gaps()[0].to, kStart + 10s);
    pass(60s);
    start();
    feed(25 * 5);
    recorder->settle();
    EXPECT_THAT(causes(), ElementsAre("camera_lost", "removed"));
    EXPECT_EQ(gaps()[1].to, kStart + 70s);
}

TEST_F(RecorderTest, TheCauseOfAGapMayChangeWhileItLasts) {
    start();
    feed(25 * 5);
    recorder->interrupted(stream, "camera_lost", "gone");
    pass(5s);
    recorder->stop(stream, "refused", "no notice");
    pass(5s);
    recorder.reset();
    EXPECT_THAT(causes(), ElementsAre("camera_lost", "refused"));
    EXPECT_EQ(gaps()[0].to, gaps()[1].from);
    EXPECT_EQ(gaps()[1].from, kStart + 10s);
    EXPECT_FALSE(gaps()[1].to);
}

TEST_F(RecorderTest, TakesNoPermitOfAnotherCamera) {
    const auto other = CameraId::literal("gate-2");
    house.registers.add_camera(other);
    const auto started = recorder->start(stream, house.may_capture(other));
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind(), ErrorKind::InvalidInput);
}

TEST_F(RecorderTest, RecordsManyStreamsAtOnceFromManyThreads) {
    constexpr int kStreams = 16;
    std::vector<media::StreamKey> keys;
    for (int i = 0; i < kStreams; ++i) {
        const auto name = CameraId::literal("camera-" + std::to_string(i / 2));
        if (i % 2 == 0) house.registers.add_camera(name);
        keys.push_back({name, i % 2 == 0 ? media::StreamKind::Main : media::StreamKind::Sub});
        ASSERT_TRUE(recorder->start(keys.back(), house.may_capture(name)));
    }
    std::vector<std::thread> threads;
    for (int half = 0; half < 2; ++half) {
        threads.emplace_back([&, half] {
            for (int i = half; i < kStreams; i += 2) {
                Pictures camera_pictures(kStart, 200, static_cast<std::uint32_t>(i + 1));
                for (int n = 0; n < 25 * 6; ++n) {
                    recorder->on_packet(keys[static_cast<std::size_t>(i)], camera_pictures.next());
                }
            }
        });
    }
    for (auto& thread : threads) thread.join();
    recorder.reset();
    for (const auto& key : keys) {
        const auto rows =
            house.catalog->segments(key.camera, to_string(key.kind), kStart, kStart + 1h, 10, true);
        ASSERT_TRUE(rows);
        ASSERT_EQ(rows->size(), 1U);
        EXPECT_EQ(rows->front().to, kStart + 6s);
    }
    expect_no_findings();
}

}  // namespace
}  // namespace proviso::record
