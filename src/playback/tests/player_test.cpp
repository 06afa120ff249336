#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <proviso/media/fmp4.h>
#include <proviso/playback/player.h>
#include <proviso/proof/segment_format.h>
#include <proviso/record/hearing.h>
#include <proviso/record/recording_test.h>

namespace proviso::playback {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class PlayerTest : public record::RecordingTest {
protected:
    struct Played {
        int inits = 0;
        std::vector<media::ParsedFragment> fragments;
        std::vector<Piece> pieces;
        std::optional<Error> error;
    };

    Result<std::unique_ptr<RangeReader>> read(Timestamp from, Timestamp to, Timestamp origin) {
        return player.read(house.may_view(camera), stream, from, to, origin);
    }

    Played play(Timestamp from, Timestamp to) {
        Played played;
        auto reader = read(from, to, from);
        if (!reader) {
            played.error = reader.error();
            return played;
        }
        for (;;) {
            auto piece = (*reader)->next();
            if (!piece) {
                played.error = piece.error();
                return played;
            }
            if (!*piece) return played;
            played.pieces.push_back(**std::move(piece));
            if (played.pieces.back().init) {
                ++played.inits;
                continue;
            }
            auto parsed = media::parse_fragment(played.pieces.back().bytes);
            EXPECT_TRUE(parsed) << parsed.error().story();
            if (parsed) played.fragments.push_back(*parsed);
        }
    }

    Player player{house.recordings(), *house.catalog, *house.keys, clock};
};

TEST_F(PlayerTest, GivesBackEveryPictureOnOneTimelineAcrossSegments) {
    start();
    feed(25 * 130);
    recorder.reset();
    const auto played = play(kStart, kStart + 1h);
    EXPECT_FALSE(played.error);
    EXPECT_EQ(played.inits, 1);
    std::size_t pictures_seen = 0;
    std::uint64_t end = 0;
    std::uint32_t sequence = 0;
    for (const auto& fragment : played.fragments) {
        EXPECT_EQ(fragment.sequence, ++sequence);
        EXPECT_NEAR(static_cast<double>(fragment.base_decode_time), static_cast<double>(end), 2.0);
        end = fragment.base_decode_time;
        for (const auto& sample : fragment.samples) end += sample.duration;
        pictures_seen += fragment.samples.size();
    }
    EXPECT_EQ(pictures_seen, 25U * 130);
}

TEST_F(PlayerTest, GivesPicturesAndSoundApartAndThePicturesWithoutASeam) {
    house.registers.set_sound(true);
    start();
    record::Hearing hearing;
    for (int i = 0; i < 25 * 10; ++i) {
        auto picture = pictures.next();
        auto sound = hearing.next(picture->dts, picture->mono);
        recorder->on_packet(stream, std::move(picture));
        // Half of the time there is no microphone: the recording begins without a sound track.
        if (i >= 125) recorder->on_sound(stream, std::move(sound));
        clock.advance(40ms);
    }
    recorder.reset();
    const auto seen = play(kStart, kStart + 1h);
    EXPECT_FALSE(seen.error);
    EXPECT_EQ(seen.inits, 1);
    std::size_t pictures_seen = 0;
    for (const auto& fragment : seen.fragments) {
        EXPECT_TRUE(fragment.sound.empty());
        pictures_seen += fragment.samples.size();
    }
    EXPECT_EQ(pictures_seen, 250U);

    auto reader =
        player.read(house.may_view(camera), stream, kStart, kStart + 1h, kStart, Track::Sound);
    ASSERT_TRUE(reader) << reader.error().story();
    auto init = (*reader)->next().value();
    ASSERT_TRUE(init && init->init);
    EXPECT_EQ(init->bytes, media::sound_init_segment(*record::Hearing::format()));
    EXPECT_EQ((*reader)->codec(), "ulaw");
    std::size_t heard = 0;
    std::uint64_t end = 0;
    while (auto piece = (*reader)->next().value()) {
        auto parsed = media::parse_fragment(piece->bytes);
        ASSERT_TRUE(parsed) << parsed.error().story();
        EXPECT_TRUE(parsed->samples.empty());
        if (end != 0) {
            EXPECT_NEAR(static_cast<double>(parsed->sound_base), static_cast<double>(end), 2.0);
        }
        end = parsed->sound_base;
        for (const auto& sample : parsed->sound) end += sample.duration;
        heard += parsed->sound.size();
    }
    // From the key frame after it was first heard.
    EXPECT_EQ(heard, 100U);
    EXPECT_NEAR(static_cast<double>(end), 900'000, 10);
}

TEST_F(PlayerTest, BeginsWithTheKeyFrameBeforeTheMomentAskedFor) {
    start();
    feed(25 * 20);
    recorder.reset();
    const auto played = play(kStart + 10s + 700ms, kStart + 12s);
    ASSERT_FALSE(played.pieces.empty());
    EXPECT_TRUE(played.pieces[0].init);
    EXPECT_EQ(played.pieces[1].wall_start, kStart + 10s);
    EXPECT_EQ(played.fragments[0].base_decode_time, 0U);
    EXPECT_TRUE(played.fragments[0].samples[0].key_frame);
    EXPECT_LT(played.pieces.back().wall_start, kStart + 12s);
}

TEST_F(PlayerTest, ReadsWhatIsDurableOfTheSegmentBeingRecordedAndGoesOnAsItGrows) {
    start();
    feed(25 * 4);
    recorder->settle();
    auto reader = read(kStart, kStart + 1h, kStart);
    ASSERT_TRUE(reader) << reader.error().story();
    int pieces = 0;
    const auto drain = [&] {
        for (;;) {
            auto piece = (*reader)->next();
            ASSERT_TRUE(piece) << piece.error().story();
            if (!*piece) return;
            ++pieces;
        }
    };
    ASSERT_TRUE((*reader)->next());
    feed(25 * 70);
    recorder->settle();
    drain();
    EXPECT_GT(pieces, 140);
}

TEST_F(PlayerTest, SaysWhenTheNextRecordingBegins) {
    start();
    feed(25 * 5);
    recorder.reset();
    const auto before = play(kStart - 2h, kStart - 1h);
    ASSERT_TRUE(before.error);
    EXPECT_EQ(before.error->kind(), ErrorKind::NotFound);
    EXPECT_THAT(before.error->next_step(), HasSubstr("2026-11-22T10:00:00"));
    EXPECT_EQ(play(kStart + 1h, kStart + 2h).error->kind(), ErrorKind::NotFound);
}

TEST_F(PlayerTest, NamesTheFragmentOfWhichOneBitChanged) {
    start();
    feed(25 * 10);
    recorder.reset();
    const auto segment = segments().at(0);
    const auto index = catalog::unpack_index(segment.index).value();
    store::flip_bit(
        options.folder / segment.file, index[5].offset + proof::kFragmentHeaderSize + 20
    );
    const auto played = play(kStart, kStart + 1h);
    ASSERT_TRUE(played.error);
    EXPECT_EQ(played.error->kind(), ErrorKind::Corrupt);
    EXPECT_THAT(played.error->story(), HasSubstr("fragment 5 of segment " + segment.id.text()));
    EXPECT_EQ(played.fragments.size(), 4U);
}

TEST_F(PlayerTest, SeesTwoFragmentsThatChangedPlaces) {
    start();
    feed(25 * 10);
    recorder.reset();
    const auto segment = segments().at(0);
    const auto index = catalog::unpack_index(segment.index).value();
    // Fragments 2 and 5 have the same size: both hold twelve pictures of one size.
    ASSERT_EQ(index[2].sealed_size, index[5].sealed_size);
    std::fstream file(
        options.folder / segment.file, std::ios::in | std::ios::out | std::ios::binary
    );
    std::string second(proof::kFragmentHeaderSize + index[2].sealed_size, '\0');
    auto fifth = second;
    const auto at = [&](int i) {
        return static_cast<std::streamoff>(index[static_cast<std::size_t>(i)].offset);
    };
    const auto size = static_cast<std::streamsize>(second.size());
    file.seekg(at(2)).read(second.data(), size);
    file.seekg(at(5)).read(fifth.data(), size);
    file.seekp(at(2)).write(fifth.data(), size);
    file.seekp(at(5)).write(second.data(), size);
    file.close();
    const auto played = play(kStart, kStart + 1h);
    ASSERT_TRUE(played.error);
    EXPECT_EQ(played.error->kind(), ErrorKind::Corrupt);
    EXPECT_EQ(played.fragments.size(), 1U);
}

TEST_F(PlayerTest, ShowsNothingOfADayWhoseKeyIsDestroyed) {
    start();
    feed(25 * 5);
    recorder.reset();
    const auto segment = segments().at(0);
    ASSERT_TRUE(house.keys->shred(std::vector{segment.key_id}, "test"));
    EXPECT_EQ(play(kStart, kStart + 1h).error->kind(), ErrorKind::NotFound);
}

TEST_F(PlayerTest, BeginsAnewWithAnInitSegmentWhenThePictureFormatChanges) {
    start();
    feed(25 * 3);
    pictures.use(record::Pictures::codec(1280));
    feed(25 * 3);
    recorder.reset();
    const auto played = play(kStart, kStart + 1h);
    EXPECT_FALSE(played.error);
    EXPECT_EQ(played.inits, 2);
    std::uint64_t last = 0;
    for (const auto& fragment : played.fragments) {
        EXPECT_GE(fragment.base_decode_time, last);
        last = fragment.base_decode_time;
    }
}

TEST_F(PlayerTest, EndsWhenThePermissionEnds) {
    start();
    feed(25 * 5);
    recorder.reset();
    auto reader = read(kStart, kStart + 1h, kStart);
    ASSERT_TRUE(reader);
    ASSERT_TRUE((*reader)->next());
    house.registers.set_notice(false);
    const auto piece = (*reader)->next();
    ASSERT_FALSE(piece);
    EXPECT_EQ(piece.error().kind(), ErrorKind::Refused);
}

TEST_F(PlayerTest, AClockThatDriftsIsFollowedWithoutOverlap) {
    start();
    for (int i = 0; i < 25 * 50; ++i) {
        // The camera counts 0.2 % slow; our clock is right.
        const auto before = pictures.mono();
        recorder->on_packet(stream, pictures.next_with([&](media::Packet& packet) {
            packet.wall += microseconds(i * 80);
        }));
        clock.advance(pictures.mono() - before);
        if (i % 100 == 99) recorder->settle();
    }
    recorder.reset();
    const auto played = play(kStart, kStart + 1h);
    EXPECT_FALSE(played.error);
    ASSERT_GT(played.fragments.size(), 100U);
    for (std::size_t i = 1; i < played.fragments.size(); ++i) {
        std::uint64_t end = played.fragments[i - 1].base_decode_time;
        for (const auto& sample : played.fragments[i - 1].samples) end += sample.duration;
        EXPECT_NEAR(
            static_cast<double>(played.fragments[i].base_decode_time), static_cast<double>(end), 3.0
        );
    }
}

}  // namespace
}  // namespace proviso::playback
