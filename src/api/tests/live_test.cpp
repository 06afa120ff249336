#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <proviso/media/fmp4.h>

#include "test_server.h"

namespace proviso::api {
namespace {

class LiveTest : public ServerTest {
protected:
    /// The next frame that is text, as JSON.
    static Json message(TestClient& client) {
        while (auto frame = client.frame()) {
            if (frame->opcode == 8) return {{"closed", frame->close_code()}};
            if (frame->opcode == 1) return *parse_json(frame->payload);
        }
        return nullptr;
    }

    static Json message(TestClient& client, std::string_view type) {
        while (true) {
            auto json = message(client);
            if (!json.is_object() || json.value("type", "") == type || json.contains("closed")) {
                return json;
            }
        }
    }

    void withdraw_notice() {
        auto reply = send(
            "officer", "POST", "/api/records/berlin-notice/withdraw", R"({"reason":"torn down"})"
        );
        ASSERT_EQ(reply.status, 200) << reply.body;
    }
};

TEST_F(LiveTest, ShowsInitSegmentTimeAndFragments) {
    film(30);
    Reply reply;
    auto client = live(people.at("viewer"), "gate", reply);
    ASSERT_EQ(reply.status, 101) << reply.body;
    auto init = message(*client);
    EXPECT_EQ(init["type"], "init");
    EXPECT_EQ(init["codec"], "avc1.4d401f");
    EXPECT_EQ(init["mime"], "video/mp4; codecs=\"avc1.4d401f\"");
    EXPECT_EQ(init["width"], 640);
    auto segment = client->frame();
    ASSERT_TRUE(segment);
    EXPECT_EQ(segment->opcode, 2);
    EXPECT_EQ(segment->payload.substr(4, 4), "ftyp");
    auto time = message(*client);
    EXPECT_EQ(time["type"], "time");
    EXPECT_TRUE(time["media_time"].is_number());
    auto fragment = client->frame();
    ASSERT_TRUE(fragment);
    auto parsed = media::parse_fragment(as_bytes(fragment->payload));
    ASSERT_TRUE(parsed.has_value());
    EXPECT_TRUE(parsed->samples.front().key_frame);
    film(30);
    EXPECT_EQ(client->frame()->opcode, 2);
}

TEST_F(LiveTest, LeavesADurableEntryBeforeTheFirstPictureAndOneAtItsEnd) {
    film(30);
    Reply reply;
    auto client = live(people.at("viewer"), "gate", reply);
    ASSERT_TRUE(client->frame());
    auto views = entries("view");
    ASSERT_EQ(views.size(), 1U);
    EXPECT_EQ(views[0]["user"], people.at("viewer").id);
    EXPECT_EQ(views[0]["camera"], "gate");
    EXPECT_EQ(views[0]["live"], true);
    EXPECT_EQ(views[0]["purpose"], "property_protection");
    client.reset();
    server.reset();
    EXPECT_EQ(entries("view.ended").size(), 1U);
}

TEST_F(LiveTest, ARefusalComesAsAMessageWithItsArticles) {
    withdraw_notice();
    Reply reply;
    auto client = live(people.at("operator"), "gate", reply);
    ASSERT_EQ(reply.status, 101);
    auto refused = message(*client);
    EXPECT_EQ(refused["type"], "refused");
    EXPECT_EQ(refused["error"]["kind"], "refused");
    EXPECT_EQ(refused["error"]["articles"][0]["rule"], "T-NOTICE");
    EXPECT_EQ(refused["error"]["missing"][0]["what"], "notice");
    EXPECT_EQ(message(*client), (Json{{"closed", 4403}}));
    EXPECT_TRUE(entries("view").empty());
}

TEST_F(LiveTest, AWithdrawnNoticeEndsTheViewWithinASecondAndSaysWhy) {
    film(30);
    Reply reply;
    auto client = live(people.at("viewer"), "gate", reply);
    ASSERT_TRUE(client->frame());
    auto before = clock.monotonic();
    withdraw_notice();
    auto ended = message(*client, "ended");
    // A second is the promise; a loaded build machine gets more.
    EXPECT_LT(clock.monotonic() - before, std::chrono::seconds(5));
    EXPECT_NE(ended["words"].get<std::string>().find("Test Act s. 1"), std::string::npos) << ended;
    EXPECT_EQ(message(*client), (Json{{"closed", 4403}}));
}

TEST_F(LiveTest, SigningOutEndsTheViewsOfThatSessionOnly) {
    film(30);
    Reply reply;
    auto other = sign_in("viewer", "a long sentence only I know");
    auto mine = live(people.at("viewer"), "gate", reply);
    auto theirs = live(other, "gate", reply);
    ASSERT_TRUE(mine->frame());
    ASSERT_TRUE(theirs->frame());
    EXPECT_EQ(send("viewer", "DELETE", "/api/session", "").status, 204);
    EXPECT_EQ(message(*mine, "ended")["type"], "ended");
    EXPECT_EQ(message(*mine), (Json{{"closed", 4401}}));
    EXPECT_EQ(TestClient(server->port()).request("GET", "/api/session", as(other)).status, 200);
    film(30);
    EXPECT_EQ(theirs->frame()->opcode, 2);
}

TEST_F(LiveTest, ADisabledAccountSeesNothingMore) {
    film(30);
    Reply reply;
    auto client = live(people.at("viewer"), "gate", reply);
    ASSERT_TRUE(client->frame());
    auto target = "/api/users/" + people.at("viewer").id;
    EXPECT_EQ(send("admin", "PATCH", target, R"({"disabled":true})").status, 200);
    EXPECT_EQ(message(*client, "ended")["type"], "ended");
    EXPECT_EQ(get("viewer", "/api/session").status, 401);
}

TEST_F(LiveTest, WithoutALedgerNothingIsShown) {
    ledger.broken = true;
    Reply reply;
    auto client = live(people.at("viewer"), "gate", reply);
    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.kind(), "unavailable");
    EXPECT_FALSE(reply.json()["error"]["next_step"].get<std::string>().empty());
    ledger.broken = false;
}

TEST_F(LiveTest, APlainRequestIsToldToUpgrade) {
    auto reply = get("viewer", "/api/cameras/gate/live");
    EXPECT_EQ(reply.status, 426);
    EXPECT_EQ(reply.kind(), "upgrade_required");
}

TEST_F(LiveTest, WhatTheClientSendsIsIgnoredUnlessItIsTooMuch) {
    film(30);
    Reply reply;
    auto client = live(people.at("viewer"), "gate", reply);
    ASSERT_TRUE(client->frame());
    client->send_frame(1, "hello");
    client->send_frame(9, "ping");
    bool pong = false;
    while (auto frame = client->frame()) {
        if (frame->opcode != 10) continue;
        pong = frame->payload == "ping";
        break;
    }
    EXPECT_TRUE(pong);
    client->send_frame(1, std::string(5000, 'x'));
    EXPECT_TRUE(client->ended());
}

TEST_F(LiveTest, ASessionCannotOpenSocketsWithoutEnd) {
    std::vector<std::unique_ptr<TestClient>> open;
    Reply reply;
    for (int i = 0; i < 72; ++i) {
        open.push_back(live(people.at("viewer"), "gate", reply));
        ASSERT_EQ(reply.status, 101) << i;
    }
    auto one_more = live(people.at("viewer"), "gate", reply);
    EXPECT_EQ(reply.status, 429);
    EXPECT_EQ(reply.kind(), "too_many");
}

TEST_F(LiveTest, ASlowViewerDoesNotHoldUpTheOthers) {
    film(25);
    Reply reply;
    auto slow = live(people.at("viewer"), "gate", reply);
    auto quick = live(people.at("operator"), "gate", reply);
    ASSERT_TRUE(quick->frame());
    // The camera goes on: who was late may have been left out until the next key frame.
    std::jthread camera([this](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            film(25);
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    });
    for (int i = 0; i < 20; ++i) {
        while (true) {
            auto frame = quick->frame();
            ASSERT_TRUE(frame);
            if (frame->opcode == 2) break;
        }
    }
}

class EventsTest : public ServerTest {};

TEST_F(EventsTest, SaysWithinASecondWhatChanged) {
    TestClient client(server->port());
    auto reply = client.request("GET", "/api/events", as("officer"));
    ASSERT_EQ(reply.status, 200);
    EXPECT_EQ(reply.headers["content-type"], "text/event-stream");
    auto before = clock.monotonic();
    apply("kind: record\nname: another\nrecord: dpia\nsite: berlin\n");
    std::string seen;
    while (seen.find("event: changed") == std::string::npos ||
           seen.find("\"matrix\"") == std::string::npos) {
        auto piece = client.chunk();
        ASSERT_TRUE(piece);
        seen += *piece;
    }
    // A second is the promise; a loaded build machine gets more.
    EXPECT_LT(clock.monotonic() - before, std::chrono::seconds(5));
    EXPECT_NE(seen.find("\"documents\""), std::string::npos);
}

TEST_F(EventsTest, EndsWithTheSession) {
    TestClient client(server->port());
    ASSERT_EQ(client.request("GET", "/api/events", as("viewer")).status, 200);
    EXPECT_EQ(send("viewer", "DELETE", "/api/session", "").status, 204);
    while (client.chunk()) {
    }
    EXPECT_TRUE(client.ended());
}

}  // namespace
}  // namespace proviso::api
