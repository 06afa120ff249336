#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "test_server.h"

namespace proviso::api {
namespace {

class AlertsApiTest : public ServerTest {
protected:
    void withdraw_notice() {
        auto reply = send(
            "officer", "POST", "/api/records/berlin-notice/withdraw", R"({"reason":"torn down"})"
        );
        ASSERT_EQ(reply.status, 200) << reply.body;
    }

    Reply judge(const std::string& id, const std::string& body) {
        return send("operator", "POST", "/api/review/" + id + "/judgement", body);
    }

    /// Judged false until the rule gives up.
    void wear_out(const std::string& camera) {
        for (int i = 0; i < 20; ++i) {
            ASSERT_TRUE(alerts->judge(sight(camera), alerts::Judgement::False, ""));
        }
        ASSERT_TRUE(alerts->suspended(CameraId::literal(camera), "after-hours"));
    }

    static Json message(TestClient& client) {
        auto frame = client.frame();
        if (!frame) return nullptr;
        if (frame->opcode == 8) return {{"closed", frame->close_code()}};
        return *parse_json(frame->payload);
    }
};

TEST_F(AlertsApiTest, ReviewListsWhatWasSeenWithItsReasons) {
    auto first = sight("gate");
    auto second = sight("gate", "running");
    auto page = get("operator", "/api/review?camera=gate&severity=alert").json();
    ASSERT_EQ(page["items"].size(), 2U);
    EXPECT_EQ(page["next"], nullptr);
    const auto& item = page["items"][1];
    EXPECT_EQ(item["id"], first);
    EXPECT_EQ(item["severity"], "alert");
    EXPECT_EQ(item["kind"], "intrusion");
    EXPECT_EQ(item["rule"], "after-hours");
    EXPECT_EQ(item["model"], "embedded");
    EXPECT_EQ(item["numbers"]["seconds"], 2.0);
    EXPECT_EQ(item["judgement"], nullptr);
    EXPECT_EQ(item["has_picture"], true);
    EXPECT_EQ(item["viewed"], false);
    EXPECT_EQ(item["tracks"][0]["colour"], "red");
    EXPECT_EQ(item["findings"].size(), 2U) << "the object, and the rule's";
    EXPECT_TRUE(item["to"].is_string());

    auto paged = get("auditor", "/api/review?limit=1").json();
    EXPECT_EQ(paged["items"][0]["id"], second);
    EXPECT_EQ(paged["next"], second);
    auto rest = get("auditor", "/api/review?limit=1&before=" + second).json();
    EXPECT_EQ(rest["items"][0]["id"], first);
    EXPECT_EQ(rest["next"], nullptr);
    EXPECT_TRUE(get("auditor", "/api/review?zone=elsewhere").json()["items"].empty());
}

TEST_F(AlertsApiTest, TracksAreFoundAndTellTheirLife) {
    sight("gate");
    auto page = get("operator", "/api/tracks?kind=person&colour=red&direction=still").json();
    ASSERT_EQ(page["items"].size(), 1U);
    const auto& track = page["items"][0];
    EXPECT_EQ(track["camera"], "gate");
    EXPECT_EQ(track["path"][0].size(), 3U);
    EXPECT_NEAR(track["path"][0][0].get<double>(), 0.45, 1e-3);
    EXPECT_TRUE(track["to"].is_string());
    EXPECT_TRUE(get("operator", "/api/tracks?min_seconds=60").json()["items"].empty());
}

TEST_F(AlertsApiTest, APictureNeedsThePermitAndLeavesAnEntryFirst) {
    auto id = sight("gate");
    auto target = "/api/review/" + id + "/picture.jpg";
    auto reply = get("operator", target);
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.headers["content-type"], "image/jpeg");
    EXPECT_EQ(reply.headers["cache-control"], "no-store");
    EXPECT_EQ(reply.body, std::string(300, 'J'));
    auto views = entries("view");
    ASSERT_EQ(views.size(), 1U);
    EXPECT_EQ(views[0]["camera"], "gate");
    EXPECT_EQ(views[0]["user"], people.at("operator").id);
    EXPECT_EQ(views[0]["live"], false);
    for (const auto* role : {"viewer", "officer", "auditor"}) {
        EXPECT_EQ(get(role, target).status, 403) << role;
    }
    auto track = alerts->tracks({})->items.front().id;
    EXPECT_EQ(get("operator", "/api/tracks/" + track + "/picture.jpg").status, 200);

    withdraw_notice();
    reply = get("operator", target);
    EXPECT_EQ(reply.status, 403);
    EXPECT_EQ(reply.kind(), "refused");
    EXPECT_EQ(reply.json()["error"]["articles"][0]["rule"], "T-NOTICE");
}

TEST_F(AlertsApiTest, NoPictureWithoutALedgerOrWithoutItsKey) {
    auto id = sight("gate");
    auto target = "/api/review/" + id + "/picture.jpg";
    ledger.broken = true;
    EXPECT_EQ(get("operator", target).status, 503);
    ledger.broken = false;
    auto key = keys->list().front().id;
    ASSERT_TRUE(keys->shred(std::span(&key, 1), "test"));
    auto reply = get("operator", target);
    EXPECT_EQ(reply.status, 404);
    EXPECT_EQ(reply.kind(), "not_found");
}

TEST_F(AlertsApiTest, AJudgementIsEvidenceAndItsNoteCanBeErased) {
    auto id = sight("gate");
    auto reply = judge(id, R"({"judgement":"false","note":"it is my neighbour's cat"})");
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.json()["judgement"], "false");
    auto judged = entries("alert.judged");
    ASSERT_EQ(judged.size(), 1U);
    EXPECT_EQ(judged[0]["item"], id);
    EXPECT_EQ(judged[0]["judgement"], "false");
    EXPECT_FALSE(judged[0].contains("note"));
    auto stored = *ledger.read(0, ledger.size());
    for (const auto& entry : stored) EXPECT_EQ(entry.bytes.find("neighbour"), std::string::npos);
    auto rows = get("auditor", "/api/accuracy").json();
    ASSERT_EQ(rows.size(), 2U) << "the rule, and the detector that saw the object";
    const auto& row = rows[0]["rule"] == "after-hours" ? rows[0] : rows[1];
    EXPECT_EQ(row["judged"], 1);
    EXPECT_EQ(row["false"], 1);
    EXPECT_EQ(row["precision"], 0.0);
    EXPECT_NEAR(row["high"].get<double>(), 0.975, 1e-6);
    EXPECT_EQ(row["floor"], 0.5);
}

TEST_F(AlertsApiTest, WithoutALedgerNothingIsJudgedOrResumed) {
    auto id = sight("gate");
    ledger.broken = true;
    EXPECT_EQ(judge(id, R"({"judgement":"true"})").status, 503);
    ledger.broken = false;
    EXPECT_EQ(get("operator", "/api/review").json()["items"][0]["judgement"], nullptr);
    EXPECT_TRUE(get("operator", "/api/accuracy").json().empty());
}

TEST_F(AlertsApiTest, BadJudgementsChangeNothing) {
    auto id = sight("gate");
    for (const auto& body :
         {std::string("{}"),
          std::string("[]"),
          std::string(R"({"judgement":true})"),
          std::string(R"({"judgement":"maybe"})"),
          std::string(R"({"judgement":""})"),
          std::string(R"({"judgement":"true","more":1})"),
          R"({"judgement":"true","note":")" + std::string(501, 'a') + "\"}",
          R"({"judgement":"true","rule":")" + std::string(65, 'a') + "\"}"}) {
        EXPECT_EQ(judge(id, body).status, 400) << body;
    }
    EXPECT_EQ(judge(id, R"({"judgement":"true","rule":"another"})").status, 409);
    EXPECT_EQ(judge("1795348800.000001-abcdef", R"({"judgement":"true"})").status, 404);
    EXPECT_EQ(judge("..%2f..%2f", R"({"judgement":"true"})").status, 404);
    EXPECT_TRUE(entries("alert.judged").empty());
    std::string ids = "[";
    for (int i = 0; i < 501; ++i) ids += i == 0 ? "\"x\"" : ",\"x\"";
    for (const auto& body :
         {std::string("{}"),
          std::string(R"({"ids":[],"viewed":true})"),
          std::string(R"({"ids":["x"]})"),
          std::string(R"({"ids":"x","viewed":true})"),
          "{\"viewed\":true,\"ids\":" + ids + "]}"}) {
        EXPECT_EQ(send("operator", "POST", "/api/review/viewed", body).status, 400) << body;
    }
}

TEST_F(AlertsApiTest, ViewedIsRememberedAndFiltered) {
    auto id = sight("gate");
    auto body = Json{{"ids", {id}}, {"viewed", true}}.dump();
    EXPECT_EQ(send("operator", "POST", "/api/review/viewed", body).json()["changed"], 1);
    EXPECT_EQ(send("operator", "POST", "/api/review/viewed", body).json()["changed"], 0);
    EXPECT_TRUE(get("operator", "/api/review?viewed=false").json()["items"].empty());
    EXPECT_EQ(get("operator", "/api/review?viewed=true").json()["items"].size(), 1U);
}

TEST_F(AlertsApiTest, ASuspendedRuleIsResumedByTheOfficerWithAReason) {
    analytics = [](const CameraId&) {
        AnalyticsStatus status;
        status.model = "embedded";
        status.analytics = {
            {"intrusion", "after-hours", "running", "Running.", {}, {}, {}},
            {"anomaly", "anomaly", "learning", "Learning.", {}, {}, 0.5}};
        return status;
    };
    const std::string resume = R"({"camera":"gate","rule":"after-hours","reason":"zone redrawn"})";
    EXPECT_EQ(send("officer", "POST", "/api/accuracy/resume", resume).status, 409);
    wear_out("gate");
    auto state = get("viewer", "/api/cameras/gate/analytics").json();
    EXPECT_EQ(state["analytics"][0]["state"], "suspended");
    EXPECT_EQ(state["analytics"][1]["state"], "learning");
    EXPECT_EQ(state["analytics"][1]["learned"], 0.5);
    auto said = get("operator", "/api/review?kind=rule_suspended").json()["items"];
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(judge(said[0]["id"], R"({"judgement":"true"})").status, 409);

    EXPECT_EQ(send("operator", "POST", "/api/accuracy/resume", resume).status, 403);
    ledger.broken = true;
    EXPECT_EQ(send("officer", "POST", "/api/accuracy/resume", resume).status, 503);
    ledger.broken = false;
    EXPECT_TRUE(alerts->suspended(CameraId::literal("gate"), "after-hours"));
    EXPECT_EQ(
        send("officer", "POST", "/api/accuracy/resume", R"({"camera":"gate","rule":"after-hours"})")
            .status,
        400
    );
    EXPECT_EQ(
        send(
            "officer",
            "POST",
            "/api/accuracy/resume",
            R"({"camera":"absent","rule":"after-hours","reason":"trying"})"
        )
            .status,
        404
    );
    EXPECT_EQ(send("officer", "POST", "/api/accuracy/resume", resume).status, 204);
    EXPECT_FALSE(alerts->suspended(CameraId::literal("gate"), "after-hours"));
    ASSERT_EQ(entries("rule.resumed").size(), 1U);
    EXPECT_EQ(entries("rule.resumed")[0]["rule"], "after-hours");
    EXPECT_EQ(entries("rule.suspended").size(), 1U);
}

TEST_F(AlertsApiTest, ActivityAndHeatDrawTheTimeline) {
    sight("gate");
    auto from = to_iso8601(clock.now() - std::chrono::minutes(2));
    auto to = to_iso8601(clock.now() + std::chrono::minutes(2));
    auto activity =
        get("operator", fmt::format("/api/cameras/gate/activity?from={}&to={}", from, to)).json();
    EXPECT_EQ(activity["step"], 60);
    EXPECT_GE(activity["values"].size(), 4U);
    double peak = 0;
    for (const auto& value : activity["values"]) {
        if (value.is_number()) peak = std::max(peak, value.get<double>());
    }
    EXPECT_NEAR(peak, 0.25, 1e-3);
    auto heat = get("operator", fmt::format("/api/cameras/gate/heat?from={}&to={}", from, to));
    EXPECT_EQ(heat.json()["cells"].size(), 256U);
    EXPECT_EQ(heat.json()["pictures"], 1);
    EXPECT_EQ(get("viewer", "/api/cameras/gate/heat?from=2026-11-21&to=2026-11-22").status, 403);
}

TEST_F(AlertsApiTest, PassagesOfTodayStandWithTheAnalytics) {
    std::vector<alerts::PassageCount> counts{{"door", 5, 2, 3}};
    alerts->counted(CameraId::literal("gate"), clock.now(), counts);
    ASSERT_TRUE(alerts->flush());
    auto state = get("viewer", "/api/cameras/gate/analytics").json();
    EXPECT_EQ(state["model"], "");
    EXPECT_EQ(state["counts"][0], (Json{{"name", "door"}, {"in", 5}, {"out", 2}, {"inside", 3}}));
}

TEST_F(AlertsApiTest, BoxesFlowWhileThePermitHolds) {
    Reply reply;
    auto client = live(people.at("viewer"), "gate", reply, "boxes");
    ASSERT_EQ(reply.status, 101) << reply.body;
    ASSERT_EQ(entries("view").size(), 1U);
    EXPECT_EQ(entries("view")[0]["stream"], "boxes");
    auto see = [this] {
        behaviour::Observation seen;
        seen.wall = clock.now();
        seen.width = 640;
        seen.height = 360;
        behaviour::TrackView person;
        person.id = 17;
        person.kind = behaviour::ObjectClass::Person;
        person.box = {0.25F, 0.5F, 0.125F, 0.25F};
        person.confirmed = true;
        person.colour = "blue";
        auto guess = person;
        guess.confirmed = false;
        auto nonsense = person;
        nonsense.box.x = std::numeric_limits<float>::quiet_NaN();
        seen.tracks = {person, guess, nonsense};
        alerts->observed(CameraId::literal("gate"), seen);
    };
    // The channel listens a moment after the handshake.
    auto boxes = Json();
    {
        std::jthread eyes([&](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                see();
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
        });
        boxes = message(*client);
    }
    EXPECT_EQ(boxes["width"], 640);
    ASSERT_EQ(boxes["tracks"].size(), 2U) << boxes;
    EXPECT_EQ(boxes["tracks"][0]["id"], "17");
    EXPECT_EQ(boxes["tracks"][0]["kind"], "person");
    EXPECT_EQ(boxes["tracks"][0]["box"], (Json{0.25, 0.5, 0.125, 0.25}));
    EXPECT_EQ(boxes["tracks"][0]["label"], "blue");
    withdraw_notice();
    see();
    Json last;
    for (auto json = message(*client); json.is_object(); json = message(*client)) {
        last = json;
        if (json.contains("closed") || json.value("type", "") == "ended") break;
    }
    EXPECT_EQ(last.value("type", ""), "ended") << last;
    EXPECT_EQ(message(*client), (Json{{"closed", 4403}}));
    client.reset();
    server.reset();
    EXPECT_EQ(entries("view.ended").size(), 1U);
}

TEST_F(AlertsApiTest, BoxesAreRefusedWithTheirArticles) {
    withdraw_notice();
    Reply reply;
    auto client = live(people.at("viewer"), "gate", reply, "boxes");
    ASSERT_EQ(reply.status, 101);
    EXPECT_EQ(message(*client)["type"], "refused");
    EXPECT_TRUE(entries("view").empty());
}

TEST_F(AlertsApiTest, MetricsNeedASessionOrTheTokenAndAreNeverOpen) {
    sight("gate");
    analytics = [](const CameraId&) {
        AnalyticsStatus status;
        status.model = "embedded";
        status.frames_per_second = 5;
        status.looked_per_second = 2.5;
        status.inference_seconds = 0.008;
        return status;
    };
    for (const auto* target : {"/api/metrics", "/metrics"}) {
        TestClient client(server->port());
        auto ask = [&](const std::string& header) {
            return client.request("GET", target, {{"Authorization", header}});
        };
        EXPECT_EQ(client.request("GET", target).status, 401);
        for (const auto* wrong :
             {"",
              "Bearer",
              "Bearer ",
              "Bearer wrong",
              "bearer a token of the tests, long enough",
              "Basic YTpi",
              "Bearer a token of the tests, long enoug"}) {
            EXPECT_EQ(ask(wrong).status, 401) << wrong;
        }
        auto reply = ask(fmt::format("Bearer {}", kMetricsToken));
        ASSERT_EQ(reply.status, 200) << reply.body;
        for (const auto* line :
             {"proviso_camera_fps{camera=\"gate\",stream=\"main\"}",
              "proviso_process_fps{camera=\"gate\"} 5",
              "proviso_detection_fps{camera=\"gate\"} 2.5",
              "proviso_skipped_fps{camera=\"gate\"} 0",
              "proviso_detector_inference_speed_seconds{camera=\"gate\",name=\"embedded\"} 0.008",
              "proviso_storage_total_bytes 1000",
              "proviso_storage_free_bytes 500",
              "proviso_storage_used_bytes 500",
              "proviso_service_uptime_seconds",
              "proviso_camera_events{camera=\"gate\",label=\"person\"} 1",
              "proviso_camera_reviews_total{camera=\"gate\",severity=\"alert\"} 1"}) {
            EXPECT_NE(reply.body.find(line), std::string::npos) << line << "\n" << reply.body;
        }
    }
    TestClient client(server->port());
    Headers token{{"Authorization", fmt::format("Bearer {}", kMetricsToken)}};
    for (const auto* target : {"/api/review", "/api/cameras", "/api/status", "/api/ledger"}) {
        EXPECT_EQ(client.request("GET", target, token).status, 401)
            << "the token opens nothing else";
    }
    EXPECT_EQ(get("viewer", "/api/metrics").status, 403);
    auto limited = add_person("limited", "operator", {"gate"});
    auto reply = client.request("GET", "/api/metrics", as(limited));
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body.find("canary"), std::string::npos) << reply.body;
}

TEST_F(AlertsApiTest, WhoListensHearsOfNewItems) {
    TestClient client(server->port());
    auto text = fmt::format(
        "GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nCookie: {}\r\n\r\n",
        server->port(),
        people.at("operator").cookie
    );
    client.send(text);
    ASSERT_EQ(client.receive(true).status, 200);
    sight("gate");
    bool heard = false;
    while (auto chunk = client.chunk()) {
        heard = chunk->find("\"review\"") != std::string::npos;
        if (heard) break;
    }
    EXPECT_TRUE(heard);
}

}  // namespace
}  // namespace proviso::api
