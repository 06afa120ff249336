#include <cstring>

#include <gtest/gtest.h>

#include <proviso/base/file.h>
#include <proviso/record/check.h>

#include "stage.h"

/// Sound from a real RTSP camera: never asked for without permission, kept with it, gone within a
/// second of its end, and in step with the pictures when a stranger plays it.
namespace proviso::app {
namespace {

using std::chrono::seconds;

/// For a fifth of every second the picture is white and 1 kHz is heard; else black and silence.
std::vector<std::string> film() {
    return {
        "-f",
        "lavfi",
        "-i",
        "color=black:size=640x360:rate=25,"
        "drawbox=w=iw:h=ih:t=fill:c=white:enable='lt(mod(t,1),0.2)'",
        "-f",
        "lavfi",
        "-i",
        "aevalsrc='if(lt(mod(t,1),0.2),0.5*sin(2*PI*1000*t),0)':s=16000",
        "-t",
        "10"};
}

constexpr std::string_view kPermission = R"(
kind: record
name: yard-agreement
record: consent
site: yard
covers: all
---
kind: record
name: yard-counsel
record: counsel_attestation
site: yard
question: X-AUDIO
valid_until: 2030-12-31
)";

class Sound : public testing::Test {
protected:
    void SetUp() override {
        house_ = House::open(stage_.config()).value();
        auto yaml = yard(stage_.camera_url());
        yaml.replace(yaml.find("audio: false"), std::strlen("audio: false"), "audio: true");
        ASSERT_TRUE(apply(yaml));
        works_ = Works::open(*house_, PROVISO_PROGRAM).value();
    }

    Result<std::vector<registers::Change>> apply(const std::string& yaml) {
        return house_->registers->apply(yaml, {UserId::literal("u-flow"), "flow test"});
    }

    std::vector<catalog::Segment> closed() const {
        auto all =
            house_->catalog->segments(camera_, "main", Timestamp{}, Timestamp::max(), 100, false)
                .value();
        std::erase_if(all, [](const auto& one) {
            return one.state != catalog::SegmentState::Closed;
        });
        return all;
    }

    bool recorded() const {
        auto all = works_->desk->health();
        return !all.empty() && all.front().sound_recorded;
    }

    /// The clip of a segment, exported and taken out of its proven bundle.
    std::filesystem::path clip_of(const catalog::Segment& segment) {
        // With everybody hidden there would be no sound.
        law::LiftDraft lift;
        lift.cameras = {camera_};
        lift.user = UserId::literal("u-flow");
        lift.reason = "the flow test";
        lift.exports = true;
        EXPECT_TRUE(house_->lifts->begin(lift));
        law::Export wanted{
            camera_, UserId::literal("u-flow"), segment.from, segment.to, "evidence", {}, true};
        auto asked = house_->gate->ask(wanted).value();
        if (auto* no = std::get_if<law::Refusal>(&asked)) ADD_FAILURE() << no->words();
        auto job = works_->exporter
                       ->start(
                           std::get<law::Permit<law::Export>>(std::move(asked)),
                           {camera_, media::StreamKind::Main},
                           "yard"
                       )
                       .value();
        EXPECT_TRUE(eventually(
            [&] {
                return works_->exporter->job(job.id).value().state == playback::ExportState::Done;
            },
            seconds(30)
        ));
        auto bundle = works_->exporter->file(job.id).value();
        auto log = stage_.folder() / "verify.log";
        Child stranger({PROVISO_VERIFY, bundle.string()}, log);
        EXPECT_EQ(stranger.wait(), 0) << read_file(log).value_or("");
        auto out = stage_.folder() / segment.id.text();
        std::filesystem::create_directories(out);
        Child tar({"tar", "-C", out.string(), "-xf", bundle.string()}, log);
        EXPECT_EQ(tar.wait(), 0);
        return out / "clip.mp4";
    }

    /// What a program says that is not ours.
    std::string said(const std::vector<std::string>& command) {
        auto log = stage_.folder() / "said.log";
        Child program(command, log);
        EXPECT_EQ(program.wait(), 0) << read_file(log).value_or("");
        return read_file(log).value_or("");
    }

    std::string tracks(const std::filesystem::path& clip) {
        return said(
            {"ffprobe",
             "-v",
             "error",
             "-show_entries",
             "stream=codec_name",
             "-of",
             "csv=p=0",
             clip.string()}
        );
    }

    /// Declared first: the house and its works end before the camera does.
    Stage stage_{film(), true};
    CameraId camera_ = CameraId::literal("gate");
    std::unique_ptr<House> house_;
    std::unique_ptr<Works> works_;
};

/// All times that follow `mark`.
std::vector<double> times(const std::string& text, std::string_view mark) {
    std::vector<double> found;
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        found.push_back(std::stod(text.substr(at + mark.size())));
    }
    return found;
}

TEST_F(Sound, IsAskedForKeptAndEndedAsTheLawSays) {
    // Without permission: the camera never hears of it, and there is no track.
    ASSERT_TRUE(eventually([&] { return !closed().empty(); }, seconds(30)));
    EXPECT_EQ(stage_.camera_log().find("track2"), std::string::npos);
    auto silent = closed().front();
    EXPECT_EQ(silent.codec.find(','), std::string::npos) << silent.codec;
    EXPECT_EQ(tracks(clip_of(silent)), "h264\n");
    EXPECT_NE(works_->desk->health().front().sound.find("does not permit"), std::string::npos);

    // It is given: sound is recorded, the pictures go on.
    auto given = apply(std::string(kPermission));
    ASSERT_TRUE(given) << given.error().story();
    ASSERT_TRUE(eventually([&] { return recorded(); }, seconds(10)))
        << works_->desk->health().front().sound;
    EXPECT_NE(stage_.camera_log().find("set up clip/0 track2"), std::string::npos);
    auto with_sound = [&]() -> std::optional<catalog::Segment> {
        for (const auto& one : closed()) {
            if (one.codec.find(",mp4a.40.2") != std::string::npos) return one;
        }
        return std::nullopt;
    };
    ASSERT_TRUE(eventually([&] { return with_sound().has_value(); }, seconds(20)));
    auto heard = *with_sound();
    auto decision = house_->ledger->read(heard.decision, 1).value().front().entry;
    EXPECT_NE(decision.body.at("sound").at("verdict"), "refuse");

    // A player that is not ours hears the tone when it sees the light.
    auto clip = clip_of(heard);
    EXPECT_EQ(tracks(clip), "h264\naac\n");
    auto seen = times(
        said(
            {"ffmpeg",
             "-nostdin",
             "-i",
             clip.string(),
             "-vf",
             "blackdetect=d=0.1",
             "-an",
             "-f",
             "null",
             "-"}
        ),
        "black_end:"
    );
    auto loud = times(
        said(
            {"ffmpeg",
             "-nostdin",
             "-i",
             clip.string(),
             "-af",
             "silencedetect=n=-30dB:d=0.1",
             "-vn",
             "-f",
             "null",
             "-"}
        ),
        "silence_end: "
    );
    int met = 0;
    for (auto light : seen) {
        for (auto tone : loud) met += std::abs(light - tone) < 0.1 ? 1 : 0;
    }
    EXPECT_GE(met, 3) << ::testing::PrintToString(seen) << ::testing::PrintToString(loud);

    // It is taken away: the sound ends within a second, and no picture is lost.
    ASSERT_TRUE(house_->registers->withdraw("yard-counsel", {UserId::literal("u-flow"), "flow"}));
    auto off = [&] {
        auto status = works_->pool->status();
        return status.size() == 1 && status.front().sound == ingest::SoundState::Off;
    };
    EXPECT_TRUE(eventually(off, seconds(1)));
    ASSERT_TRUE(eventually([&] { return !recorded(); }, seconds(5)));
    auto before = closed().size();
    ASSERT_TRUE(eventually([&] { return closed().size() > before; }, seconds(20)));
    EXPECT_TRUE(
        house_->catalog->gaps(camera_, "main", silent.from, Timestamp::max()).value().empty()
    );
    works_.reset();
    auto rows = closed();
    for (std::size_t i = 1; i < rows.size(); ++i) EXPECT_EQ(rows[i].from, rows[i - 1].to);
    EXPECT_EQ(rows.back().codec.find(','), std::string::npos);
    auto findings = record::check_recordings(
        house_->config.recordings(), *house_->catalog, *house_->keys, *house_->ledger, true
    );
    ASSERT_TRUE(findings) << findings.error().story();
    for (const auto& one : *findings) ADD_FAILURE() << one.invariant << ": " << one.words;
}

}  // namespace
}  // namespace proviso::app
