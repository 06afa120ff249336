#include <gtest/gtest.h>

#include "test_server.h"

namespace proviso::api {
namespace {

class LiftsApiTest : public ServerTest {
protected:
    LiftsApiTest() {
        lift_rules.second_person = LiftRules::SecondPerson::Always;
        lift_rules.raise_alarm = [this](const law::Lift& lift) { alarms.push_back(lift); };
        lift_rules.told = [] { return std::size_t{2}; };
        serve_again();
    }

    static Json wish(int minutes = 10) {
        return {{"cameras", {"gate"}}, {"minutes", minutes}, {"reason", "somebody fell"}};
    }

    Reply ask(const std::string& role, const Json& body) {
        return send(role, "POST", "/api/lifts", body.dump());
    }

    Reply decide(
        const std::string& role, const Json& approval, std::string_view decision = "agree"
    ) {
        return send(
            role,
            "POST",
            "/api/approvals/" + approval["id"].get<std::string>() + "/decision",
            Json{{"decision", decision}, {"digest", approval["digest"]}}.dump()
        );
    }

    /// A lift that an officer agreed to.
    Json lifted() {
        auto approval = ask("operator", wish()).json()["approval"];
        EXPECT_EQ(decide("officer", approval).status, 200);
        auto body = wish();
        body["approval"] = approval["id"];
        auto reply = ask("operator", body);
        EXPECT_EQ(reply.status, 201) << reply.body;
        return reply.json()["lift"];
    }
};

TEST_F(LiftsApiTest, OneAsksAnotherAgreesAndThenItRuns) {
    auto asked = ask("operator", wish());
    ASSERT_EQ(asked.status, 202) << asked.body;
    auto approval = asked.json()["approval"];
    EXPECT_EQ(approval["state"], "waiting");
    EXPECT_EQ(approval["mine"], true);
    EXPECT_EQ(approval["may_decide"], false);
    auto inbox = get("officer", "/api/approvals").json()["approvals"];
    ASSERT_EQ(inbox.size(), 1U);
    EXPECT_EQ(inbox[0]["requester"]["login"], "operator");
    EXPECT_EQ(inbox[0]["request"]["reason"], "somebody fell");
    EXPECT_EQ(inbox[0]["may_decide"], true);
    ASSERT_EQ(decide("officer", inbox[0]).status, 200);
    auto body = wish();
    body["approval"] = approval["id"];
    auto begun = ask("operator", body);
    ASSERT_EQ(begun.status, 201) << begun.body;
    EXPECT_EQ(begun.json()["lift"]["state"], "running");
    EXPECT_EQ(begun.json()["lift"]["approved_by"]["login"], "officer");
    auto entry = entries("lift.begun").at(0);
    EXPECT_EQ(entry["approval"], approval["id"]);
    EXPECT_EQ(entry["approved_by"], people.at("officer").id);
}

TEST_F(LiftsApiTest, NobodyAgreesToTheirOwnRequestAndNothingRunsWithoutTheSecondPerson) {
    auto approval = ask("admin", wish()).json()["approval"];
    EXPECT_EQ(decide("admin", approval).status, 403);
    auto body = wish();
    body["approval"] = approval["id"];
    EXPECT_EQ(ask("admin", body).status, 409);
    EXPECT_TRUE(entries("lift.begun").empty());
}

TEST_F(LiftsApiTest, OnlyWhatWasAgreedToRunsAndOnlyOnce) {
    auto approval = ask("operator", wish()).json()["approval"];
    ASSERT_EQ(decide("officer", approval).status, 200);
    auto longer = wish(60);
    longer["approval"] = approval["id"];
    EXPECT_EQ(ask("operator", longer).status, 409);
    auto body = wish();
    body["approval"] = approval["id"];
    EXPECT_EQ(ask("admin", body).status, 409) << "somebody else's approval";
    EXPECT_EQ(ask("operator", body).status, 201);
    EXPECT_EQ(ask("operator", body).status, 409);
    EXPECT_EQ(entries("lift.begun").size(), 1U);
}

TEST_F(LiftsApiTest, AWrongDigestAgreesToNothing) {
    auto approval = ask("operator", wish()).json()["approval"];
    approval["digest"] = std::string(64, '0');
    EXPECT_EQ(decide("officer", approval).status, 409);
}

TEST_F(LiftsApiTest, ARefusedAndAWithdrawnRequestAreOver) {
    auto approval = ask("operator", wish()).json()["approval"];
    EXPECT_EQ(decide("officer", approval, "refuse").json()["state"], "refused");
    EXPECT_EQ(decide("officer", approval).status, 409);
    approval = ask("operator", wish()).json()["approval"];
    auto target = "/api/approvals/" + approval["id"].get<std::string>();
    EXPECT_EQ(send("admin", "DELETE", target, "").status, 403);
    EXPECT_EQ(send("operator", "DELETE", target, "").status, 204);
    EXPECT_EQ(decide("officer", approval).status, 409);
}

TEST_F(LiftsApiTest, WhereNobodyHasToAgreeItRunsAtOnce) {
    lift_rules.second_person = LiftRules::SecondPerson::Exports;
    serve_again();
    EXPECT_EQ(ask("operator", wish()).status, 201);
    auto exports = wish();
    exports["exports"] = true;
    EXPECT_EQ(ask("operator", exports).status, 202);
}

TEST_F(LiftsApiTest, EndsWhenSomebodyEndsIt) {
    auto lift = lifted();
    auto target = "/api/lifts/" + lift["id"].get<std::string>() + "/end";
    auto ended = send("officer", "POST", target, "");
    ASSERT_EQ(ended.status, 200) << ended.body;
    EXPECT_EQ(ended.json()["how"], "early");
    EXPECT_EQ(send("operator", "POST", target, "").status, 409);
    EXPECT_EQ(entries("lift.ended").at(0)["by"], people.at("officer").id);
}

TEST_F(LiftsApiTest, BreakGlassRunsAtOnceTellsAtOnceAndHasToBeReviewed) {
    auto body = wish();
    body["break_glass"] = true;
    auto begun = ask("operator", body);
    ASSERT_EQ(begun.status, 201) << begun.body;
    ASSERT_EQ(alarms.size(), 1U);
    auto lift = begun.json()["lift"];
    EXPECT_EQ(alarms[0].id, lift["id"]);
    EXPECT_EQ(lift["review"]["state"], "due");
    EXPECT_EQ(lift["review"]["may_review"], false);
    auto target = "/api/lifts/" + lift["id"].get<std::string>();
    ASSERT_EQ(send("operator", "POST", target + "/end", "").status, 200);
    auto review = Json{{"finding", "justified"}, {"note", "an ambulance came"}}.dump();
    EXPECT_EQ(send("operator", "POST", target + "/review", review).status, 403);
    auto known = get("officer", "/api/lifts").json()["lifts"].at(0);
    EXPECT_EQ(known["review"]["may_review"], true);
    auto done = send("officer", "POST", target + "/review", review);
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(done.json()["review"]["state"], "done");
    EXPECT_EQ(done.json()["review"]["by"]["login"], "officer");
}

TEST_F(LiftsApiTest, BreakGlassCanBeSwitchedOffAndTakesNothingOut) {
    auto body = wish();
    body["break_glass"] = true;
    body["exports"] = true;
    EXPECT_EQ(ask("operator", body).status, 400);
    lift_rules.break_glass = false;
    serve_again();
    body["exports"] = false;
    EXPECT_EQ(ask("operator", body).status, 403);
    EXPECT_TRUE(alarms.empty());
}

TEST_F(LiftsApiTest, CamerasThatAreNotTheirsDoNotExist) {
    auto guard = add_person("guard", "operator", Json{"canary-vault"});
    people["guard"] = guard;
    EXPECT_EQ(ask("guard", wish()).status, 404);
    auto unknown = wish();
    unknown["cameras"] = {"no-such-camera"};
    EXPECT_EQ(ask("operator", unknown).status, 404);
    auto approval = ask("operator", wish()).json()["approval"];
    EXPECT_TRUE(get("guard", "/api/approvals").json()["approvals"].empty());
    EXPECT_EQ(decide("guard", approval).status, 404);
    auto lift = lifted();
    EXPECT_TRUE(get("guard", "/api/lifts").json()["lifts"].empty());
    auto target = "/api/lifts/" + lift["id"].get<std::string>() + "/end";
    EXPECT_EQ(send("guard", "POST", target, "").status, 404);
}

TEST_F(LiftsApiTest, TheRulesOfTheMachineAreTold) {
    auto rules = get("auditor", "/api/lifts").json()["rules"];
    EXPECT_EQ(
        rules,
        (Json{
            {"second_person", "always"},
            {"longest_minutes", 60},
            {"break_glass", true},
            {"told", 2}})
    );
    EXPECT_EQ(ask("operator", wish(61)).status, 400);
}

}  // namespace
}  // namespace proviso::api
