#include <fmt/format.h>
#include <gtest/gtest.h>

#include "route.h"
#include "test_server.h"

namespace proviso::api {
namespace {

/// An account limited to camera "gate" must not even learn the name of another one: everything it
/// can fetch is searched for "canary".
class ScopeTest : public ServerTest {
protected:
    static std::string range() { return "?from=2026-11-22T00:00:00Z&to=2026-11-22T00:00:10Z"; }

    Reply as_person(const Person& person, std::string_view method, const std::string& target) {
        return TestClient(server->port()).request(method, target, as(person));
    }

    static std::string without_date(const Reply& reply) {
        auto text = fmt::format("{}\n", reply.status);
        for (const auto& [name, value] : reply.headers) {
            if (name != "date") text += name + ": " + value + "\n";
        }
        return text + reply.body;
    }
};

TEST_F(ScopeTest, NothingALimitedAccountCanFetchNamesAForeignCamera) {
    sight("gate");
    sight("canary-vault");
    for (const auto* role : {"viewer", "operator", "officer", "auditor"}) {
        auto person = add_person(fmt::format("limited-{}", role), role, {"gate"});
        for (const auto& route : routes()) {
            if (route.method != Method::Get || route.operation == "watchEvents") continue;
            for (const auto* camera : {"gate", "canary-vault"}) {
                std::string target(route.pattern);
                for (const auto* mark :
                     {"{camera}", "{id}", "{name}", "{kind}", "{index}", "{person}"}) {
                    auto at = target.find(mark);
                    if (at == std::string::npos) continue;
                    std::string value = mark == std::string("{camera}")  ? camera
                                        : mark == std::string("{kind}")  ? "camera"
                                        : mark == std::string("{name}")  ? camera
                                        : mark == std::string("{index}") ? "3"
                                                                         : "x";
                    target.replace(at, std::string(mark).size(), value);
                }
                for (const auto& query : {std::string(), range(), std::string("?limit=200")}) {
                    auto reply = as_person(person, "GET", target + query);
                    EXPECT_EQ(reply.body.find("canary"), std::string::npos)
                        << role << " " << target << query << ": " << reply.body;
                    EXPECT_EQ(reply.body.find("Canary"), std::string::npos) << target;
                }
            }
        }
    }
}

TEST_F(ScopeTest, ForbiddenAndAbsentCamerasAnswerAlikeByteForByte) {
    auto person = add_person("limited", "operator", {"gate"});
    for (const auto& route : routes()) {
        if (route.scope != Scope::Camera) continue;
        auto target_with = [&](std::string_view camera) {
            std::string target(route.pattern);
            target.replace(target.find("{camera}"), 8, camera);
            return target + range();
        };
        auto forbidden = as_person(person, "GET", target_with("canary-vault"));
        EXPECT_EQ(forbidden.status, 404) << route.operation;
        for (const auto* absent : {"absent", "UPPER", "%2e%2e%2e", "a%20b"}) {
            auto reply = as_person(person, "GET", target_with(absent));
            EXPECT_EQ(without_date(reply), without_date(forbidden)) << route.operation << absent;
        }
    }
}

TEST_F(ScopeTest, AnExportOfAForeignCameraAnswersAsOneOfAnAbsentCamera) {
    auto person = add_person("limited", "operator", {"gate"});
    auto body = [](std::string_view camera) {
        return fmt::format(
            R"({{"camera":"{}","stream":"main","from":"2026-11-22T00:00:00Z",)"
            R"("to":"2026-11-22T00:01:00Z","purpose_code":"evidence","reason":"trying"}})",
            camera
        );
    };
    auto headers = as(person);
    headers.emplace_back("Content-Type", "application/json");
    TestClient client(server->port());
    auto foreign = client.request("POST", "/api/exports", headers, body("canary-vault"));
    auto absent = client.request("POST", "/api/exports", headers, body("absent"));
    EXPECT_EQ(foreign.status, 404);
    EXPECT_EQ(without_date(foreign), without_date(absent));
}

TEST_F(ScopeTest, WhatWasSeenAtAForeignCameraAnswersAsWhatIsNotThere) {
    auto foreign = sight("canary-vault");
    auto own = sight("gate");
    auto track = alerts->tracks({})->items;
    std::string foreign_track;
    for (const auto& one : track) {
        if (one.camera.text() == "canary-vault") foreign_track = one.id;
    }
    ASSERT_FALSE(foreign_track.empty());
    auto person = add_person("limited", "operator", {"gate"});
    auto listed = as_person(person, "GET", "/api/review").json()["items"];
    ASSERT_EQ(listed.size(), 1U);
    EXPECT_EQ(listed[0]["id"], own);
    EXPECT_EQ(
        as_person(person, "GET", "/api/review?camera=canary-vault").body,
        as_person(person, "GET", "/api/review?camera=absent").body
    );
    const std::string absent = "1795348800.000001-abcdef";
    auto headers = as(person);
    headers.emplace_back("Content-Type", "application/json");
    TestClient client(server->port());
    auto judge = [&](const std::string& id) {
        return without_date(client.request(
            "POST", "/api/review/" + id + "/judgement", headers, R"({"judgement":"true"})"
        ));
    };
    EXPECT_EQ(judge(foreign), judge(absent));
    for (const auto& [kind, id] :
         {std::pair{"review", foreign}, std::pair{"tracks", foreign_track}}) {
        auto target = [&](const std::string& one) {
            return fmt::format("/api/{}/{}/picture.jpg", kind, one);
        };
        auto reply = as_person(person, "GET", target(id));
        EXPECT_EQ(reply.status, 404);
        EXPECT_EQ(without_date(reply), without_date(as_person(person, "GET", target(absent))));
    }
    auto marked = client.request(
        "POST",
        "/api/review/viewed",
        headers,
        Json{{"ids", {foreign, own}}, {"viewed", true}}.dump()
    );
    EXPECT_EQ(marked.json()["changed"], 1);
    EXPECT_TRUE(entries("alert.judged").empty());
    EXPECT_TRUE(entries("view").empty());
}

TEST_F(ScopeTest, WhatCannotBeNarrowedIsNotForLimitedAccounts) {
    auto person = add_person("limited", "officer", {"gate"});
    for (const auto& route : routes()) {
        if (route.scope != Scope::House || !route.roles.has(identity::Role::Officer)) continue;
        if (route.method != Method::Get || route.pattern.find('{') != std::string_view::npos) {
            continue;
        }
        auto reply = as_person(person, "GET", std::string(route.pattern));
        EXPECT_EQ(reply.status, 403) << route.operation;
        EXPECT_EQ(reply.kind(), "forbidden") << route.operation;
    }
}

TEST_F(ScopeTest, AnAccountWithoutLimitsSeesBothCameras) {
    auto cameras = get("auditor", "/api/cameras").json()["cameras"];
    ASSERT_EQ(cameras.size(), 2U);
    EXPECT_EQ(cameras[0]["name"], "canary-vault");
    auto limited = add_person("limited", "viewer", {"gate"});
    auto sites = as_person(limited, "GET", "/api/sites").json()["sites"];
    ASSERT_EQ(sites.size(), 1U);
    EXPECT_EQ(sites[0]["name"], "berlin");
}

}  // namespace
}  // namespace proviso::api
