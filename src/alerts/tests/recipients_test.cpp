#include "proviso/alerts/recipients.h"

#include <gtest/gtest.h>

#include <proviso/ledger/hooked_ledger.h>
#include <proviso/record/test_house.h>

#include "sightings.h"

namespace proviso::alerts {
namespace {

class RecipientsTest : public testing::Test {
protected:
    RecipientsTest() { registers.add_camera(kGate); }

    int decisions() {
        int count = 0;
        for (const auto& stored : *ledger.read(0, ledger.size())) {
            if (stored.entry.type == "decision") ++count;
        }
        return count;
    }

    FakeClock clock{kNoon};
    ledger::HookedLedger ledger{clock};
    record::TestRegisters registers;
    law::Gate gate{record::test_packs(), registers, ledger, clock, law::GateOptions{}};
    Recipients recipients{gate, registers, clock};
};

TEST_F(RecipientsTest, TheDecisionIsInTheLedgerAndServesUntilItEnds) {
    EXPECT_TRUE(recipients.may_send(kGate, "US", kNoon));
    auto first = decisions();
    EXPECT_EQ(first, 1);
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(recipients.may_send(kGate, "US", kNoon));
    EXPECT_EQ(decisions(), first);
    EXPECT_TRUE(recipients.may_send(kGate, "CH", kNoon)) << "another country, another question";
    EXPECT_EQ(decisions(), first + 1);
    clock.advance(6min);
    registers.set_notice(false);
    EXPECT_FALSE(recipients.may_send(kGate, "US", clock.now())) << "the permit ended meanwhile";
}

TEST_F(RecipientsTest, ARefusalHoldsForAMinute) {
    registers.set_notice(false);
    EXPECT_FALSE(recipients.may_send(kGate, "US", kNoon));
    registers.set_notice(true);
    EXPECT_FALSE(recipients.may_send(kGate, "US", kNoon));
    clock.advance(61s);
    EXPECT_TRUE(recipients.may_send(kGate, "US", kNoon));
}

TEST_F(RecipientsTest, WhatCannotBeWrittenDownIsNotSent) {
    ledger.broken = true;
    EXPECT_FALSE(recipients.may_send(kGate, "US", kNoon));
}

TEST_F(RecipientsTest, NothingOfACameraThatIsNotOnRecordGoesAnywhere) {
    EXPECT_FALSE(recipients.may_send(kYard, "US", kNoon));
}

}  // namespace
}  // namespace proviso::alerts
