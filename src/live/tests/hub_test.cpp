#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include <proviso/live/hub.h>
#include <proviso/media/fmp4.h>

#include "test_law.h"
#include "test_packets.h"

namespace proviso::live {
namespace {

struct HubTest : testing::Test {
    TestLaw law;
    TestCamera camera{law.clock};
    Hub hub{law.clock};
    media::StreamKey stream{CameraId::literal("gate"), media::StreamKind::Main};
    std::atomic<int> wakes{0};

    std::shared_ptr<Subscription> watch() {
        return hub.subscribe(stream, law.permit(), [this] { ++wakes; });
    }

    void film(int pictures, bool key_first = true, std::size_t size = 100) {
        for (int i = 0; i < pictures; ++i) {
            hub.on_packet(stream, camera.picture(key_first && i == 0, size));
            law.clock.advance(milliseconds(40));
        }
    }

    static std::vector<Piece> drain(Subscription& viewer) {
        std::vector<Piece> pieces;
        while (auto piece = viewer.next()) pieces.push_back(*piece);
        return pieces;
    }

    static int first_picture(const Piece& piece) {
        auto fragment = media::parse_fragment(*piece.bytes);
        EXPECT_TRUE(fragment.has_value());
        return fragment ? fragment->payload.front() : -1;
    }
};

TEST_F(HubTest, ANewViewerBeginsWithTheLastKeyFrame) {
    film(50);
    film(20);
    auto viewer = watch();
    auto pieces = drain(*viewer);
    ASSERT_GE(pieces.size(), 3U);
    EXPECT_TRUE(pieces[0].init);
    EXPECT_TRUE(pieces[1].key_frame);
    EXPECT_EQ(first_picture(pieces[1]), 50);
    EXPECT_FALSE(viewer->ended());
}

TEST_F(HubTest, AViewerOfASilentStreamSeesItBeginLater) {
    auto viewer = watch();
    EXPECT_FALSE(viewer->next());
    film(10);
    auto pieces = drain(*viewer);
    ASSERT_GE(pieces.size(), 2U);
    EXPECT_TRUE(pieces[0].init);
    EXPECT_TRUE(pieces[1].key_frame);
    EXPECT_GE(wakes, 1);
}

TEST_F(HubTest, APermitThatIsNotClearShowsNothingButAMaskedStream) {
    film(10);
    auto main = hub.subscribe(stream, law.permit(false), [] {});
    EXPECT_TRUE(main->ended());
    film(10);
    EXPECT_TRUE(drain(*main).empty());
    stream.kind = media::StreamKind::Masked;
    film(10);
    auto masked = hub.subscribe(stream, law.permit(false), [] {});
    EXPECT_FALSE(masked->ended());
    EXPECT_FALSE(drain(*masked).empty());
}

TEST_F(HubTest, TellsWhatSomebodyBeginsToWatchAndWhoStillDoes) {
    std::vector<media::StreamKey> told;
    hub.on_watched([&](const auto& key) { told.push_back(key); });
    auto one = watch();
    auto two = watch();
    EXPECT_EQ(told, (std::vector{stream, stream}));
    EXPECT_EQ(hub.viewers(stream), 2U);
    one.reset();
    two.reset();
    EXPECT_EQ(hub.viewers(stream), 0U);
}

TEST_F(HubTest, GivesOutWhatCameSinceTheLastKeyFrame) {
    EXPECT_TRUE(hub.last_group(stream).empty());
    film(10);
    film(4);
    auto group = hub.last_group(stream);
    ASSERT_EQ(group.size(), 4U);
    EXPECT_TRUE(group[0]->key_frame);
}

TEST_F(HubTest, AllViewersShareTheSameBytes) {
    film(10);
    auto one = watch();
    auto two = watch();
    film(10);
    auto first = drain(*one);
    auto second = drain(*two);
    ASSERT_EQ(first.size(), second.size());
    for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].bytes, second[i].bytes);
    EXPECT_EQ(hub.viewers(), 2U);
}

TEST_F(HubTest, APictureComesOutWithinTwoTenthsOfASecond) {
    film(25);
    auto viewer = watch();
    drain(*viewer);
    auto until = law.clock.now();
    film(50);
    auto pieces = drain(*viewer);
    ASSERT_FALSE(pieces.empty());
    auto last = pieces.back().wall + milliseconds(pieces.back().duration / 90);
    EXPECT_GE(last, law.clock.now() - milliseconds(200));
    EXPECT_GE(pieces.front().wall, until - milliseconds(120));
}

TEST_F(HubTest, ASlowViewerGoesOnAtAKeyFrameAndItIsCounted) {
    film(1);
    auto viewer = watch();
    for (int i = 0; i < 10; ++i) film(50);
    auto pieces = drain(*viewer);
    ASSERT_GE(pieces.size(), 2U);
    EXPECT_TRUE(pieces[0].init);
    EXPECT_TRUE(pieces[1].key_frame);
    EXPECT_GT(viewer->dropped(), 0U);
    std::int64_t behind = 0;
    for (const auto& piece : pieces) behind += piece.duration;
    EXPECT_LE(behind, 2 * 90'000);
}

TEST_F(HubTest, ASlowViewerNeverHoldsMoreThanItsBytes) {
    film(1);
    auto viewer = watch();
    film(40, true, 1U << 20U);
    std::size_t bytes = 0;
    for (const auto& piece : drain(*viewer)) bytes += piece.bytes->size();
    EXPECT_LE(bytes, 16U << 20U);
}

TEST_F(HubTest, ANewFormatBringsANewInitSegmentBeforeItsKeyFrame) {
    film(10);
    auto viewer = watch();
    drain(*viewer);
    camera.change_format(1280);
    film(5, false);
    film(10);
    auto pieces = drain(*viewer);
    auto init = std::find_if(pieces.begin(), pieces.end(), [](const auto& p) { return p.init; });
    ASSERT_NE(init, pieces.end());
    EXPECT_EQ(init->codec->width, 1280);
    ASSERT_NE(init + 1, pieces.end());
    EXPECT_TRUE((init + 1)->key_frame);
    EXPECT_EQ(first_picture(*(init + 1)), 15);
    EXPECT_EQ(hub.codec(stream)->width, 1280);
}

TEST_F(HubTest, ARevokedPermitEndsTheViewingAtOnceEvenWithoutPackets) {
    film(10);
    auto viewer = watch();
    EXPECT_TRUE(viewer->next());
    law.registers.set_notice(false);
    law.gate.review();
    EXPECT_FALSE(viewer->next());
    EXPECT_TRUE(viewer->ended());
}

TEST_F(HubTest, ARevokedPermitWakesTheViewerWithTheNextPacket) {
    film(10);
    auto viewer = watch();
    drain(*viewer);
    law.registers.set_notice(false);
    law.gate.review();
    wakes = 0;
    film(10);
    EXPECT_EQ(wakes, 1);
}

TEST_F(HubTest, ALeaseThatIsNotRenewedRunsOut) {
    film(10);
    auto viewer = watch();
    law.clock.advance(std::chrono::minutes(5));
    EXPECT_FALSE(viewer->next());
    EXPECT_TRUE(viewer->ended());
}

TEST_F(HubTest, ARemovedStreamEndsItsViewersWithWords) {
    film(10);
    auto viewer = watch();
    hub.remove(stream, "The camera was removed.");
    EXPECT_EQ(viewer->ended(), "The camera was removed.");
    EXPECT_FALSE(viewer->next());
    EXPECT_FALSE(hub.codec(stream));
    viewer.reset();
    EXPECT_EQ(hub.viewers(), 0U);
}

TEST_F(HubTest, AGroupOfPicturesTooLongToKeepMakesTheNextViewerWait) {
    film(10, true, 1U << 20U);
    auto viewer = watch();
    auto pieces = drain(*viewer);
    ASSERT_EQ(pieces.size(), 1U);
    EXPECT_TRUE(pieces[0].init);
    film(5, false);
    EXPECT_TRUE(drain(*viewer).empty());
    film(5);
    pieces = drain(*viewer);
    ASSERT_FALSE(pieces.empty());
    EXPECT_TRUE(pieces[0].key_frame);
}

TEST_F(HubTest, ManyViewersComeAndGoWhilePacketsFlow) {
    std::atomic<bool> stop{false};
    std::thread filming([&] {
        while (!stop) film(25);
    });
    std::vector<std::thread> people;
    auto permit = law.permit();
    for (int person = 0; person < 4; ++person) {
        people.emplace_back([&] {
            for (int visit = 0; visit < 50; ++visit) {
                auto viewer = hub.subscribe(stream, permit, [] {});
                bool init_seen = false;
                for (int look = 0; look < 20; ++look) {
                    auto piece = viewer->next();
                    if (piece && !init_seen) {
                        EXPECT_TRUE(piece->init);
                        init_seen = true;
                    }
                }
            }
        });
    }
    for (auto& person : people) person.join();
    stop = true;
    filming.join();
    EXPECT_EQ(hub.viewers(), 0U);
}

}  // namespace
}  // namespace proviso::live
