#include <fstream>

#include <gmock/gmock.h>

#include <proviso/base/file.h>
#include <proviso/record/recording_test.h>
#include <proviso/record/segment_reader.h>

namespace proviso::record {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// Recordings as a process leaves them that was killed: what the tests change is what a kill or a
/// power cut can leave. (The kill itself is in tests/crash.)
class RecoveryTest : public RecordingTest {
protected:
    /// One closed segment of ten seconds.
    catalog::Segment record_one() {
        start();
        feed(25 * 10);
        recorder.reset();
        return segments().back();
    }

    /// As record_one(), but the ledger did not take its entry any more.
    catalog::Segment record_unsealed() {
        start();
        feed(25 * 10);
        recorder->settle();
        ledger.fail = true;
        recorder.reset();
        ledger.fail = false;
        auto row = segments().back();
        EXPECT_EQ(row.state, catalog::SegmentState::Open);
        const auto reader = SegmentReader::open(options.folder / row.file).value();
        row.index = catalog::pack_index(reader.walk().fragments);
        return row;
    }

    /// Puts the row back to what it was when `fragments` of it were durable.
    catalog::Segment reopen(catalog::Segment row, std::size_t fragments) {
        const auto index = catalog::unpack_index(row.index).value();
        row.state = catalog::SegmentState::Open;
        row.bytes = index[fragments].offset;
        row.fragments = static_cast<std::uint32_t>(fragments);
        row.to = Timestamp(microseconds(index[fragments].wall_start_us));
        row.root.clear();
        row.index.clear();
        row.leaf.reset();
        EXPECT_TRUE(house.catalog->put(row));
        return row;
    }

    void append(const catalog::Segment& row, std::string_view bytes) {
        std::ofstream(options.folder / row.file, std::ios::app | std::ios::binary) << bytes;
    }

    std::uint64_t size_of(const catalog::Segment& row) {
        return fs::file_size(options.folder / row.file);
    }

    std::size_t count_closed_entries() {
        std::size_t count = 0;
        for (const auto& stored : *ledger.read(0, ledger.size())) {
            count += stored.entry.type == "segment.closed" ? 1 : 0;
        }
        return count;
    }
};

TEST_F(RecoveryTest, CutsATornTailAndSealsTheRest) {
    const auto whole = record_unsealed();
    reopen(whole, 6);
    // Half a fragment was on its way: its header, and some of it.
    const auto reader = SegmentReader::open(options.folder / whole.file).value();
    SegmentReader::Frame frame;
    ASSERT_TRUE(reader.read(catalog::unpack_index(whole.index).value(), 3, frame));
    append(whole, as_text(frame.header_bytes));
    append(whole, as_text(ByteView(frame.sealed).first(100)));
    open();
    recorder->settle();
    const auto row = segments().at(0);
    EXPECT_EQ(row.state, catalog::SegmentState::Closed);
    EXPECT_EQ(row.bytes, whole.bytes);
    EXPECT_EQ(row.to, whole.to);
    EXPECT_EQ(size_of(row), whole.bytes);
    expect_no_findings();
}

TEST_F(RecoveryTest, KeepsNothingThatThePowerCutLeftAsGarbage) {
    const auto whole = record_unsealed();
    reopen(whole, 6);
    const auto index = catalog::unpack_index(whole.index).value();
    {
        // The file has its length, but blocks in the middle never reached the disk.
        std::fstream file(
            options.folder / whole.file, std::ios::in | std::ios::out | std::ios::binary
        );
        file.seekp(static_cast<std::streamoff>(index[9].offset + 200));
        file << std::string(300, '\0');
    }
    open();
    recorder->settle();
    const auto row = segments().at(0);
    EXPECT_EQ(row.fragments, 9U);
    EXPECT_EQ(size_of(row), index[9].offset);
    EXPECT_EQ(row.to, Timestamp(microseconds(index[9].wall_start_us)));
    expect_no_findings();
}

TEST_F(RecoveryTest, ASegmentThatIsInTheLedgerIsNotSealedTwice) {
    const auto whole = record_one();
    reopen(whole, 6);
    const auto entries = count_closed_entries();
    open();
    recorder->settle();
    EXPECT_EQ(count_closed_entries(), entries);
    EXPECT_EQ(segments().at(0).leaf, whole.leaf);
    expect_no_findings();
}

TEST_F(RecoveryTest, FindsAFileWhoseRowWasNotWritten) {
    const auto whole = record_one();
    ASSERT_TRUE(house.catalog->erase(std::vector{whole.id}));
    // Something else is known, so that this is not an empty catalog.
    const auto other = CameraId::literal("other");
    auto decoy = whole;
    decoy.id = SegmentId::random();
    decoy.camera = other;
    ASSERT_TRUE(house.catalog->put(decoy));
    open();
    recorder->settle();
    const auto row = segments().at(0);
    EXPECT_EQ(row.id, whole.id);
    EXPECT_EQ(row.codec, whole.codec);
    EXPECT_EQ(row.width, 1920);
    EXPECT_EQ(row.decision, whole.decision);
    EXPECT_EQ(row.root, whole.root);
    EXPECT_EQ(row.leaf, whole.leaf);
}

TEST_F(RecoveryTest, ExplainsTheTimeSinceTheLastPicture) {
    const auto whole = record_one();
    ASSERT_TRUE(house.catalog->close_gap(camera, "main", whole.to));
    reopen(whole, 6);
    pass(20s);
    open();
    start();
    feed(25 * 5);
    recorder->settle();
    const auto all = gaps();
    const auto crash =
        std::ranges::find_if(all, [](const auto& gap) { return gap.cause == "crash"; });
    ASSERT_NE(crash, all.end());
    EXPECT_EQ(crash->from, whole.to);
    EXPECT_EQ(crash->to, kStart + 30s);
    recorder.reset();
    expect_no_findings();
}

TEST_F(RecoveryTest, TakesAwayAFileWithoutAPicture) {
    const auto whole = record_one();
    const auto index = catalog::unpack_index(whole.index).value();
    fs::resize_file(options.folder / whole.file, index[1].offset);
    auto row = whole;
    row.state = catalog::SegmentState::Open;
    row.bytes = index[1].offset;
    row.fragments = 1;
    row.to = row.from;
    row.index.clear();
    row.root.clear();
    row.leaf.reset();
    ASSERT_TRUE(house.catalog->put(row));
    open();
    recorder->settle();
    EXPECT_TRUE(segments().empty());
    EXPECT_FALSE(fs::exists(options.folder / whole.file));
}

TEST_F(RecoveryTest, DoesNotTouchARecordingThatIsShorterThanItWas) {
    const auto whole = record_one();
    const auto row = reopen(whole, 6);
    fs::resize_file(options.folder / whole.file, row.bytes - 10);
    open();
    recorder->settle();
    EXPECT_EQ(size_of(row), row.bytes - 10);
    recorder.reset();
    const auto found = findings();
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found[0].invariant, "REC-1");
}

TEST_F(RecoveryTest, ACatalogThatIsLostIsMadeAgainWordForWord) {
    start();
    feed(25 * 70);
    recorder->interrupted(stream, "camera_lost", "gone");
    pass(20s);
    feed(25 * 70);
    recorder.reset();
    auto before = segments();
    const auto gaps_before = gaps();
    ASSERT_TRUE(house.catalog->clear());
    open();
    recorder->settle();
    const auto after = segments();
    ASSERT_EQ(after.size(), before.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        EXPECT_EQ(after[i].id, before[i].id);
        EXPECT_EQ(after[i].state, before[i].state);
        EXPECT_EQ(after[i].from, before[i].from);
        EXPECT_EQ(after[i].to, before[i].to);
        EXPECT_EQ(after[i].file, before[i].file);
        EXPECT_EQ(after[i].key_id, before[i].key_id);
        EXPECT_EQ(after[i].bytes, before[i].bytes);
        EXPECT_EQ(after[i].fragments, before[i].fragments);
        EXPECT_EQ(after[i].codec, before[i].codec);
        EXPECT_EQ(after[i].width, before[i].width);
        EXPECT_EQ(after[i].height, before[i].height);
        EXPECT_EQ(after[i].root, before[i].root);
        EXPECT_EQ(after[i].decision, before[i].decision);
        EXPECT_EQ(after[i].leaf, before[i].leaf);
        EXPECT_EQ(after[i].index, before[i].index);
    }
    ASSERT_GE(gaps().size(), 1U);
    EXPECT_EQ(gaps()[0].from, gaps_before[0].from);
    EXPECT_EQ(gaps()[0].to, gaps_before[0].to);
    EXPECT_EQ(gaps()[0].cause, "camera_lost");
    expect_no_findings();
}

TEST_F(RecoveryTest, ARebuildPassesOverWhatIsNoRecordingAndSaysSo) {
    const auto whole = record_one();
    const auto path = options.folder / whole.file;
    const auto wrong = path.parent_path() / ("main-00.00-" + SegmentId::random().text() + ".pvs");
    std::ofstream(wrong) << "nonsense";
    fs::copy_file(path, path.parent_path() / ("main-00.01-" + SegmentId::random().text() + ".pvs"));
    const auto report = rebuild_catalog(options.folder, *house.catalog, ledger);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->segments, 1U);
    EXPECT_EQ(report->skipped.size(), 2U);
}

class CheckTest : public RecoveryTest {
protected:
    std::vector<std::string> invariants() {
        std::vector<std::string> all;
        for (const auto& finding : findings()) all.push_back(finding.invariant);
        return all;
    }
};

using testing::Contains;

TEST_F(CheckTest, FindsAMissingFile) {
    fs::remove(options.folder / record_one().file);
    EXPECT_THAT(invariants(), Contains("REC-1"));
}

TEST_F(CheckTest, FindsAFileWithoutARow) {
    const auto whole = record_one();
    ASSERT_TRUE(house.catalog->erase(std::vector{whole.id}));
    EXPECT_THAT(invariants(), testing::ElementsAre("REC-2", "REC-8"));
}

TEST_F(CheckTest, FindsEveryBitThatChangedInAFile) {
    const auto whole = record_one();
    const auto path = options.folder / whole.file;
    auto content = read_file(path).value();
    // Each byte of the clear parts and of one fragment, then samples of the rest.
    const auto index = catalog::unpack_index(whole.index).value();
    for (std::size_t at = 0; at < content.size(); at += at < index[2].offset ? 37 : 311) {
        const auto good = content[at];
        content[at] = static_cast<char>(good ^ (1 << at % 8));
        std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
        ASSERT_THAT(invariants(), Contains("REC-3")) << "byte " << at;
        content[at] = good;
    }
}

TEST_F(CheckTest, FindsARecordingThatWasReplacedAsAWhole) {
    auto whole = record_one();
    // Somebody with the key makes another film of the same segment, and its root for the row.
    whole.root = std::string(64, 'b');
    ASSERT_TRUE(house.catalog->put(whole));
    EXPECT_THAT(invariants(), Contains("REC-4"));
}

TEST_F(CheckTest, FindsTimeThatNothingExplains) {
    start();
    feed(25 * 130);
    recorder.reset();
    const auto middle = segments().at(1);
    fs::remove(options.folder / middle.file);
    ASSERT_TRUE(house.catalog->erase(std::vector{middle.id}));
    EXPECT_THAT(invariants(), testing::ElementsAre("REC-6", "REC-8"));
}

TEST_F(CheckTest, FindsARecordingWhoseKeyIsGone) {
    const auto whole = record_one();
    ASSERT_TRUE(house.keys->shred(std::vector{whole.key_id}, "test"));
    EXPECT_THAT(invariants(), Contains("REC-7"));
}

TEST_F(CheckTest, FindsThatARecordingWasTakenAwayWithoutAWord) {
    const auto whole = record_one();
    fs::remove(options.folder / whole.file);
    ASSERT_TRUE(house.catalog->erase(std::vector{whole.id}));
    EXPECT_THAT(invariants(), testing::ElementsAre("REC-8"));
}

TEST_F(CheckTest, FindsSegmentsThatOverlap) {
    auto whole = record_one();
    whole.id = SegmentId::random();
    whole.from += 2s;
    whole.to += 2s;
    ASSERT_TRUE(house.catalog->put(whole));
    EXPECT_THAT(invariants(), Contains("REC-5"));
}

}  // namespace
}  // namespace proviso::record
