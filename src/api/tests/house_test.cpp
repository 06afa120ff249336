#include <fmt/format.h>
#include <gtest/gtest.h>

#include <proviso/crypto/hash.h>
#include <proviso/proof/merkle.h>

#include "test_server.h"

namespace proviso::api {
namespace {

class HouseTest : public ServerTest {};

TEST_F(HouseTest, SignInSetsACookieThatScriptsAndOtherSitesCannotUse) {
    TestClient client(server->port());
    auto reply = client.request(
        "POST",
        "/api/session",
        {{"Origin", origin()}, {"Content-Type", "application/json"}},
        R"({"login":"viewer","password":"a long sentence only I know"})"
    );
    ASSERT_EQ(reply.status, 200);
    auto cookie = reply.headers["set-cookie"];
    EXPECT_EQ(cookie.find("proviso="), 0U);
    EXPECT_NE(cookie.find("; HttpOnly; SameSite=Strict"), std::string::npos);
    EXPECT_EQ(reply.headers["cache-control"], "no-store");
    auto session = reply.json();
    EXPECT_EQ(session["user"]["login"], "viewer");
    EXPECT_EQ(session["user"]["role"], "viewer");
    EXPECT_TRUE(session["user"]["cameras"].is_null());
}

TEST_F(HouseTest, AKnownAndAnUnknownLoginGetTheSameAnswer) {
    auto attempt = [&](std::string_view login) {
        return TestClient(server->port())
            .request(
                "POST",
                "/api/session",
                {{"Origin", origin()}, {"Content-Type", "application/json"}},
                fmt::format(R"({{"login":"{}","password":"wrong password"}})", login)
            );
    };
    auto known = attempt("viewer");
    auto unknown = attempt("nobody");
    EXPECT_EQ(known.status, 401);
    EXPECT_EQ(known.body, unknown.body);
}

TEST_F(HouseTest, TooManyFailuresMakeTheAccountWait) {
    Reply reply;
    for (int i = 0; i < 11; ++i) {
        reply = TestClient(server->port())
                    .request(
                        "POST",
                        "/api/session",
                        {{"Origin", origin()}, {"Content-Type", "application/json"}},
                        R"({"login":"viewer","password":"wrong password"})"
                    );
    }
    EXPECT_EQ(reply.status, 429);
    EXPECT_EQ(reply.kind(), "too_many");
    EXPECT_FALSE(reply.json()["error"]["next_step"].get<std::string>().empty());
}

TEST_F(HouseTest, SigningOutEndsTheSessionAtOnce) {
    auto reply = send("viewer", "DELETE", "/api/session", "");
    EXPECT_EQ(reply.status, 204);
    EXPECT_NE(reply.headers["set-cookie"].find("Max-Age=0"), std::string::npos);
    EXPECT_EQ(get("viewer", "/api/session").status, 401);
}

TEST_F(HouseTest, ARequestInTheBackgroundDoesNotKeepASessionFromGoingIdle) {
    auto expires = [&](bool background) {
        auto headers = as("operator");
        if (background) headers.emplace_back("X-Proviso-Background", "true");
        auto reply = TestClient(server->port()).request("GET", "/api/session", headers);
        EXPECT_EQ(reply.status, 200) << reply.body;
        return reply.json()["expires"].get<std::string>();
    };
    auto used = expires(false);
    EXPECT_LE(expires(true), used);
    EXPECT_GT(expires(false), used);
}

TEST_F(HouseTest, UsersAreMadeChangedAndReset) {
    auto made = send(
        "admin", "POST", "/api/users", R"({"login":"Anna","role":"viewer","cameras":["gate"]})"
    );
    ASSERT_EQ(made.status, 201) << made.body;
    auto user = made.json()["user"];
    EXPECT_EQ(user["cameras"], Json::array({"gate"}));
    EXPECT_EQ(
        send("admin", "POST", "/api/users", R"({"login":"anna","role":"viewer"})").status, 409
    );
    auto target = "/api/users/" + user["id"].get<std::string>();
    auto changed = send("admin", "PATCH", target, R"({"role":"operator"})").json();
    EXPECT_EQ(changed["role"], "operator");
    EXPECT_EQ(changed["cameras"], Json::array({"gate"})) << "what is absent stays";
    changed = send("admin", "PATCH", target, R"({"cameras":null})").json();
    EXPECT_TRUE(changed["cameras"].is_null());
    auto reset = send("admin", "POST", target + "/reset-password", "");
    EXPECT_EQ(reset.status, 200) << reset.body;
    EXPECT_FALSE(reset.json()["one_time_password"].get<std::string>().empty());
    EXPECT_EQ(get("admin", "/api/users").json()["users"].size(), 6U);
    auto self = "/api/users/" + people.at("admin").id;
    EXPECT_EQ(send("admin", "PATCH", self, R"({"disabled":true})").status, 409);
}

TEST_F(HouseTest, CamerasTellTheirHealthTheLawAndTheirRetention) {
    film(30);
    auto camera = get("viewer", "/api/cameras/gate").json();
    EXPECT_EQ(camera["site"], "berlin");
    EXPECT_EQ(camera["purpose"]["code"], "property_protection");
    EXPECT_EQ(camera["streams"].size(), 2U);
    EXPECT_EQ(camera["streams"][0]["state"], "recording");
    EXPECT_EQ(camera["streams"][0]["codec"], "avc1.4d401f");
    EXPECT_EQ(camera["streams"][0]["width"], 640);
    EXPECT_TRUE(camera["streams"][1]["codec"].is_null());
    EXPECT_NE(camera["recording"]["verdict"], "refuse");
    EXPECT_EQ(camera["retention"]["asked_days"], 3);
    EXPECT_EQ(get("viewer", "/api/status").json()["cameras"]["recording"], 2);
}

TEST_F(HouseTest, TheMatrixTurnsRedWithTheNoticeAndNamesTheRule) {
    auto verdict = [&]() -> Json {
        auto row = get("officer", "/api/compliance/cameras/gate").json();
        for (const auto& cell : row["cells"]) {
            if (cell["capability"] == "recording") return cell;
        }
        return Json();
    };
    EXPECT_NE(verdict()["verdict"], "refuse");
    auto reply =
        send("officer", "POST", "/api/records/berlin-notice/withdraw", R"({"reason":"torn down"})");
    ASSERT_EQ(reply.status, 200) << reply.body;
    auto cell = verdict();
    EXPECT_EQ(cell["verdict"], "refuse");
    EXPECT_EQ(cell["reasons"][0]["rule"], "T-NOTICE");
    EXPECT_EQ(cell["missing"][0]["next_step"], "Put a notice for this place on record");
    EXPECT_NE(cell["words"].get<std::string>().find("Test Act"), std::string::npos);
    auto matrix = get("auditor", "/api/compliance/matrix?on=2030-01-01").json();
    EXPECT_EQ(matrix["on"], "2030-01-01");
    EXPECT_EQ(matrix["cameras"].size(), 2U);
    EXPECT_EQ(matrix["cells"].size(), 2 * matrix["capabilities"].size());
}

TEST_F(HouseTest, DocumentsComeBackAsTheyWent) {
    auto yaml = get("auditor", "/api/documents");
    EXPECT_EQ(yaml.headers["content-type"], "application/yaml");
    EXPECT_NE(yaml.body.find("berlin-notice"), std::string::npos);
    auto again =
        send("officer", "POST", "/api/documents/apply?dry_run=true", yaml.body, "application/yaml");
    ASSERT_EQ(again.status, 200) << again.body;
    EXPECT_TRUE(again.json()["dry_run"].get<bool>());
    auto changes = again.json()["changes"];
    for (const auto& change : changes) EXPECT_EQ(change["what"], "unchanged");
    EXPECT_EQ(get("auditor", "/api/documents?kind=camera&name=absent").status, 404);
}

TEST_F(HouseTest, ADocumentsHistoryNamesWhoChangedItAndTheEntry) {
    apply("kind: record\nname: berlin-notice\nrecord: notice\nsite: berlin\nentrances: 2\n");
    auto history = get("auditor", "/api/documents/record/berlin-notice/history").json();
    ASSERT_EQ(history["revisions"].size(), 2U);
    EXPECT_EQ(history["revisions"][1]["user"], people.at("admin").id);
    auto index = history["revisions"][1]["ledger_index"].get<std::uint64_t>();
    auto entry = get("auditor", fmt::format("/api/ledger/entries/{}", index)).json();
    EXPECT_EQ(entry["type"], "config");
    EXPECT_EQ(get("auditor", "/api/documents/record/absent/history").status, 404);
    auto removed = send("officer", "DELETE", "/api/documents/camera/gate?reason=gone", "");
    EXPECT_EQ(removed.status, 200) << removed.body;
    EXPECT_EQ(get("admin", "/api/cameras/gate").status, 404);
}

TEST_F(HouseTest, ReadingThePersonalPartOfAnEntryLeavesAnEntry) {
    apply("kind: record\nname: more\nrecord: dpia\nsite: berlin\n");
    auto entry = get("auditor", "/api/ledger/entries?type=config&limit=1").json()["entries"][0];
    EXPECT_FALSE(entry["commit"].is_null());
    auto target = fmt::format("/api/ledger/entries/{}/personal", entry["index"].get<int>());
    auto personal = get("auditor", target);
    ASSERT_EQ(personal.status, 200) << personal.body;
    EXPECT_EQ(personal.json()["personal"]["reason"], "testing");
    auto reads = entries("personal.read");
    ASSERT_EQ(reads.size(), 1U);
    EXPECT_EQ(reads[0]["user"], people.at("auditor").id);
    ledger.broken = true;
    auto refused = get("auditor", target);
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.body.find("testing"), std::string::npos);
    ledger.broken = false;
}

TEST_F(HouseTest, AnInclusionProofCanBeCheckedByTheClient) {
    auto proof = get("officer", "/api/ledger/entries/0/proof").json();
    auto bytes = proof["entry_bytes"].get<std::string>();
    auto digest = [](const Json& hex) {
        crypto::Digest out{};
        auto raw = *from_hex(hex.get<std::string>());
        std::copy(raw.begin(), raw.end(), out.begin());
        return out;
    };
    std::vector<crypto::Digest> path;
    for (const auto& node : proof["path"]) path.push_back(digest(node));
    EXPECT_TRUE(proof::verify_inclusion(
        proof::leaf_hash(as_bytes(bytes)),
        0,
        proof["size"].get<std::uint64_t>(),
        path,
        digest(proof["root"])
    ));
    auto size = get("officer", "/api/ledger").json()["size"].get<std::uint64_t>();
    auto consistency = get("officer", fmt::format("/api/ledger/consistency?from=1&to={}", size));
    EXPECT_EQ(consistency.status, 200) << consistency.body;
}

TEST_F(HouseTest, TheLedgerCanBePagedThroughToItsFirstEntry) {
    std::vector<std::uint64_t> seen;
    Json next;
    do {
        auto target = std::string("/api/ledger/entries?limit=7");
        if (!next.is_null()) target += fmt::format("&before={}", next.get<std::uint64_t>());
        auto page = get("auditor", target).json();
        for (const auto& entry : page["entries"]) seen.push_back(entry["index"]);
        next = page["next_before"];
    } while (!next.is_null());
    ASSERT_FALSE(seen.empty());
    EXPECT_EQ(seen.back(), 0U);
    for (std::size_t i = 1; i < seen.size(); ++i) EXPECT_EQ(seen[i], seen[i - 1] - 1);
}

TEST_F(HouseTest, WithoutALedgerNothingIsChanged) {
    ledger.broken = true;
    auto version = registers->snapshot()->version;
    auto reply = send(
        "admin",
        "POST",
        "/api/documents/apply?reason=trying",
        "kind: record\nname: more\nrecord: dpia\nsite: berlin\n",
        "application/yaml"
    );
    EXPECT_EQ(reply.status, 503) << reply.body;
    reply = send("admin", "POST", "/api/users", R"({"login":"late","role":"viewer"})");
    EXPECT_EQ(reply.status, 503) << reply.body;
    reply = send(
        "operator",
        "POST",
        "/api/exports",
        R"({"camera":"gate","stream":"main","from":"2026-11-22T00:00:00Z",)"
        R"("to":"2026-11-22T00:01:00Z","purpose_code":"evidence","reason":"trying"})"
    );
    EXPECT_EQ(reply.status, 503) << reply.body;
    reply =
        get("operator",
            "/api/cameras/gate/playback?from=2026-11-22T00:00:00Z&to=2026-11-22T00:00:10Z");
    EXPECT_EQ(reply.status, 503) << reply.body;
    EXPECT_EQ(registers->snapshot()->version, version);
    ledger.broken = false;
}

TEST_F(HouseTest, MetricsAreForPrometheus) {
    auto reply = get("operator", "/metrics");
    EXPECT_EQ(reply.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    for (const auto* name :
         {"proviso_service_uptime_seconds ",
          "proviso_storage_free_bytes 500",
          "proviso_camera_fps{camera=\"gate\",stream=\"main\"}",
          "proviso_ledger_entries "}) {
        EXPECT_NE(reply.body.find(name), std::string::npos) << name;
    }
}

}  // namespace
}  // namespace proviso::api
