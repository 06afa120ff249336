#include <soci/soci.h>

#include "registers_fixture.h"

namespace proviso::registers {

class PasswordTest : public RegistersTest {
protected:
    void SetUp() override {
        RegistersTest::SetUp();
        if (!IsSkipped()) apply_all();
    }

    std::string sealed() {
        return registers().snapshot()->cameras.at(CameraId::literal("gate-1")).sealed_password;
    }

    /// The camera's document with one text replaced, without its password.
    static std::string camera(std::string_view from = "", std::string_view to = "") {
        std::string text = kCamera;
        auto replace = [&](std::string_view old, std::string_view fresh) {
            for (auto at = text.find(old); at != std::string::npos;
                 at = text.find(old, at + fresh.size())) {
                text.replace(at, old.size(), fresh);
            }
        };
        replace("password: \"correct horse\"\n", "");
        if (!from.empty()) replace(from, to);
        return text;
    }

    /// Everything the tables hold, as one text.
    std::string all_text() {
        std::string all;
        EXPECT_TRUE(database().read([&](soci::session& session) -> Result<> {
            for (const auto* query :
                 {"SELECT body || sealed_password FROM documents",
                  "SELECT body FROM revisions",
                  "SELECT operations FROM pending"}) {
                soci::rowset<std::string> rows = (session.prepare << std::string(query));
                for (const auto& row : rows) all += row + "\n";
            }
            return {};
        }));
        return all;
    }
};

PROVISO_ON_BOTH_ENGINES(PasswordTest);

TEST_P(PasswordTest, IsStoredSealedOnly) {
    EXPECT_EQ(sealed(), "sealed-gate-1-13-1");
    EXPECT_EQ(all_text().find("correct horse"), std::string::npos);
    for (std::uint64_t i = 0; i < ledger_.size(); ++i) {
        EXPECT_EQ(entry(i).dump().find("correct horse"), std::string::npos);
        EXPECT_EQ(entry(i).dump().find("sealed"), std::string::npos);
    }
}

TEST_P(PasswordTest, StaysWhenTheDocumentDoesNotNameIt) {
    EXPECT_EQ(apply(camera())->front().what, "unchanged");
    EXPECT_EQ(apply(camera("Einfahrt", "Ausfahrt"))->front().what, "changed");
    EXPECT_EQ(sealed(), "sealed-gate-1-13-1");
}

TEST_P(PasswordTest, IsReplacedWhenGivenAgainAndTheOldOneIsGone) {
    EXPECT_EQ(apply(kCamera)->front().what, "changed");
    EXPECT_EQ(sealed(), "sealed-gate-1-13-2");
    EXPECT_EQ(all_text().find("sealed-gate-1-13-1"), std::string::npos);
}

TEST_P(PasswordTest, GoesWithItsUser) {
    ASSERT_TRUE(apply(camera("user: viewer\n", "")));
    EXPECT_EQ(sealed(), "");
    EXPECT_EQ(registers().get("camera", "gate-1")->find("password_set"), std::string::npos);
    ASSERT_TRUE(apply(kCamera));
    ASSERT_TRUE(apply(camera("user: viewer", "user: other")));
    EXPECT_EQ(sealed(), "");
}

TEST_P(PasswordTest, DoesNotFollowTheCameraToAnotherAddress) {
    for (const auto& [from, to] : std::vector<std::pair<const char*, const char*>>{
             {"10.0.0.5", "203.0.113.9"},
             {"10.0.0.5/main", "10.0.0.5:8554/main"},
             {"rtsp://10.0.0.5/sub", "rtsp://203.0.113.9/sub"},
             {"audio: false", "accept_any_certificate: true"}}) {
        auto moved = apply(camera(from, to));
        ASSERT_FALSE(moved) << to;
        EXPECT_EQ(moved.error().next_step(), "give 'password' again");
    }
    EXPECT_TRUE(apply(camera("10.0.0.5/main", "10.0.0.5:554/other")));
    EXPECT_EQ(sealed(), "sealed-gate-1-13-1");
    std::string with_password = kCamera;
    for (auto at = with_password.find("10.0.0.5"); at != std::string::npos;
         at = with_password.find("10.0.0.5")) {
        with_password.replace(at, 8, "10.0.0.6");
    }
    EXPECT_TRUE(apply(with_password));
}

TEST_P(PasswordTest, IsNotPretended) {
    auto pretended = apply(
        "{kind: camera, name: gate-2, site: berlin, purpose: security, user: u, "
        "password_set: true, main: {url: 'rtsp://10.0.0.5/main'}}"
    );
    ASSERT_FALSE(pretended);
    EXPECT_EQ(pretended.error().kind(), ErrorKind::InvalidInput);
    EXPECT_FALSE(
        apply("{kind: camera, name: gate-2, site: berlin, purpose: security, password: secret, "
              "main: {url: 'rtsp://10.0.0.5/main'}}")
    );
}

}  // namespace proviso::registers
