#include <fmt/format.h>
#include <gtest/gtest.h>

#include <proviso/base/file.h>
#include <proviso/law/sealed_pack.h>

#include "test_server.h"

namespace proviso::api {
namespace {

class LawTest : public ServerTest {
protected:
    /// The pack that is here, with rules of another version, signed by whom this house trusts.
    std::string pack_file(const std::string& version, const std::string& rules) {
        auto pack = law::read_pack(folder.path() / "packs" / "test").value();
        for (auto& file : pack.rules) {
            if (file.name == "test/pack.yaml") {
                auto at = file.content.find(pack.version);
                file.content.replace(at, pack.version.size(), version);
            } else if (!rules.empty()) {
                file.content += "\n---\n" + rules;
            }
        }
        auto changed = folder.path() / "changed" / "test";
        for (const auto& file : pack.rules) {
            auto path = folder.path() / "changed" / file.name;
            std::filesystem::create_directories(path.parent_path());
            EXPECT_TRUE(write_file_atomic(path, as_bytes(file.content)));
        }
        pack = law::read_pack(changed).value();
        law::sign_pack(pack, "test", *publisher);
        return pack.text();
    }

    /// A newer version whose review was due long ago.
    std::string overdue_file() {
        pack_file("9.0.0", "");
        auto path = folder.path() / "changed" / "test" / "pack.yaml";
        auto head = read_file(path).value();
        auto at = head.find("review_by: ");
        head.replace(at + 11, 10, "2020-02-01");
        EXPECT_TRUE(write_file_atomic(path, as_bytes(head)));
        auto changed = law::read_pack(folder.path() / "changed" / "test").value();
        law::sign_pack(changed, "test", *publisher);
        return changed.text();
    }

    Day in(int days) const { return day_of(clock.now()) + std::chrono::days(days); }

    Reply import(const std::string& file, const std::string& role = "officer") {
        return send(role, "POST", "/api/law/packs", file);
    }

    std::string recording() {
        auto matrix = get("officer", "/api/compliance/matrix").json();
        for (const auto& cell : matrix["cells"]) {
            if (cell["camera"] == "gate" && cell["capability"] == "recording") {
                return cell["verdict"];
            }
        }
        return {};
    }
};

constexpr auto kForbids = R"(id: T-FORBIDS
title: Nothing is recorded any more
cite: Law of the test, 2
status: in_force
confidence: V
scope: {eq: [analytic.kind, recording]}
effect: {deny: true}
)";

constexpr auto kComes = R"(id: T-COMES
title: Nothing is recorded from 2099 on
cite: Law of the test, 3
status: in_force
confidence: V
applies: {from: 2027-05-01}
scope: {eq: [analytic.kind, recording]}
effect: {deny: true}
)";

constexpr auto kAsksCounsel = R"(id: T-COUNSEL
title: Counsel must say whether this may be recorded
cite: Law of the test, 4
status: in_force
confidence: V
scope: {eq: [analytic.kind, recording]}
effect: {require_before: [{record: counsel_attestation}]}
)";

constexpr auto kAsksANotice = R"(id: T-DPIA
title: An assessment is on record
cite: Law of the test, 6
status: in_force
confidence: V
scope: {eq: [analytic.kind, recording]}
effect: {require_before: [{record: dpia}]}
)";

constexpr auto kAsksAFact = R"(id: T-FACT
title: Whether children come is stated
cite: Law of the test, 5
status: in_force
confidence: V
scope: {eq: [analytic.kind, recording]}
effect: {facts: [space.minors_expected]}
)";

TEST_F(LawTest, AnImportedPackIsReadAnnouncedAndApproved) {
    auto before = get("auditor", "/api/law/packs").json();
    ASSERT_EQ(before["packs"].size(), 1U);
    EXPECT_EQ(before["announced"], false);
    EXPECT_EQ(get("officer", "/api/law/packs/difference").status, 404);
    EXPECT_EQ(send("officer", "POST", "/api/law/packs/approve", "").status, 409);
    ASSERT_EQ(recording(), "permit_with_duties");

    auto reply = import(pack_file("9.0.0", kForbids));
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.json()["announced"], true);
    EXPECT_EQ(recording(), "refuse") << "what is stricter counts at once";

    auto change = get("officer", "/api/law/packs/difference").json();
    EXPECT_EQ(change["rules_new"], Json::array({"T-FORBIDS"}));
    ASSERT_FALSE(change["today"].empty());
    EXPECT_EQ(change["today"][0]["stricter"], true);
    EXPECT_EQ(change["today"][0]["why"][0]["rule"], "T-FORBIDS");

    ASSERT_EQ(send("officer", "POST", "/api/law/packs/approve", "").status, 200);
    EXPECT_EQ(entries("pack.approved").back()["by"], people.at("officer").id);
    EXPECT_EQ(get("officer", "/api/law/packs").json()["packs"][0]["version"], "9.0.0");
}

TEST_F(LawTest, WhatIsAnnouncedCanBeWithdrawn) {
    ASSERT_EQ(import(pack_file("9.0.0", kForbids)).status, 200);
    ASSERT_EQ(send("officer", "POST", "/api/law/packs/withdraw", "").status, 200);
    EXPECT_EQ(recording(), "permit_with_duties");
}

TEST_F(LawTest, ATamperedForeignOrOldPackChangesNothing) {
    auto good = pack_file("9.0.0", kForbids);
    auto bad = good;
    bad.replace(bad.find("recorded any"), 8, "Recorded");
    auto size = ledger.size();
    EXPECT_EQ(import(bad).status, 400) << import(bad).body;
    EXPECT_EQ(import("{}").status, 400);
    EXPECT_EQ(import(pack_file("0.0.1", kForbids)).status, 409);
    publisher = crypto::SigningKey::generate();
    EXPECT_EQ(import(pack_file("9.0.0", kForbids)).status, 403);
    EXPECT_EQ(import(good, "operator").status, 403);
    EXPECT_EQ(import(good, "auditor").status, 403);
    EXPECT_EQ(ledger.size(), size);
    EXPECT_EQ(recording(), "permit_with_duties");
}

TEST_F(LawTest, AQuestionForCounselHasAnOwnerADeadlineAndAnAnswerThatTurnsTheMatrix) {
    ASSERT_EQ(import(pack_file("9.0.0", kAsksCounsel)).status, 200);
    ASSERT_EQ(recording(), "refuse");
    auto question = [this](const char* what) {
        auto listed = get("auditor", "/api/law/questions").json();
        for (const auto& each : listed["questions"]) {
            if (each["site"] == "berlin" && each["what"] == what) return each;
        }
        return Json();
    };
    auto asked = question("counsel_attestation");
    ASSERT_TRUE(asked.is_object());
    EXPECT_EQ(asked["kind"], "doubt");
    EXPECT_EQ(asked["rule"], "T-COUNSEL");
    EXPECT_EQ(asked["in_use"], true);
    EXPECT_EQ(asked["articles"][0]["cite"], "Law of the test, 4");
    EXPECT_EQ(asked["cameras"], Json::array({"gate"}));
    auto address = "/api/law/questions/" + asked["id"].get<std::string>();

    auto body = R"({"owner":"Kanzlei Nord","due":"2099-01-01"})";
    EXPECT_EQ(send("auditor", "PATCH", address, body).status, 403);
    EXPECT_EQ(send("officer", "PATCH", address, "{}").status, 400);
    auto owned = send("officer", "PATCH", address, body);
    ASSERT_EQ(owned.status, 200) << owned.body;
    EXPECT_EQ(owned.json()["state"], "open");
    EXPECT_EQ(owned.json()["due"], "2099-01-01");
    EXPECT_EQ(question("counsel_attestation")["owner"], "Kanzlei Nord");
    EXPECT_EQ(send("officer", "PATCH", "/api/law/questions/doubt-nothing", body).status, 404);

    auto answer = [&](const char* text) {
        return send("officer", "POST", address + "/answer", text);
    };
    EXPECT_EQ(answer(R"({"text":"yes","valid_until":"2099-01-01"})").status, 400);
    EXPECT_EQ(answer(R"({"text":"It may be recorded.","valid_until":"2001-01-01"})").status, 400);
    ASSERT_EQ(recording(), "refuse");
    auto given = answer(
        R"({"text":"It may be recorded; letter of 20 November, file 7.","valid_until":"2099-01-01"})"
    );
    ASSERT_EQ(given.status, 200) << given.body;
    EXPECT_EQ(given.json()["state"], "settled");
    EXPECT_EQ(recording(), "permit_with_duties");
    auto record = given.json()["record"].get<std::string>();
    auto document = get("officer", "/api/documents?kind=record&name=" + record).body;
    EXPECT_NE(document.find("question: T-COUNSEL"), std::string::npos) << document;
    EXPECT_NE(document.find("site: berlin"), std::string::npos) << document;
    EXPECT_EQ(answer(R"({"text":"It may be recorded.","valid_until":"2099-01-01"})").status, 404);
}

TEST_F(LawTest, AFactIsStatedInItsDocumentAndNotByCounsel) {
    ASSERT_EQ(import(pack_file("9.0.0", kAsksAFact)).status, 200);
    auto listed = get("officer", "/api/law/questions").json();
    for (const auto& each : listed["questions"]) {
        if (each["what"] != "space.minors_expected") continue;
        auto address = "/api/law/questions/" + each["id"].get<std::string>() + "/answer";
        auto body = R"({"text":"No children come here.","valid_until":"2099-01-01"})";
        EXPECT_EQ(send("officer", "POST", address, body).status, 409);
        return;
    }
    FAIL() << "the fact is not asked for";
}

TEST_F(LawTest, TheHorizonNamesTheDayAndAsIfItWereAnotherDay) {
    ASSERT_EQ(import(pack_file("9.0.0", kComes)).status, 200);
    auto horizon = get("officer", "/api/law/horizon?on=2026-11-22").json();
    EXPECT_EQ(horizon["until"], "2029-11-22");
    ASSERT_FALSE(horizon["turns"].empty());
    EXPECT_EQ(horizon["turns"][0]["on"], "2027-05-01");
    EXPECT_EQ(horizon["turns"][0]["cause"], "law");
    EXPECT_TRUE(get("officer", "/api/law/horizon?on=2027-05-01").json()["turns"].empty());
    EXPECT_TRUE(get("officer", "/api/law/horizon?on=2026-11-22&months=1").json()["turns"].empty());
    EXPECT_EQ(get("officer", "/api/law/horizon?months=0").status, 400);
    auto file = get("auditor", "/api/law/horizon.ics");
    EXPECT_EQ(file.status, 200);
    EXPECT_EQ(file.headers["content-type"], "text/calendar; charset=utf-8");
    EXPECT_TRUE(file.body.starts_with("BEGIN:VCALENDAR\r\n"));
}

TEST_F(LawTest, ACalendarProgramReadsTheHorizonWithTheSecretUntilItIsRevoked) {
    std::string rule(kComes);
    rule.replace(rule.find("2027-05-01"), 10, to_iso8601(in(300)));
    ASSERT_EQ(import(pack_file("9.0.0", rule)).status, 200);
    EXPECT_EQ(get("auditor", "/api/law/calendar-link").json()["made"], nullptr);
    EXPECT_EQ(send("auditor", "POST", "/api/law/calendar-link", "").status, 403);
    EXPECT_EQ(send("officer", "DELETE", "/api/law/calendar-link", "").status, 404);
    auto made = send("officer", "POST", "/api/law/calendar-link", "");
    ASSERT_EQ(made.status, 201) << made.body;
    auto address = made.json()["address"].get<std::string>();
    auto read = [this](const std::string& target) {
        return TestClient(server->port()).request("GET", target, {});
    };
    auto feed = read(address);
    ASSERT_EQ(feed.status, 200) << feed.body;
    EXPECT_EQ(feed.headers["content-type"], "text/calendar; charset=utf-8");
    auto first = to_iso8601(in(300));
    std::erase(first, '-');
    EXPECT_NE(feed.body.find("DTSTART;VALUE=DATE:" + first), std::string::npos) << feed.body;
    EXPECT_EQ(get("officer", "/api/law/calendar-link").json()["by"], people.at("officer").id);
    for (const auto& entry : entries("calendar.made")) {
        EXPECT_EQ(entry.dump().find(address.substr(address.size() - 64)), std::string::npos);
    }
    auto next = send("officer", "POST", "/api/law/calendar-link", "").json()["address"];
    EXPECT_EQ(read(address).status, 404) << "a new one ends the old one";
    EXPECT_EQ(read(next).status, 200);
    ASSERT_EQ(send("officer", "DELETE", "/api/law/calendar-link", "").status, 204);
    EXPECT_EQ(read(next).status, 404);
    EXPECT_EQ(entries("calendar.revoked").size(), 1U);
}

TEST_F(LawTest, TheFeedNamesNoRecord) {
    ASSERT_EQ(import(pack_file("9.0.0", kAsksANotice)).status, 200);
    apply(
        "kind: record\nname: notice-of-anna\nrecord: dpia\nsite: berlin\nvalid_until: " +
        to_iso8601(in(100))
    );
    auto signed_in = get("officer", "/api/law/horizon.ics").body;
    auto plain = [](std::string text) {
        for (auto at = text.find("\r\n "); at != std::string::npos; at = text.find("\r\n ")) {
            text.erase(at, 3);
        }
        return text;
    };
    ASSERT_NE(plain(signed_in).find("notice-of-anna"), std::string::npos) << signed_in;
    auto address = send("officer", "POST", "/api/law/calendar-link", "").json()["address"];
    auto feed = TestClient(server->port()).request("GET", address.get<std::string>(), {}).body;
    EXPECT_EQ(plain(feed).find("notice-of-anna"), std::string::npos) << feed;
}

TEST_F(LawTest, AFileIsReadBeforehandWithoutChangingAnything) {
    auto file = pack_file("9.0.0", kForbids);
    auto size = ledger.size();
    auto preview = send("officer", "POST", "/api/law/packs/difference?months=12", file);
    ASSERT_EQ(preview.status, 200) << preview.body;
    EXPECT_EQ(preview.json()["rules_new"], Json::array({"T-FORBIDS"}));
    EXPECT_FALSE(preview.json()["today"].empty());
    EXPECT_EQ(ledger.size(), size);
    EXPECT_EQ(recording(), "permit_with_duties");
    file.replace(file.find("recorded any"), 8, "Recorded");
    EXPECT_EQ(send("officer", "POST", "/api/law/packs/difference", file).status, 400);
    EXPECT_EQ(send("operator", "POST", "/api/law/packs/difference", file).status, 403);
}

TEST_F(LawTest, TheMatrixSaysWhichSitesArePacksOverdueFor) {
    EXPECT_EQ(get("officer", "/api/compliance/matrix").json()["overdue"], Json::array());
    ASSERT_EQ(import(overdue_file()).status, 200);
    ASSERT_EQ(send("officer", "POST", "/api/law/packs/approve", "").status, 200);
    auto overdue = get("officer", "/api/compliance/matrix").json()["overdue"];
    ASSERT_EQ(overdue.size(), 2U) << overdue;
    EXPECT_EQ(overdue[0]["site"], "berlin");
    EXPECT_EQ(overdue[0]["packs"][0]["pack"], "test");
    EXPECT_EQ(overdue[0]["packs"][0]["review_by"], "2020-02-01");
}

}  // namespace
}  // namespace proviso::api
