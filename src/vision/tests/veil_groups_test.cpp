#include <cmath>
#include <fstream>
#include <set>

#include <proviso/media/decoder_config.h>
#include <proviso/media/fmp4.h>
#include <proviso/media/h264.h>
#include <proviso/media/nal.h>
#include <proviso/vision/footage.h>

#include "../veil_encoder.h"
#include "veil_yard.h"

namespace proviso::vision {
namespace {

using behaviour::Box;

constexpr int kGroup = 50;

/// Nothing in the first four groups; then somebody passes in the fifth; then nothing again.
std::optional<Box> once(int picture) {
    if (picture < 215 || picture >= 240) return std::nullopt;
    return thing_at(100 + (picture - 215) * 12, 150);
}

VeilConfig passing() {
    auto config = embedded_veil();
    config.only_groups_that_need_it = true;
    return config;
}

TEST(VeilGroups, AGroupInWhichNothingIsToBeHiddenGoesOutAsItCame) {
    auto packets = film(400, once);
    auto veiled = veil_all(passing(), packets);
    ASSERT_EQ(veiled.packets.size(), 400U);
    auto passed = [&](int group) {
        int count = 0;
        for (int i = group * kGroup; i < (group + 1) * kGroup; ++i) {
            count += veiled.packets[std::size_t(i)].passed ? 1 : 0;
        }
        return count;
    };
    EXPECT_EQ(passed(0), 0);  // nothing is known yet
    EXPECT_EQ(passed(2), kGroup);
    EXPECT_EQ(passed(4), 0);
    EXPECT_EQ(passed(7), kGroup);
    for (std::size_t i = 0; i < packets.size(); ++i) {
        if (!veiled.packets[i].passed) continue;
        EXPECT_EQ(veiled.packets[i].packet->data, without_sei(packets[i]->data));
    }
    EXPECT_EQ(veiled.count(&MaskRecord::passed), std::uint32_t(400 - 50 * 3));
}

TEST(VeilGroups, WhoPassesInOneGroupIsHiddenInItAndInNoPictureShown) {
    auto pictures = shown(veil_all(passing(), film(400, once)));
    ASSERT_EQ(pictures.size(), 400U);
    for (const auto& [pts, luma] : pictures) {
        auto at = once(int(pts / kYardTick));
        if (!at) continue;
        EXPECT_LT(stripes(luma, {at->x + 4, at->y, at->w - 8, at->h}), 12) << pts / kYardTick;
    }
}

TEST(VeilGroups, PassedAndEncodedGroupsHaveOneDecoderConfigWithBothParameterSets) {
    auto packets = film(300, once);
    auto veiled = veil_all(passing(), packets);
    auto codec = veiled.packets.front().packet->codec;
    for (const auto& one : veiled.packets) EXPECT_EQ(one.packet->codec, codec);
    auto config = media::read_decoder_config(media::Codec::H264, codec->decoder_config).value();
    std::set<std::uint32_t> sps;
    std::set<std::uint32_t> pps;
    for (auto nal : config.nals) {
        if (media::h264::nal_type(nal[0]) == media::h264::NalType::Sps) {
            sps.insert(media::h264::parse_sps(nal)->id);
        } else {
            pps.insert(media::h264::parse_pps(nal)->id);
        }
    }
    EXPECT_EQ(sps.size(), 2U);
    EXPECT_EQ(pps.size(), 2U);
    auto camera =
        media::read_decoder_config(media::Codec::H264, packets.front()->codec->decoder_config)
            .value();
    EXPECT_EQ(config.nals.size(), camera.nals.size() + 2);
}

/// As an export is written: one init segment, a fragment a group.
Bytes one_file(const Veiled& veiled) {
    auto file = media::init_segment(*veiled.packets.front().packet->codec);
    std::uint32_t sequence = 0;
    for (std::size_t i = 0; i < veiled.packets.size();) {
        std::vector<media::Sample> samples;
        Bytes payload;
        auto base = veiled.packets[i].packet->dts;
        do {
            const auto& packet = *veiled.packets[i].packet;
            samples.push_back(
                {static_cast<std::uint32_t>(packet.data.size()),
                 static_cast<std::uint32_t>(kYardTick),
                 static_cast<std::int32_t>(packet.pts - packet.dts),
                 packet.key_frame}
            );
            payload.insert(payload.end(), packet.data.begin(), packet.data.end());
            ++i;
        } while (i < veiled.packets.size() && !veiled.packets[i].packet->key_frame);
        auto head = media::fragment_head(++sequence, static_cast<std::uint64_t>(base), samples);
        file.insert(file.end(), head.begin(), head.end());
        file.insert(file.end(), payload.begin(), payload.end());
    }
    return file;
}

TEST(VeilGroups, OneFileOfPassedAndEncodedGroupsPlaysToItsEnd) {
    auto veiled = veil_all(passing(), film(400, once));
    auto path = std::filesystem::path(testing::TempDir()) / "veiled_groups.mp4";
    auto file = one_file(veiled);
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(file.data()), std::streamsize(file.size()));
    int pictures = 0;
    ASSERT_TRUE(decode_all(path, [&](const DecodedPicture& picture) {
        EXPECT_EQ(picture.width, kYardWide);
        if (auto at = once(pictures)) {
            Bytes luma;
            for (int row = 0; row < picture.height; ++row) {
                const auto* line = picture.y + std::ptrdiff_t(row) * picture.y_stride;
                luma.insert(luma.end(), line, line + picture.width);
            }
            EXPECT_LT(stripes(luma, {at->x + 4, at->y, at->w - 8, at->h}), 12) << pictures;
        }
        ++pictures;
    }));
    EXPECT_EQ(pictures, 400);
    std::filesystem::remove(path);
}

TEST(VeilGroups, EveryGroupBeginsWithAPictureThatNeedsNoOther) {
    for (const auto& one : veil_all(passing(), film(300, once)).packets) {
        if (!one.packet->key_frame) continue;
        ByteView rest = one.packet->data;
        ByteView nal;
        while (media::next_length_prefixed(rest, 4, nal)) {
            EXPECT_EQ(media::h264::nal_type(nal[0]), media::h264::NalType::Idr);
        }
    }
}

TEST(VeilGroups, AMaskThatIsAlwaysThereLetsNoGroupPass) {
    auto config = passing();
    config.masks = {{{0, 0}, {0.1F, 0}, {0.1F, 0.1F}}};
    EXPECT_EQ(veil_all(config, film(200, nothing_there)).count(&MaskRecord::passed), 0U);
}

TEST(VeilGroups, TheFirstPassGivesRecordsAndNoPicture) {
    auto config = embedded_veil();
    config.form = VeilForm::Nothing;
    auto veiled = veil_all(config, film(250, once));
    EXPECT_TRUE(veiled.packets.empty());
    EXPECT_EQ(veiled.count(&MaskRecord::pictures), 250U);
    EXPECT_EQ(veiled.records.size(), 5U);
}

TEST(VeilHand, ABoxByHandFollowsItsThingBetweenTheKeys) {
    // It goes another way than straight: down and up again between the two keys.
    auto bow = [](int picture) {
        auto t = double(picture) / 99;
        return thing_at(60 + int(400 * t), 60 + int(80 * std::sin(t * 3.14159)));
    };
    auto packets = film(100, [&](int picture) { return std::optional(bow(picture)); });
    auto fraction = [](const Box& box) {
        return Box{box.x / kYardWide, box.y / kYardHigh, box.w / kYardWide, box.h / kYardHigh};
    };
    auto config = embedded_veil();
    config.persons = config.movers = false;
    config.hand_boxes = {{7, {{0, fraction(bow(0))}, {99 * kYardTick, fraction(bow(99))}}}};
    auto veiled = veil_all(config, packets);
    for (const auto& [pts, luma] : shown(veiled)) {
        auto at = bow(int(pts / kYardTick));
        EXPECT_LT(stripes(luma, {at.x + 4, at.y, at.w - 8, at.h}), 20) << pts / kYardTick;
    }
}

TEST(VeilHand, AThingThatIsNotFoundAgainIsAnUncertainMoment) {
    auto packets = film(100, [](int picture) {
        return picture < 20 ? std::optional(thing_at(200, 100)) : std::nullopt;
    });
    auto config = embedded_veil();
    config.persons = config.movers = false;
    Box box{200.0F / kYardWide, 100.0F / kYardHigh, 48.0F / kYardWide, 130.0F / kYardHigh};
    config.hand_boxes = {{7, {{0, box}, {99 * kYardTick, box}}}};
    auto veiled = veil_all(config, packets);
    ASSERT_FALSE(veiled.records.empty());
    ASSERT_FALSE(veiled.records[0].uncertain.empty());
    EXPECT_EQ(veiled.records[0].uncertain[0].doubt, Doubt::HandBoxLost);
    EXPECT_EQ(veiled.records[0].uncertain[0].track, 7U);
}

}  // namespace
}  // namespace proviso::vision
