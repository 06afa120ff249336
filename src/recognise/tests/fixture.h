#pragma once

#include <cmath>
#include <random>

#include <soci/soci.h>

#include <proviso/recognise/recogniser.h>
#include <proviso/store/test_database.h>

#include "hand_registers.h"

namespace proviso::recognise {

inline constexpr std::size_t kDimensions = 64;
inline const UserId kOfficer = UserId::literal("u-officer");
inline const UserId kAdmin = UserId::literal("u-admin");
inline const UserId kGuard = UserId::literal("u-guard");
inline const CameraId kDoor = CameraId::literal("berlin-1");
inline const GalleryId kStaff = GalleryId::literal("door");
inline const GalleryId kWanted = GalleryId::literal("wanted");

/// Faces of people who do not exist: a direction for each, and noise for each picture.
class Faces {
public:
    explicit Faces(unsigned seed = 7) : random_(seed) {}

    std::vector<float> somebody() {
        std::vector<float> direction(kDimensions);
        for (auto& number : direction) number = normal_(random_);
        return direction;
    }

    /// Another picture of the same person: cosine about 0.95.
    std::vector<float> again(std::vector<float> direction, float noise = 0.3F) {
        for (auto& number : direction) number += noise * normal_(random_);
        return direction;
    }

private:
    std::mt19937 random_;
    std::normal_distribution<float> normal_;
};

inline behaviour::FaceView face_of(std::vector<float> embedding, std::uint64_t track = 1) {
    behaviour::FaceView face;
    face.face = track;
    face.track = track;
    face.box = {0.4F, 0.3F, 0.1F, 0.2F};
    face.score = 0.95F;
    face.yaw = 0.1F;
    face.sharpness = 0.6F;
    face.light = 0.5F;
    face.embedding = std::move(embedding);
    return face;
}

inline Sample sample_of(std::vector<float> embedding) {
    return {face_of(std::move(embedding)), 640};
}

/// A house with a law, an entrance in Berlin that may recognise who consented, and a gallery.
class Recognising : public store::EngineTest {
protected:
    void SetUp() override {
        EngineTest::SetUp();
        if (IsSkipped()) return;
        auto folder = folder_.path();
        keys_ = keys::KeyStore::open(folder / "keys", {folder / "master.key", ""}).value();
        ASSERT_TRUE(keys_->attach_ledger(scene.ledger));
        put_papers();
        open();
        gallery_ = make_gallery();
    }

    void open() {
        options_.model = "toy";
        options_.dimensions = kDimensions;
        auto opened = Recogniser::open(
            database(), *keys_, scene.ledger, scene.registers, scene.clock, options_
        );
        ASSERT_TRUE(opened) << opened.error().story();
        recogniser_ = std::move(opened).value();
    }

    /// As a restart of the server; what happens while it is down happens in `meanwhile`.
    void restart(const std::function<void()>& meanwhile = {}) {
        recogniser_.reset();
        if (meanwhile) meanwhile();
        test_database().reopen();
        open();
    }

    void put_papers() {
        scene.registers.change([](auto& state) {
            for (const auto* kind :
                 {"eu_explicit_consent",
                  "alternative_path",
                  "privacy_policy",
                  "model_card",
                  "accuracy_evaluation",
                  "bias_evaluation",
                  "operator_training",
                  "complaint_channel",
                  "works_council_agreement"}) {
                auto made =
                    law::record(std::string("berlin-") + kind, kind, SiteId::literal("berlin"));
                made.fields["covers"] = "all";
                state.records[made.name] = made;
            }
            for (auto& [name, each] : state.cameras) {
                each.subjects = std::vector<std::string>{"staff"};
            }
            state.purposes.begin()->second.code = "access_control";
        });
    }

    static GalleryDraft staff_draft() {
        GalleryDraft draft;
        draft.id = kStaff;
        draft.kind = GalleryKind::Consenting;
        draft.reason = "Entrance without a badge";
        draft.threshold = 0.6;
        draft.cameras = {kDoor};
        return draft;
    }

    Gallery make_gallery() {
        auto made = recogniser().put_gallery(staff_draft(), kOfficer);
        EXPECT_TRUE(made) << made.error().story();
        return made ? *made : Gallery();
    }

    void consent(const std::string& person) {
        scene.registers.change([&](auto& state) {
            auto made = law::record(
                "consent-of-" + person, "eu_explicit_consent", SiteId::literal("berlin")
            );
            made.subject = person;
            state.records[made.name] = made;
        });
    }

    std::vector<law::Permit<law::Enrol>> permits(const Gallery& gallery, const PersonId& person) {
        auto answer = ask_to_enrol(scene.gate, gallery, person).value();
        if (auto* refusal = std::get_if<law::Refusal>(&answer)) {
            ADD_FAILURE() << refusal->words();
            return {};
        }
        return std::get<0>(std::move(answer));
    }

    static Enrolment enrolment_of(const std::string& person, std::vector<float> embedding) {
        Enrolment enrolment;
        enrolment.gallery = kStaff;
        enrolment.label = "Label of " + person;
        enrolment.consent_record = "consent-of-" + person;
        enrolment.samples.push_back(sample_of(std::move(embedding)));
        return enrolment;
    }

    Result<Person> try_enrol(const std::string& person, Enrolment enrolment) {
        auto permitted = permits(gallery_, PersonId::literal(person));
        return recogniser().enrol(permitted, std::move(enrolment), kOfficer);
    }

    PersonId enrol(const std::string& person, const std::vector<float>& embedding) {
        consent(person);
        auto enrolled = try_enrol(person, enrolment_of(person, embedding));
        EXPECT_TRUE(enrolled) << enrolled.error().story();
        return PersonId::literal(person);
    }

    law::Permit<law::Identify> permit(
        const CameraId& camera = kDoor, const GalleryId& gallery = kStaff
    ) {
        return scene.permit(law::Identify{camera, "face_verification", "consenting", gallery.text()}
        );
    }

    Result<std::optional<MatchProposal>> see(
        const std::vector<float>& embedding, std::uint64_t track = 1
    ) {
        auto permitted = permit();
        auto face = face_of(embedding, track);
        auto found = recogniser().match(permitted, face, {scene.clock.now(), 640});
        EXPECT_TRUE(face.embedding.empty());
        return found;
    }

    bool finds(const std::vector<float>& embedding, std::uint64_t track) {
        auto found = see(embedding, track);
        EXPECT_TRUE(found) << found.error().story();
        return found && found->has_value();
    }

    std::vector<Json> entries(std::string_view type) {
        std::vector<Json> found;
        auto all = scene.ledger.read(0, 10'000).value();
        for (const auto& each : all) {
            if (each.entry.type == type) found.push_back(each.entry.body);
        }
        return found;
    }

    std::string ledger_text() {
        std::string text;
        auto all = scene.ledger.read(0, 10'000).value();
        for (const auto& each : all) text += each.bytes;
        return text;
    }

    Recogniser& recogniser() { return *recogniser_; }

    law::Scene scene;
    store::TestFolder folder_;
    std::unique_ptr<keys::KeyStore> keys_;
    RecogniserOptions options_;
    std::unique_ptr<Recogniser> recogniser_;
    Gallery gallery_;
    Faces faces_;
};

}  // namespace proviso::recognise
