#include <gtest/gtest.h>

#include <proviso/media/nal.h>

#include "../../media/tests/clip.h"
#include "depacketiser.h"

namespace proviso::ingest {
namespace {

// 320x180, one reference frame, without VUI; and its picture parameter set.
const Bytes kSps{0x67, 0x42, 0xC0, 0x0D, 0xD9, 0x01, 0x41, 0xFB, 0x01, 0x10, 0x00, 0x00,
                 0x03, 0x00, 0x10, 0x00, 0x00, 0x03, 0x03, 0x20, 0xF1, 0x42, 0x99, 0x20};
const Bytes kPps{0x68, 0xCB, 0x83, 0xCB, 0x20};
const Bytes kIdr{0x65, 0x88, 0x84, 0x01};         // first slice, I
const Bytes kIdrRest{0x65, 0x16, 0x22, 0x80, 1};  // first_mb 10
const Bytes kP{0x41, 0x9A, 0x24, 0x01};           // first slice, P
const Bytes kPRest{0x41, 0x16, 0xD0, 0x80, 1};    // first_mb 10
const Bytes kI{0x41, 0x88, 0x84, 0x01};           // first slice, I, no IDR
const Bytes kSei{0x06, 0x05, 0x01, 0x00, 0x80};
const Bytes kRecovery{0x06, 0x06, 0x01, 0xC4, 0x80};
const Bytes kAud{0x09, 0xF0};

/// Feeds RTP payloads and writes down what comes out: K key or P, '!' for a discontinuity, the
/// time, and the number of units.
class Feed {
public:
    Feed() : Feed(true) {}

    explicit Feed(bool with_sets)
        : builder_(media::Codec::H264, [this](const AccessUnit& unit) { note(unit); }),
          depacketiser_(media::Codec::H264, builder_) {
        if (with_sets) {
            EXPECT_TRUE(builder_.parameter_sets().offer(kSps));
            EXPECT_TRUE(builder_.parameter_sets().offer(kPps));
        }
    }

    void give(std::uint32_t time, const Bytes& payload, bool marker = false, bool gap = false) {
        RtpPacket packet;
        packet.timestamp = time;
        packet.payload = payload;
        packet.marker = marker;
        depacketiser_.add(packet, gap);
    }

    std::string taken() { return std::exchange(out_, {}); }

    AccessUnitBuilder& builder() { return builder_; }

    ByteView last() const { return last_; }

private:
    void note(const AccessUnit& unit) {
        EXPECT_TRUE(media::is_length_prefixed(unit.data));
        EXPECT_TRUE(unit.codec);
        int units = 0;
        auto rest = unit.data;
        ByteView nal;
        while (media::next_length_prefixed(rest, 4, nal)) ++units;
        if (!out_.empty()) out_ += ' ';
        out_ += unit.discontinuity ? "!" : "";
        out_ += unit.key_frame ? "K" : "P";
        out_ += std::to_string(unit.rtp) + "/" + std::to_string(units);
        last_.assign(unit.data.begin(), unit.data.end());
    }

    std::string out_;
    Bytes last_;
    AccessUnitBuilder builder_;
    Depacketiser depacketiser_;
};

Bytes stap(std::initializer_list<Bytes> nals) {
    Bytes out{0x78};
    for (const auto& nal : nals) {
        ByteWriter(out).u16(static_cast<std::uint16_t>(nal.size())).bytes(nal);
    }
    return out;
}

Bytes fu(const Bytes& nal, std::size_t from, std::size_t to) {
    auto flags = (from == 1 ? 0x80 : 0) | (to == nal.size() ? 0x40 : 0) | (nal[0] & 0x1F);
    Bytes out{static_cast<std::uint8_t>((nal[0] & 0x60) | 28), static_cast<std::uint8_t>(flags)};
    out.insert(
        out.end(), nal.begin() + static_cast<long>(from), nal.begin() + static_cast<long>(to)
    );
    return out;
}

TEST(AccessUnit, WaitsForAKeyFrameThenHandsOnEveryPictureAtItsMarker) {
    Feed feed;
    feed.give(1, kP, true);
    EXPECT_EQ(feed.taken(), "");
    feed.give(2, kIdr, true);
    feed.give(3, kP, true);
    EXPECT_EQ(feed.taken(), "!K2/1 P3/1");
}

TEST(AccessUnit, LeavesParameterSetsAndDelimitersOutAndTheRestUntouched) {
    Feed feed(false);
    feed.give(1, stap({kAud, kSps, kPps, kSei}));
    feed.give(1, kIdr, true);
    EXPECT_EQ(feed.taken(), "!K1/2");
    Bytes expected;
    ByteWriter(expected).u32(5).bytes(kSei).u32(4).bytes(kIdr);
    EXPECT_EQ(Bytes(feed.last().begin(), feed.last().end()), expected);
}

TEST(AccessUnit, PutsFragmentsTogether) {
    Feed feed;
    feed.give(1, fu(kIdr, 1, 2));
    feed.give(1, fu(kIdr, 2, 3));
    feed.give(1, fu(kIdr, 3, 4), true);
    EXPECT_EQ(feed.taken(), "!K1/1");
    Bytes expected;
    ByteWriter(expected).u32(4).bytes(kIdr);
    EXPECT_EQ(Bytes(feed.last().begin(), feed.last().end()), expected);
}

TEST(AccessUnit, NeedsNoMarker) {
    Feed feed;
    feed.give(1, kIdr);
    feed.give(2, kP);
    feed.give(3, kP);
    EXPECT_EQ(feed.taken(), "!K1/1 P2/1");
}

TEST(AccessUnit, IgnoresAMarkerOnAUnitThatIsNoPicture) {
    Feed feed;
    feed.give(1, kSei, true);
    feed.give(1, kIdr, true);
    feed.give(2, kSei, true);
    feed.give(2, kP, true);
    EXPECT_EQ(feed.taken(), "!K1/2 P2/2");
}

TEST(AccessUnit, LearnsThatACameraMarksEverySlice) {
    Feed feed;
    feed.give(1, kIdr, true);
    feed.give(1, kIdrRest, true);  // one picture is lost to learn it
    for (std::uint32_t time : {2U, 3U, 4U}) {
        feed.give(time, kP, true);
        feed.give(time, kPRest, true);
    }
    EXPECT_EQ(feed.taken(), "!K1/1 !P2/2 P3/2");
    EXPECT_EQ(feed.builder().damaged(), 1U);
}

TEST(AccessUnit, KeepsPicturesOfEqualTimesApart) {
    Feed feed;
    feed.give(1, kIdr, true);
    feed.give(1, kP, true);
    feed.give(1, kP);
    feed.give(1, kP);
    feed.give(2, kP, true);
    EXPECT_EQ(feed.taken(), "!K1/1 P1/1 P1/1 P1/1 P2/1");
}

TEST(AccessUnit, DropsAPictureWithAHoleAndSaysSoOnTheNext) {
    Feed feed;
    feed.give(1, kIdr, true);
    feed.taken();
    feed.give(2, kP);
    feed.give(2, kPRest, true, true);  // lost before this
    feed.give(3, kP, true);
    EXPECT_EQ(feed.taken(), "!P3/1");
    feed.give(4, kPRest, true, true);  // the first slice is lost
    feed.give(5, kP, true);
    EXPECT_EQ(feed.taken(), "!P5/1");
    feed.give(6, fu(kP, 2, 4), true, true);  // the start of a fragmented unit is lost
    feed.give(7, fu(kP, 1, 2));
    feed.give(8, kP, true, true);  // its end is lost, and the marker
    EXPECT_EQ(feed.taken(), "!P8/1");
}

TEST(AccessUnit, SurvivesSenselessPayloads) {
    Feed feed;
    feed.give(1, kIdr, true);
    feed.taken();
    for (const auto& bad : std::vector<Bytes>{
             {},
             {0x78},
             {0x78, 0, 9, 1},
             {0x7C},
             {0x7C, 0x85},
             {0x7C, 0x05, 1},
             {0x1F},
             {0x00},
             {0x79, 1, 2, 3},
             {0x7D, 0x85, 1, 2},
             {0x41},
             {0xC1, 0x9A, 0x24}}) {
        feed.give(2, bad, true);
    }
    feed.give(3, kP, true);
    EXPECT_EQ(feed.taken(), "!P3/1");
}

TEST(AccessUnit, RefusesAPictureOverTheLimitAndGoesOn) {
    Feed feed;
    feed.give(1, kIdr, true);
    feed.taken();
    Bytes start{0x7C, 0x81, 0x9A, 0x24};
    feed.give(2, start);
    Bytes middle(1U << 20U, 0xAA);
    middle[0] = 0x7C;
    middle[1] = 0x01;
    for (int i = 0; i < 9; ++i) feed.give(2, middle);
    feed.give(3, kP, true);
    EXPECT_EQ(feed.taken(), "!P3/1");
}

TEST(AccessUnit, TakesAnIntraPictureAtARecoveryPointForAKeyFrame) {
    Feed feed;
    feed.give(1, kI, true);
    EXPECT_EQ(feed.taken(), "");
    feed.give(2, kRecovery);
    feed.give(2, kI, true);
    feed.give(3, kRecovery);
    feed.give(3, kP, true);
    EXPECT_EQ(feed.taken(), "!K2/2 P3/2");
}

TEST(AccessUnit, ChangedParametersTakeEffectAtAKeyFrameOnly) {
    Feed feed;
    feed.give(1, kIdr, true);
    auto changed = kPps;
    changed[4] = 0x30;
    feed.give(2, stap({changed, kP}), true);
    feed.give(3, kP, true);
    EXPECT_EQ(feed.taken(), "!K1/1");
    feed.give(4, kIdr, true);
    EXPECT_EQ(feed.taken(), "!K4/1");
}

TEST(AccessUnit, ReadsAggregatesAndFragmentsOfH265) {
    PROVISO_NEEDS_FFMPEG();
    media::testing::ClipOptions options;
    options.codec = media::Codec::H265;
    options.frames = 10;
    auto stream = media::testing::read_bytes(media::testing::make_clip(options));
    int keys = 0;
    int pictures = 0;
    AccessUnitBuilder builder(media::Codec::H265, [&](const AccessUnit& unit) {
        ++pictures;
        keys += unit.key_frame ? 1 : 0;
    });
    Depacketiser depacketiser(media::Codec::H265, builder);
    ByteView rest = stream;
    ByteView nal;
    std::uint32_t time = 0;
    while (media::next_annexb(rest, nal)) {
        bool picture = (nal[0] >> 1) < 32;
        RtpPacket packet;
        packet.timestamp = time;
        if (nal.size() < 100) {
            Bytes aggregate{48 << 1, 1};
            ByteWriter(aggregate).u16(static_cast<std::uint16_t>(nal.size())).bytes(nal);
            packet.payload = aggregate;
            packet.marker = picture;
            depacketiser.add(packet, false);
        } else {
            for (std::size_t at = 2; at < nal.size(); at += 90) {
                auto piece = nal.subspan(at, std::min<std::size_t>(90, nal.size() - at));
                bool end = at + piece.size() == nal.size();
                auto flags = (at == 2 ? 0x80 : 0) | (end ? 0x40 : 0) | (nal[0] >> 1 & 0x3F);
                Bytes fragment{
                    static_cast<std::uint8_t>((nal[0] & 0x81) | 49 << 1),
                    nal[1],
                    static_cast<std::uint8_t>(flags)};
                fragment.insert(fragment.end(), piece.begin(), piece.end());
                packet.payload = fragment;
                packet.marker = picture && end;
                depacketiser.add(packet, false);
            }
        }
        if (picture) time += 3600;
    }
    EXPECT_EQ(pictures, 10);
    EXPECT_EQ(keys, 1);
}

}  // namespace
}  // namespace proviso::ingest
