#include <gtest/gtest.h>

#include <proviso/law/calendar_link.h>
#include <proviso/store/test_database.h>

#include "hand_registers.h"

namespace proviso::law {
namespace {

class CalendarLinkTest : public testing::Test {
protected:
    store::TestFolder folder;
    FakeClock clock{at("2026-11-22T12:00:00Z")};
    BreakableLedger ledger{clock};
    std::unique_ptr<store::Database> database =
        store::Database::open("sqlite:" + (folder.path() / "proviso.db").string()).value();
    std::unique_ptr<CalendarLink> link = CalendarLink::open(*database, ledger, clock).value();
    const UserId officer = UserId::literal("u-1");
};

TEST_F(CalendarLinkTest, OpensToItsSecretAndToNothingElse) {
    EXPECT_FALSE(link->opens("").value());
    EXPECT_FALSE(link->made().value());
    auto secret = link->make(officer).value();
    EXPECT_EQ(secret.size(), 64U);
    EXPECT_TRUE(link->opens(secret).value());
    for (const auto& wrong : {std::string(), secret + "0", secret.substr(1), "0" + secret}) {
        EXPECT_FALSE(link->opens(wrong).value());
    }
    EXPECT_EQ(link->made().value()->by, officer);
}

TEST_F(CalendarLinkTest, EndsWithTheNextOneAndWhenItIsRevoked) {
    auto first = link->make(officer).value();
    auto second = link->make(officer).value();
    EXPECT_NE(first, second);
    EXPECT_FALSE(link->opens(first).value());
    EXPECT_TRUE(link->opens(second).value());
    ASSERT_TRUE(link->revoke(officer));
    EXPECT_FALSE(link->opens(second).value());
    EXPECT_EQ(link->revoke(officer).error().kind(), ErrorKind::NotFound);
}

TEST_F(CalendarLinkTest, IsNotMadeWithoutALedgerButEndsWithoutOne) {
    auto secret = link->make(officer).value();
    ledger.broken = true;
    EXPECT_FALSE(link->make(officer));
    EXPECT_TRUE(link->opens(secret).value());
    EXPECT_FALSE(link->revoke(officer)) << "that it was not recorded is said";
    EXPECT_FALSE(link->opens(secret).value());
}

}  // namespace
}  // namespace proviso::law
