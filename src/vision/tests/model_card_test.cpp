#include <gtest/gtest.h>

#include <proviso/crypto/hash.h>
#include <proviso/vision/eye.h>
#include <proviso/vision/footage.h>
#include <proviso/vision/model_card.h>

#include "network.h"

namespace proviso::vision {
namespace {

const std::filesystem::path kCards = PROVISO_MODEL_CARDS;

std::string card_text(const std::string& more = "") {
    return "id: small\ntitle: A small one\nversion: '1'\ntask: object_detection\nfiles:\n"
           "  - name: small.onnx\n    sha256: " +
           std::string(64, 'a') +
           "\n    size: 10\nlicence: MIT\norigin: a test\ninput:\n  width: 32\n  height: 32\n"
           "output:\n  decoder: ssd_boxes_scores\n  heads:\n    - name: boxes\n      shape: [1, 4, "
           "4]\n"
           "    - name: scores\n      shape: [1, 4, 2]\n  classes: [person, background]\n  score: "
           "0.4\n" +
           more;
}

TEST(ModelCard, IsReadWithEverythingItSays) {
    auto card = parse_model_card(card_text("envelope:\n  smallest_pixels: 40\n"));
    ASSERT_TRUE(card) << card.error().story();
    EXPECT_EQ(card->id, "small");
    EXPECT_EQ(card->task, ModelTask::ObjectDetection);
    EXPECT_EQ(card->output.decoder, OutputDecoder::SsdBoxesScores);
    EXPECT_EQ(card->output.heads.size(), 2U);
    EXPECT_FLOAT_EQ(card->output.score, 0.4F);
    EXPECT_EQ(card->envelope.smallest_pixels, 40);
}

TEST(ModelCard, RefusesWhatItDoesNotKnow) {
    EXPECT_FALSE(parse_model_card(card_text("colour: red\n")));
    EXPECT_FALSE(parse_model_card("id: x"));
    EXPECT_FALSE(parse_model_card("- a list"));
    EXPECT_FALSE(parse_model_card(""));
}

TEST(ModelCard, RefusesAFileNameThatLeadsOutOfTheModelFolder) {
    auto text = card_text();
    for (const auto* name : {"../small.onnx", "/etc/passwd", ".hidden", "a/b.onnx"}) {
        auto bad = text;
        bad.replace(bad.find("small.onnx"), 10, name);
        EXPECT_FALSE(parse_model_card(bad)) << name;
    }
}

TEST(ModelCard, RefusesAHashThatIsNone) {
    auto text = card_text();
    auto at = text.find(std::string(64, 'a'));
    EXPECT_FALSE(parse_model_card(text.substr(0, at) + "abc" + text.substr(at + 64)));
    EXPECT_FALSE(parse_model_card(text.substr(0, at) + std::string(64, 'A') + text.substr(at + 64))
    );
}

TEST(ModelCard, FileIsRefusedIfOneByteDiffers) {
    Bytes content(100, 7);
    ModelFile file{"small.onnx", to_hex(crypto::sha256(content)), 100, {}};
    EXPECT_TRUE(verify_model_file(file, content));
    content[50] = 8;
    auto verified = verify_model_file(file, content);
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().kind(), ErrorKind::Corrupt);
    content.push_back(1);
    EXPECT_FALSE(verify_model_file(file, content));
}

TEST(ModelCard, AllShippedCardsAreValid) {
    auto cards = read_model_cards(kCards);
    ASSERT_TRUE(cards) << cards.error().story();
    EXPECT_GE(cards->size(), 9U);
    for (const auto& [id, card] : *cards) {
        EXPECT_FALSE(card.accuracy.empty()) << id;
        EXPECT_FALSE(card.envelope.weaknesses.empty()) << id;
        EXPECT_FALSE(card.licence.empty()) << id;
    }
}

class Model : public testing::Test {
protected:
    void SetUp() override {
        auto assets = shared_assets();
        if (!assets) GTEST_SKIP() << "skipped: no shared assets";
        place_ = {kCards, *assets / "models", &files_};
    }

    /// Puts a changed card in front of the one on disk.
    void change_card(const std::string& id, const std::string& from, const std::string& to) {
        auto text = std::string(as_text(**read_from(place_, kCards, id + ".yaml")));
        auto at = text.find(from);
        ASSERT_NE(at, std::string::npos);
        text.replace(at, from.size(), to);
        auto bytes = as_bytes(text);
        files_[id + ".yaml"] = std::make_shared<Bytes>(bytes.begin(), bytes.end());
    }

    ModelFiles files_;
    ModelPlace place_;
};

TEST_F(Model, EveryShippedCardFitsItsFile) {
    auto cards = read_model_cards(kCards).value();
    for (const auto& [id, card] : cards) {
        if (!std::filesystem::exists(place_.model_folder / card.files[0].name)) continue;
        auto network = Network::open(place_, id);
        EXPECT_TRUE(network) << (network ? "" : network.error().story());
    }
}

TEST_F(Model, IsRefusedWithAnotherHash) {
    change_card("yolo_fastest_1_1_body", "sha256: 5", "sha256: 6");
    auto network = Network::open(place_, "yolo_fastest_1_1_body");
    ASSERT_FALSE(network);
    EXPECT_EQ(network.error().kind(), ErrorKind::Corrupt);
}

TEST_F(Model, IsRefusedWithAHeadItsCardDoesNotDeclare) {
    change_card("ultraface_rfb_320", "    - name: scores\n      shape: [1, 4420, 2]\n", "");
    auto network = Network::open(place_, "ultraface_rfb_320");
    ASSERT_FALSE(network);
    EXPECT_EQ(network.error().kind(), ErrorKind::Refused);
}

TEST_F(Model, IsRefusedWithAHeadOfAnotherShape) {
    change_card("ultraface_rfb_320", "[1, 4420, 2]", "[1, 4420, 3]");
    auto network = Network::open(place_, "ultraface_rfb_320");
    ASSERT_FALSE(network);
    EXPECT_EQ(network.error().kind(), ErrorKind::Refused);
}

TEST_F(Model, IsRefusedWithoutACard) {
    auto network = Network::open(place_, "not_carded");
    ASSERT_FALSE(network);
    EXPECT_EQ(network.error().kind(), ErrorKind::NotFound);
    EXPECT_FALSE(Network::open(place_, "../person_vehicle_bike_2002"));
}

TEST_F(Model, IsRefusedAsDetectorIfItFindsNothing) {
    EyeConfig config;
    config.model = "face_reid_retail_0095";
    config.card_folder = kCards;
    config.model_folder = place_.model_folder;
    auto eye = Eye::open(config);
    ASSERT_FALSE(eye);
    EXPECT_EQ(eye.error().kind(), ErrorKind::Refused);
}

TEST_F(Model, NamesTheFilesThatAnEyeWillRead) {
    EyeConfig config;
    config.model = "person_vehicle_bike_2000";
    config.card_folder = kCards;
    config.model_folder = place_.model_folder;
    config.faces = config.embed = true;
    auto paths = files_of(config);
    ASSERT_TRUE(paths);
    EXPECT_EQ(paths->size(), 6U);
    // Given these bytes, it opens without a folder.
    EyeConfig fed = config;
    for (const auto& path : *paths) {
        fed.files[path.filename()] = *read_from(place_, path.parent_path(), path.filename());
    }
    fed.card_folder.clear();
    fed.model_folder.clear();
    auto eye = Eye::open(fed);
    EXPECT_TRUE(eye) << (eye ? "" : eye.error().story());
}

}  // namespace
}  // namespace proviso::vision
