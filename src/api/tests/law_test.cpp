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
    auto calendar = get("auditor", "/api/law/horizon.ics");
    EXPECT_EQ(calendar.status, 200);
    EXPECT_EQ(calendar.headers["content-type"], "text/calendar; charset=utf-8");
    EXPECT_TRUE(calendar.body.starts_with("BEGIN:VCALENDAR\r\n"));
}

}  // namespace
}  // namespace proviso::api
