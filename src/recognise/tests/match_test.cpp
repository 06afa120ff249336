#include "fixture.h"

namespace proviso::recognise {
namespace {

class Matching : public Recognising {
protected:
    void move_to(const std::string& country, const std::string& jurisdiction) {
        scene.registers.change([&](auto& state) {
            auto& site = state.sites.at(SiteId::literal("berlin"));
            site.jurisdictions = {jurisdiction};
            site.sector = "retail";
            site.controller.country = country;
            site.controller.exempt = std::vector<std::string>{};
            site.storage_country = country;
            for (auto& [name, each] : state.cameras) {
                each.subjects = std::vector<std::string>{"public"};
                each.space.minors_expected = false;
                each.space.overlooks = std::vector<std::string>{};
                each.masks = std::vector<std::string>{};
            }
            state.purposes.begin()->second.code = "theft_prevention";
        });
    }

    /// Where a watch-list is permitted after an assessment of interests.
    void move_to_singapore() { move_to("SG", "SG"); }

    static GalleryDraft wanted_draft() {
        auto draft = staff_draft();
        draft.id = kWanted;
        draft.kind = GalleryKind::WatchList;
        draft.reason = "Repeated theft";
        draft.approver = kAdmin;
        draft.expires = parse_day("2027-02-20").value();
        draft.review = parse_day("2026-12-20").value();
        return draft;
    }

    Day today() const { return day_of(scene.clock.now()); }

    void two_people_must_confirm() {
        scene.registers.change([](auto& state) {
            auto made = law::record("two", "two_person_confirm", SiteId::literal("berlin"));
            state.records[made.name] = made;
        });
    }
};

TEST_P(Matching, ProposesOnceForATrackAndKeepsTheBestScore) {
    auto anna = faces_.somebody();
    enrol("p-anna", anna);
    auto first = see(faces_.again(anna, 0.5F)).value();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->person, PersonId::literal("p-anna"));
    EXPECT_EQ(first->camera, kDoor);
    EXPECT_EQ(first->threshold, 0.6);
    EXPECT_GT(first->score, 0.6);
    EXPECT_EQ(first->state, MatchState::Proposed);
    EXPECT_EQ(first->needed, 1);
    scene.clock.advance(std::chrono::seconds(1));
    EXPECT_FALSE(see(anna).value()) << "the same track";
    auto kept = recogniser().match_of(first->id).value();
    EXPECT_NEAR(kept.score, 1, 1e-4);
    EXPECT_EQ(kept.last, scene.clock.now());
    EXPECT_EQ(kept.at, first->at);
    EXPECT_TRUE(see(anna, 2).value()) << "another track";
    EXPECT_EQ(recogniser().matches({}).value().size(), 2U);
    scene.clock.advance(std::chrono::minutes(2));
    EXPECT_TRUE(see(anna, 1).value()) << "the worker began to count anew";
    EXPECT_EQ(entries("match.proposed").size(), 3U);
    EXPECT_EQ(ledger_text().find("p-anna"), std::string::npos);
}

TEST_P(Matching, DiscardsWhoIsNotEnrolled) {
    enrol("p-anna", faces_.somebody());
    auto before = scene.ledger.size();
    for (std::uint64_t track = 1; track <= 20; ++track) {
        EXPECT_FALSE(finds(faces_.somebody(), track));
    }
    EXPECT_TRUE(recogniser().matches({}).value().empty());
    EXPECT_TRUE(entries("match.proposed").empty());
    EXPECT_LE(scene.ledger.size(), before + 1) << "at most the permit's decision";
}

TEST_P(Matching, ToldToWhoListens) {
    std::vector<MatchProposal> told;
    recogniser().on_proposal([&](const auto& proposal) { told.push_back(proposal); });
    auto anna = faces_.somebody();
    enrol("p-anna", anna);
    see(faces_.somebody(), 1).value();
    see(anna, 2).value();
    see(anna, 2).value();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].track, 2U);
}

TEST_P(Matching, IsForbiddenByAPermitThatDoesNotFit) {
    auto anna = faces_.somebody();
    enrol("p-anna", anna);
    auto kind_of = [&](const law::Permit<law::Identify>& held) {
        auto face = face_of(anna);
        auto result = recogniser().match(held, face, {scene.clock.now(), 640});
        EXPECT_TRUE(face.embedding.empty()) << "wiped even so";
        return result ? ErrorKind::Internal : result.error().kind();
    };
    EXPECT_EQ(kind_of(permit(CameraId::literal("berlin-2"))), ErrorKind::Forbidden);
    EXPECT_EQ(kind_of(permit(kDoor, GalleryId::literal("other"))), ErrorKind::NotFound);
    auto draft = staff_draft();
    draft.id = GalleryId::literal("other");
    draft.kind = GalleryKind::Staff;
    ASSERT_TRUE(recogniser().put_gallery(draft, kOfficer));
    EXPECT_EQ(kind_of(permit(kDoor, draft.id)), ErrorKind::Forbidden) << "not that sort";
    auto held = permit();
    scene.withdraw("berlin-eu_explicit_consent");
    EXPECT_EQ(kind_of(held), ErrorKind::Forbidden) << "revoked at once";
    EXPECT_TRUE(recogniser().matches({}).value().empty());
}

TEST_P(Matching, RefusesHostileFaces) {
    enrol("p-anna", faces_.somebody());
    auto nan = faces_.somebody();
    nan[0] = std::nanf("");
    for (const auto& bad : {nan, std::vector<float>(), std::vector<float>(kDimensions, 0)}) {
        auto result = see(bad);
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().kind(), ErrorKind::InvalidInput);
    }
}

TEST_P(Matching, AFaceBelowTheFloorIsNotCompared) {
    auto anna = faces_.somebody();
    enrol("p-anna", anna);
    auto held = permit();
    auto face = face_of(anna);
    face.sharpness = 0.01F;
    EXPECT_FALSE(recogniser().match(held, face, {scene.clock.now(), 640}).value());
    EXPECT_TRUE(face.embedding.empty());
    auto small = face_of(anna);
    EXPECT_FALSE(recogniser().match(held, small, {scene.clock.now(), 100}).value());
}

TEST_P(Matching, OnePersonDecidesWhereOneIsEnough) {
    auto anna = faces_.somebody();
    enrol("p-anna", anna);
    auto match = *see(anna).value();
    auto decided = recogniser().decide(match.id, true, kGuard).value();
    EXPECT_EQ(decided.state, MatchState::Confirmed);
    EXPECT_EQ(decided.first_by, kGuard);
    EXPECT_EQ(recogniser().decide(match.id, false, kAdmin).error().kind(), ErrorKind::Conflict);
    EXPECT_EQ(recogniser().decide("nothing", true, kGuard).error().kind(), ErrorKind::NotFound);
    EXPECT_EQ(entries("match.decided").at(0).at("by"), "u-guard");
    restart();
    EXPECT_EQ(recogniser().match_of(match.id)->state, MatchState::Confirmed);
}

TEST_P(Matching, TwoDifferentPeopleConfirmWhereTwoAreNeeded) {
    auto anna = faces_.somebody();
    enrol("p-anna", anna);
    two_people_must_confirm();
    auto match = *see(anna).value();
    EXPECT_EQ(match.needed, 2);
    EXPECT_EQ(recogniser().decide(match.id, true, kGuard)->state, MatchState::Proposed);
    EXPECT_EQ(recogniser().decide(match.id, true, kGuard).error().kind(), ErrorKind::Conflict);
    restart();
    EXPECT_EQ(recogniser().decide(match.id, true, kGuard).error().kind(), ErrorKind::Conflict);
    auto decided = recogniser().decide(match.id, true, kAdmin).value();
    EXPECT_EQ(decided.state, MatchState::Confirmed);
    EXPECT_EQ(decided.second_by, kAdmin);
    auto other = *see(anna, 9).value();
    ASSERT_TRUE(recogniser().decide(other.id, true, kGuard));
    EXPECT_EQ(recogniser().decide(other.id, false, kGuard)->state, MatchState::Rejected)
        << "one no is enough, also from who said yes";
}

TEST_P(Matching, AProposalExpiresAndIsDroppedInTheEnd) {
    auto anna = faces_.somebody();
    enrol("p-anna", anna);
    auto match = *see(anna).value();
    scene.clock.advance(std::chrono::hours(73));
    EXPECT_EQ(recogniser().decide(match.id, true, kGuard).error().kind(), ErrorKind::Conflict);
    ASSERT_TRUE(recogniser().tidy());
    EXPECT_EQ(recogniser().match_of(match.id)->state, MatchState::Expired);
    auto leaf = scene.ledger.size();
    scene.clock.advance(std::chrono::days(31));
    ASSERT_TRUE(recogniser().tidy());
    EXPECT_FALSE(recogniser().match_of(match.id));
    for (std::uint64_t index = 0; index < leaf; ++index) {
        auto entry = scene.ledger.read(index, 1).value().front().entry;
        if (entry.type != "match.proposed") continue;
        EXPECT_FALSE(scene.ledger.personal(index)) << "who it was";
    }
}

TEST_P(Matching, FiltersAndLimitsWhatItLists) {
    auto anna = faces_.somebody();
    enrol("p-anna", anna);
    for (std::uint64_t track = 1; track <= 5; ++track) {
        see(anna, track).value();
        scene.clock.advance(std::chrono::seconds(1));
    }
    auto all = recogniser().matches({}).value();
    ASSERT_EQ(all.size(), 5U);
    EXPECT_GT(all[0].at, all[4].at);
    ASSERT_TRUE(recogniser().decide(all[1].id, false, kGuard));
    MatchFilter filter;
    filter.state = MatchState::Rejected;
    EXPECT_EQ(recogniser().matches(filter)->size(), 1U);
    filter = {};
    filter.before = all[2].at;
    filter.limit = 1;
    ASSERT_EQ(recogniser().matches(filter)->size(), 1U);
    EXPECT_EQ(recogniser().matches(filter)->front().id, all[3].id);
    filter = {};
    filter.camera = CameraId::literal("berlin-2");
    EXPECT_TRUE(recogniser().matches(filter)->empty());
    filter.camera = kDoor;
    filter.gallery = kStaff;
    EXPECT_EQ(recogniser().matches(filter)->size(), 5U);
}

TEST_P(Matching, AClaimIsComparedWithThatPersonOnly) {
    auto anna = faces_.somebody();
    auto bert = faces_.somebody();
    enrol("p-anna", anna);
    enrol("p-bert", bert);
    auto held = permit();
    auto claim = [&](const char* person, const std::vector<float>& embedding) {
        auto face = face_of(embedding);
        auto result =
            recogniser().verify(held, PersonId::literal(person), face, {scene.clock.now(), 640});
        EXPECT_TRUE(face.embedding.empty());
        return result;
    };
    EXPECT_TRUE(claim("p-anna", faces_.again(anna))->accepted);
    EXPECT_FALSE(claim("p-anna", bert)->accepted);
    EXPECT_FALSE(claim("p-nobody", anna));
    EXPECT_TRUE(recogniser().matches({}).value().empty());
}

TEST_P(Matching, TheLawMayRefuseAWatchListBeforeAnybodyIsPutOnIt) {
    auto gallery = recogniser().put_gallery(wanted_draft(), kOfficer).value();
    auto answer = ask_to_enrol(scene.gate, gallery, PersonId::literal("p-x")).value();
    ASSERT_TRUE(std::holds_alternative<law::Refusal>(answer)) << "Germany knows no private ones";
    EXPECT_FALSE(std::get<law::Refusal>(answer).reasons.empty());
}

TEST_P(Matching, AWatchListFindsOnlyWhoAnotherPersonApprovedAndOnlyUntilItsReview) {
    move_to_singapore();
    auto gallery = recogniser().put_gallery(wanted_draft(), kOfficer).value();
    auto thief = faces_.somebody();
    Enrolment enrolment;
    enrolment.gallery = kWanted;
    enrolment.label = "Case 17";
    enrolment.samples.push_back(sample_of(thief));
    auto subject = subject_of(*scene.registers.snapshot(), enrolment).value();
    auto granted = permits(gallery, subject);
    EXPECT_FALSE(recogniser().enrol(granted, enrolment, kOfficer)) << "no reason";
    enrolment.reason = "Took three coats on 2026-11-20";
    auto person = recogniser().enrol(granted, enrolment, kAdmin).value();
    EXPECT_EQ(person.state, PersonState::AwaitsApproval);
    EXPECT_EQ(person.expires, today() + std::chrono::days(90));
    EXPECT_EQ(person.review, today() + std::chrono::days(30));
    std::uint64_t track = 0;
    auto found = [&] {
        auto held =
            scene.permit(law::Identify{kDoor, "face_identification", "watch_list", kWanted.text()});
        auto face = face_of(thief, ++track);
        return recogniser().match(held, face, {scene.clock.now(), 640}).value().has_value();
    };
    EXPECT_FALSE(found()) << "neither list nor entry is approved";
    ASSERT_TRUE(recogniser().approve_gallery(kWanted, kAdmin));
    EXPECT_FALSE(found());
    auto approve = [&](const UserId& by) {
        return recogniser().approve_person(kWanted, person.id, by);
    };
    EXPECT_EQ(approve(kAdmin).error().kind(), ErrorKind::Forbidden) << "who entered it";
    EXPECT_EQ(approve(kGuard)->state, PersonState::Live) << "the approver entered it himself";
    EXPECT_TRUE(found());
    restart();
    EXPECT_TRUE(found());
    scene.clock.advance(std::chrono::days(28));
    auto again = wanted_draft();
    again.review = today() + std::chrono::days(30);
    ASSERT_TRUE(recogniser().put_gallery(again, kOfficer));
    scene.clock.advance(std::chrono::days(3));
    EXPECT_FALSE(found()) << "the review of the entry is due";
    auto too_late = today() + std::chrono::days(31);
    EXPECT_FALSE(recogniser().review_person(kWanted, person.id, too_late, kGuard));
    auto next = today() + std::chrono::days(30);
    ASSERT_TRUE(recogniser().review_person(kWanted, person.id, next, kGuard));
    EXPECT_TRUE(found());
    scene.clock.advance(std::chrono::days(27));
    EXPECT_TRUE(found());
    scene.clock.advance(std::chrono::days(2));
    EXPECT_FALSE(found()) << "the review of the list is due";
    scene.clock.advance(std::chrono::days(40));
    ASSERT_TRUE(recogniser().tidy());
    EXPECT_EQ(recogniser().people(kWanted).error().kind(), ErrorKind::NotFound) << "it has ended";
    EXPECT_EQ(keys_->list_named("face").size(), 1U);
}

TEST_P(Matching, ACapOfTheLawShortensAnEntry) {
    move_to("US", "US-CO");
    scene.registers.change([](auto& state) {
        for (const auto* kind : {"privacy_policy", "co_biometric_consent"}) {
            auto made = law::record(std::string("co-") + kind, kind, SiteId::literal("berlin"));
            made.fields["covers"] = "all";
            state.records[made.name] = made;
        }
    });
    auto draft = staff_draft();
    draft.id = GalleryId::literal("visitors");
    draft.kind = GalleryKind::Staff;
    auto gallery = recogniser().put_gallery(draft, kOfficer).value();
    Enrolment enrolment;
    enrolment.gallery = draft.id;
    enrolment.label = "Somebody";
    enrolment.samples.push_back(sample_of(faces_.somebody()));
    auto subject = subject_of(*scene.registers.snapshot(), enrolment).value();
    auto granted = permits(gallery, subject);
    ASSERT_FALSE(granted.empty());
    auto person = recogniser().enrol(granted, enrolment, kOfficer).value();
    EXPECT_EQ(person.expires, today() + std::chrono::days(730));
}

TEST_P(Matching, FiguresFollowFromTheFacesThatWereSeen) {
    enrol("p-anna", faces_.somebody());
    EXPECT_EQ(recogniser().threshold_figures(kStaff)->days_measured, 0);
    for (std::uint64_t track = 1; track <= 10; ++track) {
        auto somebody = faces_.somebody();
        finds(somebody, track);
        finds(somebody, track);
        finds(somebody, track);
    }
    scene.clock.advance(std::chrono::hours(24));
    ASSERT_TRUE(recogniser().tidy());
    auto figures = recogniser().threshold_figures(kStaff).value();
    EXPECT_NEAR(figures.days_measured, 1, 0.001);
    EXPECT_NEAR(figures.faces_per_day, 10, 0.01);
    EXPECT_NEAR(figures.looks_per_day, 30, 0.01);
    EXPECT_FALSE(figures.false_alerts_per_day);
    EXPECT_TRUE(recogniser().all_threshold_figures(kStaff)->empty());
    options_.accuracy = [](const std::string& model) -> std::optional<AccuracyTable> {
        if (model != "toy") return {};
        AccuracyTable table;
        table.model = model;
        table.points = {{0.5, {10, 1000}, {0, 10}, {}}, {0.6, {1, 1000}, {0, 10}, {}}};
        return table;
    };
    restart();
    figures = recogniser().threshold_figures(kStaff).value();
    ASSERT_TRUE(figures.false_alerts_per_day);
    EXPECT_NEAR(figures.false_alerts_per_day->value, 0.01, 1e-4);
    EXPECT_NEAR(
        recogniser().threshold_figures(kStaff, 0.55)->false_alerts_per_day->value, 0.1, 1e-3
    );
    EXPECT_EQ(recogniser().all_threshold_figures(kStaff)->size(), 2U);
}

PROVISO_ON_BOTH_ENGINES(Matching);

}  // namespace
}  // namespace proviso::recognise
