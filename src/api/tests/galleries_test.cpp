#include <fmt/format.h>
#include <gtest/gtest.h>

#include <proviso/crypto/encode.h>

#include "test_server.h"

namespace proviso::api {
namespace {

class GalleriesTest : public ServerTest {
protected:
    static std::string picture(std::string_view bytes) {
        return crypto::to_base64(as_bytes(bytes));
    }

    Reply put(const std::string& id, const Json& body) {
        return send("officer", "PUT", "/api/galleries/" + id, body.dump());
    }

    static Json terms() {
        return {
            {"kind", "staff"},
            {"reason", "entrance without badge"},
            {"threshold", 0.5},
            {"cameras", {"gate"}},
            {"expires", "2099-01-01"}};
    }

    Reply enrol(const Json& body) {
        return send("officer", "POST", "/api/galleries/staff/people", body.dump());
    }

    Json person(const std::string& face = "a") {
        return {{"label", "Anna"}, {"pictures", {picture(face), picture(face)}}};
    }

    /// Somebody with this face passes the gate.
    void pass(char face) {
        auto answer = gate->ask(law::Identify{
            CameraId::literal("gate"), "face_verification", "staff", "staff"});
        ASSERT_TRUE(answer) << answer.error().story();
        auto* permit = std::get_if<law::Permit<law::Identify>>(&*answer);
        ASSERT_NE(permit, nullptr) << std::get<law::Refusal>(*answer).words();
        auto found = *read_faces(as_bytes(std::string_view(&face, 1)));
        found.faces[0].track = static_cast<behaviour::TrackId>(face);
        auto matched =
            recogniser->match(*permit, found.faces[0], {clock.now(), found.picture_width});
        ASSERT_TRUE(matched) << matched.error().story();
    }
};

TEST_F(GalleriesTest, AGalleryIsMadeChangedAndRemovedAndTheLedgerSaysSo) {
    auto reply = put("staff", terms());
    ASSERT_EQ(reply.status, 200) << reply.body;
    auto gallery = reply.json();
    EXPECT_EQ(gallery["kind"], "staff");
    EXPECT_EQ(gallery["state"], "open");
    EXPECT_EQ(gallery["approver"], nullptr);
    EXPECT_EQ(gallery["author"], people.at("officer").id);
    auto list = get("auditor", "/api/galleries").json()["galleries"];
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list[0], gallery);
    EXPECT_EQ(entries("gallery.changed").size(), 1U);
    EXPECT_EQ(send("officer", "DELETE", "/api/galleries/staff").status, 204);
    EXPECT_EQ(entries("gallery.removed").size(), 1U);
    EXPECT_EQ(send("officer", "DELETE", "/api/galleries/staff").status, 404);
    EXPECT_TRUE(get("auditor", "/api/galleries").json()["galleries"].empty());
}

TEST_F(GalleriesTest, BadTermsChangeNothingAndAreNamed) {
    auto with = [](const char* key, Json value) {
        auto body = terms();
        body[key] = std::move(value);
        return body;
    };
    for (const auto& body :
         {with("kind", "everybody"),
          with("kind", nullptr),
          with("threshold", "high"),
          with("threshold", 7),
          with("reason", ""),
          with("cameras", Json::array()),
          with("cameras", {"absent"}),
          with("cameras", "gate"),
          with("expires", "soon"),
          with("approver", "../x"),
          with("floor", {{"beauty", 1}}),
          with("floor", {{"pixels", -1}}),
          with("more", 1)}) {
        auto reply = put("staff", body);
        EXPECT_EQ(reply.status, 400) << body << reply.body;
    }
    EXPECT_EQ(put("..%2fx", terms()).status, 404);
    EXPECT_EQ(put("UPPER", terms()).status, 404);
    EXPECT_TRUE(entries("gallery.changed").empty());
    EXPECT_TRUE(recogniser->galleries().empty());
}

TEST_F(GalleriesTest, AWatchListWaitsForAnotherPersonsApproval) {
    auto body = terms();
    body["kind"] = "watch_list";
    body["approver"] = people.at("admin").id;
    auto soon = day_of(clock.now()) + std::chrono::days(20);
    body["expires"] = to_iso8601(soon);
    body["review"] = to_iso8601(soon);
    auto reply = put("thieves", body);
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.json()["state"], "awaits_approval");
    auto approve = [this](const std::string& role) {
        TestClient client(server->port());
        return client.request("POST", "/api/galleries/thieves/approval", as(role));
    };
    EXPECT_EQ(approve("officer").status, 403) << "its author";
    auto approved = approve("admin");
    ASSERT_EQ(approved.status, 200) << approved.body;
    EXPECT_EQ(approved.json()["state"], "open");
    EXPECT_EQ(approved.json()["approved_by"], people.at("admin").id);
}

TEST_F(GalleriesTest, APersonIsEnrolledListedAndErased) {
    ASSERT_EQ(put("staff", terms()).status, 200);
    auto reply = enrol(person());
    ASSERT_EQ(reply.status, 201) << reply.body;
    auto id = reply.json()["id"].get<std::string>();
    EXPECT_EQ(reply.json()["pictures"], 2);
    EXPECT_EQ(reply.json()["label"], "Anna");
    auto listed = get("officer", "/api/galleries/staff/people");
    ASSERT_EQ(listed.json()["people"].size(), 1U);
    EXPECT_EQ(listed.json()["people"][0]["id"], id);
    EXPECT_EQ(listed.body.find("embedding"), std::string::npos);
    ASSERT_EQ(entries("gallery.read").size(), 1U);
    EXPECT_EQ(entries("gallery.read")[0]["user"], people.at("officer").id);
    for (const auto& stored : *ledger.read(0, ledger.size())) {
        EXPECT_EQ(stored.bytes.find("Anna"), std::string::npos);
    }
    EXPECT_EQ(send("officer", "DELETE", "/api/galleries/staff/people/" + id).status, 204);
    EXPECT_TRUE(get("officer", "/api/galleries/staff/people").json()["people"].empty());
    EXPECT_EQ(send("officer", "DELETE", "/api/galleries/staff/people/" + id).status, 404);
    EXPECT_EQ(entries("person.removed").size(), 1U);
}

TEST_F(GalleriesTest, PicturesThatWillNotDoAreNamed) {
    ASSERT_EQ(put("staff", terms()).status, 200);
    auto with = [this](const char* key, Json value) {
        auto body = person();
        body[key] = std::move(value);
        return body;
    };
    auto reply = enrol(with("pictures", {picture("a"), picture("ab")}));
    EXPECT_EQ(reply.status, 400);
    EXPECT_NE(reply.body.find("picture 2 shows 2 faces"), std::string::npos) << reply.body;
    for (const auto& body :
         {with("pictures", Json::array()),
          with("pictures", {"not base64!"}),
          with("pictures", {""}),
          with("pictures", Json(std::vector<std::string>(9, picture("a")))),
          with("pictures", {1}),
          with("label", ""),
          with("label", std::string(101, 'a')),
          with("expires", "x"),
          with("embedding", {1, 2})}) {
        reply = enrol(body);
        EXPECT_EQ(reply.status, 400) << body.dump().substr(0, 80) << reply.body;
    }
    reply = send("officer", "POST", "/api/galleries/absent/people", person().dump());
    EXPECT_EQ(reply.status, 404);
    read_faces = [](ByteView) -> Result<FacesFound> {
        return Error(ErrorKind::Unavailable, "the worker died");
    };
    EXPECT_EQ(enrol(person()).status, 503);
    EXPECT_TRUE(entries("person.enrolled").empty());
}

TEST_F(GalleriesTest, AMatchIsAProposalUntilAPersonDecides) {
    ASSERT_EQ(put("staff", terms()).status, 200);
    ASSERT_EQ(enrol(person()).status, 201);
    pass('b');
    EXPECT_TRUE(get("operator", "/api/matches").json()["items"].empty()) << "a stranger";
    pass('a');
    auto page = get("operator", "/api/matches?state=proposed&camera=gate&gallery=staff").json();
    ASSERT_EQ(page["items"].size(), 1U) << page;
    const auto& match = page["items"][0];
    EXPECT_EQ(match["state"], "proposed");
    EXPECT_EQ(match["camera"], "gate");
    EXPECT_EQ(match["first_by"], nullptr);
    EXPECT_EQ(entries("matches.read").size(), 1U) << "one in ten minutes";
    auto target = "/api/matches/" + match["id"].get<std::string>() + "/decision";
    EXPECT_EQ(send("operator", "POST", target, R"({"decision":"maybe"})").status, 400);
    EXPECT_EQ(send("auditor", "POST", target, R"({"decision":"confirmed"})").status, 403);
    auto limited = add_person("limited", "operator", {"canary-vault"});
    TestClient client(server->port());
    EXPECT_TRUE(client.request("GET", "/api/matches", as(limited)).json()["items"].empty());
    auto headers = as(limited);
    headers.emplace_back("Content-Type", "application/json");
    EXPECT_EQ(client.request("POST", target, headers, R"({"decision":"rejected"})").status, 404);
    auto decided = send("operator", "POST", target, R"({"decision":"rejected"})");
    ASSERT_EQ(decided.status, 200) << decided.body;
    EXPECT_EQ(decided.json()["state"], "rejected");
    EXPECT_EQ(decided.json()["first_by"], people.at("operator").id);
    EXPECT_EQ(entries("match.decided").size(), 1U);
    EXPECT_EQ(send("operator", "POST", target, R"({"decision":"confirmed"})").status, 409);
    for (const auto* id : {"x", "0123456789abcdef0123456789abcdef", "..%2f"}) {
        auto other = fmt::format("/api/matches/{}/decision", id);
        EXPECT_EQ(send("operator", "POST", other, R"({"decision":"confirmed"})").status, 404) << id;
    }
    for (const auto* query :
         {"?state=likely", "?limit=0", "?limit=201", "?before=now", "?gallery=.."}) {
        EXPECT_EQ(get("operator", std::string("/api/matches") + query).status, 400) << query;
    }
}

TEST_F(GalleriesTest, TheFiguresSayWhenNothingWasMeasured) {
    ASSERT_EQ(put("staff", terms()).status, 200);
    auto reply = get("auditor", "/api/galleries/staff/threshold_figures");
    ASSERT_EQ(reply.status, 200) << reply.body;
    auto now = reply.json()["current"];
    EXPECT_EQ(now["threshold"], 0.5);
    EXPECT_EQ(now["fmr"], nullptr);
    EXPECT_FALSE(now["warnings"].empty());
    EXPECT_TRUE(reply.json()["figures"].empty());
    EXPECT_EQ(get("auditor", "/api/galleries/absent/threshold_figures").status, 404);
}

}  // namespace
}  // namespace proviso::api
