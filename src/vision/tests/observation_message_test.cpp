#include "observation_message.h"

#include <cmath>

#include <gtest/gtest.h>

#include "eye_messages.h"

namespace proviso::vision {
namespace {

behaviour::Observation full() {
    behaviour::Observation seen;
    seen.pts = 90'000;
    seen.width = 640;
    seen.height = 360;
    seen.activity = 0.25F;
    seen.heat[17] = 200;
    seen.looked = true;
    behaviour::TrackView track;
    track.id = 5;
    track.kind = behaviour::ObjectClass::Vehicle;
    track.box = {0.1F, 0.2F, 0.3F, 0.4F};
    track.score = 0.9F;
    track.confirmed = true;
    track.velocity = {-0.5F, 0.1F};
    track.first_seen = Timestamp(std::chrono::seconds(5));
    track.colour = "red";
    seen.tracks.push_back(track);
    seen.ended = {1, 2};
    seen.objects.push_back({7, {0, 0, 1, 1}, true, Timestamp(std::chrono::seconds(2))});
    behaviour::FaceView face;
    face.face = 3;
    face.track = 5;
    face.score = 0.8F;
    face.yaw = -0.5F;
    face.embedding = {0.5F, -0.5F};
    seen.faces.push_back(face);
    seen.health = {0.5F, 0.4F, 0.3F, 0.2F, true};
    seen.decoded = 9;
    seen.skipped = 4;
    return seen;
}

TEST(ObservationMessage, IsReadBackAsItWasWritten) {
    auto seen = full();
    auto read = decode_observation(encode(seen));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->pts, seen.pts);
    EXPECT_EQ(read->width, 640);
    EXPECT_EQ(read->heat, seen.heat);
    ASSERT_EQ(read->tracks.size(), 1U);
    EXPECT_EQ(read->tracks[0].box, seen.tracks[0].box);
    EXPECT_EQ(read->tracks[0].colour, "red");
    EXPECT_EQ(read->tracks[0].kind, behaviour::ObjectClass::Vehicle);
    EXPECT_EQ(read->tracks[0].first_seen, seen.tracks[0].first_seen);
    EXPECT_EQ(read->ended, seen.ended);
    EXPECT_TRUE(read->objects.at(0).removed);
    EXPECT_EQ(read->faces.at(0).embedding, seen.faces[0].embedding);
    EXPECT_TRUE(read->health.frozen);
    EXPECT_EQ(read->skipped, 4U);
}

TEST(ObservationMessage, RefusesEveryTruncationAndSurvivesEveryFlippedBit) {
    auto bytes = encode(full());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode_observation(ByteView(bytes).first(size)));
    }
    auto longer = bytes;
    longer.push_back(0);
    EXPECT_FALSE(decode_observation(longer));
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        auto damaged = bytes;
        damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        auto read = decode_observation(damaged);
        if (!read) continue;
        EXPECT_TRUE(std::isfinite(read->activity) && read->activity <= 1);
        for (const auto& track : read->tracks) EXPECT_TRUE(std::isfinite(track.box.x));
    }
}

TEST(ObservationMessage, RefusesWhatCannotBe) {
    auto bad = [](auto change) {
        auto seen = full();
        change(seen);
        return !decode_observation(encode(seen));
    };
    EXPECT_TRUE(bad([](auto& seen) { seen.width = 0; }));
    EXPECT_TRUE(bad([](auto& seen) { seen.height = 100'000; }));
    EXPECT_TRUE(bad([](auto& seen) { seen.activity = 1.5F; }));
    EXPECT_TRUE(bad([](auto& seen) { seen.tracks[0].box.x = std::nanf(""); }));
    EXPECT_TRUE(bad([](auto& seen) { seen.tracks[0].box.w = -1; }));
    EXPECT_TRUE(bad([](auto& seen) { seen.tracks.resize(kMostTracks + 1); }));
    EXPECT_TRUE(bad([](auto& seen) { seen.ended.resize(kMostEnded + 1); }));
    EXPECT_TRUE(bad([](auto& seen) { seen.faces.resize(kMostFaces + 1); }));
    EXPECT_TRUE(bad([](auto& seen) { seen.faces[0].embedding.resize(kMostDimensions + 1); }));
    EXPECT_TRUE(bad([](auto& seen) { seen.health.changed = -0.1F; }));
}

TEST(EyeMessages, AreReadBackAsTheyWereWrittenAndRefuseEveryTruncation) {
    StartLook start;
    start.look = 3;
    start.config.model = "yolox";
    start.config.classes = {behaviour::ObjectClass::Person, behaviour::ObjectClass::Bike};
    start.config.min_score = 0.4F;
    start.config.embed = true;
    start.config.max_fps = 4;
    start.config.privacy_masks = {{{0, 0}, {1, 0}, {1, 1}}};
    start.files = {{"yolox.onnx", 12}, {"yolox.yaml", 7}};
    auto bytes = encode(start);
    auto read = std::get<StartLook>(decode_eye_message(bytes).value());
    EXPECT_EQ(read.config.model, "yolox");
    EXPECT_EQ(read.config.classes, start.config.classes);
    EXPECT_EQ(read.config.privacy_masks, start.config.privacy_masks);
    EXPECT_TRUE(read.config.embed);
    EXPECT_EQ(read.files.at(0).size, 12U);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode_eye_message(ByteView(bytes).first(size)));
    }
    auto want =
        std::get<WantPicture>(decode_eye_message(encode(WantPicture{1, 2, 640, {5}})).value());
    EXPECT_EQ(want.highlight.at(0), 5U);
    EXPECT_EQ(want.width, 640U);
    auto faces =
        std::get<ReadFaces>(decode_eye_message(encode(ReadFaces{9, {}, {{"picture", 3}}})).value());
    EXPECT_EQ(faces.request, 9U);
    EXPECT_EQ(faces.files.at(0).name, "picture");
}

TEST(FacesMessage, IsReadBackAndRefusesWhatCannotBe) {
    FacesRead faces{640, 480, {}, {}, "face_reid"};
    Face face;
    face.x = -3;
    face.width = 40;
    face.score = 0.9F;
    face.points = {{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}};
    faces.faces = {face};
    faces.templates = {{0.1F, 0.2F}};
    auto read = decode_faces(encode(faces));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->faces.at(0).points.at(4).y, 10);
    EXPECT_EQ(read->templates.at(0).at(1), 0.2F);
    auto bytes = encode(faces);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode_faces(ByteView(bytes).first(size)));
    }
    faces.embedder = "<script>";
    EXPECT_FALSE(decode_faces(encode(faces)));
}

}  // namespace
}  // namespace proviso::vision
