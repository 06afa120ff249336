#pragma once

#include <thread>

#include <gtest/gtest.h>

#include <proviso/record/check.h>
#include <proviso/record/moody_ledger.h>
#include <proviso/record/pictures.h>
#include <proviso/record/recorder.h>
#include <proviso/record/test_house.h>
#include <proviso/store/test_database.h>

namespace proviso::record {

/// A recorder with one camera whose pictures and whose clock move together.
class RecordingTest : public testing::Test {
protected:
    static constexpr Timestamp kStart =
        std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + std::chrono::hours(10);

    void SetUp() override {
        house.registers.add_camera(camera);
        options.folder = house.recordings();
        open();
    }

    void open() {
        recorder.reset();
        auto opened =
            Recorder::open(options, *house.catalog, *house.keys, ledger, house.gate, clock);
        ASSERT_TRUE(opened) << opened.error().story();
        recorder = *std::move(opened);
    }

    void start() { ASSERT_TRUE(recorder->start(stream, house.may_capture(camera))); }

    void pass(microseconds time) {
        pictures.skip(time.count() * 9 / 100);
        clock.advance(time);
    }

    /// Pictures, 25 a second unless told otherwise. Waits for the disk every four seconds, as time
    /// would.
    void feed(int count) {
        for (int i = 0; i < count; ++i) {
            const auto before = pictures.mono();
            recorder->on_packet(stream, pictures.next());
            clock.advance(pictures.mono() - before);
            if (i % 100 == 99) recorder->settle();
        }
    }

    /// True as soon as other threads made it so; false if they do not within ten seconds.
    template <class F>
    static bool eventually(F&& condition) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!condition()) {
            if (std::chrono::steady_clock::now() > until) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return true;
    }

    StreamStatus status() {
        const auto all = recorder->status();
        EXPECT_EQ(all.size(), 1U);
        return all.empty() ? StreamStatus{} : all.front();
    }

    std::vector<catalog::Segment> segments() {
        auto rows = house.catalog->segments(
            camera, "main", kStart - std::chrono::days(2), kStart + std::chrono::days(2), 1000, true
        );
        EXPECT_TRUE(rows);
        return rows ? *rows : std::vector<catalog::Segment>();
    }

    std::vector<catalog::Gap> gaps() {
        auto rows = house.catalog->gaps(
            camera, "main", kStart - std::chrono::days(2), kStart + std::chrono::days(2)
        );
        EXPECT_TRUE(rows);
        return rows ? *rows : std::vector<catalog::Gap>();
    }

    std::vector<Finding> findings(bool deep = true) {
        auto found = check_recordings(options.folder, *house.catalog, *house.keys, ledger, deep);
        EXPECT_TRUE(found) << found.error().story();
        return found ? *found : std::vector<Finding>();
    }

    void expect_no_findings() {
        for (const auto& finding : findings()) {
            ADD_FAILURE() << finding.invariant << " " << finding.subject << ": " << finding.words;
        }
    }

    store::TestFolder folder;
    FakeClock clock{kStart};
    MoodyLedger ledger{clock};
    TestHouse house{folder.path(), ledger, clock};
    CameraId camera = CameraId::literal("gate-1");
    media::StreamKey stream{camera, media::StreamKind::Main};
    Pictures pictures{kStart};
    RecorderOptions options;
    std::unique_ptr<Recorder> recorder;
};

}  // namespace proviso::record
