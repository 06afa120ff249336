#include "proviso/identity/identity.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>
#include <soci/soci.h>

#include <proviso/ledger/hooked_ledger.h>
#include <proviso/store/test_database.h>

namespace proviso::identity {

using namespace std::chrono_literals;

namespace {

constexpr const char* kGood = "wombat glacier tuba";
constexpr const char* kBetter = "lantern quilt zebra";
const UserId kBy = UserId::literal("u-00000000000000aa");

}  // namespace

class IdentityTest : public store::EngineTest {
protected:
    void SetUp() override {
        EngineTest::SetUp();
        if (IsSkipped()) return;
        open();
        auto once = identity().create_first_admin("Root");
        ASSERT_TRUE(once) << once.error().story();
        root_ = settle("Root", *once);
    }

    void open() {
        auto opened = Identity::open(database(), ledger_, clock_, true);
        ASSERT_TRUE(opened) << opened.error().story();
        identity_ = std::move(opened).value();
    }

    void restart() {
        identity_.reset();
        test_database().reopen();
        open();
    }

    Identity& identity() { return *identity_; }

    /// Signs in with a one-time password and replaces it by kGood.
    SignedIn settle(std::string_view login, std::string_view once) {
        auto signed_in = identity().sign_in(login, once);
        EXPECT_TRUE(signed_in) << signed_in.error().story();
        EXPECT_TRUE(identity().change_password(signed_in->token, once, kGood));
        return *signed_in;
    }

    SignedIn make(std::string_view login, Role role) {
        auto once = identity().create_user(login, role, std::nullopt, kBy);
        EXPECT_TRUE(once) << once.error().story();
        return settle(login, *once);
    }

    Result<> update(const User& user, Role role, bool disabled) {
        return identity().update_user(user.id, role, user.cameras, disabled, kBy);
    }

    /// Type and body of the last entries of the ledger, newest first.
    proof::Entry entry(std::uint64_t back = 0) {
        return ledger_.read(ledger_.size() - 1 - back, 1)->front().entry;
    }

    std::string all_entries() {
        std::string all;
        for (const auto& one : *ledger_.read(0, 1000)) all += one.bytes + "\n";
        return all;
    }

    FakeClock clock_{*parse_timestamp("2026-11-22T12:00:00Z")};
    ledger::HookedLedger ledger_{clock_};
    SignedIn root_;

private:
    std::unique_ptr<Identity> identity_;
};

PROVISO_ON_BOTH_ENGINES(IdentityTest);

TEST_P(IdentityTest, MakesTheFirstAdministratorOnce) {
    EXPECT_FALSE(*identity().empty());
    auto again = identity().create_first_admin("other");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind(), ErrorKind::Conflict);
    EXPECT_EQ(root_.session.user.role, Role::Admin);
    EXPECT_EQ(root_.session.user.login, "Root");
    EXPECT_EQ(root_.session.user.id.text().size(), 18U);
}

TEST_P(IdentityTest, ForcesANewPasswordAfterAOneTimeOne) {
    auto once = identity().create_user("anna", Role::Operator, std::nullopt, kBy);
    auto signed_in = identity().sign_in("anna", *once);
    ASSERT_TRUE(signed_in);
    EXPECT_TRUE(signed_in->session.user.must_change_password);
    ASSERT_TRUE(identity().change_password(signed_in->token, *once, kGood));
    EXPECT_FALSE(identity().session(signed_in->token)->user.must_change_password);
    EXPECT_FALSE(identity().sign_in("anna", *once));
    EXPECT_TRUE(identity().sign_in("anna", kGood));
}

TEST_P(IdentityTest, GivesOneAnswerToEveryWrongPair) {
    auto anna = make("anna", Role::Operator);
    make("gone", Role::Operator);
    for (const auto& user : *identity().users()) {
        if (user.login == "gone") {
            ASSERT_TRUE(update(user, user.role, true));
        }
    }
    std::string story;
    for (const auto& [login, password] : std::vector<std::pair<std::string, std::string>>{
             {"anna", "wrong"},
             {"nobody", "wrong"},
             {"gone", kGood},
             {"", ""},
             {"anna", ""},
             {"anna", std::string(5000, 'x')},
             {std::string(5000, 'x'), kGood},
             {"anna' OR '1'='1", kGood},
             {std::string("anna\0", 5), kGood},
             {"\xFF\xFE", kGood}}) {
        auto refused = identity().sign_in(login, password);
        ASSERT_FALSE(refused) << login;
        EXPECT_EQ(refused.error().kind(), ErrorKind::Unauthorized);
        if (story.empty()) story = refused.error().story() + refused.error().next_step();
        EXPECT_EQ(refused.error().story() + refused.error().next_step(), story);
    }
}

TEST_P(IdentityTest, TakesLoginsInAnyCaseAndKeepsThemUnique) {
    make("Anna.Weber", Role::Viewer);
    EXPECT_TRUE(identity().sign_in("anna.weber", kGood));
    EXPECT_TRUE(identity().sign_in("ANNA.WEBER", kGood));
    auto taken = identity().create_user("anna.weber", Role::Viewer, std::nullopt, kBy);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().kind(), ErrorKind::Conflict);
    for (const auto* login : {"", "an na", "anna\n", "\xC3\xA4nne", "a<b", "a'b"}) {
        auto odd = identity().create_user(login, Role::Viewer, std::nullopt, kBy);
        ASSERT_FALSE(odd) << login;
        EXPECT_EQ(odd.error().kind(), ErrorKind::InvalidInput);
    }
}

TEST_P(IdentityTest, MakesAnAccountWaitKnownOrNot) {
    make("anna", Role::Operator);
    for (const auto* login : {"anna", "nobody"}) {
        for (int i = 0; i < 10; ++i) {
            EXPECT_EQ(identity().sign_in(login, "wrong").error().kind(), ErrorKind::Unauthorized);
        }
        auto waiting = identity().sign_in(login, kGood);
        ASSERT_FALSE(waiting);
        EXPECT_EQ(waiting.error().kind(), ErrorKind::Forbidden);
        EXPECT_EQ(waiting.error().next_step(), "try again in 300 seconds");
    }
    EXPECT_TRUE(identity().session(root_.token));
    clock_.advance(5min);
    EXPECT_TRUE(identity().sign_in("anna", kGood));
}

TEST_P(IdentityTest, KeepsOnlyHashesOfPasswordsAndTokens) {
    auto anna = make("anna", Role::Operator);
    EXPECT_EQ(anna.token.size(), 64U);
    std::string all;
    ASSERT_TRUE(database().read([&](soci::session& session) -> Result<> {
        for (const auto* query :
             {"SELECT id || login || login_key || role || password_hash FROM users",
              "SELECT token_hash || user_id FROM sessions"}) {
            soci::rowset<std::string> rows = (session.prepare << std::string(query));
            for (const auto& row : rows) all += row + "\n";
        }
        return {};
    }));
    EXPECT_NE(all.find("$argon2id$"), std::string::npos);
    for (const auto& secret : {anna.token, anna.session.csrf, std::string(kGood)}) {
        EXPECT_EQ(all.find(secret), std::string::npos);
        EXPECT_EQ(all_entries().find(secret), std::string::npos);
    }
}

TEST_P(IdentityTest, GivesEverySessionATokenAndACsrfOfItsOwn) {
    auto first = identity().sign_in("root", kGood);
    auto second = identity().sign_in("root", kGood);
    EXPECT_NE(first->token, second->token);
    EXPECT_NE(first->session.csrf, second->session.csrf);
    EXPECT_EQ(identity().session(first->token)->csrf, first->session.csrf);
    EXPECT_NE(first->session.csrf, first->token);
}

TEST_P(IdentityTest, KnowsNoOtherToken) {
    for (const auto& token : std::vector<std::string>{
             std::string(),
             std::string("x"),
             std::string(64, '0'),
             std::string(64, 'G'),
             root_.token + "0",
             root_.token.substr(1),
             "' OR 1=1 --",
             std::string(1U << 20U, 'a'),
             std::string(root_.token.size(), '\0')}) {
        auto refused = identity().session(token);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind(), ErrorKind::Unauthorized);
        EXPECT_FALSE(identity().sign_out(token));
    }
}

TEST_P(IdentityTest, EndsASessionAtSignOut) {
    auto other = identity().sign_in("root", kGood);
    ASSERT_TRUE(identity().sign_out(root_.token));
    EXPECT_FALSE(identity().session(root_.token));
    EXPECT_TRUE(identity().session(other->token));
    EXPECT_EQ(entry().type, "sign_out");
    EXPECT_EQ(entry().body["user"], root_.session.user.id.text());
}

TEST_P(IdentityTest, EndsAnIdleSession) {
    auto viewer = make("vera", Role::Viewer);
    clock_.advance(14min);
    EXPECT_TRUE(identity().session(root_.token));
    clock_.advance(14min);
    EXPECT_TRUE(identity().glance(root_.token));
    clock_.advance(1min);
    EXPECT_FALSE(identity().glance(root_.token));
    EXPECT_FALSE(identity().session(root_.token));
    EXPECT_TRUE(identity().session(viewer.token));
    clock_.advance(8h);
    EXPECT_FALSE(identity().session(viewer.token));
}

TEST_P(IdentityTest, EndsASessionAfterTwelveHoursHoweverBusy) {
    for (int i = 0; i < 71; ++i) {
        clock_.advance(10min);
        ASSERT_TRUE(identity().session(root_.token)) << i;
    }
    EXPECT_LE(identity().session(root_.token)->expires - clock_.now(), microseconds(10min));
    clock_.advance(10min);
    EXPECT_FALSE(identity().session(root_.token));
}

TEST_P(IdentityTest, ProlongsNoSessionWhenTheWallClockIsSetBack) {
    clock_.advance(10min);
    ASSERT_TRUE(identity().session(root_.token));
    clock_.step_wall(-24h);
    clock_.advance(14min);
    EXPECT_TRUE(identity().glance(root_.token));
    clock_.advance(1min);
    EXPECT_FALSE(identity().glance(root_.token));
}

TEST_P(IdentityTest, KeepsSessionsOverARestart) {
    clock_.advance(10min);
    ASSERT_TRUE(identity().session(root_.token));
    clock_.advance(10min);
    restart();
    EXPECT_TRUE(identity().session(root_.token));
    clock_.advance(15min);
    restart();
    EXPECT_FALSE(identity().session(root_.token));
    EXPECT_TRUE(identity().sign_in("root", kGood));
}

TEST_P(IdentityTest, EndsSessionsWhenTheUserChanges) {
    auto anna = make("anna", Role::Operator);
    ASSERT_TRUE(update(anna.session.user, Role::Viewer, false));
    EXPECT_FALSE(identity().session(anna.token));

    auto again = identity().sign_in("anna", kGood);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->session.user.role, Role::Viewer);
    ASSERT_TRUE(update(again->session.user, Role::Viewer, true));
    EXPECT_FALSE(identity().session(again->token));
    EXPECT_FALSE(identity().sign_in("anna", kGood));
    ASSERT_TRUE(update(again->session.user, Role::Viewer, false));
    EXPECT_FALSE(identity().session(again->token));
    auto back = identity().sign_in("anna", kGood);
    ASSERT_TRUE(back);

    ASSERT_TRUE(identity().update_user(
        back->session.user.id, Role::Viewer, std::vector{CameraId::literal("gate-1")}, false, kBy
    ));
    EXPECT_FALSE(identity().session(back->token));
    auto scoped = *identity().user(back->session.user.id);
    EXPECT_TRUE(scoped->may_see(CameraId::literal("gate-1")));
    EXPECT_FALSE(scoped->may_see(CameraId::literal("gate-2")));
    EXPECT_TRUE(anna.session.user.may_see(CameraId::literal("gate-2")));
}

TEST_P(IdentityTest, LeavesSessionsAloneWhenNothingChanges) {
    auto anna = make("anna", Role::Operator);
    auto entries = ledger_.size();
    ASSERT_TRUE(update(anna.session.user, Role::Operator, false));
    EXPECT_TRUE(identity().session(anna.token));
    EXPECT_EQ(ledger_.size(), entries);
}

TEST_P(IdentityTest, EndsTheOtherSessionsWhenThePasswordChanges) {
    auto other = identity().sign_in("root", kGood);
    ASSERT_TRUE(identity().change_password(root_.token, kGood, kBetter));
    EXPECT_TRUE(identity().session(root_.token));
    EXPECT_FALSE(identity().session(other->token));
    EXPECT_FALSE(identity().sign_in("root", kGood));
    EXPECT_TRUE(identity().sign_in("root", kBetter));
    EXPECT_EQ(entry(1).type, "sign_in");
    EXPECT_EQ(entry(2).type, "password.changed");
    EXPECT_EQ(entry(2).body["user"], root_.session.user.id.text());
}

TEST_P(IdentityTest, ChangesAPasswordOnlyForWhoKnowsTheOldOne) {
    auto wrong = identity().change_password(root_.token, "wrong", kBetter);
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().kind(), ErrorKind::Unauthorized);
    EXPECT_FALSE(identity().change_password(root_.token, kGood, "password1234"));
    EXPECT_FALSE(identity().change_password(root_.token, kGood, kGood));
    EXPECT_FALSE(identity().change_password(std::string(64, '0'), kGood, kBetter));
    for (int i = 0; i < 9; ++i) {
        EXPECT_FALSE(identity().change_password(root_.token, "wrong", kBetter));
    }
    EXPECT_EQ(
        identity().change_password(root_.token, kGood, kBetter).error().kind(), ErrorKind::Forbidden
    );
    EXPECT_EQ(identity().sign_in("root", kGood).error().kind(), ErrorKind::Forbidden);
}

TEST_P(IdentityTest, ResetsAPasswordToAOneTimeOne) {
    auto anna = make("anna", Role::Operator);
    auto once = identity().reset_password(anna.session.user.id, kBy);
    ASSERT_TRUE(once);
    EXPECT_FALSE(identity().session(anna.token));
    EXPECT_FALSE(identity().sign_in("anna", kGood));
    EXPECT_TRUE(identity().sign_in("anna", *once)->session.user.must_change_password);
    EXPECT_EQ(
        identity().reset_password(UserId::literal("u-none"), kBy).error().kind(),
        ErrorKind::NotFound
    );
}

TEST_P(IdentityTest, KeepsAnActiveAdministrator) {
    auto demoted = update(root_.session.user, Role::Officer, false);
    ASSERT_FALSE(demoted);
    EXPECT_EQ(demoted.error().kind(), ErrorKind::Conflict);
    EXPECT_FALSE(update(root_.session.user, Role::Admin, true));
    EXPECT_TRUE(identity().session(root_.token));

    auto second = make("second", Role::Admin);
    ASSERT_TRUE(update(root_.session.user, Role::Admin, true));
    EXPECT_FALSE(update(second.session.user, Role::Viewer, false));
    EXPECT_TRUE(identity().session(second.token));
}

TEST_P(IdentityTest, WritesUserIdsIntoTheLedgerAndLoginsOnlyWhereTheyCanBeErased) {
    auto once = identity().create_user("anna.weber", Role::Operator, std::nullopt, kBy);
    auto created = ledger_.size() - 1;
    EXPECT_EQ(entry().type, "user.created");
    EXPECT_EQ(entry().body["role"], "operator");
    EXPECT_EQ(entry().body["by"], kBy.text());
    EXPECT_EQ(entry().body["cameras"], "all");
    EXPECT_EQ(ledger_.personal(created)->at("login"), "anna.weber");
    ASSERT_TRUE(identity().sign_in("anna.weber", *once));
    EXPECT_EQ(entry().type, "sign_in");
    EXPECT_EQ(entry().body["ok"], true);
    auto id = entry().body["user"];
    EXPECT_FALSE(identity().sign_in("anna.weber", "wrong"));
    EXPECT_EQ(entry().body, Json({{"ok", false}, {"user", id}}));
    EXPECT_FALSE(identity().sign_in("stranger", "wrong"));
    EXPECT_EQ(entry().body, Json({{"ok", false}}));
    auto all = all_entries();
    EXPECT_EQ(all.find("weber"), std::string::npos);
    EXPECT_EQ(all.find("stranger"), std::string::npos);
}

TEST_P(IdentityTest, CountsAFloodOfFailuresInsteadOfWritingIt) {
    auto before = ledger_.size();
    for (int i = 0; i < 150; ++i) {
        EXPECT_FALSE(identity().sign_in("stranger-" + std::to_string(i), "wrong"));
    }
    EXPECT_EQ(ledger_.size() - before, 100U);
    clock_.advance(11min);
    EXPECT_FALSE(identity().sign_in("stranger", "wrong"));
    EXPECT_EQ(entry().body["not_recorded"], 50);
}

TEST_P(IdentityTest, WritesADigestForALongListOfCameras) {
    std::vector<CameraId> cameras;
    for (int i = 0; i < 1000; ++i) cameras.push_back(CameraId::literal("c" + std::to_string(i)));
    ASSERT_TRUE(identity().create_user("anna", Role::Viewer, cameras, kBy));
    EXPECT_EQ(entry().body["cameras"]["count"], 1000);
    EXPECT_EQ(identity().users()->front().cameras, cameras);
}

TEST_P(IdentityTest, RefusesChangesThatTheLedgerCannotRecord) {
    auto anna = make("anna", Role::Operator);
    ledger_.broken = true;
    EXPECT_FALSE(identity().create_user("bert", Role::Viewer, std::nullopt, kBy));
    EXPECT_FALSE(update(anna.session.user, Role::Admin, false));
    EXPECT_FALSE(identity().reset_password(anna.session.user.id, kBy));
    EXPECT_FALSE(identity().change_password(anna.token, kGood, kBetter));
    EXPECT_EQ(identity().users()->size(), 2U);
    EXPECT_EQ((*identity().user(anna.session.user.id))->role, Role::Operator);
    EXPECT_TRUE(identity().session(anna.token));

    auto admin = identity().sign_in("root", kGood);
    ASSERT_FALSE(admin);
    EXPECT_EQ(admin.error().kind(), ErrorKind::Unavailable);
    EXPECT_TRUE(identity().sign_in("anna", kGood));
    EXPECT_TRUE(identity().sign_out(anna.token));
    EXPECT_FALSE(identity().session(anna.token));
    ledger_.broken = false;
    EXPECT_TRUE(identity().sign_in("root", kGood));
}

/// Only a server can be made to fail at the commit.
class IdentityOnAServerTest : public IdentityTest {};

INSTANTIATE_TEST_SUITE_P(
    Postgresql, IdentityOnAServerTest, testing::Values(store::Engine::Postgresql)
);

TEST_P(IdentityOnAServerTest, SaysInTheLedgerThatAChangeWasNotStored) {
    auto anna = make("anna", Role::Operator);
    auto other = store::TestDatabase::make(GetParam());
    ledger_.after = [&] {
        ledger_.after = nullptr;
        ASSERT_TRUE((*other)->read([](soci::session& session) -> Result<> {
            session << "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                       "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";
            return {};
        }));
    };
    auto failed = update(anna.session.user, Role::Admin, false);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind(), ErrorKind::Unavailable);
    EXPECT_EQ(entry().type, "identity.not_applied");
    EXPECT_EQ(entry().body["entry"], ledger_.size() - 2);
    EXPECT_EQ((*identity().user(anna.session.user.id))->role, Role::Operator);
    EXPECT_TRUE(identity().session(anna.token));
}

TEST_P(IdentityTest, HoldsTwentySessionsOfAUser) {
    std::vector<std::string> tokens;
    for (int i = 0; i < 25; ++i) {
        clock_.advance(1s);
        tokens.push_back(identity().sign_in("root", kGood)->token);
    }
    int open = 0;
    for (const auto& token : tokens) open += identity().session(token) ? 1 : 0;
    EXPECT_EQ(open, 20);
    EXPECT_TRUE(identity().session(tokens.back()));
}

TEST_P(IdentityTest, ServesManyAtOnce) {
    make("anna", Role::Operator);
    std::atomic<int> failures{0};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < 4; ++i) {
                    auto signed_in = identity().sign_in("anna", kGood);
                    if (!signed_in || !identity().session(signed_in->token) ||
                        !identity().glance(signed_in->token) ||
                        !identity().sign_out(signed_in->token)) {
                        ++failures;
                    }
                }
            });
        }
    }
    EXPECT_EQ(failures, 0);
}

TEST(Role, IsReadStrictly) {
    for (auto role : {Role::Viewer, Role::Operator, Role::Officer, Role::Auditor, Role::Admin}) {
        EXPECT_EQ(*parse_role(to_string(role)), role);
    }
    EXPECT_FALSE(parse_role("Admin"));
    EXPECT_FALSE(parse_role(""));
}

}  // namespace proviso::identity
