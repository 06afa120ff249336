#include <csignal>

#include <proviso/base/guarded.h>
#include <proviso/vision/veil_pool.h>

#include "veil_yard.h"

namespace proviso::vision {
namespace {

using std::chrono::seconds;

constexpr milliseconds kSoon{10'000};

std::unique_ptr<VeilPool> pool_of(bool real, VeilPoolOptions options = {}) {
    options.worker_program = PROVISO_VEIL_TEST_WORKER;
    options.arguments = real ? std::vector<std::string>{} : std::vector<std::string>{"obedient"};
    options.longest_packet = milliseconds(400);
    options.still_for = milliseconds(500);
    options.usual = embedded_veil();
    auto opened = VeilPool::open(std::move(options));
    EXPECT_TRUE(opened);
    return std::move(*opened);
}

media::PacketPtr say(char what, int picture, std::size_t size = 200) {
    static const auto kCodec = film(1, nothing_there).at(0)->codec;
    auto packet = std::make_shared<media::Packet>();
    packet->codec = kCodec;
    packet->key_frame = true;
    packet->pts = packet->dts = picture * kYardTick;
    packet->rtp = static_cast<std::uint32_t>(picture);
    packet->data = Bytes(size, static_cast<std::uint8_t>(what));
    auto length = static_cast<std::uint32_t>(size - 4);
    for (unsigned i = 0; i < 4; ++i) {
        packet->data[i] = static_cast<std::uint8_t>(length >> (24 - 8 * i));
    }
    return packet;
}

/// All that comes until the session ends, or nothing comes for a while.
Veiled rest_of(VeilSession& session) {
    Veiled all;
    while (auto one = session.next(kSoon)) {
        if (one->packet) all.packets.push_back(*one);
        if (one->record) all.records.push_back(*one->record);
    }
    return all;
}

bool eventually(const std::function<bool()>& now) {
    auto end = std::chrono::steady_clock::now() + kSoon;
    while (std::chrono::steady_clock::now() < end) {
        if (now()) return true;
        std::this_thread::yield();
    }
    return false;
}

std::optional<behaviour::Box> passer(int picture) {
    if (picture < 60) return std::nullopt;
    return thing_at(100 + (picture - 60) * 4, 150);
}

TEST(VeilPool, WhatComesOutOfTheWorkerIsWhatTheVeilMakes) {
    auto pool = pool_of(true);
    auto packets = film(110, passer);
    auto session = pool->begin(embedded_veil());
    ASSERT_TRUE(session) << session.error().story();
    std::jthread pusher([&] {
        for (const auto& packet : packets) ASSERT_TRUE((*session)->push(packet, kSoon));
        (*session)->finish();
    });
    auto veiled = rest_of(**session);
    auto here = veil_all(embedded_veil(), packets);
    ASSERT_EQ(veiled.packets.size(), 110U);
    ASSERT_EQ(veiled.records.size(), here.records.size());
    for (std::size_t i = 0; i < veiled.records.size(); ++i) {
        EXPECT_EQ(veiled.records[i].hidden_share, here.records[i].hidden_share);
        EXPECT_EQ(veiled.records[i].marks.size(), here.records[i].marks.size());
        EXPECT_EQ(veiled.records[i].uncertain.size(), here.records[i].uncertain.size());
        EXPECT_EQ(veiled.records[i].from_wall, here.records[i].from_wall);
    }
    for (std::size_t i = 0; i < packets.size(); ++i) {
        EXPECT_EQ(veiled.packets[i].packet->pts, packets[i]->pts);
        EXPECT_EQ(veiled.packets[i].packet->wall, packets[i]->wall);
        EXPECT_EQ(veiled.packets[i].packet->mono, packets[i]->mono);
    }
    for (const auto& [pts, luma] : shown(veiled)) {
        auto at = passer(int(pts / kYardTick));
        if (!at) continue;
        EXPECT_LT(stripes(luma, {at->x + 4, at->y, at->w - 8, at->h}), 12);
    }
    auto state = (*session)->state();
    EXPECT_TRUE(state.ended);
    EXPECT_FALSE(state.error);
    EXPECT_EQ(state.given, 110U);
}

TEST(VeilPool, ACrashEndsTheSessionWithAnErrorAndWhatItHeldIsNotShown) {
    auto pool = pool_of(false);
    auto session = pool->begin(embedded_veil()).value();
    ASSERT_TRUE(session->push(say('o', 1), kSoon));
    ASSERT_TRUE(session->next(kSoon));
    ASSERT_TRUE(session->push(say('c', 2), kSoon));
    EXPECT_TRUE(rest_of(*session).packets.empty());
    auto state = session->state();
    EXPECT_TRUE(state.ended);
    ASSERT_TRUE(state.error);
    EXPECT_EQ(state.error->kind(), ErrorKind::Unavailable);
    EXPECT_FALSE(session->push(say('o', 3), kSoon));
}

TEST(VeilPool, WhereItShallGoOnACrashedWorkerIsReplaced) {
    auto pool = pool_of(false);
    VeilSessionOptions options;
    options.go_on = true;
    auto session = pool->begin(embedded_veil(), options).value();
    session->offer(say('c', 1));
    ASSERT_TRUE(eventually([&] { return session->state().restarts == 1; }));
    session->offer(say('o', 2));
    auto next = session->next(kSoon);
    ASSERT_TRUE(next && next->packet);
    EXPECT_EQ(next->packet->pts, 2 * kYardTick);
    EXPECT_TRUE(next->packet->discontinuity);
}

TEST(VeilPool, AWorkerThatHangsIsEnded) {
    auto pool = pool_of(false);
    for (char how : {'h', 's'}) {
        auto session = pool->begin(embedded_veil()).value();
        ASSERT_TRUE(session->push(say(how, 1), kSoon));
        EXPECT_FALSE(session->next(kSoon));
        ASSERT_TRUE(session->state().error) << how;
        EXPECT_EQ(session->state().error->kind(), ErrorKind::Timeout);
    }
}

TEST(VeilPool, AWorkerThatLiesIsEndedAndWhatItSaidIsNotShown) {
    auto pool = pool_of(false);
    for (char how : {'l', 'b'}) {
        auto session = pool->begin(embedded_veil()).value();
        ASSERT_TRUE(session->push(say(how, 1), kSoon));
        EXPECT_FALSE(session->next(kSoon));
        ASSERT_TRUE(session->state().error) << how;
        EXPECT_EQ(session->state().error->kind(), ErrorKind::Corrupt);
    }
}

TEST(VeilPool, ACameraThatBreaksItsWorkerBreaksNoOther) {
    auto pool = pool_of(false);
    auto good = pool->begin(embedded_veil()).value();
    auto bad = pool->begin(embedded_veil()).value();
    ASSERT_TRUE(bad->push(say('c', 1), kSoon));
    EXPECT_FALSE(bad->next(kSoon));
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(good->push(say('o', i), kSoon));
        ASSERT_TRUE(good->next(kSoon));
    }
}

TEST(VeilPool, WhoPushesWaitsForWhoTakes) {
    VeilPoolOptions options;
    options.ring_bytes = 1U << 16U;
    auto pool = pool_of(false, options);
    VeilSessionOptions few;
    few.most_waiting = 4;
    auto session = pool->begin(embedded_veil(), few).value();
    int taken = 0;
    Result<> pushed;
    while (taken < 1000 && (pushed = session->push(say('o', taken, 4000), milliseconds(300)))) {
        ++taken;
    }
    ASSERT_FALSE(pushed);
    EXPECT_EQ(pushed.error().kind(), ErrorKind::Timeout);
    EXPECT_LT(taken, 60);
    // Nothing was lost by waiting.
    for (int i = 0; i < taken; ++i) {
        auto next = session->next(kSoon);
        ASSERT_TRUE(next && next->packet);
        EXPECT_EQ(next->packet->rtp, std::uint32_t(i));
    }
}

TEST(VeilPool, WhoMayNotWaitShedsUpToTheNextKeyFrame) {
    VeilPoolOptions options;
    options.ring_bytes = 1U << 16U;
    auto pool = pool_of(false, options);
    auto session = pool->begin(embedded_veil()).value();
    int picture = 0;
    while (session->state().shed == 0 && picture < 1000) session->offer(say('d', picture++, 4000));
    ASSERT_EQ(session->state().shed, 1U);
    auto between = std::make_shared<media::Packet>(*say('o', picture));
    between->key_frame = false;
    while (session->next(kSoon)) {
        if (session->state().given >= session->state().pushed) break;
    }
    session->offer(between);
    EXPECT_EQ(session->state().shed, 2U);
    session->offer(say('o', picture + 1));
    EXPECT_EQ(session->state().shed, 2U);
}

TEST(VeilPool, ASinkIsToldEverythingAndTheEnd) {
    auto pool = pool_of(true);
    Guarded<Veiled> told;
    std::atomic<int> ends{0};
    VeilSessionOptions options;
    options.sink = [&](MaskedPacket one) {
        if (!one.packet && !one.record) ++ends;
        told.with([&](Veiled& all) {
            if (one.packet) all.packets.push_back(one);
        });
    };
    auto session = pool->begin(embedded_veil(), options).value();
    for (const auto& packet : film(30, nothing_there)) {
        ASSERT_TRUE(session->push(packet, kSoon));
    }
    session->finish();
    ASSERT_TRUE(eventually([&] { return ends == 1; }));
    EXPECT_EQ(told.with([](const Veiled& all) { return all.packets.size(); }), 30U);
}

TEST(VeilPool, NoMoreSessionsRunThanWereAllowed) {
    VeilPoolOptions options;
    options.most_sessions = 2;
    auto pool = pool_of(false, options);
    auto one = pool->begin(embedded_veil());
    auto two = pool->begin(embedded_veil());
    ASSERT_TRUE(one && two);
    auto three = pool->begin(embedded_veil());
    ASSERT_FALSE(three);
    EXPECT_EQ(three.error().kind(), ErrorKind::Unavailable);
    one->reset();
    EXPECT_TRUE(pool->begin(embedded_veil()));
}

TEST(VeilPool, AModelThatIsNotThereIsSaidAtOnce) {
    auto pool = pool_of(true);
    auto config = embedded_veil();
    config.model = "no_such_model";
    auto session = pool->begin(config);
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().kind(), ErrorKind::NotFound);
}

TEST(VeilPool, AProcessThatDiedWaitingIsReplaced) {
    VeilPoolOptions options;
    options.waiting = 1;
    auto pool = pool_of(false, options);
    ASSERT_TRUE(eventually([&] { return pool->pids().size() == 1; }));
    auto first = pool->pids().at(0);
    ASSERT_EQ(::kill(first, SIGKILL), 0);
    auto session = pool->begin(embedded_veil());
    if (session) {
        // It may have been taken before its end was seen: then its session says so.
        auto pushed = (*session)->push(say('o', 1), kSoon);
        auto next = (*session)->next(kSoon);
        EXPECT_TRUE((pushed && next) || (*session)->state().error);
    }
    EXPECT_TRUE(eventually([&] {
        auto pids = pool->pids();
        return !pids.empty() && std::find(pids.begin(), pids.end(), first) == pids.end();
    }));
}

}  // namespace
}  // namespace proviso::vision
