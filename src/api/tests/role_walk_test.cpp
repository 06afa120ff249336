#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "route.h"
#include "test_server.h"

namespace proviso::api {
namespace {

using identity::Role;

/// Walks the table: what holds for one route holds for all, also for those added tomorrow.
class RoleWalk : public ServerTest {
protected:
    static std::string target_of(const Route& route) {
        std::string target(route.pattern);
        for (const auto& [mark, value] : std::map<std::string, std::string>{
                 {"{camera}", "gate"},
                 {"{id}", "0123456789abcdef0123456789abcdef"},
                 {"{name}", "nothing"},
                 {"{person}", "p-nothing"},
                 {"{kind}", "record"},
                 {"{index}", "0"}}) {
            auto at = target.find(mark);
            if (at != std::string::npos) target.replace(at, mark.size(), value);
        }
        return target;
    }

    static Headers content_of(const Route& route) {
        if (route.body == BodyType::None) return {};
        return {{"Content-Type", route.body == BodyType::Json ? "application/json" : "text/yaml"}};
    }

    Reply ask(const Route& route, Headers headers) {
        for (auto& header : content_of(route)) headers.push_back(header);
        if (route.websocket) {
            headers.insert(
                headers.end(),
                {{"Connection", "Upgrade"},
                 {"Upgrade", "websocket"},
                 {"Sec-WebSocket-Version", "13"},
                 {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}}
            );
        }
        TestClient client(server->port());
        auto text = fmt::format(
            "{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n",
            to_string(route.method),
            target_of(route),
            server->port()
        );
        if (route.websocket) {
            text = fmt::format(
                "{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n",
                to_string(route.method),
                target_of(route),
                server->port()
            );
        }
        for (const auto& [name, value] : headers) text += fmt::format("{}: {}\r\n", name, value);
        std::string_view body = route.body == BodyType::None ? "" : "{}";
        text += fmt::format("Content-Length: {}\r\n\r\n{}", body.size(), body);
        client.send(text);
        return client.receive();
    }

    static void expect_declared(const Route& route, const Reply& reply) {
        auto declared = route.statuses();
        EXPECT_TRUE(std::binary_search(declared.begin(), declared.end(), reply.status))
            << route.operation << " answered " << reply.status << " " << reply.body;
    }
};

TEST_F(RoleWalk, WithoutASessionNothingButSigningInAnswers) {
    for (const auto& route : routes()) {
        if (route.roles.is_public()) continue;
        for (const auto& cookie :
             {std::string(),
              std::string("proviso="),
              std::string("proviso=garbage"),
              "proviso=" + std::string(64, 'a'),
              "__Host-proviso=" + std::string(64, 'a')}) {
            Headers headers{{"Origin", origin()}};
            if (!cookie.empty()) headers.emplace_back("Cookie", cookie);
            auto reply = ask(route, headers);
            EXPECT_EQ(reply.status, 401) << route.operation << " " << reply.body;
            EXPECT_EQ(reply.kind(), "unauthorized") << route.operation;
        }
    }
}

/// The one exception to "sign in first": what it opens is chosen by a secret, it changes nothing,
/// and it says nothing to whoever does not have the secret.
TEST_F(RoleWalk, WithoutASessionASecretLinkIsTheOnlyOtherDoorAndItIsShut) {
    std::set<std::string_view> doors;
    for (const auto& route : routes()) {
        if (!route.roles.is_public()) {
            EXPECT_FALSE(route.secret_link) << route.operation;
            continue;
        }
        doors.insert(route.operation);
        if (!route.secret_link) continue;
        EXPECT_EQ(route.method, Method::Get) << route.operation;
        EXPECT_EQ(route.body, BodyType::None) << route.operation;
        EXPECT_TRUE(route.ledger.empty()) << route.operation;
        EXPECT_EQ(route.query, std::vector<std::string>{"token"}) << route.operation;
        auto unknown = TestClient(server->port()).request("GET", "/api/law/nothing", {});
        for (const auto& token :
             {std::string(), std::string("?token="), "?token=" + std::string(64, '0')}) {
            auto reply =
                TestClient(server->port()).request("GET", std::string(route.pattern) + token, {});
            EXPECT_EQ(reply.status, 404) << token;
            EXPECT_EQ(reply.body, unknown.body) << "it tells that it is there";
        }
        // Neither a session nor an account stands in for the secret.
        EXPECT_EQ(get("admin", route.pattern).status, 404);
    }
    EXPECT_EQ(doors, (std::set<std::string_view>{"signIn", "getCalendar"}));
}

TEST_F(RoleWalk, EveryRoleReachesExactlyWhatTheTableSays) {
    for (const auto& route : routes()) {
        if (route.roles.is_public()) continue;
        for (auto role :
             {Role::Viewer, Role::Operator, Role::Officer, Role::Auditor, Role::Admin}) {
            auto login = std::string(role == Role::Admin ? "boss" : identity::to_string(role));
            auto reply = ask(route, as(sign_in(login, "a long sentence only I know")));
            if (route.roles.has(role)) {
                EXPECT_NE(reply.status, 401) << route.operation << " " << login;
                EXPECT_NE(reply.kind(), "forbidden") << route.operation << " " << login;
                expect_declared(route, reply);
            } else {
                EXPECT_EQ(reply.status, 403) << route.operation << " " << login;
                EXPECT_EQ(reply.kind(), "forbidden") << route.operation << " " << login;
            }
        }
    }
}

TEST_F(RoleWalk, ForeignOriginsAndWrongTokensReachNothingThatChanges) {
    auto person = people.at("admin");
    auto entries_before = ledger.size();
    for (const auto& route : routes()) {
        if (!route.unsafe()) continue;
        for (const auto& foreign :
             {std::string(),
              std::string("null"),
              std::string("http://evil.example"),
              std::string("https://127.0.0.1"),
              fmt::format("http://127.0.0.1:{}", server->port() + 1),
              origin() + ".evil.example",
              origin() + "/",
              std::string("http://localhost")}) {
            Headers headers{{"Cookie", person.cookie}, {"X-Proviso-Csrf", person.csrf}};
            if (!foreign.empty()) headers.emplace_back("Origin", foreign);
            auto reply = ask(route, headers);
            EXPECT_EQ(reply.status, 403) << route.operation << " " << foreign;
            EXPECT_EQ(reply.kind(), "wrong_origin") << route.operation << " " << foreign;
        }
        if (route.websocket || route.roles.is_public()) continue;
        for (const auto& token :
             {std::string(),
              std::string("x"),
              person.csrf + "x",
              person.csrf.substr(1),
              people.at("viewer").csrf}) {
            Headers headers{{"Cookie", person.cookie}, {"Origin", origin()}};
            if (!token.empty()) headers.emplace_back("X-Proviso-Csrf", token);
            auto reply = ask(route, headers);
            EXPECT_EQ(reply.status, 403) << route.operation << " " << token;
            EXPECT_EQ(reply.kind(), "wrong_csrf") << route.operation << " " << token;
        }
    }
    EXPECT_EQ(ledger.size(), entries_before);
}

TEST_F(RoleWalk, AFirstPasswordOpensNothingButItsOwnChange) {
    auto added = send("admin", "POST", "/api/users", R"({"login":"new","role":"admin"})");
    ASSERT_EQ(added.status, 201);
    TestClient client(server->port());
    auto reply = client.request(
        "POST",
        "/api/session",
        {{"Origin", origin()}, {"Content-Type", "application/json"}},
        Json{{"login", "new"}, {"password", added.json()["one_time_password"]}}.dump()
    );
    ASSERT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.json()["must_change_password"].get<bool>());
    auto set = reply.headers.at("set-cookie");
    Person person{"new", "", set.substr(0, set.find(';')), reply.json()["csrf"]};
    for (const auto& route : routes()) {
        if (route.before_password_change) continue;
        auto answer = ask(route, as(person));
        EXPECT_EQ(answer.status, 403) << route.operation;
        EXPECT_EQ(answer.kind(), "password_change_required") << route.operation;
    }
}

TEST_F(RoleWalk, AnotherMethodIsToldWhichOnesThereAre) {
    std::set<std::string> seen;
    for (const auto& route : routes()) {
        TestClient client(server->port());
        auto reply = client.request("OPTIONS", target_of(route), as("admin"));
        EXPECT_EQ(reply.status, 405) << route.pattern;
        EXPECT_EQ(reply.kind(), "method_not_allowed");
        EXPECT_NE(reply.headers["allow"].find(to_string(route.method)), std::string::npos);
    }
}

}  // namespace
}  // namespace proviso::api
