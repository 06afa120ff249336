#include <regex>

#include <gtest/gtest.h>

#include <proviso/base/file.h>
#include <proviso/vision/footage.h>

#include "commands.h"
#include "recognition.h"
#include "stage.h"

/// A gallery that works where the law permits it: the papers of the demo's entrance in Berlin, a
/// real camera, real workers and networks, and a person of the shared footage.
namespace proviso::app {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr auto kFace = "face_reid_retail_0095";

/// Of the demo's documents those that the entrance in Berlin needs.
std::string papers_of_the_entrance(const std::string& url) {
    auto text = *read_file(fs::path(PROVISO_SOURCE_DIR) / "examples/demo/sites.yaml");
    std::string papers;
    std::size_t from = 0;
    while (from < text.size()) {
        auto end = std::min(text.find("\n---\n", from), text.size());
        auto document = text.substr(from, end - from);
        from = end + 5;
        std::smatch name;
        static const std::regex kName("(^|\n)name: ([a-z-]+)");
        if (!std::regex_search(document, name, kName)) continue;
        bool wanted = name[2] == "property" ||
                      (name[2].str().starts_with("berlin") && name[2] != "berlin-deck");
        if (!wanted) continue;
        static const std::regex kMain("main: \\{url: [^}]*\\}");
        static const std::regex kSub("sub: \\{url: [^}]*\\}\n");
        document = std::regex_replace(document, kMain, "main: {url: \"" + url + "\"}");
        document = std::regex_replace(document, kSub, "");
        papers += (papers.empty() ? "" : "\n---\n") + document;
    }
    return papers;
}

class Faces : public testing::Test {
protected:
    void SetUp() override {
        auto assets = vision::shared_assets();
        if (!assets) GTEST_SKIP() << "skipped: no shared assets ($PROVISO_ASSETS)";
        assets_ = *assets;
        film_ = (assets_ / "footage/headpose_male.mp4").string();
        stage_ = std::make_unique<Stage>(std::vector<std::string>{
            "-stream_loop", "5", "-i", film_, "-vf", "scale=960:540"});
        auto config = stage_->config();
        config.vision.cards = fs::path(PROVISO_SOURCE_DIR) / "models";
        PullArguments networks;
        networks.models = {kFace, "face_detection_yunet_2022mar"};
        networks.from = assets_ / "models";
        ASSERT_TRUE(models_pull(config, networks));
        auto opened = House::open(config);
        ASSERT_TRUE(opened) << opened.error().story();
        house_ = std::move(*opened);
        auto applied =
            house_->registers->apply(papers_of_the_entrance(stage_->camera_url()), author_);
        ASSERT_TRUE(applied) << applied.error().story();
    }

    void open_works() {
        auto works = Works::open(*house_, PROVISO_PROGRAM);
        ASSERT_TRUE(works) << works.error().story();
        works_ = std::move(*works);
    }

    void put_gallery() {
        recognise::GalleryDraft draft;
        draft.id = gallery_;
        draft.reason = "Season-ticket holders at their lane";
        draft.cameras = {camera_};
        ASSERT_TRUE(house_->recogniser->put_gallery(draft, author_.user));
    }

    Bytes first_picture() {
        auto file = stage_->folder() / "enrol.jpg";
        Child cut(
            {"ffmpeg",
             "-nostdin",
             "-loglevel",
             "error",
             "-i",
             film_,
             "-frames:v",
             "1",
             "-vf",
             "scale=960:540",
             "-q:v",
             "2",
             file.string()},
            stage_->folder() / "cut.log"
        );
        EXPECT_EQ(cut.wait(), 0);
        auto text = *read_file(file);
        return {text.begin(), text.end()};
    }

    /// With a consent of one's own on record; the id of the person.
    std::string enrol(const std::string& subject, ByteView jpeg) {
        auto consent =
            "{kind: record, name: consent-" + subject +
            ", record: eu_explicit_consent, camera: berlin-entrance, subject: " + subject + "}";
        auto applied = house_->registers->apply(consent, author_);
        EXPECT_TRUE(applied) << applied.error().story();
        recognise::Enrolment enrolment;
        enrolment.gallery = gallery_;
        enrolment.label = "Person " + subject;
        enrolment.consent_record = "consent-" + subject;
        auto who = recognise::subject_of(*house_->registers->snapshot(), enrolment);
        EXPECT_TRUE(who);
        auto gallery = *house_->recogniser->gallery(gallery_);
        auto answer = recognise::ask_to_enrol(*house_->gate, gallery, *who);
        EXPECT_TRUE(answer);
        auto* permits = std::get_if<std::vector<law::Permit<law::Enrol>>>(&*answer);
        if (permits == nullptr) {
            ADD_FAILURE() << std::get<law::Refusal>(*answer).words();
            return {};
        }
        vision::FaceReaderConfig reader;
        reader.embedder = kFace;
        reader.card_folder = reader.model_folder = house_->config.models();
        auto found = works_->eyes->eyes().read_faces(permits->front(), jpeg, reader);
        EXPECT_TRUE(found) << found.error().story();
        EXPECT_EQ(found->faces.size(), 1U);
        recognise::Sample sample;
        sample.picture_width = found->width;
        const auto& face = found->faces.front();
        auto width = static_cast<float>(found->width);
        sample.face.box = {0, 0, face.width / width, 0.5F};
        sample.face.score = face.score;
        sample.face.yaw = face.yaw;
        sample.face.sharpness = face.sharpness;
        sample.face.light = face.light;
        sample.face.embedding = found->templates.front();
        enrolment.samples.push_back(std::move(sample));
        auto person = house_->recogniser->enrol(*permits, std::move(enrolment), author_.user);
        EXPECT_TRUE(person) << person.error().story();
        return person ? person->id.text() : "";
    }

    std::vector<recognise::Match> matches() { return *house_->recogniser->matches({}); }

    fs::path assets_;
    std::string film_;
    std::unique_ptr<Stage> stage_;
    CameraId camera_ = CameraId::literal("berlin-entrance");
    recognise::GalleryId gallery_ = recognise::GalleryId::literal("staff");
    registers::Author author_{UserId::literal("u-flow"), "flow test"};
    std::unique_ptr<House> house_;
    std::unique_ptr<Works> works_;
};

TEST_F(Faces, AreProposedWhereThePapersPermitItAndNoLongerOnceTheConsentIsWithdrawn) {
    put_gallery();
    open_works();
    auto stranger = *read_file(assets_ / "faces/pairs/adam-kinzinger/a.jpg");
    auto other = enrol("p-other", as_bytes(stranger));
    auto person = enrol("p-known", first_picture());
    ASSERT_FALSE(person.empty());
    ASSERT_TRUE(eventually([&] { return !matches().empty(); }, seconds(60)));
    for (const auto& match : matches()) {
        EXPECT_EQ(match.person.text(), person) << "and nobody else";
        EXPECT_EQ(match.state, recognise::MatchState::Proposed) << "until a person confirms it";
    }
    ASSERT_TRUE(house_->registers->withdraw("consent-p-known", author_));
    auto people = *house_->recogniser->people(gallery_);
    ASSERT_EQ(people.size(), 1U);
    EXPECT_EQ(people.front().id.text(), other);
    // The other lane is gone: nobody may be compared any more, within a second.
    ASSERT_TRUE(house_->registers->withdraw("berlin-other-lane", author_));
    EXPECT_TRUE(eventually(
        [&] {
            for (auto& each : works_->eyes->status(camera_).analytics) {
                if (each.name == "face_verification") return each.state == "refused";
            }
            return false;
        },
        seconds(3)
    ));
}

}  // namespace
}  // namespace proviso::app
