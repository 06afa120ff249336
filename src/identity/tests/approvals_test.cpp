#include "proviso/identity/approvals.h"

#include <gtest/gtest.h>
#include <soci/soci.h>

#include <proviso/ledger/hooked_ledger.h>
#include <proviso/store/test_database.h>

namespace proviso::identity {

using namespace std::chrono_literals;

class ApprovalsTest : public store::EngineTest {
protected:
    void SetUp() override {
        EngineTest::SetUp();
        if (IsSkipped()) return;
        open();
        ASSERT_TRUE(identity_->create_first_admin("root"));
        root_ = id_of("root");
        anna_ = add("anna", Role::Operator);
        bert_ = add("bert", Role::Operator);
        olga_ = add("olga", Role::Officer);
    }

    void open() {
        identity_ = Identity::open(database(), ledger_, clock_, true).value();
        approvals_ = Approvals::open(database(), ledger_, clock_, *identity_).value();
    }

    UserId id_of(std::string_view login) {
        for (const auto& user : *identity_->users()) {
            if (user.login == login) return user.id;
        }
        return {};
    }

    UserId add(
        std::string_view login, Role role, std::optional<std::vector<CameraId>> cameras = {}
    ) {
        EXPECT_TRUE(identity_->create_user(login, role, std::move(cameras), root_));
        return id_of(login);
    }

    static Wanted wanted(int minutes = 10) {
        return {
            "lift",
            {{"minutes", minutes}, {"reason", "somebody fell"}},
            {CameraId::literal("gate"), CameraId::literal("yard")}};
    }

    Approval asked() { return approvals_->ask(wanted(), anna_).value(); }

    Approval agreed() {
        auto approval = asked();
        return approvals_->decide(approval.id, approval.digest, true, olga_).value();
    }

    std::vector<std::string> steps() {
        std::vector<std::string> types;
        for (const auto& stored : *ledger_.read(0, ledger_.size())) {
            if (stored.entry.type.starts_with("approval.")) types.push_back(stored.entry.type);
        }
        return types;
    }

    template <class T>
    static ErrorKind kind_of(const Result<T>& result) {
        return result ? ErrorKind::Internal : result.error().kind();
    }

    FakeClock clock_{parse_timestamp("2026-11-22T12:00:00Z").value()};
    ledger::HookedLedger ledger_{clock_};
    std::unique_ptr<Identity> identity_;
    std::unique_ptr<Approvals> approvals_;
    UserId root_;
    UserId anna_;
    UserId bert_;
    UserId olga_;
};

TEST_P(ApprovalsTest, WhatOneAsksAndAnotherAgreesToCanBeDoneOnce) {
    auto approval = asked();
    EXPECT_EQ(approval.state, ApprovalState::Waiting);
    EXPECT_EQ(approval.expires - approval.asked, 15min);
    EXPECT_EQ(kind_of(approvals_->use(approval.id, wanted(), anna_)), ErrorKind::Conflict);
    auto given = approvals_->decide(approval.id, approval.digest, true, olga_);
    ASSERT_TRUE(given) << given.error().story();
    EXPECT_EQ(given->decided_by, olga_);
    auto used = approvals_->use(approval.id, wanted(), anna_);
    ASSERT_TRUE(used) << used.error().story();
    EXPECT_EQ(used->state, ApprovalState::Used);
    EXPECT_EQ(used->decided_by, olga_);
    EXPECT_EQ(kind_of(approvals_->use(approval.id, wanted(), anna_)), ErrorKind::Conflict);
    EXPECT_EQ(
        steps(), (std::vector<std::string>{"approval.asked", "approval.given", "approval.used"})
    );
}

TEST_P(ApprovalsTest, NobodyAgreesToTheirOwnRequest) {
    auto approval = approvals_->ask(wanted(), root_).value();
    EXPECT_EQ(
        kind_of(approvals_->decide(approval.id, approval.digest, true, root_)), ErrorKind::Forbidden
    );
    EXPECT_EQ(approvals_->find(approval.id).value()->state, ApprovalState::Waiting);
}

TEST_P(ApprovalsTest, AnotherRequestThanTheOneShownIsNotAgreedTo) {
    auto approval = asked();
    auto other = approvals_->ask(wanted(60), anna_).value();
    EXPECT_EQ(
        kind_of(approvals_->decide(approval.id, other.digest, true, olga_)), ErrorKind::Conflict
    );
    // Somebody who can write the database makes ten minutes an hour.
    auto bent = wanted(60).request.dump();
    ASSERT_TRUE(database().write([&](soci::session& session) -> Result<> {
        session << "UPDATE approvals SET request = :bent WHERE id = :id", soci::use(bent, "bent"),
            soci::use(approval.id, "id");
        return {};
    }));
    EXPECT_EQ(
        kind_of(approvals_->decide(approval.id, approval.digest, true, olga_)), ErrorKind::Conflict
    );
}

TEST_P(ApprovalsTest, OnlyWhatWasAgreedToCanBeDone) {
    auto approval = agreed();
    auto longer = wanted(60);
    EXPECT_EQ(kind_of(approvals_->use(approval.id, longer, anna_)), ErrorKind::Conflict);
    auto elsewhere = wanted();
    elsewhere.cameras = {CameraId::literal("gate")};
    EXPECT_EQ(kind_of(approvals_->use(approval.id, elsewhere, anna_)), ErrorKind::Conflict);
    auto other = wanted();
    other.operation = "watch_list";
    EXPECT_EQ(kind_of(approvals_->use(approval.id, other, anna_)), ErrorKind::Conflict);
    EXPECT_EQ(kind_of(approvals_->use(approval.id, wanted(), bert_)), ErrorKind::Conflict);
    auto swapped = wanted();
    std::swap(swapped.cameras[0], swapped.cameras[1]);
    EXPECT_TRUE(approvals_->use(approval.id, swapped, anna_)) << "the order says nothing";
}

TEST_P(ApprovalsTest, AfterFifteenMinutesItIsOver) {
    auto approval = agreed();
    auto waiting = asked();
    clock_.advance(15min - 1us);
    EXPECT_EQ(approvals_->find(waiting.id).value()->state, ApprovalState::Waiting);
    clock_.advance(1us);
    EXPECT_EQ(approvals_->find(waiting.id).value()->state, ApprovalState::Expired);
    EXPECT_EQ(kind_of(approvals_->use(approval.id, wanted(), anna_)), ErrorKind::Conflict);
    EXPECT_EQ(
        kind_of(approvals_->decide(waiting.id, waiting.digest, true, olga_)), ErrorKind::Conflict
    );
}

TEST_P(ApprovalsTest, ASecondPersonWhoWasDemotedMeanwhileDoesNotCount) {
    auto approval = asked();
    ASSERT_TRUE(approvals_->decide(approval.id, approval.digest, true, bert_));
    ASSERT_TRUE(identity_->update_user(bert_, Role::Viewer, {}, false, root_));
    EXPECT_EQ(kind_of(approvals_->use(approval.id, wanted(), anna_)), ErrorKind::Forbidden);
    auto again = agreed();
    ASSERT_TRUE(identity_->update_user(olga_, Role::Officer, {}, true, root_));
    EXPECT_EQ(kind_of(approvals_->use(again.id, wanted(), anna_)), ErrorKind::Forbidden);
}

TEST_P(ApprovalsTest, WhoAskedAndWasDemotedMeanwhileGetsNothing) {
    auto approval = agreed();
    ASSERT_TRUE(identity_->update_user(anna_, Role::Viewer, {}, false, root_));
    EXPECT_EQ(kind_of(approvals_->use(approval.id, wanted(), anna_)), ErrorKind::Forbidden);
}

TEST_P(ApprovalsTest, AskingAndAgreeingNeedTheRoleAndEveryCamera) {
    auto viewer = add("vera", Role::Viewer);
    auto auditor = add("arno", Role::Auditor);
    auto gate = add("gust", Role::Operator, std::vector{CameraId::literal("gate")});
    for (const auto& who : {viewer, auditor, gate, olga_}) {
        EXPECT_EQ(kind_of(approvals_->ask(wanted(), who)), ErrorKind::Forbidden);
    }
    auto approval = asked();
    for (const auto& who : {viewer, auditor, gate}) {
        EXPECT_EQ(
            kind_of(approvals_->decide(approval.id, approval.digest, true, who)),
            ErrorKind::Forbidden
        );
    }
}

TEST_P(ApprovalsTest, WhatWasRefusedOrWithdrawnStaysSo) {
    auto refused = asked();
    ASSERT_TRUE(approvals_->decide(refused.id, refused.digest, false, bert_));
    EXPECT_EQ(
        kind_of(approvals_->decide(refused.id, refused.digest, true, olga_)), ErrorKind::Conflict
    );
    auto withdrawn = asked();
    EXPECT_EQ(kind_of(approvals_->withdraw(withdrawn.id, bert_)), ErrorKind::Forbidden);
    ASSERT_TRUE(approvals_->withdraw(withdrawn.id, anna_));
    EXPECT_EQ(
        kind_of(approvals_->decide(withdrawn.id, withdrawn.digest, true, olga_)),
        ErrorKind::Conflict
    );
    EXPECT_EQ(steps().back(), "approval.withdrawn");
}

TEST_P(ApprovalsTest, ARestartForgetsNothing) {
    auto approval = agreed();
    approvals_.reset();
    identity_.reset();
    test_database().reopen();
    open();
    auto known = approvals_->recent().value();
    ASSERT_EQ(known.size(), 1U);
    EXPECT_EQ(known[0].state, ApprovalState::Approved);
    EXPECT_EQ(known[0].wanted.request, wanted().request);
    ASSERT_TRUE(approvals_->use(approval.id, wanted(), anna_));
    EXPECT_EQ(kind_of(approvals_->use(approval.id, wanted(), anna_)), ErrorKind::Conflict);
}

TEST_P(ApprovalsTest, WithoutTheLedgerNoStepIsTaken) {
    auto approval = asked();
    ledger_.broken = true;
    EXPECT_FALSE(approvals_->ask(wanted(), anna_));
    EXPECT_FALSE(approvals_->decide(approval.id, approval.digest, true, olga_));
    ledger_.broken = false;
    EXPECT_EQ(approvals_->find(approval.id).value()->state, ApprovalState::Waiting);
    ASSERT_TRUE(approvals_->decide(approval.id, approval.digest, true, olga_));
    ledger_.broken = true;
    EXPECT_FALSE(approvals_->use(approval.id, wanted(), anna_));
    ledger_.broken = false;
    EXPECT_TRUE(approvals_->use(approval.id, wanted(), anna_));
}

TEST_P(ApprovalsTest, TheReasonStandsInTheLedgerOnlyWhereItCanBeErased) {
    asked();
    auto entries = ledger_.read(0, ledger_.size()).value();
    const auto& last = entries.back();
    EXPECT_EQ(last.bytes.find("somebody fell"), std::string::npos);
    EXPECT_EQ(ledger_.personal(last.index).value()["request"]["reason"], "somebody fell");
    EXPECT_EQ(last.entry.body["cameras"], (Json{"gate", "yard"}));
}

TEST_P(ApprovalsTest, OnePersonCannotFillTheInbox) {
    for (std::size_t i = 0; i < kMostOpenApprovals; ++i) asked();
    EXPECT_EQ(kind_of(approvals_->ask(wanted(), anna_)), ErrorKind::Conflict);
    EXPECT_TRUE(approvals_->ask(wanted(), bert_));
    clock_.advance(15min);
    EXPECT_TRUE(approvals_->ask(wanted(), anna_));
}

TEST_P(ApprovalsTest, OldRowsCanBeRemoved) {
    asked();
    clock_.advance(24h);
    asked();
    ASSERT_TRUE(approvals_->expire(clock_.now() - 1h));
    EXPECT_EQ(approvals_->recent()->size(), 1U);
}

PROVISO_ON_BOTH_ENGINES(ApprovalsTest);

}  // namespace proviso::identity
