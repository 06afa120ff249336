#include <numeric>

#include <proviso/media/h264.h>
#include <proviso/media/nal.h>

#include "veil_yard.h"

namespace proviso::vision {
namespace {

using behaviour::Box;

constexpr double kStriped = 90;  // what the thing itself has
constexpr double kUnseen = 12;   // of an area in which no stripe shows

/// Comes from the left after three seconds and walks to the right.
std::optional<Box> walker(int picture) {
    if (picture < 75) return std::nullopt;
    return thing_at(-48 + (picture - 75) * 5, 150);
}

Box inner(const Box& box) { return {box.x + 4, box.y, box.w - 8, box.h}; }

TEST(Veil, TheThingOfTheseTestsCanBeSeenInWhatTheCameraSends) {
    auto pictures = shown(film(120, walker));
    EXPECT_GT(stripes(pictures.at(100 * kYardTick), inner(*walker(100))), kStriped);
    EXPECT_LT(stripes(pictures.at(10 * kYardTick), inner(*walker(100))), 30);
}

TEST(Veil, WhatMovesIsHiddenInEveryPicture) {
    auto veiled = veil_all(embedded_veil(), film(180, walker));
    auto pictures = shown(veiled);
    ASSERT_EQ(pictures.size(), 180U);
    for (const auto& [pts, luma] : pictures) {
        auto at = walker(int(pts / kYardTick));
        if (!at) continue;
        EXPECT_LT(stripes(luma, inner(*at)), kUnseen) << "picture " << pts / kYardTick;
    }
}

TEST(Veil, TheRestIsShownOnceTheUsualPictureIsKnown) {
    auto packets = film(180, walker);
    auto before = shown(packets);
    auto after = shown(veil_all(embedded_veil(), packets));
    for (int picture : {60, 100, 130}) {
        const auto& clear = before.at(picture * kYardTick);
        const auto& masked = after.at(picture * kYardTick);
        double difference = 0;
        for (int y = 20; y < 120; ++y) {
            for (int x = 560; x < 620; ++x) {
                auto i = std::size_t(y * kYardWide + x);
                difference += std::abs(int(clear[i]) - int(masked[i]));
            }
        }
        EXPECT_LT(difference / 6000, 6) << "picture " << picture;
    }
}

TEST(Veil, EverythingIsHiddenWhileNothingIsKnown) {
    auto packets = film(60, [](int) { return std::optional(thing_at(300, 100)); });
    auto veiled = veil_all(embedded_veil(), packets);
    auto pictures = shown(veiled);
    for (int picture = 0; picture < 15; ++picture) {
        EXPECT_LT(stripes(pictures.at(picture * kYardTick), inner(thing_at(300, 100))), kUnseen);
    }
    ASSERT_FALSE(veiled.records.empty());
    EXPECT_GE(veiled.records[0].whole, 15U);
    ASSERT_FALSE(veiled.records[0].uncertain.empty());
    EXPECT_EQ(veiled.records[0].uncertain[0].doubt, Doubt::NotYetKnown);
    EXPECT_EQ(veiled.records[0].uncertain[0].from, 0);
}

TEST(Veil, APlaceIsHiddenBeforeSomethingIsSeenThere) {
    auto appears = [](int picture) {
        return picture < 80 ? std::nullopt : std::optional(thing_at(300, 100));
    };
    auto packets = film(120, appears);
    auto hidden_at = [&](milliseconds lookahead, int picture) {
        auto config = embedded_veil();
        config.style = VeilStyle::Fill;
        config.lookahead = lookahead;
        auto pictures = shown(veil_all(config, packets));
        return pictures.at(picture * kYardTick)[std::size_t(165 * kYardWide + 324)] == 44;
    };
    EXPECT_TRUE(hidden_at(milliseconds(400), 74));
    EXPECT_FALSE(hidden_at(milliseconds(400), 65));
    EXPECT_FALSE(hidden_at(milliseconds(0), 74));
}

TEST(Veil, AStaticMaskIsInEveryPicture) {
    auto packets = film(100, [](int) { return std::optional(thing_at(300, 100)); });
    for (auto style : {VeilStyle::Pixelate, VeilStyle::Fill}) {
        auto config = embedded_veil();
        config.persons = config.movers = false;
        config.style = style;
        config.masks = {{{0.4F, 0.2F}, {0.6F, 0.2F}, {0.6F, 0.75F}, {0.4F, 0.75F}}};
        auto pictures = shown(veil_all(config, packets));
        ASSERT_EQ(pictures.size(), 100U);
        for (const auto& [pts, luma] : pictures) {
            EXPECT_LT(stripes(luma, inner(thing_at(300, 100))), kUnseen);
            EXPECT_GT(stripes(shown(packets).at(0), inner(thing_at(300, 100))), kStriped);
            if (style == VeilStyle::Fill) break;
        }
    }
}

TEST(Veil, TimesStayThoseOfThePictures) {
    auto packets = film(110, walker);
    auto veiled = veil_all(embedded_veil(), packets);
    ASSERT_EQ(veiled.packets.size(), packets.size());
    auto last = std::numeric_limits<std::int64_t>::min();
    for (std::size_t i = 0; i < packets.size(); ++i) {
        const auto& out = *veiled.packets[i].packet;
        EXPECT_EQ(out.pts, packets[i]->pts);
        EXPECT_EQ(out.wall, packets[i]->wall);
        EXPECT_EQ(out.mono, packets[i]->mono);
        EXPECT_EQ(out.key_frame, packets[i]->key_frame) << i;
        EXPECT_LE(out.dts, out.pts);
        EXPECT_GE(out.dts, last);
        last = out.dts;
    }
    EXPECT_EQ(veiled.count(&MaskRecord::pictures), 110U);
    EXPECT_EQ(veiled.records.size(), 3U);
    EXPECT_EQ(veiled.records[0].version, kVeilVersion);
    EXPECT_EQ(veiled.records[0].model, "embedded");
}

TEST(Veil, PicturesThatAreShownInAnotherOrderComeOutInTheirs) {
    CameraEncoder::Settings settings;
    settings.b_pictures = 2;
    auto packets = film(120, walker, settings);
    auto veiled = veil_all(embedded_veil(), packets);
    ASSERT_EQ(veiled.packets.size(), packets.size());
    std::int64_t last = -1;
    for (const auto& one : veiled.packets) {
        EXPECT_GT(one.packet->pts, last);
        EXPECT_LE(one.packet->dts, one.packet->pts);
        last = one.packet->pts;
    }
    for (const auto& [pts, luma] : shown(veiled)) {
        auto at = walker(int(pts / kYardTick));
        if (!at) continue;
        EXPECT_LT(stripes(luma, inner(*at)), kUnseen) << "picture " << pts / kYardTick;
    }
}

TEST(Veil, NothingButPicturesIsInThePackets) {
    auto veiled = veil_all(embedded_veil(), film(60, walker));
    for (const auto& one : veiled.packets) {
        ByteView rest = one.packet->data;
        ByteView nal;
        ASSERT_TRUE(media::is_length_prefixed(rest));
        while (media::next_length_prefixed(rest, 4, nal)) {
            EXPECT_TRUE(media::h264::is_picture(media::h264::nal_type(nal[0])));
        }
    }
}

TEST(Veil, AfterDamageEverythingIsHiddenUpToTheNextKeyFrame) {
    auto packets = film(150, [](int) { return std::optional(thing_at(300, 100)); });
    // One picture between two key frames is missing.
    auto damaged = std::make_shared<media::Packet>(*packets[71]);
    damaged->discontinuity = true;
    packets[71] = damaged;
    packets.erase(packets.begin() + 70);
    auto config = embedded_veil();
    config.style = VeilStyle::Fill;
    auto veiled = veil_all(config, packets);
    auto pictures = shown(veiled);
    auto hidden = [&](int picture) {
        const auto& luma = pictures.at(picture * kYardTick);
        auto grey = std::count_if(luma.begin(), luma.end(), [](auto value) { return value == 44; });
        return double(grey) / double(luma.size());
    };
    for (int picture = 71; picture < 100; ++picture) EXPECT_GT(hidden(picture), 0.99) << picture;
    EXPECT_LT(hidden(69), 0.5);
    EXPECT_LT(hidden(101), 0.5);
    ASSERT_GE(veiled.records.size(), 2U);
    EXPECT_EQ(veiled.records[1].uncertain.at(0).doubt, Doubt::Damaged);
}

TEST(Veil, TheSamePacketsGiveTheSameRecords) {
    auto packets = film(150, walker);
    auto one = veil_all(embedded_veil(), packets);
    auto two = veil_all(embedded_veil(), packets);
    ASSERT_EQ(one.records.size(), two.records.size());
    for (std::size_t i = 0; i < one.records.size(); ++i) {
        EXPECT_EQ(one.records[i].hidden_share, two.records[i].hidden_share);
        ASSERT_EQ(one.records[i].marks.size(), two.records[i].marks.size());
        for (std::size_t k = 0; k < one.records[i].marks.size(); ++k) {
            EXPECT_EQ(one.records[i].marks[k].track, two.records[i].marks[k].track);
            EXPECT_EQ(one.records[i].marks[k].box, two.records[i].marks[k].box);
        }
    }
}

TEST(Veil, WhatIsOnlyLearnedFromIsNotGivenOut) {
    auto config = embedded_veil();
    config.show_from = 40 * kYardTick;
    auto veiled = veil_all(config, film(100, nothing_there));
    ASSERT_EQ(veiled.packets.size(), 60U);
    EXPECT_EQ(veiled.packets[0].packet->pts, 40 * kYardTick);
    EXPECT_TRUE(veiled.packets[0].packet->key_frame);
    EXPECT_EQ(veiled.count(&MaskRecord::whole), 0U);
}

TEST(Veil, WhatOthersFoundIsHidden) {
    auto packets = film(100, nothing_there);
    auto config = embedded_veil();
    config.style = VeilStyle::Fill;
    auto veil = Veil::open(config).value();
    Veiled all;
    Box told{0.45F, 0.4F, 0.1F, 0.2F};
    for (const auto& packet : packets) {
        if (packet->pts == 60 * kYardTick) veil->tell(packet->pts, {&told, 1});
        ASSERT_TRUE(veil->push(*packet));
        collect(*veil, all);
    }
    ASSERT_TRUE(veil->finish());
    collect(*veil, all);
    auto pictures = shown(all);
    auto middle = std::size_t(kYardHigh / 2 * kYardWide + kYardWide / 2);
    EXPECT_EQ(pictures.at(60 * kYardTick)[middle], 44);
    EXPECT_EQ(pictures.at(55 * kYardTick)[middle], 44);
    EXPECT_NE(pictures.at(40 * kYardTick)[middle], 44);
}

TEST(Veil, APictureCanComeAsAJpeg) {
    auto config = embedded_veil();
    config.form = VeilForm::Jpeg;
    config.width = 320;
    config.show_from = 40 * kYardTick;
    auto veiled = veil_all(config, film(42, nothing_there));
    ASSERT_EQ(veiled.packets.size(), 2U);
    auto picture = decode_jpeg(veiled.packets[0].packet->data);
    ASSERT_TRUE(picture);
    EXPECT_EQ(picture->width, 320);
    EXPECT_EQ(picture->height, 176);
}

TEST(Veil, NumbersOutOfRangeAreRefusedWithWhatIsRight) {
    auto config = embedded_veil();
    config.looks = 0;
    EXPECT_EQ(Veil::open(config).error().kind(), ErrorKind::InvalidInput);
    config = embedded_veil();
    config.hand_boxes = {{1, {{100, {0, 0, 0.1F, 0.1F}}, {100, {0, 0, 0.1F, 0.1F}}}}};
    EXPECT_EQ(Veil::open(config).error().kind(), ErrorKind::InvalidInput);
    config = embedded_veil();
    config.model = "no_such_model";
    EXPECT_EQ(Veil::open(config).error().kind(), ErrorKind::NotFound);
}

}  // namespace
}  // namespace proviso::vision
