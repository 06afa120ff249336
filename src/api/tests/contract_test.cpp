#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <proviso/base/document.h>
#include <proviso/base/file.h>

#include "route.h"

namespace proviso::api {
namespace {

using identity::Role;

/// openapi.yaml is the contract; what the server does comes from the table. Neither may say more
/// than the other.
struct ContractTest : testing::Test {
    Json document;
    std::map<std::pair<std::string, std::string>, Json> operations;  ///< (method, path)

    void SetUp() override {
        auto text = read_file(PROVISO_OPENAPI);
        ASSERT_TRUE(text.has_value());
        DocumentLimits limits;
        auto parsed = parse_yaml_document(*text, limits);
        ASSERT_TRUE(parsed.has_value()) << parsed.error().story();
        document = *std::move(parsed);
        for (const auto& [path, methods] : document["paths"].items()) {
            for (const auto& [method, operation] : methods.items()) {
                operations[{method, path}] = operation;
            }
        }
    }

    static std::string lower(std::string_view text) {
        std::string out(text);
        for (auto& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        return out;
    }

    const Json* operation_of(const Route& route) const {
        auto found = operations.find({lower(to_string(route.method)), std::string(route.pattern)});
        return found == operations.end() ? nullptr : &found->second;
    }

    Json resolve(const Json& node) const {
        auto reference = node.find("$ref");
        if (reference == node.end()) return node;
        return document.at(Json::json_pointer(reference->get<std::string>().substr(1)));
    }
};

TEST_F(ContractTest, EveryRouteIsDescribedAndEveryDescriptionHasARoute) {
    std::set<std::pair<std::string, std::string>> table;
    for (const auto& route : routes()) {
        table.emplace(lower(to_string(route.method)), route.pattern);
        const auto* operation = operation_of(route);
        ASSERT_NE(operation, nullptr) << route.pattern;
        EXPECT_EQ(operation->at("operationId"), route.operation);
    }
    EXPECT_EQ(table.size(), routes().size()) << "a route stands twice in the table";
    for (const auto& [key, operation] : operations) {
        EXPECT_TRUE(table.contains(key)) << key.first << " " << key.second;
    }
}

TEST_F(ContractTest, RolesScopeAndLedgerEntryAreTheSameInBoth) {
    for (const auto& route : routes()) {
        const auto& needs = operation_of(route)->at("x-proviso-needs");
        std::set<std::string> described = needs.at("roles");
        std::set<std::string> real;
        if (route.roles.is_public()) real.insert("public");
        for (auto role :
             {Role::Viewer, Role::Operator, Role::Officer, Role::Auditor, Role::Admin}) {
            if (route.roles.has(role)) real.emplace(identity::to_string(role));
        }
        EXPECT_EQ(described, real) << route.operation;
        EXPECT_EQ(needs.at("scope"), to_string(route.scope)) << route.operation;
        EXPECT_EQ(needs.value("ledger", ""), route.ledger) << route.operation;
    }
}

TEST_F(ContractTest, EveryStatusARouteMayAnswerIsDeclaredAndNoOther) {
    for (const auto& route : routes()) {
        std::set<int> declared;
        for (const auto& [status, response] : operation_of(route)->at("responses").items()) {
            declared.insert(std::stoi(status));
        }
        auto real = route.statuses();
        EXPECT_EQ(declared, std::set<int>(real.begin(), real.end())) << route.operation;
    }
}

TEST_F(ContractTest, EveryErrorHasTheOneShape) {
    for (const auto& route : routes()) {
        for (const auto& [status, response] : operation_of(route)->at("responses").items()) {
            if (std::stoi(status) < 400) continue;
            auto schema = resolve(response).at("content").at("application/json").at("schema");
            EXPECT_EQ(schema.at("$ref"), "#/components/schemas/Error") << route.operation;
        }
    }
}

TEST_F(ContractTest, QueryParametersAndBodiesAreTheSameInBoth) {
    for (const auto& route : routes()) {
        const auto& operation = *operation_of(route);
        std::set<std::string> described;
        std::vector<std::string> path;
        for (const auto& parameter : operation.value("parameters", Json::array())) {
            auto resolved = resolve(parameter);
            if (resolved.at("in") == "query") described.insert(resolved.at("name"));
            if (resolved.at("in") == "path") path.push_back(resolved.at("name"));
        }
        EXPECT_EQ(described, std::set<std::string>(route.query.begin(), route.query.end()))
            << route.operation;
        std::string rebuilt(route.pattern);
        for (const auto& name : path) {
            EXPECT_NE(rebuilt.find("{" + name + "}"), std::string::npos) << route.operation;
        }
        EXPECT_EQ(
            static_cast<std::size_t>(std::count(rebuilt.begin(), rebuilt.end(), '{')), path.size()
        );
        std::string type;
        if (operation.contains("requestBody")) {
            type = operation["requestBody"]["content"].begin().key();
        }
        EXPECT_EQ(
            type,
            route.body == BodyType::Json   ? "application/json"
            : route.body == BodyType::Yaml ? "application/yaml"
                                           : ""
        ) << route.operation;
    }
}

TEST_F(ContractTest, EveryReferenceResolves) {
    std::vector<const Json*> open{&document};
    while (!open.empty()) {
        const auto* node = open.back();
        open.pop_back();
        if (node->is_object() && node->contains("$ref")) {
            auto pointer = Json::json_pointer((*node)["$ref"].get<std::string>().substr(1));
            EXPECT_TRUE(document.contains(pointer)) << (*node)["$ref"];
        }
        if (node->is_structured()) {
            for (const auto& child : *node) open.push_back(&child);
        }
    }
}

TEST(Routes, OfficersAndAuditorsHaveNoVideo) {
    for (const auto& route : routes()) {
        if (route.ledger != "view" && route.ledger != "export.downloaded") continue;
        EXPECT_FALSE(route.roles.has(Role::Officer)) << route.operation;
        EXPECT_FALSE(route.roles.has(Role::Auditor)) << route.operation;
    }
}

TEST(Routes, AuditorsChangeNothingButTheirOwnSession) {
    for (const auto& route : routes()) {
        if (!route.unsafe() || route.websocket || route.before_password_change) continue;
        EXPECT_FALSE(route.roles.has(Role::Auditor)) << route.operation;
    }
}

TEST(Routes, OnlySigningInAndTheSecretLinkOfTheCalendarArePublic) {
    for (const auto& route : routes()) {
        bool calendar = route.operation == "getCalendar";
        EXPECT_EQ(route.roles.is_public(), calendar || route.operation == "signIn")
            << route.operation;
        EXPECT_EQ(route.secret_link, calendar) << route.operation;
    }
}

TEST(Routes, AreFoundByMethodAndPath) {
    auto match = find_route(Method::Get, "/api/cameras/gate/timeline");
    ASSERT_NE(match.route, nullptr);
    EXPECT_EQ(match.route->operation, "getTimeline");
    EXPECT_EQ(match.parameters, std::vector<std::string>{"gate"});
    match = find_route(Method::Patch, "/api/cameras");
    EXPECT_EQ(match.route, nullptr);
    EXPECT_EQ(match.allowed, std::vector<Method>{Method::Get});
    EXPECT_TRUE(find_route(Method::Get, "/api/cameras/../users").allowed.empty());
    EXPECT_TRUE(find_route(Method::Get, "/api/cameras/").allowed.empty());
}

}  // namespace
}  // namespace proviso::api
