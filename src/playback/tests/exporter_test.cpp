#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <proviso/base/file.h>
#include <proviso/playback/exporter.h>
#include <proviso/proof/bundle.h>
#include <proviso/record/recording_test.h>

namespace proviso::playback {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ExporterTest : public record::RecordingTest {
protected:
    void SetUp() override {
        record::RecordingTest::SetUp();
        open_exporter();
    }

    void open_exporter() {
        exporter.reset();
        auto opened = Exporter::open(
            house.recordings(), house.exports(), *house.catalog, *house.keys, ledger, clock
        );
        ASSERT_TRUE(opened) << opened.error().story();
        exporter = *std::move(opened);
    }

    Result<ExportJob> begin(Timestamp from, Timestamp to) {
        return exporter->start(house.may_export(camera, from, to), stream, "here");
    }

    ExportJob wait(const Uuid& id) {
        for (int i = 0; i < 2000; ++i) {
            auto job = exporter->job(id);
            if (job && job->state != ExportState::Queued && job->state != ExportState::Running) {
                return *job;
            }
            std::this_thread::sleep_for(5ms);
        }
        ADD_FAILURE() << "the export does not end";
        return {};
    }

    proof::BundleReport verify(const Uuid& id) {
        const auto content = read_file(exporter->file(id).value()).value();
        return proof::verify_bundle(as_bytes(content));
    }

    std::unique_ptr<Exporter> exporter;
};

TEST_F(ExporterTest, MakesABundleThatVerifies) {
    start();
    feed(25 * 150);
    recorder.reset();
    const auto job = begin(kStart + 30s, kStart + 130s);
    ASSERT_TRUE(job) << job.error().story();
    const auto done = wait(job->id);
    ASSERT_EQ(done.state, ExportState::Done) << done.error;
    EXPECT_EQ(done.percent, 100);
    EXPECT_EQ(std::filesystem::file_size(exporter->file(job->id).value()), done.bytes);
    const auto report = verify(job->id);
    for (const auto& step : report.steps) EXPECT_TRUE(step.ok) << step.name << step.words;
    ASSERT_TRUE(report.ok);
    ASSERT_TRUE(report.manifest);
    EXPECT_EQ(report.manifest->segments.size(), 3U);
    EXPECT_EQ(report.manifest->segments.front().from, kStart + 30s);
    EXPECT_GE(report.manifest->segments.back().to, kStart + 130s - 100ms);
    EXPECT_EQ(report.manifest->site, "here");
    EXPECT_EQ(ledger.read(*done.leaf, 1)->at(0).entry.type, "export");
}

TEST_F(ExporterTest, SaysInTheManifestWhatIsMissingAndWhy) {
    start();
    feed(25 * 10);
    recorder->interrupted(stream, "camera_lost", "no route to host");
    pass(20s);
    feed(25 * 10);
    recorder.reset();
    const auto job = begin(kStart, kStart + 40s);
    ASSERT_TRUE(job) << job.error().story();
    ASSERT_EQ(wait(job->id).state, ExportState::Done);
    const auto report = verify(job->id);
    ASSERT_TRUE(report.ok);
    ASSERT_EQ(report.manifest->gaps.size(), 1U);
    EXPECT_EQ(report.manifest->gaps[0].cause, "camera_lost");
    EXPECT_EQ(report.manifest->gaps[0].from, kStart + 10s);
    EXPECT_EQ(report.manifest->gaps[0].to, kStart + 30s);
}

TEST_F(ExporterTest, WaitsUntilTheSegmentBeingRecordedIsSealed) {
    start();
    feed(25 * 10);
    recorder->settle();
    const auto job = begin(kStart, kStart + 8s);
    ASSERT_TRUE(job) << job.error().story();
    for (int i = 0; i < 2000 && exporter->job(job->id)->waiting_for.empty(); ++i) {
        std::this_thread::sleep_for(1ms);
    }
    EXPECT_THAT(exporter->job(job->id)->waiting_for, HasSubstr("being recorded"));
    recorder.reset();
    EXPECT_EQ(wait(job->id).state, ExportState::Done);
    EXPECT_TRUE(verify(job->id).ok);
}

TEST_F(ExporterTest, RefusesWhatCannotBeOneClip) {
    start();
    feed(25 * 5);
    pictures.use(record::Pictures::codec(1280));
    feed(25 * 5);
    recorder.reset();
    EXPECT_EQ(begin(kStart, kStart).error().kind(), ErrorKind::InvalidInput);
    EXPECT_EQ(begin(kStart - 7h, kStart + 10s).error().kind(), ErrorKind::InvalidInput);
    EXPECT_EQ(begin(kStart - 2h, kStart - 1h).error().kind(), ErrorKind::NotFound);
    const auto changing = begin(kStart, kStart + 10s);
    ASSERT_FALSE(changing);
    EXPECT_EQ(changing.error().kind(), ErrorKind::Conflict);
    EXPECT_THAT(changing.error().next_step(), HasSubstr("2026-11-22T10:00:05"));
}

TEST_F(ExporterTest, MakesNoBundleOfARecordingThatWasTamperedWith) {
    start();
    feed(25 * 10);
    recorder.reset();
    const auto segment = segments().at(0);
    const auto index = catalog::unpack_index(segment.index).value();
    // Not even within the exported range: the sealed root covers it.
    store::flip_bit(
        options.folder / segment.file, index.back().offset + proof::kFragmentHeaderSize + 9
    );
    const auto job = begin(kStart, kStart + 5s);
    ASSERT_TRUE(job);
    const auto done = wait(job->id);
    EXPECT_EQ(done.state, ExportState::Failed);
    EXPECT_THAT(done.error, HasSubstr("not what was sealed"));
    EXPECT_FALSE(exporter->file(job->id));
}

TEST_F(ExporterTest, KeepsItsJobsOverARestart) {
    start();
    feed(25 * 5);
    recorder->settle();
    const auto waits = begin(kStart, kStart + 5s);
    ASSERT_TRUE(waits);
    open_exporter();
    EXPECT_EQ(exporter->job(waits->id)->state, ExportState::Failed);
    EXPECT_THAT(exporter->job(waits->id)->error, HasSubstr("export it again"));
    recorder.reset();
    const auto done = begin(kStart, kStart + 5s);
    ASSERT_EQ(wait(done->id).state, ExportState::Done);
    open_exporter();
    const auto known = exporter->job(done->id);
    ASSERT_TRUE(known);
    EXPECT_EQ(known->state, ExportState::Done);
    EXPECT_TRUE(verify(done->id).ok);
}

TEST_F(ExporterTest, CanBeCancelledAndRemoved) {
    start();
    feed(25 * 5);
    recorder->settle();
    const auto job = begin(kStart, kStart + 5s);
    ASSERT_TRUE(job);
    EXPECT_FALSE(exporter->remove(job->id));
    ASSERT_TRUE(exporter->cancel(job->id));
    EXPECT_EQ(exporter->cancel(job->id).error().kind(), ErrorKind::Conflict);
    ASSERT_TRUE(exporter->remove(job->id));
    EXPECT_EQ(exporter->job(job->id).error().kind(), ErrorKind::NotFound);
    EXPECT_TRUE(exporter->jobs().empty());
}

TEST_F(ExporterTest, AnExportLivesNoLongerThanItsLimit) {
    start();
    feed(25 * 5);
    recorder.reset();
    const auto job = begin(kStart, kStart + 5s);
    ASSERT_EQ(wait(job->id).state, ExportState::Done);
    const auto file = exporter->file(job->id).value();
    ASSERT_TRUE(exporter->expire(clock.now() - 1s));
    EXPECT_TRUE(std::filesystem::exists(file));
    ASSERT_TRUE(exporter->expire(clock.now() + 1s));
    EXPECT_FALSE(std::filesystem::exists(file));
    EXPECT_EQ(ledger.read(ledger.size() - 1, 1)->at(0).entry.type, "export.deleted");
}

TEST_F(ExporterTest, StopsWhenThePermissionIsWithdrawn) {
    start();
    feed(25 * 5);
    recorder->settle();
    const auto job = begin(kStart, kStart + 5s);
    ASSERT_TRUE(job);
    house.registers.set_notice(false);
    const auto done = wait(job->id);
    EXPECT_EQ(done.state, ExportState::Failed);
    EXPECT_THAT(done.error, HasSubstr("permission"));
}

}  // namespace
}  // namespace proviso::playback
