#include <filesystem>

#include <proviso/base/file.h>

#include "fixture.h"

namespace proviso::recognise {
namespace {

namespace fs = std::filesystem;

class Forgetting : public Recognising {};

TEST_P(Forgetting, AWithdrawnConsentDestroysTheTemplateWithinTheChange) {
    auto anna = faces_.somebody();
    auto bert = faces_.somebody();
    enrol("p-anna", anna);
    enrol("p-bert", bert);
    ASSERT_TRUE(finds(anna, 1));
    auto key = entries("person.enrolled").at(0).at("key").get<std::string>();
    ASSERT_TRUE(keys_->find_named(key));
    auto began = std::chrono::steady_clock::now();
    scene.withdraw("consent-of-p-anna");
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(1));
    EXPECT_FALSE(keys_->find_named(key));
    EXPECT_FALSE(finds(anna, 2));
    EXPECT_TRUE(finds(bert, 3));
    ASSERT_EQ(recogniser().people(kStaff)->size(), 1U);
    auto matches = recogniser().matches({}).value();
    for (const auto& match : matches) {
        EXPECT_EQ(match.person, PersonId::literal("p-bert")) << "her matches went with her";
    }
    EXPECT_EQ(entries("key.destroyed").back().at("keys"), Json{key});
    EXPECT_EQ(entries("person.removed").back().at("cause"), "consent_ended");
    auto count = scene.ledger.size();
    for (std::uint64_t index = 0; index < count; ++index) {
        auto personal = scene.ledger.personal(index);
        if (!personal) continue;
        EXPECT_EQ(personal->dump().find("p-anna"), std::string::npos) << index;
    }
    restart();
    EXPECT_FALSE(finds(anna, 4));
    EXPECT_TRUE(finds(bert, 5));
}

TEST_P(Forgetting, AConsentThatEndsByItsDateOrChangesItsSubjectEndsTheTemplate) {
    auto anna = faces_.somebody();
    auto bert = faces_.somebody();
    enrol("p-anna", anna);
    enrol("p-bert", bert);
    scene.registers.change([](auto& state) {
        state.records.at("consent-of-p-anna").valid_until = parse_day("2026-11-23").value();
        state.records.at("consent-of-p-bert").subject = "p-other";
    });
    EXPECT_TRUE(finds(anna, 1));
    EXPECT_FALSE(finds(bert, 2));
    scene.clock.advance(std::chrono::days(2));
    ASSERT_TRUE(recogniser().tidy());
    EXPECT_FALSE(finds(anna, 3));
    EXPECT_TRUE(recogniser().people(kStaff)->empty());
}

TEST_P(Forgetting, AConsentWithdrawnWhileTheServerWasDownCountsAtItsStart) {
    auto anna = faces_.somebody();
    enrol("p-anna", anna);
    restart([&] {
        scene.registers.change_untold([](auto& state) {
            state.records.at("consent-of-p-anna").withdrawn = true;
        });
    });
    EXPECT_TRUE(recogniser().people(kStaff)->empty());
    EXPECT_EQ(keys_->list_named("face").size(), 1U);
}

TEST_P(Forgetting, HappensEvenIfTheLedgerCannotBeWrittenAndIsToldLater) {
    auto anna = faces_.somebody();
    enrol("p-anna", anna);
    auto key = entries("person.enrolled").at(0).at("key").get<std::string>();
    auto held = permit();
    scene.ledger.broken = true;
    scene.withdraw("consent-of-p-anna");
    EXPECT_FALSE(keys_->find_named(key));
    auto face = face_of(anna);
    EXPECT_FALSE(recogniser().match(held, face, {scene.clock.now(), 640}).value());
    EXPECT_TRUE(recogniser().people(kStaff)->empty());
    scene.ledger.broken = false;
    ASSERT_TRUE(keys_->attach_ledger(scene.ledger));
    EXPECT_EQ(entries("key.destroyed").back().at("keys"), Json{key});
}

TEST_P(Forgetting, AnErasedPersonMayBeEnrolledAnewUnderAnotherKey) {
    auto anna = faces_.somebody();
    auto person = enrol("p-anna", anna);
    ASSERT_TRUE(recogniser().erase_person(kStaff, person, kOfficer));
    EXPECT_FALSE(finds(anna, 1));
    EXPECT_EQ(
        recogniser().erase_person(kStaff, person, kOfficer).error().kind(), ErrorKind::NotFound
    );
    ASSERT_TRUE(try_enrol("p-anna", enrolment_of("p-anna", anna)));
    EXPECT_TRUE(finds(anna, 2));
    auto enrolled = entries("person.enrolled");
    EXPECT_NE(enrolled.at(0).at("key"), enrolled.at(1).at("key"));
}

TEST_P(Forgetting, DestroyingAGalleryForgetsEverybodyInIt) {
    auto anna = faces_.somebody();
    enrol("p-anna", anna);
    enrol("p-bert", faces_.somebody());
    see(anna).value();
    ASSERT_EQ(keys_->list_named("face").size(), 3U);
    ASSERT_TRUE(recogniser().destroy_gallery(kStaff, kOfficer));
    EXPECT_TRUE(keys_->list_named("face").empty());
    EXPECT_TRUE(recogniser().galleries().empty());
    EXPECT_TRUE(recogniser().matches({})->empty());
    EXPECT_EQ(see(anna, 2).error().kind(), ErrorKind::NotFound);
    EXPECT_EQ(entries("gallery.removed").size(), 1U);
    restart();
    EXPECT_TRUE(recogniser().galleries().empty());
    EXPECT_EQ(recogniser().destroy_gallery(kStaff, kOfficer).error().kind(), ErrorKind::NotFound);
}

TEST_P(Forgetting, AnExpiredEntryDoesNotMatchAndIsThenDestroyed) {
    auto anna = faces_.somebody();
    consent("p-anna");
    auto enrolment = enrolment_of("p-anna", anna);
    enrolment.expires = parse_day("2026-11-30").value();
    ASSERT_TRUE(try_enrol("p-anna", enrolment));
    EXPECT_TRUE(finds(anna, 1));
    scene.clock.advance(std::chrono::days(9));
    EXPECT_FALSE(finds(anna, 2)) << "before anything was tidied";
    EXPECT_EQ(recogniser().people(kStaff)->front().state, PersonState::Expired);
    ASSERT_TRUE(recogniser().tidy());
    EXPECT_TRUE(recogniser().people(kStaff)->empty());
    EXPECT_EQ(keys_->list_named("face").size(), 1U);
}

TEST_P(Forgetting, RowsWithoutAKeyAndKeysWithoutARowGoAtTheNextStart) {
    enrol("p-anna", faces_.somebody());
    auto key = entries("person.enrolled").at(0).at("key").get<std::string>();
    restart([&] {
        // A crash between the destruction of the key and that of the row, and one between making
        // a key and the row.
        ASSERT_TRUE(keys_->shred(std::span(&key, 1), "erased"));
        ASSERT_TRUE(keys_->make_named("face", 1));
    });
    EXPECT_TRUE(recogniser().people(kStaff)->empty());
    EXPECT_EQ(keys_->list_named("face").size(), 1U);
}

PROVISO_ON_BOTH_ENGINES(Forgetting);

TEST(ForgettingForGood, AnOlderCopyOfTheDatabaseBringsNobodyBack) {
    // In one piece, because the copy is of files.
    law::Scene scene;
    store::TestFolder folder;
    auto keys =
        keys::KeyStore::open(folder.path() / "keys", {folder.path() / "master.key", ""}).value();
    ASSERT_TRUE(keys->attach_ledger(scene.ledger));
    auto url = "sqlite:" + (folder.path() / "house.db").string();
    auto database = store::Database::open(url).value();
    RecogniserOptions options;
    options.model = "toy";
    options.dimensions = kDimensions;
    auto open = [&] {
        return Recogniser::open(
                   *database, *keys, scene.ledger, scene.registers, scene.clock, options
        )
            .value();
    };
    auto recogniser = open();
    GalleryDraft draft;
    draft.id = kStaff;
    draft.kind = GalleryKind::Staff;
    draft.reason = "A test";
    draft.cameras = {kDoor};
    ASSERT_TRUE(recogniser->put_gallery(draft, kOfficer));
    recogniser.reset();
    database.reset();
    fs::copy_file(folder.path() / "house.db", folder.path() / "older.db");
    database = store::Database::open(url).value();
    recogniser = open();
    ASSERT_EQ(recogniser->galleries().size(), 1U);
    ASSERT_TRUE(recogniser->destroy_gallery(kStaff, kOfficer));
    recogniser.reset();
    database.reset();
    for (const auto* extra : {"house.db-wal", "house.db-shm"}) fs::remove(folder.path() / extra);
    fs::copy_file(
        folder.path() / "older.db", folder.path() / "house.db", fs::copy_options::overwrite_existing
    );
    database = store::Database::open(url).value();
    recogniser = open();
    EXPECT_TRUE(recogniser->galleries().empty());
}

}  // namespace
}  // namespace proviso::recognise
