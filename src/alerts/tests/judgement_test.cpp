#include "alerts_fixture.h"

namespace proviso::alerts {
namespace {

class JudgementTest : public AlertsTest {
protected:
    /// Judges alerts one after another; how many it took until the rule fell, or -1.
    int judge_all(int right, int wrong) {
        int number = 0;
        for (int i = 0; i < right + wrong; ++i) {
            auto id = alert(++next_);
            auto judged =
                alerts->judge(id, i < right ? Judgement::True : Judgement::False, std::string());
            EXPECT_TRUE(judged) << (judged ? "" : judged.error().story());
            ++number;
            if (alerts->suspended(kGate, "after-hours")) return number;
        }
        return -1;
    }

    Accuracy row() {
        auto rows = *alerts->accuracy({});
        EXPECT_EQ(rows.size(), 1U);
        return rows.empty() ? Accuracy{} : rows.front();
    }

private:
    std::uint64_t next_ = 0;
};

TEST_P(JudgementTest, PrecisionCountsWhatPeopleSaidWithItsExactInterval) {
    watch(0.2);
    judge_all(8, 2);
    auto id = alert(100);
    ASSERT_TRUE(alerts->judge(id, Judgement::Unsure, ""));
    auto found = row();
    EXPECT_EQ(found.rule, "after-hours");
    EXPECT_EQ(found.kind, "intrusion");
    EXPECT_EQ(found.model, "embedded");
    EXPECT_EQ(found.right, 8U);
    EXPECT_EQ(found.wrong, 2U);
    EXPECT_EQ(found.unsure, 1U);
    EXPECT_EQ(found.floor, 0.2);
    EXPECT_NEAR(*found.precision(), 0.8, 1e-9);
    EXPECT_NEAR(found.interval().low, 0.4439, 1e-4);
    EXPECT_NEAR(found.interval().high, 0.9748, 1e-4);
}

TEST_P(JudgementTest, AJudgementReplacesTheOneBefore) {
    watch();
    auto id = alert(1);
    ASSERT_TRUE(alerts->judge(id, Judgement::True, ""));
    ASSERT_TRUE(alerts->judge(id, Judgement::True, ""));
    EXPECT_EQ(row().right, 1U);
    auto judged = *alerts->judge(id, Judgement::False, "");
    EXPECT_EQ(judged.leading().judgement, Judgement::False);
    EXPECT_EQ(row().right, 0U);
    EXPECT_EQ(row().wrong, 1U);
    EXPECT_EQ(items().front().leading().judgement, Judgement::False);
}

TEST_P(JudgementTest, ARuleThatIsSurelyTooOftenWrongSuspendsItselfAndSaysSo) {
    watch(0.5);
    // 4 of 20: at most 43.7 % with 95 % confidence.
    EXPECT_EQ(judge_all(4, 30), 20);
    EXPECT_EQ(count_entries("rule.suspended"), 1);
    ReviewQuery query;
    query.kind = kSuspendedKind;
    auto said = items(query);
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].severity(), Severity::Alert);
    EXPECT_NE(said[0].leading().why.find("4 of 20"), std::string::npos);
    EXPECT_TRUE(row().suspended);
    EXPECT_FALSE(alerts->found(kGate, intrusion(999, 1000s, 1000s))) << "its findings are dropped";
    query.kind = "intrusion";
    EXPECT_EQ(items(query).size(), 20U);
    std::lock_guard lock(mutex);
    bool told = false;
    for (const auto& change : changes) {
        const auto* review = std::get_if<ReviewChange>(&change);
        if (review != nullptr && review->after.leading().kind == kSuspendedKind) told = true;
    }
    EXPECT_TRUE(told);
}

TEST_P(JudgementTest, DoubtAloneSuspendsNothing) {
    watch(0.5);
    // 10 of 24 is under the floor, but may well be above it: the interval reaches 63 %.
    EXPECT_EQ(judge_all(10, 14), -1);
    EXPECT_EQ(count_entries("rule.suspended"), 0);
}

TEST_P(JudgementTest, FewJudgementsSuspendNothing) {
    watch(0.9);
    EXPECT_EQ(judge_all(0, 19), -1);
    EXPECT_FALSE(alerts->suspended(kGate, "after-hours"));
}

TEST_P(JudgementTest, WithoutAFloorNothingIsSuspended) {
    watch(0);
    EXPECT_EQ(judge_all(0, 40), -1);
}

TEST_P(JudgementTest, AFloorSetLaterWeighsWhatWasSaidBefore) {
    watch(0);
    judge_all(0, 25);
    watch(0.5);
    EXPECT_TRUE(alerts->suspended(kGate, "after-hours"));
}

TEST_P(JudgementTest, ItStaysSuspendedOverARestartUntilAPersonResumesIt) {
    watch(0.5);
    judge_all(0, 30);
    alerts.reset();
    open();
    EXPECT_TRUE(alerts->suspended(kGate, "after-hours"));
    watch(0.5, "another-model");
    EXPECT_TRUE(alerts->suspended(kGate, "after-hours")) << "a new model is not a person";
    ASSERT_TRUE(alerts->resume(kGate, "after-hours"));
    EXPECT_FALSE(alerts->suspended(kGate, "after-hours"));
    EXPECT_TRUE(alerts->found(kGate, intrusion(999, 1000s, 1000s)));
    auto again = alerts->resume(kGate, "after-hours");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind(), ErrorKind::Conflict);
}

TEST_P(JudgementTest, AfterAResumeTheCountBeginsAnewButNothingIsForgotten) {
    watch(0.5);
    judge_all(0, 20);
    ASSERT_TRUE(alerts->resume(kGate, "after-hours"));
    EXPECT_EQ(judge_all(0, 19), -1);
    EXPECT_EQ(judge_all(0, 1), 1);
    EXPECT_EQ(row().wrong, 40U);
}

TEST_P(JudgementTest, ItSuspendsItselfAlsoWhileTheLedgerCannotWriteAndTellsLater) {
    watch(0.5);
    ledger.broken = true;
    EXPECT_EQ(judge_all(0, 30), 20);
    EXPECT_EQ(count_entries("rule.suspended"), 0);
    ledger.broken = false;
    flush();
    EXPECT_EQ(count_entries("rule.suspended"), 1);
    flush();
    EXPECT_EQ(count_entries("rule.suspended"), 1);
}

TEST_P(JudgementTest, OneFindingOfAnItemCanBeJudgedAlone) {
    watch();
    alerts->found(kGate, intrusion(1, 0s, 0s));
    alerts->found(kGate, intrusion(2, 1s, 1s, true, "running"));
    auto id = items().front().id;
    auto judged = *alerts->judge(id, Judgement::False, "running");
    EXPECT_EQ(judged.findings[0].judgement, Judgement::None);
    EXPECT_EQ(judged.findings[1].judgement, Judgement::False);
    EXPECT_EQ(row().rule, "running");
    auto absent = alerts->judge(id, Judgement::False, "no-such-rule");
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.error().kind(), ErrorKind::Conflict);
}

TEST_P(JudgementTest, WhatIsNotThereCannotBeJudged) {
    for (const auto* id : {"", "x", "1795348800.000001-abcdef"}) {
        auto judged = alerts->judge(id, Judgement::True, "");
        ASSERT_FALSE(judged);
        EXPECT_EQ(judged.error().kind(), ErrorKind::NotFound);
    }
}

PROVISO_ON_BOTH_ENGINES(JudgementTest);

}  // namespace
}  // namespace proviso::alerts
