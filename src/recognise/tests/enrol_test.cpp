#include <fstream>

#include <proviso/base/file.h>

#include "fixture.h"

namespace proviso::recognise {
namespace {

class Enrolling : public Recognising {};

TEST_P(Enrolling, ByConsentMakesAPersonKnownAcrossARestart) {
    auto anna = faces_.somebody();
    enrol("p-anna", anna);
    EXPECT_TRUE(finds(faces_.again(anna), 1));
    restart();
    EXPECT_TRUE(finds(faces_.again(anna), 2));
    auto people = recogniser().people(kStaff).value();
    ASSERT_EQ(people.size(), 1U);
    EXPECT_EQ(people[0].id, PersonId::literal("p-anna"));
    EXPECT_EQ(people[0].label, "Label of p-anna");
    EXPECT_EQ(people[0].consent_record, "consent-of-p-anna");
    EXPECT_EQ(people[0].author, kOfficer);
    EXPECT_EQ(people[0].state, PersonState::Live);
    EXPECT_EQ(people[0].pictures, 1U);
}

TEST_P(Enrolling, NeedsAConsentThatNamesThePerson) {
    consent("p-anna");
    auto with = [&](const std::string& record) {
        auto enrolment = enrolment_of("p-anna", faces_.somebody());
        enrolment.consent_record = record;
        return try_enrol("p-anna", std::move(enrolment));
    };
    EXPECT_FALSE(with(""));
    EXPECT_FALSE(with("nothing"));
    EXPECT_FALSE(with("berlin-eu_explicit_consent")) << "speaks for nobody alone";
    EXPECT_FALSE(with("berlin-notice")) << "no consent";
    consent("p-bert");
    EXPECT_EQ(with("consent-of-p-bert").error().kind(), ErrorKind::Forbidden)
        << "the permits are Anna's";
    scene.registers.change([](auto& state) {
        state.records.at("consent-of-p-anna").valid_from = parse_day("2026-12-01").value();
    });
    EXPECT_FALSE(with("consent-of-p-anna")) << "not yet";
    EXPECT_TRUE(recogniser().people(kStaff)->empty());
    EXPECT_TRUE(keys_->list_named("face").size() == 1) << "only the gallery's";
}

TEST_P(Enrolling, NeedsAPermitForEachCameraOfTheGallery) {
    consent("p-anna");
    auto granted = permits(gallery_, PersonId::literal("p-anna"));
    auto draft = staff_draft();
    draft.cameras.push_back(CameraId::literal("berlin-2"));
    auto wider = recogniser().put_gallery(draft, kOfficer).value();
    auto refused = [&](auto& held) {
        auto result = recogniser().enrol(held, enrolment_of("p-anna", faces_.somebody()), kOfficer);
        return !result && result.error().kind() == ErrorKind::Forbidden;
    };
    EXPECT_TRUE(refused(granted)) << "one camera is not two";
    std::vector<law::Permit<law::Enrol>> none;
    EXPECT_TRUE(refused(none));
    auto both = permits(wider, PersonId::literal("p-anna"));
    scene.clock.advance(std::chrono::hours(1));
    EXPECT_TRUE(refused(both)) << "run out";
}

TEST_P(Enrolling, SaysWhichPictureWillNotDoAndWhy) {
    consent("p-anna");
    auto anna = faces_.somebody();
    auto enrolment = enrolment_of("p-anna", anna);
    enrolment.samples.push_back(sample_of(faces_.again(anna)));
    enrolment.samples[1].face.yaw = 0.9F;
    auto result = try_enrol("p-anna", enrolment);
    EXPECT_NE(result.error().message().find("picture 2"), std::string::npos);
    EXPECT_NE(result.error().message().find("turned"), std::string::npos);
    enrolment.samples[1] = sample_of(faces_.somebody());
    EXPECT_NE(
        try_enrol("p-anna", enrolment).error().message().find("one person"), std::string::npos
    );
    enrolment.samples[1] = sample_of(faces_.again(anna));
    EXPECT_EQ(try_enrol("p-anna", enrolment).value().pictures, 2U);
}

TEST_P(Enrolling, RefusesHostileEmbeddings) {
    consent("p-anna");
    auto nan = faces_.somebody();
    nan[5] = std::nanf("");
    auto infinite = faces_.somebody();
    infinite[0] = INFINITY;
    for (const auto& bad :
         {nan,
          infinite,
          std::vector<float>(kDimensions, 0),
          std::vector<float>(),
          std::vector<float>(kDimensions - 1, 1),
          std::vector<float>(100'000, 1)}) {
        auto result = try_enrol("p-anna", enrolment_of("p-anna", bad));
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().kind(), ErrorKind::InvalidInput);
    }
    auto enrolment = enrolment_of("p-anna", faces_.somebody());
    enrolment.label = std::string(10'000, 'x');
    EXPECT_FALSE(try_enrol("p-anna", enrolment));
    enrolment.label = "a\x01z";
    EXPECT_FALSE(try_enrol("p-anna", enrolment));
    enrolment.label = "Anna";
    enrolment.samples.assign(9, sample_of(faces_.somebody()));
    EXPECT_FALSE(try_enrol("p-anna", enrolment));
    enrolment.samples.clear();
    EXPECT_FALSE(try_enrol("p-anna", enrolment));
}

TEST_P(Enrolling, RefusesWhoIsThereAlreadyOrLooksTheSame) {
    auto anna = faces_.somebody();
    enrol("p-anna", anna);
    auto again = try_enrol("p-anna", enrolment_of("p-anna", faces_.again(anna)));
    EXPECT_EQ(again.error().kind(), ErrorKind::Conflict);
    consent("p-twin");
    auto twin = enrolment_of("p-twin", faces_.again(anna));
    EXPECT_EQ(try_enrol("p-twin", twin).error().kind(), ErrorKind::Conflict);
    twin.despite_likeness = true;
    EXPECT_TRUE(try_enrol("p-twin", twin));
}

TEST_P(Enrolling, PutsNoNameIntoTheLedger) {
    enrol("p-anna", faces_.somebody());
    auto text = ledger_text();
    for (const auto* word : {"p-anna", "Label", "consent-of", "Entrance without"}) {
        EXPECT_EQ(text.find(word), std::string::npos) << word;
    }
    ASSERT_EQ(entries("person.enrolled").size(), 1U);
    auto body = entries("person.enrolled")[0];
    EXPECT_EQ(body.at("key").get<std::string>().rfind("face/", 0), 0U);
    EXPECT_EQ(body.at("decisions").size(), 1U);
}

TEST_P(Enrolling, LeavesNothingWhenItCannotBeRecorded) {
    consent("p-anna");
    auto granted = permits(gallery_, PersonId::literal("p-anna"));
    scene.ledger.broken = true;
    auto anna = faces_.somebody();
    EXPECT_EQ(
        recogniser().enrol(granted, enrolment_of("p-anna", anna), kOfficer).error().kind(),
        ErrorKind::NoSpace
    );
    scene.ledger.broken = false;
    EXPECT_EQ(keys_->list_named("face").size(), 1U);
    EXPECT_TRUE(recogniser().people(kStaff)->empty());
    EXPECT_FALSE(finds(anna, 1));
}

TEST_P(Enrolling, ADamagedTemplateIsLeftOutAndHarmsNobodyElse) {
    auto anna = faces_.somebody();
    auto bert = faces_.somebody();
    enrol("p-anna", anna);
    enrol("p-bert", bert);
    restart([&] {
        ASSERT_TRUE(database().write([](soci::session& session) -> Result<> {
            session << "UPDATE face_people SET sealed = 'AAAA' WHERE id = 'p-anna'";
            return {};
        }));
    });
    EXPECT_FALSE(finds(anna, 1));
    EXPECT_TRUE(finds(bert, 2));
    EXPECT_EQ(recogniser().people(kStaff)->front().state, PersonState::Damaged);
    EXPECT_TRUE(recogniser().erase_person(kStaff, PersonId::literal("p-anna"), kOfficer));
}

TEST_P(Enrolling, ATemplateMovedToAnotherNameDoesNotOpen) {
    auto anna = faces_.somebody();
    enrol("p-anna", anna);
    enrol("p-bert", faces_.somebody());
    restart([&] {
        ASSERT_TRUE(database().write([](soci::session& session) -> Result<> {
            session << "UPDATE face_people SET sealed = (SELECT sealed FROM face_people WHERE "
                       "id = 'p-anna') WHERE id = 'p-bert'";
            return {};
        }));
    });
    auto people = recogniser().people(kStaff).value();
    ASSERT_EQ(people.size(), 2U);
    EXPECT_EQ(people[0].state, PersonState::Live);
    EXPECT_EQ(people[1].state, PersonState::Damaged);
}

TEST_P(Enrolling, TemplatesOfAnotherModelAreNotCompared) {
    auto anna = faces_.somebody();
    enrol("p-anna", anna);
    recogniser_.reset();
    auto other = options_;
    other.model = "newer";
    recogniser_ =
        Recogniser::open(database(), *keys_, scene.ledger, scene.registers, scene.clock, other)
            .value();
    EXPECT_EQ(recogniser().gallery(kStaff)->state, GalleryState::OtherModel);
    EXPECT_FALSE(finds(anna, 1));
    consent("p-bert");
    EXPECT_EQ(
        try_enrol("p-bert", enrolment_of("p-bert", faces_.somebody())).error().kind(),
        ErrorKind::Conflict
    );
}

PROVISO_ON_BOTH_ENGINES(Enrolling);

}  // namespace
}  // namespace proviso::recognise
