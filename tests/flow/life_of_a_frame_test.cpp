#include <gtest/gtest.h>

#include <proviso/base/file.h>
#include <proviso/media/fmp4.h>
#include <proviso/record/check.h>

#include "stage.h"

/// docs/design/life-of-a-frame.md, walked with a real RTSP camera. The numbers are its steps.
namespace proviso::app {
namespace {

using std::chrono::seconds;

/// The entries of one type, oldest first.
std::vector<ledger::StoredEntry> entries(const ledger::Ledger& log, std::string_view type) {
    std::vector<ledger::StoredEntry> found;
    for (auto& entry : *log.read(0, log.size())) {
        if (entry.entry.type == type) found.push_back(std::move(entry));
    }
    return found;
}

class LifeOfAFrame : public testing::Test {
protected:
    void SetUp() override {
        auto opened = House::open(stage_.config());
        ASSERT_TRUE(opened) << opened.error().story();
        house_ = std::move(*opened);
    }

    void start() {
        auto opened = Works::open(*house_, PROVISO_PROGRAM);
        ASSERT_TRUE(opened) << opened.error().story();
        works_ = std::move(*opened);
    }

    Result<std::vector<registers::Change>> apply(const std::string& yaml) {
        return house_->registers->apply(yaml, {UserId::literal("u-flow"), "flow test"});
    }

    std::vector<catalog::Segment> segments() const {
        return house_->catalog->segments(camera_, "main", Timestamp{}, Timestamp::max(), 100, false)
            .value();
    }

    std::size_t closed() const {
        std::size_t count = 0;
        for (const auto& one : segments()) count += one.state == catalog::SegmentState::Closed;
        return count;
    }

    /// Declared first: the house and its works end before the camera does.
    Stage stage_;
    CameraId camera_ = CameraId::literal("gate");
    std::unique_ptr<House> house_;
    std::unique_ptr<Works> works_;
};

TEST_F(LifeOfAFrame, GoesFromTheCameraToAStrangersProof) {
    // 1: the camera is known, and a ledger entry says so.
    auto applied = apply(yard(stage_.camera_url()));
    ASSERT_TRUE(applied) << applied.error().story();
    EXPECT_EQ(entries(*house_->ledger, "config").size(), 4U);

    // 2-6: asked, permitted, opened, shared, cut at a key frame.
    start();
    ASSERT_TRUE(eventually([&] { return closed() >= 1; }, seconds(30)));
    auto decisions = entries(*house_->ledger, "decision");
    ASSERT_FALSE(decisions.empty());
    auto segment = segments().front();
    EXPECT_EQ(segment.decision, decisions.front().index);
    EXPECT_LT(decisions.front().entry.at, segment.from) << "decided before a picture was kept";

    // 4, 7: what a viewer with a lift gets is what the recorder got, as ordinary fragmented MP4.
    law::LiftDraft lift;
    lift.cameras = {camera_};
    lift.user = UserId::literal("u-flow");
    lift.reason = "the flow test";
    lift.exports = true;
    ASSERT_TRUE(house_->lifts->begin(lift));
    auto asked = house_->gate->ask(law::View{camera_, UserId::literal("u-flow"), false, true});
    ASSERT_TRUE(asked);
    auto view =
        std::make_shared<law::Permit<law::View>>(std::get<law::Permit<law::View>>(std::move(*asked))
        );
    auto reader = works_->player->read(
        view, {camera_, media::StreamKind::Main}, segment.from, segment.to, segment.from
    );
    ASSERT_TRUE(reader) << reader.error().story();
    std::size_t pictures = 0;
    for (;;) {
        auto piece = (*reader)->next();
        ASSERT_TRUE(piece) << piece.error().story();
        if (!*piece) break;
        if ((*piece)->init) continue;
        auto parsed = media::parse_fragment((*piece)->bytes);
        ASSERT_TRUE(parsed) << parsed.error().story();
        pictures += parsed->samples.size();
    }
    auto lasted = std::chrono::duration<double>(segment.to - segment.from).count();
    EXPECT_NEAR(static_cast<double>(pictures), lasted * 25, 2);

    // 8, 9: on disk, and nothing of the video is readable there.
    auto path = house_->config.recordings() / segment.file;
    auto bytes = read_file(path);
    ASSERT_TRUE(bytes);
    EXPECT_EQ(bytes->find("mdat"), std::string::npos);
    EXPECT_EQ(bytes->find("avcC"), std::string::npos);
    EXPECT_TRUE(house_->keys->find(segment.key_id));

    // 10, 11: the row and the seal agree, and every invariant holds.
    ASSERT_TRUE(segment.leaf);
    auto seal = house_->ledger->read(*segment.leaf, 1).value().front().entry;
    EXPECT_EQ(seal.type, "segment.closed");
    EXPECT_EQ(seal.body["root"], segment.root);
    EXPECT_EQ(seal.body["segment"], segment.id.text());

    // 12: a signed checkpoint covers it.
    auto proof = house_->ledger->prove(*segment.leaf);
    ASSERT_TRUE(proof) << proof.error().story();
    EXPECT_TRUE(proof::verify_inclusion(
        proof::leaf_hash(as_bytes(proof->entry_bytes)),
        proof->index,
        proof->checkpoint.size,
        proof->path,
        proof->checkpoint.root
    ));

    // 13: exported under a permit of its own.
    law::Export wanted{
        camera_, UserId::literal("u-flow"), segment.from, segment.to, "evidence", {}, true};
    auto permission = house_->gate->ask(wanted);
    ASSERT_TRUE(permission);
    auto* permit = std::get_if<law::Permit<law::Export>>(&*permission);
    ASSERT_NE(permit, nullptr);
    auto job =
        works_->exporter->start(std::move(*permit), {camera_, media::StreamKind::Main}, "yard");
    ASSERT_TRUE(job) << job.error().story();
    ASSERT_TRUE(eventually(
        [&] { return works_->exporter->job(job->id).value().state == playback::ExportState::Done; },
        seconds(30)
    ));
    auto bundle = works_->exporter->file(job->id).value();

    // 14: a stranger, who has the key by another way, checks it with a program of its own.
    auto log = stage_.folder() / "verify.log";
    Child stranger({PROVISO_VERIFY, "--key", house_->ledger->verifier_key(), bundle.string()}, log);
    EXPECT_EQ(stranger.wait(), 0) << read_file(log).value_or("");
    auto forged = read_file(bundle, 1ULL << 30U).value();
    forged[forged.size() / 2] ^= 1;
    ASSERT_TRUE(write_file_atomic(stage_.folder() / "forged.proviso", as_bytes(forged)));
    Child suspicious({PROVISO_VERIFY, (stage_.folder() / "forged.proviso").string()}, log);
    EXPECT_EQ(suspicious.wait(), 1);

    // And with everybody hidden, as it is for whoever has no lift: another clip, proven in its way.
    wanted.clear = false;
    auto masked = house_->gate->ask(wanted);
    ASSERT_TRUE(masked);
    auto hidden = works_->exporter->start(
        std::get<law::Permit<law::Export>>(*std::move(masked)),
        {camera_, media::StreamKind::Main},
        "yard"
    );
    ASSERT_TRUE(hidden) << hidden.error().story();
    auto over = [&] {
        auto state = works_->exporter->job(hidden->id).value().state;
        return state == playback::ExportState::Done || state == playback::ExportState::Failed;
    };
    ASSERT_TRUE(eventually(over, seconds(60)));
    ASSERT_EQ(works_->exporter->job(hidden->id).value().error, "");
    auto veiled = works_->exporter->file(hidden->id).value();
    auto words = stage_.folder() / "verify-masked.log";
    Child again({PROVISO_VERIFY, "--key", house_->ledger->verifier_key(), veiled.string()}, words);
    EXPECT_EQ(again.wait(), 0) << read_file(words).value_or("");
    EXPECT_NE(read_file(words).value_or("").find("encoded anew"), std::string::npos);

    works_.reset();
    auto findings = record::check_recordings(
        house_->config.recordings(), *house_->catalog, *house_->keys, *house_->ledger, true
    );
    ASSERT_TRUE(findings) << findings.error().story();
    for (const auto& one : *findings) ADD_FAILURE() << one.invariant << ": " << one.words;
}

TEST_F(LifeOfAFrame, EndsWithinASecondWhenTheNoticeIsWithdrawn) {
    ASSERT_TRUE(apply(yard(stage_.camera_url())));
    start();
    auto recording = [&] {
        auto status = works_->recorder->status();
        return !status.empty() && status.front().recording && status.front().durable_to;
    };
    ASSERT_TRUE(eventually(recording, seconds(20)));
    auto withdrawn = house_->clock.now();
    ASSERT_TRUE(house_->registers->withdraw("yard-notice", {UserId::literal("u-flow"), "flow"}));
    ASSERT_TRUE(eventually([&] { return !recording(); }, seconds(5)));

    auto open_gap = [&]() -> std::optional<catalog::Gap> {
        for (auto& gap : *house_->catalog->gaps(camera_, "main", withdrawn, Timestamp::max())) {
            if (!gap.to) return gap;
        }
        return std::nullopt;
    };
    ASSERT_TRUE(eventually([&] { return open_gap().has_value(); }, seconds(5)));
    auto gap = *open_gap();
    EXPECT_EQ(gap.cause, "refused");
    EXPECT_NE(gap.detail.find("notice"), std::string::npos) << gap.detail;
    EXPECT_LT(gap.from - withdrawn, seconds(1));
    works_->recorder->settle();
    for (const auto& segment : segments()) EXPECT_LT(segment.to - withdrawn, seconds(1));

    // The matrix is red, and putting the notice back starts the camera again by itself.
    bool red = false;
    for (const auto& cell : *house_->gate->matrix(camera_, std::nullopt)) {
        red = red || (cell.capability == "recording" && cell.verdict == "refuse");
    }
    EXPECT_TRUE(red);
    ASSERT_TRUE(apply("{kind: record, name: new-notice, record: notice, site: yard, entrances: 1}")
    );
    EXPECT_TRUE(eventually(recording, seconds(10)));
}

}  // namespace
}  // namespace proviso::app
