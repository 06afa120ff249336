#include <gtest/gtest.h>

#include "hand_registers.h"

namespace proviso::law {
namespace {

Analyse analyse(std::string_view name, std::string kind) { return {camera(name), std::move(kind)}; }

TEST(Analyse, EachKindIsAskedForItselfAndStandsInTheLedger) {
    Scene scene;
    auto permit = scene.permit(analyse("paris-1", "counting"));
    EXPECT_TRUE(permit.valid(scene.clock.monotonic()));
    auto body = scene.ledger.body(permit.decision().ledger_index);
    EXPECT_EQ(body.at("act"), "analyse");
    EXPECT_EQ(body.at("analytic"), "counting");
    EXPECT_FALSE(body.contains("gallery"));
    auto refusal = scene.refusal(analyse("paris-1", "loitering"));
    EXPECT_EQ(refusal.analytic, "loitering");
    EXPECT_EQ(refusal.words().rfind("Analysis (loitering) is refused: ", 0), 0U) << refusal.words();
    EXPECT_NE(
        scene.permit(analyse("berlin-1", "intrusion")).decision().ledger_index,
        scene.permit(analyse("berlin-1", "loitering")).decision().ledger_index
    );
}

TEST(Analyse, AnswersAsTheMatrixShows) {
    Scene scene;
    int asked = 0;
    for (const auto* name : {"berlin-1", "paris-1"}) {
        auto cells = scene.gate.matrix(camera(name), {}).value();
        for (const auto& cell : cells) {
            auto answer = scene.gate.ask(analyse(name, cell.capability));
            if (!answer) continue;
            ++asked;
            bool permitted = std::holds_alternative<Permit<Analyse>>(*answer);
            bool shown = cell.verdict == "permit" || cell.verdict == "permit_with_duties";
            EXPECT_EQ(permitted, shown) << name << ' ' << cell.capability;
        }
    }
    EXPECT_GT(asked, 30);
}

TEST(Analyse, IsNoBackDoorToOtherActs) {
    Scene scene;
    for (const auto* kind :
         {"recording",
          "live_view",
          "audio_recording",
          "face_identification",
          "face_verification",
          "",
          "loitring"}) {
        auto answer = scene.gate.ask(analyse("berlin-1", kind));
        ASSERT_FALSE(answer) << kind;
        EXPECT_EQ(answer.error().kind(), ErrorKind::InvalidInput);
    }
    EXPECT_FALSE(scene.gate.ask(Identify{camera("berlin-1"), "motion", "consenting", "staff"}));
    EXPECT_FALSE(scene.gate.ask(Identify{camera("berlin-1"), "face_verification", "none", "x"}));
    EXPECT_FALSE(scene.gate.ask(Identify{camera("berlin-1"), "face_verification", "pals", "x"}));
    EXPECT_EQ(scene.ledger.size(), 0U);
}

TEST(Analyse, AChangedFactRevokesAndTellsWhichAnalysis) {
    Scene scene;
    std::vector<Refusal> told;
    scene.gate.on_revoked([&](const CameraId&, const Refusal& refusal) { told.push_back(refusal); }
    );
    auto motion = scene.permit(analyse("berlin-1", "motion"));
    auto other = scene.permit(analyse("paris-1", "motion"));
    scene.withdraw("berlin-notice");
    EXPECT_FALSE(motion.valid(scene.clock.monotonic()));
    EXPECT_TRUE(other.valid(scene.clock.monotonic()));
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].act, "analyse");
    EXPECT_EQ(told[0].analytic, "motion");
    EXPECT_TRUE(scene.gate.renew(motion).value());
}

TEST(Analyse, IsRenewedAndRunsOut) {
    Scene scene;
    auto permit = scene.permit(analyse("berlin-1", "tracking"));
    scene.clock.advance(std::chrono::minutes(4));
    ASSERT_FALSE(scene.gate.renew(permit).value());
    scene.clock.advance(std::chrono::minutes(4));
    EXPECT_TRUE(permit.valid(scene.clock.monotonic()));
    scene.clock.advance(std::chrono::minutes(2));
    EXPECT_FALSE(permit.valid(scene.clock.monotonic()));
}

TEST(Analyse, NothingIsPermittedWhenTheDecisionCannotBeRecorded) {
    Scene scene;
    scene.ledger.broken = true;
    EXPECT_FALSE(scene.gate.ask(analyse("berlin-1", "motion")));
}

/// Everything that a door which knows its own staff by face takes in Berlin.
void put_papers_for_faces(Scene& scene) {
    scene.registers.change([](auto& state) {
        auto berlin = SiteId::literal("berlin");
        for (const auto* kind :
             {"eu_explicit_consent",
              "alternative_path",
              "privacy_policy",
              "model_card",
              "accuracy_evaluation",
              "bias_evaluation",
              "fria",
              "operator_training",
              "two_person_confirm",
              "complaint_channel",
              "works_council_agreement"}) {
            auto made = record(std::string("berlin-") + kind, kind, berlin);
            made.fields["covers"] = "all";
            state.records[made.name] = made;
        }
        for (auto& [name, each] : state.cameras) each.subjects = std::vector<std::string>{"staff"};
        auto& purpose = state.purposes.begin()->second;
        purpose.code = "access_control";
    });
}

TEST(Identify, TheSortOfGalleryDecidesAndIsWrittenDown) {
    Scene scene;
    Identify door{camera("berlin-1"), "face_verification", "consenting", "staff"};
    auto before = scene.refusal(door);
    EXPECT_EQ(before.act, "identify");
    EXPECT_EQ(before.words().rfind("Identifying people (face verification) is refused", 0), 0U);
    put_papers_for_faces(scene);
    auto answer = scene.gate.ask(door).value();
    ASSERT_TRUE(std::holds_alternative<Permit<Identify>>(answer))
        << std::get<Refusal>(answer).words();
    auto permit = std::get<Permit<Identify>>(std::move(answer));
    EXPECT_EQ(permit.act().gallery_name, "staff");
    EXPECT_EQ(scene.ledger.body(permit.decision().ledger_index).at("gallery"), "consenting");
    scene.withdraw("berlin-eu_explicit_consent");
    EXPECT_FALSE(permit.valid(scene.clock.monotonic()));
    EXPECT_TRUE(scene.gate.renew(permit).value());
}

TEST(Enrol, ASubjectsOwnConsentCountsForThatPersonAndNobodyElse) {
    Scene scene;
    put_papers_for_faces(scene);
    scene.withdraw("berlin-eu_explicit_consent");
    Enrol anna{camera("berlin-1"), "face_verification", "consenting", "staff", "p-anna"};
    auto before = scene.refusal(anna);
    EXPECT_EQ(before.words().rfind("Enrolling people (face verification) is refused", 0), 0U);
    scene.registers.change([](auto& state) {
        auto made = record("consent-anna", "eu_explicit_consent", SiteId::literal("berlin"));
        made.subject = "p-anna";
        state.records[made.name] = made;
    });
    auto permit = scene.permit(anna);
    auto body = scene.ledger.body(permit.decision().ledger_index);
    EXPECT_EQ(body.at("act"), "enrol");
    EXPECT_EQ(body.dump().find("anna"), std::string::npos) << "the ledger names nobody";
    Enrol bert = anna;
    bert.subject = "p-bert";
    scene.refusal(bert);
    scene.refusal(Identify{camera("berlin-1"), "face_verification", "consenting", "staff"});
    EXPECT_FALSE(scene.gate.ask(Enrol{
        camera("berlin-1"), "face_verification", "consenting", "x", ""}));
    scene.withdraw("consent-anna");
    EXPECT_FALSE(permit.valid(scene.clock.monotonic()));
}

}  // namespace
}  // namespace proviso::law
