#include <gmock/gmock.h>

#include <proviso/media/fmp4.h>
#include <proviso/record/hearing.h>
#include <proviso/record/recording_test.h>
#include <proviso/record/segment_reader.h>

#include "sound_weaver.h"

namespace proviso::record {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

/// A fragment of half a second that begins at `from`, of a segment with sound.
Fragment fragment_at(std::int64_t from, bool start = false) {
    Fragment fragment;
    if (start) fragment.start = SegmentStart{nullptr, Hearing::format(), {}, {}};
    fragment.base = static_cast<std::uint64_t>(from);
    fragment.from = from;
    fragment.to = from + 45'000;
    return fragment;
}

struct Weaving {
    std::vector<Fragment> out;
    SoundWeaver weaver{[this](Fragment fragment) { out.push_back(std::move(fragment)); }};
    Hearing hearing;
};

TEST(SoundWeaver, PutsEveryStretchIntoTheFragmentInWhichItBegins) {
    Weaving at;
    at.weaver.add(fragment_at(0, true), MonoTime(1s));
    for (std::int64_t pts = 200; pts < 100'000; pts += 3600) {
        at.weaver.hear(at.hearing.next(pts, {}));
        if (pts == 200) at.weaver.add(fragment_at(45'000), MonoTime(2s));
    }
    ASSERT_EQ(at.out.size(), 2U);
    EXPECT_EQ(at.out[0].sound_run().base_decode_time, 200U);
    EXPECT_EQ(at.out[0].sound.size(), 13U);  // 200 to 43400
    EXPECT_EQ(at.out[1].sound_run().base_decode_time, 47'000U);
    EXPECT_EQ(at.out[1].sound.front()->data[0], 13);
    EXPECT_EQ(at.out[1].bytes, at.out[1].sound.size() * 320);
}

TEST(SoundWeaver, LetsTheStretchBeforeAHoleStandForIt) {
    Weaving at;
    at.weaver.add(fragment_at(0, true), MonoTime(1s));
    for (std::int64_t pts : {0, 3600, 18'000}) at.weaver.hear(at.hearing.next(pts, {}));
    at.weaver.drain();
    ASSERT_EQ(at.out.size(), 1U);
    std::vector<std::uint32_t> lengths;
    for (const auto& sample : at.out[0].sound_samples) lengths.push_back(sample.duration);
    EXPECT_THAT(lengths, ElementsAre(3600U, 14'400U, 3600U));
}

TEST(SoundWeaver, WaitsForSoundOnlySoLong) {
    Weaving at;
    at.weaver.add(fragment_at(0, true), MonoTime(1s));
    at.weaver.tick(MonoTime(1200ms));
    EXPECT_TRUE(at.out.empty());
    at.weaver.tick(MonoTime(1201ms));
    ASSERT_EQ(at.out.size(), 1U);
    EXPECT_TRUE(at.out[0].sound.empty());
    at.weaver.hear(at.hearing.next(3600, {}));  // too late
    at.weaver.add(fragment_at(45'000), MonoTime(2s));
    at.weaver.drain();
    EXPECT_TRUE(at.out[1].sound.empty());
}

TEST(SoundWeaver, LetsFragmentsOfSilentSegmentsPassAtOnce) {
    Weaving at;
    auto silent = fragment_at(0, true);
    silent.start->sound = nullptr;
    at.weaver.hear(at.hearing.next(100, {}));
    at.weaver.add(std::move(silent), MonoTime(1s));
    ASSERT_EQ(at.out.size(), 1U);
    EXPECT_TRUE(at.out[0].sound.empty());
}

class SoundTest : public RecordingTest {
protected:
    /// Pictures with sound beside them, which arrives 80 ms later.
    void feed_both(int count) {
        for (int i = 0; i < count; ++i) {
            const auto before = pictures.mono();
            auto picture = pictures.next();
            late_.push_back(hearing.next(picture->dts, picture->mono, 80ms));
            recorder->on_packet(stream, std::move(picture));
            clock.advance(pictures.mono() - before);
            if (late_.size() > 2) {
                recorder->on_sound(stream, late_.front());
                late_.pop_front();
            }
            if (i % 100 == 99) recorder->settle();
        }
    }

    struct Stored {
        std::vector<bool> has_track;  ///< of each segment
        std::vector<std::string> codecs;
        std::size_t pictures = 0;
        std::vector<int> heard;        ///< the numbers of the stretches
        std::vector<Timestamp> sound;  ///< when each begins
    };

    /// What is in the files, decrypted.
    Stored stored() {
        Stored all;
        for (const auto& row : segments()) {
            auto reader = SegmentReader::open(options.folder / row.file).value();
            const auto key = house.keys->find(row.key_id).value();
            const auto index = catalog::unpack_index(row.index).value();
            SegmentReader::Frame frame;
            Bytes plain;
            all.codecs.push_back(row.codec);
            for (std::size_t i = 0; i < index.size(); ++i) {
                EXPECT_TRUE(reader.read(index, i, frame));
                EXPECT_TRUE(reader.decrypt(frame, key.secret->view(), plain));
                if (i == 0) {
                    all.has_track.push_back(media::split_init(plain)->sound.has_value());
                    continue;
                }
                const auto parsed = media::parse_fragment(plain);
                EXPECT_TRUE(parsed);
                all.pictures += parsed->samples.size();
                auto at = parsed->sound_base - parsed->base_decode_time;
                std::size_t byte = 0;
                for (const auto& sample : parsed->sound) {
                    all.heard.push_back(parsed->sound_payload[byte]);
                    all.sound.push_back(
                        Timestamp(microseconds(index[i].wall_start_us)) + microseconds(at * 100 / 9)
                    );
                    at += sample.duration;
                    byte += sample.size;
                }
            }
        }
        return all;
    }

    std::vector<std::string> ends() {
        std::vector<std::string> all;
        for (std::uint64_t at = 0; at < ledger.size(); ++at) {
            const auto entry = ledger.read(at, 1)->at(0).entry;
            if (entry.type == "segment.closed") all.push_back(entry.body["end"]);
        }
        return all;
    }

    Hearing hearing;

private:
    std::deque<media::SoundPtr> late_;
};

TEST_F(SoundTest, WithoutPermissionNoneIsKeptWhateverArrives) {
    house.registers.set_sound(false);
    start();
    feed_both(25 * 5);
    recorder.reset();
    const auto found = stored();
    EXPECT_THAT(found.has_track, ElementsAre(false));
    EXPECT_THAT(found.codecs, ElementsAre("avc1.640028"));
    EXPECT_TRUE(found.heard.empty());
    EXPECT_EQ(found.pictures, 125U);
}

TEST_F(SoundTest, IsKeptBesideThePicturesItWasHeardWith) {
    house.registers.set_sound(true);
    start();
    feed_both(25 * 70);
    EXPECT_TRUE(status().sound);
    recorder.reset();
    const auto found = stored();
    // Sound is first heard in the first second; a track for it begins with the next key frame.
    EXPECT_THAT(found.has_track, ElementsAre(false, true, true));
    EXPECT_EQ(found.codecs.back(), "avc1.640028,ulaw");
    EXPECT_THAT(ends(), ElementsAre("sound", "length", "shutdown"));
    EXPECT_EQ(found.pictures, 1750U);
    ASSERT_GE(found.heard.size(), 1720U);
    for (std::size_t i = 0; i < found.heard.size(); ++i) {
        ASSERT_EQ(found.heard[i], static_cast<int>((25 + i) % 256)) << i;
        const Timestamp shown = kStart + microseconds(std::int64_t(25 + i) * 40'000);
        ASSERT_LT(std::chrono::abs(found.sound[i] - shown), 1ms) << i;
    }
    expect_no_findings();
}

TEST_F(SoundTest, EndsAtOnceWhenThePermissionDoesAndThePicturesGoOn) {
    house.registers.set_sound(true);
    start();
    feed_both(25 * 5);
    house.registers.set_sound(false);
    feed_both(25 * 5);
    EXPECT_FALSE(status().sound);
    house.registers.set_sound(true);
    feed_both(25 * 2);
    ASSERT_TRUE(eventually([&] {
        feed_both(25);
        return status().sound;
    }));
    recorder->settle();
    EXPECT_TRUE(gaps().empty());
    recorder.reset();
    const auto found = stored();
    EXPECT_THAT(found.has_track, ElementsAre(false, true, false, true));
    for (const auto& at : found.sound) {
        EXPECT_FALSE(at >= kStart + 5s && at < kStart + 10s) << to_iso8601(at);
    }
    const auto rows = segments();
    for (std::size_t i = 1; i < rows.size(); ++i) EXPECT_EQ(rows[i].from, rows[i - 1].to);
    // Each segment names the decision under which it was recorded.
    EXPECT_EQ(ledger.read(rows[2].decision, 1)->at(0).entry.body["sound"]["verdict"], "refuse");
    EXPECT_NE(rows[2].decision, rows[1].decision);
    expect_no_findings();
}

TEST_F(SoundTest, ThatChangesOrStaysAwayBeginsANewSegment) {
    house.registers.set_sound(true);
    start();
    feed_both(25 * 3);
    hearing.use(Hearing::format(16'000));
    feed_both(25 * 3);
    feed(25 * 12);  // the microphone fell silent
    recorder->settle();
    EXPECT_TRUE(gaps().empty());
    recorder.reset();
    EXPECT_THAT(stored().has_track, ElementsAre(false, true, true, false));
    EXPECT_THAT(ends(), ElementsAre("sound", "sound", "sound", "shutdown"));
    expect_no_findings();
}

}  // namespace
}  // namespace proviso::record
