#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "test_server.h"

namespace proviso::api {
namespace {

class HostileTest : public ServerTest {
protected:
    Reply raw(std::string_view text) {
        TestClient client(server->port());
        client.send(text);
        return client.receive();
    }

    std::string head(std::string_view line) const {
        return fmt::format("{}\r\nHost: 127.0.0.1:{}\r\n", line, server->port());
    }

    void expect_alive() { EXPECT_EQ(get("viewer", "/api/session").status, 200); }
};

TEST_F(HostileTest, WhatIsNotHttpGetsAnErrorAndTheDoor) {
    using namespace std::string_view_literals;
    for (auto text :
         {"\r\n\r\n"sv,
          "GARBAGE\r\n\r\n"sv,
          "GET\r\n\r\n"sv,
          "GET / HTTP/9.9\r\nHost: a\r\n\r\n"sv,
          "GET / HTTP/1.1\r\n\r\n"sv,
          "\x16\x03\x01\x02\r\n\r\n"sv,
          "GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n"sv,
          "GET / HTTP/1.1\nHost: a\n\r\n\r\n"sv,
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"sv,
          "POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: "
          "chunked\r\n\r\n0\r\n\r\n"sv,
          "GET http://evil/ HTTP/1.1\r\nHost: a\r\n\r\n"sv,
          "GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n"sv}) {
        TestClient client(server->port());
        client.send(text);
        auto reply = client.receive();
        EXPECT_EQ(reply.status, 400) << text;
        EXPECT_TRUE(client.ended());
    }
    expect_alive();
}

TEST_F(HostileTest, AHugeHeadIsRefusedBeforeItIsRead) {
    auto reply =
        raw(head("GET /api/session HTTP/1.1") + "X: " + std::string(20'000, 'a') + "\r\n\r\n");
    EXPECT_EQ(reply.status, 431);
    TestClient endless(server->port());
    endless.send(head("GET / HTTP/1.1"));
    for (int i = 0; i < 100; ++i) endless.send("X-" + std::string(1000, 'b') + ": c\r\n");
    EXPECT_EQ(endless.receive().status, 431);
    expect_alive();
}

TEST_F(HostileTest, AHugeBodyIsRefusedByItsLengthAndWhileItComes) {
    auto headers = head("POST /api/session HTTP/1.1") + "Origin: " + origin() +
                   "\r\nContent-Type: application/json\r\n";
    EXPECT_EQ(raw(headers + "Content-Length: 999999999999\r\n\r\n").status, 413);
    EXPECT_EQ(raw(headers + "Content-Length: 16385\r\n\r\n").status, 413);
    std::string chunked = headers + "Transfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 20; ++i) chunked += "400\r\n" + std::string(1024, 'a') + "\r\n";
    auto reply = raw(chunked);
    EXPECT_EQ(reply.status, 413);
    EXPECT_EQ(reply.kind(), "too_large");
    EXPECT_EQ(raw(headers + "Transfer-Encoding: chunked\r\n\r\nzzz\r\n").status, 400);
    EXPECT_EQ(
        raw(headers + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nabc").status, 413
    );
    expect_alive();
}

TEST_F(HostileTest, BadJsonChangesNothingAndSaysWhy) {
    auto before = ledger.size();
    for (const auto& body :
         {std::string("{"),
          std::string("[]"),
          std::string("null"),
          std::string("{\"login\":1}"),
          std::string(R"({"login":"a","login":"b","role":"viewer"})"),
          std::string(R"({"login":"a","role":"king"})"),
          std::string(R"({"login":"a","role":"viewer","cameras":["absent"]})"),
          std::string(R"({"login":"a","role":"viewer","cameras":"gate"})"),
          std::string(R"({"login":"a","role":"viewer","extra":1})"),
          std::string("{\"login\":\"\xff\",\"role\":\"viewer\"}"),
          "{\"login\":" + std::string(5000, '[') + std::string(5000, ']') + "}",
          std::string("{\"login\":\"a\\u0000b\",\"role\":\"viewer\"}")}) {
        auto reply = send("admin", "POST", "/api/users", body);
        EXPECT_EQ(reply.status, 400) << body.substr(0, 60) << " " << reply.body;
        EXPECT_EQ(reply.kind(), "invalid_input");
    }
    EXPECT_EQ(send("admin", "POST", "/api/users", "{}", "text/plain").status, 415);
    EXPECT_EQ(ledger.size(), before);
}

TEST_F(HostileTest, BadYamlChangesNothingAndSaysWhy) {
    auto version = registers->snapshot()->version;
    for (const auto* yaml :
         {"{",
          "kind: nothing\nname: x\n",
          "kind: site\n",
          "a: &x [*x]\n",
          "kind: camera\nname: ../x\n",
          "- 1\n",
          "kind: site\nname: x\nextra: 1\n"}) {
        auto reply =
            send("admin", "POST", "/api/documents/apply?reason=trying", yaml, "application/yaml");
        EXPECT_EQ(reply.status, 400) << yaml << reply.body;
    }
    auto reply = send("admin", "POST", "/api/documents/apply", "kind: site\n", "text/yaml");
    EXPECT_EQ(reply.status, 400);
    EXPECT_NE(reply.body.find("reason"), std::string::npos);
    EXPECT_EQ(registers->snapshot()->version, version);
}

TEST_F(HostileTest, BadDatesRangesAndNumbersAreNamed) {
    for (const auto* target :
         {"/api/cameras/gate/timeline",
          "/api/cameras/gate/timeline?from=x&to=y",
          "/api/cameras/gate/timeline?from=2026-11-22&to=2026-11-21",
          "/api/cameras/gate/timeline?from=2026-01-01&to=2026-12-01",
          "/api/cameras/gate/timeline?from=2026-02-30&to=2026-03-01",
          "/api/cameras/gate/timeline?from=99999-01-01&to=2026-03-01",
          "/api/cameras/gate/timeline?stream=third&from=2026-11-21&to=2026-11-22",
          "/api/cameras/gate/timeline?form=2026-11-21",
          "/api/cameras/gate/days?from=2026-11-22&to=2026-11-21",
          "/api/cameras/gate/playback?from=2026-11-22T00:00:00Z&to=2026-11-22T00:01:00Z",
          "/api/cameras/gate/playback?from=2026-11-22T00:00:00Z&to=2026-11-22T00:00:10Z&origin=x",
          "/api/ledger/entries?limit=0",
          "/api/ledger/entries?limit=201",
          "/api/ledger/entries?before=-1",
          "/api/ledger/entries?limit=1e3",
          "/api/ledger/consistency?from=2&to=1",
          "/api/ledger/consistency?from=0&to=999999",
          "/api/compliance/matrix?on=tomorrow",
          "/api/documents?kind=secret",
          "/api/review?limit=0",
          "/api/review?limit=201",
          "/api/review?severity=fatal",
          "/api/review?viewed=maybe",
          "/api/review?before=1' OR '1'='1",
          "/api/review?before=../../x",
          "/api/review?from=yesterday",
          "/api/review?camera=..%2f",
          "/api/review?kind=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
          "/api/tracks?kind=ghost",
          "/api/tracks?colour=ultraviolet",
          "/api/tracks?direction=away",
          "/api/tracks?min_seconds=-1",
          "/api/cameras/gate/activity",
          "/api/cameras/gate/activity?from=2026-11-22&to=2026-11-22",
          "/api/cameras/gate/activity?from=2026-11-01&to=2026-11-22",
          "/api/cameras/gate/activity?from=2026-11-21&to=2026-11-22&step=0",
          "/api/cameras/gate/activity?from=2026-11-21&to=2026-11-22&step=61",
          "/api/cameras/gate/activity?from=2026-11-21&to=2026-11-22&step=999999999999",
          "/api/cameras/gate/heat?from=2026-01-01&to=2026-11-22",
          "/api/cameras?x=1",
          "/api/status?%00=1"}) {
        auto reply = get("admin", target);
        EXPECT_EQ(reply.status, 400) << target << " " << reply.body;
        EXPECT_EQ(reply.kind(), "invalid_input") << target;
        EXPECT_FALSE(reply.json()["error"]["message"].get<std::string>().empty());
    }
}

TEST_F(HostileTest, PathsLeadNowhereElse) {
    for (const auto* target :
         {"/../etc/passwd",
          "/..%2f..%2fetc/passwd",
          "/api/../proviso.db",
          "/api/%2e%2e/x",
          "/api/cameras/..%2f..%2f",
          "/api/cameras/%00",
          "/api//cameras",
          "/api/cameras/",
          "/api/unknown",
          "/api",
          "/metrics/x.y",
          "/api/ledger/entries/99999999999999999999",
          "/api/ledger/entries/-1",
          "/api/ledger/entries/0x1",
          "/api/exports/../users",
          "/api/review/x/picture.jpg",
          "/api/review/1795348800.000001-abcdef/picture.jpg",
          "/api/review/..%2f..%2fmaster/picture.jpg",
          "/api/tracks/%00/picture.jpg",
          "/api/tracks/1795348800.000001-abcdef/picture.jpg",
          "/api/documents/secret/x/history",
          "/api/users/..",
          "/missing.js"}) {
        auto reply = get("admin", target);
        EXPECT_EQ(reply.status, 404) << target << " " << reply.body;
        EXPECT_EQ(reply.kind(), "not_found") << target;
    }
    EXPECT_EQ(get("admin", "/cameras/gate").status, 200) << "pages of the UI";
}

TEST_F(HostileTest, EveryAnswerCarriesTheSecurityHeaders) {
    for (const auto* target : {"/", "/api/session", "/api/unknown", "/missing.js"}) {
        auto reply = get("admin", target);
        EXPECT_EQ(reply.headers["x-content-type-options"], "nosniff") << target;
        EXPECT_EQ(reply.headers["referrer-policy"], "no-referrer");
        EXPECT_EQ(reply.headers["cross-origin-opener-policy"], "same-origin");
        auto policy = reply.headers["content-security-policy"];
        EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos) << target;
        EXPECT_EQ(policy.find("unsafe"), std::string::npos) << target;
        EXPECT_FALSE(reply.headers.contains("server"));
        EXPECT_FALSE(reply.headers.contains("access-control-allow-origin"));
    }
}

TEST_F(HostileTest, ClientsThatGoAwayEarlyCostNothing) {
    for (int i = 0; i < 50; ++i) {
        TestClient client(server->port());
        client.send(head("POST /api/session HTTP/1.1") + "Content-Length: 100\r\n\r\nabc");
    }
    for (int i = 0; i < 50; ++i) {
        TestClient client(server->port());
        auto headers = head("GET /api/cameras HTTP/1.1");
        client.send(headers + "Cookie: " + people.at("admin").cookie + "\r\n\r\n");
    }
    expect_alive();
}

TEST_F(HostileTest, RequestsSentAheadAreAnsweredInOrder) {
    TestClient client(server->port());
    auto one = head("GET /api/session HTTP/1.1") + "Cookie: " + people.at("viewer").cookie;
    auto two = head("GET /api/unknown HTTP/1.1") + "X: y";
    client.send(one + "\r\n\r\n" + two + "\r\n\r\n" + one + "\r\n\r\n");
    EXPECT_EQ(client.receive().status, 200);
    EXPECT_EQ(client.receive().status, 404);
    EXPECT_EQ(client.receive().status, 200);
}

TEST_F(HostileTest, ABodyInPiecesIsReadWhole) {
    TestClient client(server->port());
    client.send(
        head("POST /api/session HTTP/1.1") + "Origin: " + origin() +
        "\r\nContent-Type: application/json; charset=utf-8\r\nExpect: 100-continue\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    );
    for (char c : Json{{"login", "boss"}, {"password", "a long sentence only I know"}}.dump()) {
        client.send(fmt::format("1\r\n{}\r\n", c));
    }
    client.send("0\r\n\r\n");
    EXPECT_EQ(client.receive().status, 200);
}

}  // namespace
}  // namespace proviso::api
