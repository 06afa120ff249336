#include <csignal>
#include <iostream>
#include <set>

#include <gtest/gtest.h>

#include "stage.h"

/// What the eyes do with a unit (docs/design/life-of-a-frame.md), with a real camera, real worker
/// processes and a real gate. The numbers are its steps.
namespace proviso::app {
namespace {

using std::chrono::seconds;

constexpr auto kAnalytics = R"(analytics:
  detect: [person]
  tamper: true
  faces: {kind: face_identification, gallery: barred}
  zones: [{name: all, points: [[0, 0], [1, 0], [1, 1], [0, 1]]}]
  rules: [{name: anybody, kind: intrusion, zone: all, seconds: 1}]
)";

std::string documents(const std::string& url) { return yard(url) + kAnalytics; }

class Eyes : public testing::Test {
protected:
    void SetUp() override {
        auto opened = House::open(stage_.config());
        ASSERT_TRUE(opened) << opened.error().story();
        house_ = std::move(*opened);
        auto applied = house_->registers->apply(documents(stage_.camera_url()), author_);
        ASSERT_TRUE(applied) << applied.error().story();
        auto works = Works::open(*house_, PROVISO_PROGRAM);
        ASSERT_TRUE(works) << works.error().story();
        works_ = std::move(*works);
    }

    api::AnalyticState state(std::string_view name) {
        for (auto& each : works_->eyes->status(camera_).analytics) {
            if (each.name == name) return each;
        }
        return {};
    }

    bool looking() { return state("motion").state == "running"; }

    std::optional<Timestamp> recorded_to() {
        auto status = works_->recorder->status();
        return status.empty() ? std::nullopt : status.front().durable_to;
    }

    pid_t worker() { return works_->eyes->eyes().pids().front(); }

    /// Declared first: the house and its works end before the camera does.
    Stage stage_;
    CameraId camera_ = CameraId::literal("gate");
    registers::Author author_{UserId::literal("u-flow"), "flow test"};
    std::unique_ptr<House> house_;
    std::unique_ptr<Works> works_;
};

TEST_F(Eyes, LookOnlyAfterTheLawWasAskedAndOnlyForWhatItPermits) {
    ASSERT_TRUE(eventually([&] { return looking(); }, seconds(30)));
    // 5b: one decision for each kind, with its name, all of them before the first look.
    std::set<std::string> asked;
    for (auto& entry : *house_->ledger->read(0, house_->ledger->size())) {
        if (entry.entry.type != "decision") continue;
        asked.insert(entry.entry.body.value("analytic", "capture"));
    }
    for (const auto* kind :
         {"capture",
          "motion",
          "object_detection",
          "tracking",
          "tamper",
          "intrusion",
          "face_identification"}) {
        EXPECT_TRUE(asked.contains(kind)) << kind;
    }
    EXPECT_EQ(state("motion").state, "running") << state("motion").words;
    EXPECT_EQ(state("anybody").state, "running") << state("anybody").words;
    EXPECT_EQ(state("tamper").state, "running") << state("tamper").words;
    // Illinois: no written release, no face.
    auto faces = state("face_identification");
    EXPECT_EQ(faces.state, "refused");
    EXPECT_FALSE(faces.reasons.empty());
    EXPECT_FALSE(faces.missing.empty());
    EXPECT_NE(faces.words.find("740 ILCS 14"), std::string::npos) << faces.words;
}

TEST_F(Eyes, StopWithinASecondWhenTheirGroundIsWithdrawnAndSayWhy) {
    ASSERT_TRUE(eventually([&] { return looking(); }, seconds(30)));
    auto begun = std::chrono::steady_clock::now();
    ASSERT_TRUE(house_->registers->withdraw("yard-notice", author_));
    auto stopped = [&] {
        auto all = works_->eyes->eyes().status();
        return all.empty() || all.front().state == vision::LookState::Ended;
    };
    EXPECT_TRUE(eventually(stopped, seconds(1)));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(1));
    ASSERT_TRUE(eventually([&] { return state("motion").state == "refused"; }, seconds(3)));
    EXPECT_NE(state("motion").words.find("notice"), std::string::npos) << state("motion").words;
    EXPECT_EQ(state("anybody").state, "refused");
    // Put back, they open again by themselves.
    ASSERT_TRUE(house_->registers->apply(
        "{kind: record, name: new-notice, record: notice, site: yard, entrances: 1}", author_
    ));
    EXPECT_TRUE(eventually([&] { return looking(); }, seconds(20)));
}

TEST_F(Eyes, AKilledOrStoppedWorkerIsReplacedWithinASecondAndTheRecordingHasNoGap) {
    ASSERT_TRUE(eventually([&] { return looking() && recorded_to(); }, seconds(30)));
    auto begun = *recorded_to();
    std::uint64_t restarts = 0;
    for (int signal : {SIGKILL, SIGSTOP}) {
        auto pid = worker();
        ASSERT_GT(pid, 0);
        auto hurt = std::chrono::steady_clock::now();
        ::kill(pid, signal);
        ASSERT_TRUE(eventually([&] { return worker() > 0 && worker() != pid; }, seconds(5)));
        auto took = std::chrono::steady_clock::now() - hurt;
        std::cout << "replaced after "
                  << std::chrono::duration_cast<std::chrono::milliseconds>(took).count()
                  << " ms (signal " << signal << ")\n";
        EXPECT_LT(took, seconds(3)) << "a second on a machine that is not busy";
        ++restarts;
        ASSERT_TRUE(eventually(
            [&] { return works_->eyes->status(camera_).worker_restarts == restarts && looking(); },
            seconds(10)
        ));
    }
    auto now = house_->clock.now();
    ASSERT_TRUE(eventually([&] { return recorded_to() > now; }, seconds(10)));
    works_->recorder->settle();
    auto gaps = house_->catalog->gaps(camera_, "main", begun, now);
    ASSERT_TRUE(gaps);
    EXPECT_TRUE(gaps->empty());
}

TEST_F(Eyes, FollowTheDocumentOfTheCamera) {
    ASSERT_TRUE(eventually([&] { return looking(); }, seconds(30)));
    auto yaml = documents(stage_.camera_url());
    yaml = yaml.substr(0, yaml.find("analytics:\n  detect")) + "analytics: {tamper: true}\n";
    auto applied = house_->registers->apply(yaml, author_);
    ASSERT_TRUE(applied) << applied.error().story();
    EXPECT_TRUE(eventually(
        [&] { return state("anybody").state.empty() && state("tamper").state == "running"; },
        seconds(20)
    )) << state("tamper").words;
    yaml = yaml.substr(0, yaml.find("\nanalytics:") + 1);
    ASSERT_TRUE(house_->registers->apply(yaml, author_));
    EXPECT_TRUE(eventually([&] { return works_->eyes->eyes().status().empty(); }, seconds(5)));
    EXPECT_TRUE(works_->eyes->status(camera_).analytics.empty());
}

}  // namespace
}  // namespace proviso::app
