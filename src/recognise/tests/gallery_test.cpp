#include "fixture.h"

namespace proviso::recognise {
namespace {

TEST(QualityFloor, SaysWhichNumberFailed) {
    QualityFloor floor;
    auto good = face_of({1});
    EXPECT_EQ(below(floor, good, 640), "");
    EXPECT_NE(below(floor, good, 200).find("20 pixels"), std::string::npos);
    auto turned = good;
    turned.yaw = -0.8F;
    EXPECT_NE(below(floor, turned, 640).find("turned"), std::string::npos);
    auto blurred = good;
    blurred.sharpness = 0;
    EXPECT_NE(below(floor, blurred, 640).find("blurred"), std::string::npos);
    auto dark = good;
    dark.light = 0;
    EXPECT_NE(below(floor, dark, 640).find("light"), std::string::npos);
    auto unsure = good;
    unsure.score = 0.2F;
    EXPECT_NE(below(floor, unsure, 640).find("sure"), std::string::npos);
}

TEST(QualityFloor, NumbersThatAreNoneFail) {
    QualityFloor floor;
    for (int field = 0; field < 5; ++field) {
        auto face = face_of({1});
        auto nan = std::nanf("");
        (field == 0   ? face.box.w
         : field == 1 ? face.score
         : field == 2 ? face.yaw
         : field == 3 ? face.sharpness
                      : face.light) = nan;
        EXPECT_NE(below(floor, face, 640), "") << field;
    }
}

TEST(Wipe, LeavesNoNumber) {
    auto face = face_of({1, 2, 3});
    face.embedding.reserve(10);
    const auto* memory = face.embedding.data();
    wipe(face);
    EXPECT_TRUE(face.embedding.empty());
    EXPECT_EQ(memory[0], 0);
    EXPECT_EQ(memory[2], 0);
}

class Galleries : public Recognising {};

TEST_P(Galleries, AreKeptWithAllTheirTermsAcrossARestart) {
    auto draft = staff_draft();
    draft.expires = parse_day("2027-06-30").value();
    draft.review = parse_day("2027-01-31").value();
    draft.approver = kAdmin;
    draft.threshold = 0.47;
    draft.floor.pixels = 44;
    ASSERT_TRUE(recogniser().put_gallery(draft, kOfficer));
    restart();
    auto gallery = recogniser().gallery(kStaff).value();
    EXPECT_EQ(gallery.terms.threshold, 0.47);
    EXPECT_EQ(gallery.terms.floor.pixels, 44);
    EXPECT_EQ(gallery.terms.expires, draft.expires);
    EXPECT_EQ(gallery.terms.review, draft.review);
    EXPECT_EQ(gallery.terms.approver, kAdmin);
    EXPECT_EQ(gallery.terms.cameras, draft.cameras);
    EXPECT_EQ(gallery.author, kOfficer);
    EXPECT_EQ(gallery.state, GalleryState::Live);
    EXPECT_EQ(entries("gallery.changed").back().at("threshold_thousandths"), 470);
}

TEST_P(Galleries, RefuseTermsThatMakeNoSense) {
    auto refused = [&](auto change) {
        auto draft = staff_draft();
        draft.id = GalleryId::literal("other");
        change(draft);
        auto made = recogniser().put_gallery(draft, kOfficer);
        return !made && made.error().kind() == ErrorKind::InvalidInput;
    };
    EXPECT_TRUE(refused([](auto& draft) { draft.reason.clear(); }));
    EXPECT_TRUE(refused([](auto& draft) { draft.reason = std::string(5000, 'x'); }));
    EXPECT_TRUE(refused([](auto& draft) { draft.threshold = 0; }));
    EXPECT_TRUE(refused([](auto& draft) { draft.threshold = std::nan(""); }));
    EXPECT_TRUE(refused([](auto& draft) { draft.floor.yaw = std::nan(""); }));
    EXPECT_TRUE(refused([](auto& draft) { draft.floor.pixels = -1; }));
    EXPECT_TRUE(refused([](auto& draft) { draft.cameras.clear(); }));
    EXPECT_TRUE(refused([](auto& draft) { draft.cameras = {CameraId::literal("nowhere")}; }));
    EXPECT_TRUE(refused([](auto& draft) { draft.expires = parse_day("2026-01-01").value(); }));
    EXPECT_EQ(recogniser().galleries().size(), 1U);
}

TEST_P(Galleries, KeepTheirKind) {
    auto draft = staff_draft();
    draft.kind = GalleryKind::Staff;
    EXPECT_EQ(recogniser().put_gallery(draft, kOfficer).error().kind(), ErrorKind::Conflict);
}

TEST_P(Galleries, TakeTheirScopeFromTheCamerasThatNameThem) {
    scene.registers.change([](auto& state) {
        registers::Analytics analytics;
        analytics.faces = registers::FaceAnalytics{"face_verification", "door"};
        state.cameras.at(CameraId::literal("berlin-2")).analytics = analytics;
    });
    auto draft = staff_draft();
    draft.cameras.clear();
    auto made = recogniser().put_gallery(draft, kOfficer).value();
    EXPECT_EQ(made.terms.cameras, std::vector{CameraId::literal("berlin-2")});
}

TEST_P(Galleries, AWatchListNeedsAnotherPersonAnEndAndAReview) {
    GalleryDraft draft = staff_draft();
    draft.id = kWanted;
    draft.kind = GalleryKind::WatchList;
    draft.reason = "Repeated theft, case 17";
    auto refused = [&] { return !recogniser().put_gallery(draft, kOfficer); };
    EXPECT_TRUE(refused());
    draft.approver = kOfficer;
    draft.expires = parse_day("2027-02-20").value();
    draft.review = parse_day("2026-12-20").value();
    EXPECT_TRUE(refused()) << "nobody approves his own";
    draft.approver = kAdmin;
    draft.expires = parse_day("2028-02-20").value();
    EXPECT_TRUE(refused()) << "over 12 months";
    draft.expires = parse_day("2027-02-20").value();
    draft.review = parse_day("2027-01-20").value();
    EXPECT_TRUE(refused()) << "over 30 days";
    draft.review = parse_day("2026-12-20").value();
    auto made = recogniser().put_gallery(draft, kOfficer).value();
    EXPECT_EQ(made.state, GalleryState::AwaitsApproval);
    EXPECT_EQ(recogniser().approve_gallery(kWanted, kOfficer).error().kind(), ErrorKind::Forbidden);
    EXPECT_FALSE(recogniser().approve_gallery(kWanted, kGuard)) << "not who was named";
    EXPECT_EQ(recogniser().approve_gallery(kWanted, kAdmin).value().state, GalleryState::Live);
    restart();
    EXPECT_EQ(recogniser().gallery(kWanted)->state, GalleryState::Live);
    draft.threshold = 0.7;
    EXPECT_EQ(recogniser().put_gallery(draft, kOfficer)->state, GalleryState::Live) << "narrower";
    draft.threshold = 0.65;
    EXPECT_EQ(recogniser().put_gallery(draft, kOfficer)->state, GalleryState::AwaitsApproval);
    scene.clock.advance(std::chrono::days(29));
    ASSERT_TRUE(recogniser().approve_gallery(kWanted, kAdmin));
    EXPECT_EQ(recogniser().gallery(kWanted)->state, GalleryState::ReviewDue);
    scene.clock.advance(std::chrono::days(100));
    EXPECT_EQ(recogniser().gallery(kWanted)->state, GalleryState::Expired);
    ASSERT_TRUE(recogniser().tidy());
    EXPECT_FALSE(recogniser().gallery(kWanted));
}

PROVISO_ON_BOTH_ENGINES(Galleries);

}  // namespace
}  // namespace proviso::recognise
