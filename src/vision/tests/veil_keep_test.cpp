#include <cmath>

#include "../veil_cells.h"
#include "veil_yard.h"

/// All but one: two things walk apart from each other, and one of them is to be shown.
namespace proviso::vision {
namespace {

using behaviour::Box;

constexpr int kPictures = 260;

Box left_one(int picture) { return thing_at(40 + (picture - 60) / 2, 40); }

Box right_one(int picture) { return thing_at(540 - (picture - 60) / 2, 190); }

std::vector<media::PacketPtr> two_walk() {
    CameraEncoder::Settings settings;
    settings.width = kYardWide;
    settings.height = kYardHigh;
    settings.fps = kYardFps;
    settings.bit_rate = 0;
    CameraEncoder camera(settings);
    Scene scene(kYardWide, kYardHigh, 2);
    std::vector<media::PacketPtr> packets;
    for (int i = 0; int(packets.size()) < kPictures; ++i) {
        auto picture = scene.empty();
        if (i >= 60) {
            for (const auto& at : {left_one(i), right_one(i)}) {
                scene.put(picture, int(at.x), int(at.y), int(at.w), int(at.h));
            }
        }
        for (auto& packet : camera.add(picture)) packets.push_back(std::move(packet));
    }
    packets.resize(kPictures);
    return packets;
}

Box fraction(const Box& box) {
    return {box.x / kYardWide, box.y / kYardHigh, box.w / kYardWide, box.h / kYardHigh};
}

Box inner(const Box& box) { return {box.x + 6, box.y + 10, box.w - 12, box.h - 20}; }

/// The track that is at `box` in most looks.
std::vector<behaviour::TrackId> tracks_at(
    const Veiled& first, const std::function<Box(int)>& where
) {
    std::vector<behaviour::TrackId> ids;
    for (const auto& record : first.records) {
        for (const auto& mark : record.marks) {
            auto at = fraction(where(int(mark.pts / kYardTick)));
            if (behaviour::overlap(mark.box, at) < 0.3F) continue;
            if (std::find(ids.begin(), ids.end(), mark.track) == ids.end()) {
                ids.push_back(mark.track);
            }
        }
    }
    return ids;
}

TEST(VeilKeep, OneIsShownAndTheOtherIsHidden) {
    auto packets = two_walk();
    auto config = embedded_veil();
    config.looks = 8;
    config.form = VeilForm::Nothing;
    auto keep = tracks_at(veil_all(config, packets), left_one);
    ASSERT_FALSE(keep.empty());
    config.form = VeilForm::Video;
    config.keep = keep;
    auto veiled = veil_all(config, packets);
    int seen = 0;
    for (const auto& [pts, luma] : shown(veiled)) {
        auto picture = int(pts / kYardTick);
        if (picture < 60) continue;
        EXPECT_LT(stripes(luma, inner(right_one(picture))), 14) << picture;
        if (picture > 130 && stripes(luma, inner(left_one(picture))) > 80) ++seen;
    }
    EXPECT_GT(seen, 30);  // whatever is not surely seen stays hidden
    bool kept = false;
    for (const auto& record : veiled.records) {
        for (const auto& mark : record.marks) kept = kept || mark.kept;
    }
    EXPECT_TRUE(kept);
}

TEST(VeilKeep, WhoIsKeptIsHiddenWhileTheyMeetAnother) {
    // The one to be kept walks through where the other stands.
    auto stands = thing_at(330, 120);
    auto walks = [](int picture) { return thing_at(60 + (picture - 60) * 3, 110); };
    CameraEncoder::Settings settings;
    settings.width = kYardWide;
    settings.height = kYardHigh;
    settings.bit_rate = 0;
    CameraEncoder camera(settings);
    Scene scene(kYardWide, kYardHigh, 2);
    std::vector<media::PacketPtr> packets;
    for (int i = 0; int(packets.size()) < 220; ++i) {
        auto picture = scene.empty();
        if (i >= 40) scene.put(picture, int(stands.x), int(stands.y), 48, 130);
        if (i >= 60) scene.put(picture, int(walks(i).x), int(walks(i).y), 48, 130);
        for (auto& packet : camera.add(picture)) packets.push_back(std::move(packet));
    }
    auto config = embedded_veil();
    config.looks = 8;
    config.form = VeilForm::Nothing;
    config.keep = tracks_at(veil_all(config, packets), [&](int picture) {
        return picture < 140 ? walks(picture) : Box{};
    });
    ASSERT_FALSE(config.keep.empty());
    // Whichever track comes out of it: where both are, nobody is shown.
    config.form = VeilForm::Video;
    auto veiled = veil_all(config, packets);
    for (const auto& [pts, luma] : shown(veiled)) {
        auto picture = int(pts / kYardTick);
        auto apart = std::abs(walks(picture).x - stands.x);
        if (picture < 60 || apart > 24) continue;
        EXPECT_LT(stripes(luma, inner(stands)), 14) << picture;
    }
}

TEST(VeilCells, HideEveryCellThatABoxTouchesAndNoOther) {
    Cells cells(160, 96);
    cells.add({0.1F, 0.2F, 0.09F, 0.1F});  // 16..30 x 19..29
    EXPECT_TRUE(cells.at(1, 1));
    EXPECT_FALSE(cells.at(0, 1));
    EXPECT_FALSE(cells.at(2, 1));
    EXPECT_FALSE(cells.at(1, 0));
    EXPECT_FALSE(cells.at(1, 2));
    EXPECT_FLOAT_EQ(cells.covered({0.1F, 0.2F, 0.09F, 0.1F}), 1);
    EXPECT_NEAR(cells.covered({0.1F, 0.2F, 0.2F, 0.1F}), 0.5F, 1e-4);
    Cells none(160, 96);
    none.add({std::nanf(""), 0, 1, 1});
    none.add({-5, -5, 1, 1});
    EXPECT_FALSE(none.any());
}

TEST(VeilCells, APolygonHidesTheCellsOnItsEdgeToo) {
    Cells cells(640, 352);
    cells.add(behaviour::Polygon{{0.25F, 0.25F}, {0.75F, 0.25F}, {0.5F, 0.75F}});
    EXPECT_TRUE(cells.at(20, 8));
    EXPECT_TRUE(cells.at(20, 16));  // its lowest corner
    EXPECT_TRUE(cells.at(10, 5));   // its left one
    EXPECT_FALSE(cells.at(5, 8));
    EXPECT_FALSE(cells.at(35, 20));
}

}  // namespace
}  // namespace proviso::vision
