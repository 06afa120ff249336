#include <fstream>

#include <gtest/gtest.h>
#include <sys/resource.h>

extern "C" {
#include <libavutil/log.h>
}

#include <proviso/base/file.h>
#include <proviso/vision/eye.h>
#include <proviso/vision/footage.h>
#include <proviso/vision/picture.h>

namespace proviso::vision {
namespace {

using behaviour::ObjectClass;
using behaviour::Observation;

class Footage : public testing::Test {
protected:
    void SetUp() override {
        auto assets = shared_assets();
        if (!assets) GTEST_SKIP() << "skipped: no shared assets";
        assets_ = *assets;
    }

    std::vector<Observation> watch(Eye& eye, const std::string& clip) const {
        std::vector<Observation> seen;
        auto played = play(assets_ / "footage" / clip, [&](const media::Packet& packet) {
            auto looked = eye.look(packet);
            if (looked && *looked) seen.push_back(**std::move(looked));
        });
        EXPECT_TRUE(played);
        return seen;
    }

    std::filesystem::path assets_;
};

std::size_t people_in(const std::vector<Observation>& seen) {
    std::set<behaviour::TrackId> ids;
    for (const auto& one : seen) {
        for (const auto& track : one.tracks) {
            if (track.confirmed && track.kind == ObjectClass::Person) ids.insert(track.id);
        }
    }
    return ids.size();
}

TEST_F(Footage, AnEmptyRoomHasNobodyInIt) {
    auto eye = Eye::open({}).value();
    EXPECT_EQ(people_in(watch(*eye, "empty_room.mp4")), 0U);
}

TEST_F(Footage, PeopleAtATableAreTracked) {
    EyeConfig config;
    config.max_fps = 10;
    auto eye = Eye::open(config).value();
    auto seen = watch(*eye, "loiter_table.mp4");
    auto people = people_in(seen);
    EXPECT_GE(people, 2U);
    EXPECT_LE(people, 12U);
    // Somebody is there in most pictures of the time when somebody is.
    int there = 0;
    int found = 0;
    for (const auto& one : seen) {
        auto frame = static_cast<int>(one.pts / 9000);
        if (!one.looked || frame < 250 || frame > 440) continue;
        ++there;
        found += one.tracks.empty() ? 0 : 1;
    }
    EXPECT_GT(found, there * 3 / 4);
    EXPECT_TRUE(eye->masked_picture(480, {}));
}

TEST_F(Footage, ANetworkSeesThePeopleWhoWalkThrough) {
    EyeConfig config;
    config.model = "yolo_fastest_1_1_body";
    config.card_folder = PROVISO_MODEL_CARDS;
    config.model_folder = assets_ / "models";
    auto eye = Eye::open(config).value();
    EXPECT_GE(people_in(watch(*eye, "corridor_people.mp4")), 2U);
}

TEST_F(Footage, FacesAreFoundAndEmbeddedOnlyWhenAsked) {
    for (bool embed : {false, true}) {
        EyeConfig config;
        config.faces = true;
        config.embed = embed;
        config.card_folder = PROVISO_MODEL_CARDS;
        config.model_folder = assets_ / "models";
        auto eye = Eye::open(config).value();
        std::size_t faces = 0;
        std::size_t templates = 0;
        for (const auto& one : watch(*eye, "faces_walk_three.mp4")) {
            faces += one.faces.size();
            for (const auto& face : one.faces) templates += face.embedding.empty() ? 0 : 1;
        }
        EXPECT_GT(faces, 3U);
        EXPECT_EQ(templates > 0, embed);
    }
}

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return double(usage.ru_utime.tv_sec) + double(usage.ru_utime.tv_usec) / 1e6;
}

TEST_F(Footage, EveryMalformedFileIsSurvivedInBoundedTimeAndMemory) {
    int files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(assets_ / "malformed")) {
        if (!entry.is_regular_file()) continue;
        ++files;
        auto before = cpu_seconds();
        EyeConfig config;
        config.max_fps = 30;
        config.static_objects = true;
        auto eye = Eye::open(config).value();
        (void)play(entry.path(), [&](const media::Packet& packet) {
            auto looked = eye->look(packet);
            if (looked && *looked) {
                for (const auto& track : (**looked).tracks) {
                    EXPECT_TRUE(std::isfinite(track.box.x + track.box.y + track.box.w + track.box.h)
                    );
                }
            }
        });
        (void)eye->masked_picture(320, {});
        EXPECT_LT(cpu_seconds() - before, 20) << entry.path().filename();
        if (entry.path().extension() == ".jpg" || entry.path().extension() == ".jpeg") {
            auto text = read_file(entry.path()).value();
            (void)decode_jpeg(as_bytes(text));
        }
    }
    EXPECT_GT(files, 60);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    EXPECT_LT(usage.ru_maxrss, 1'500'000);  // kilobytes
}

TEST(Eye, DamagedPacketsOfARealStreamAreSurvived) {
    auto eye = Eye::open({}).value();
    auto codec = std::make_shared<media::CodecParameters>();
    codec->width = 640;
    codec->height = 360;
    media::Packet packet;
    for (int i = 0; i < 300; ++i) {
        packet.codec = i % 7 == 3 ? nullptr : codec;
        packet.key_frame = i % 5 == 0;
        packet.pts = packet.dts = i * 3600 * (i % 11 == 0 ? -1 : 1);
        packet.data.assign(static_cast<std::size_t>(i * 13 % 400), static_cast<std::uint8_t>(i));
        (void)eye->look(packet);
    }
    EXPECT_FALSE(eye->masked_picture(100, {}));
}

}  // namespace
}  // namespace proviso::vision
