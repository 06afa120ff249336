#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <proviso/law/counsel.h>
#include <proviso/store/test_database.h>

#include "hand_registers.h"

namespace proviso::law {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto kHead =
    "id: de\ntitle: T\nversion: \"1.0.0\"\nchecked: 2026-11-01\nreview_by: 2027-02-01\n"
    "language: en\njurisdictions: [DE, FR]\n";

std::string rule(const std::string& id, const std::string& effect, const std::string& more = "") {
    return "---\nid: " + id + "\ntitle: The rule " + id +
           "\ncite: Law 1\nstatus: in_force\nconfidence: V\n" + more + "effect: " + effect + "\n";
}

constexpr auto kRecording = "scope: {eq: [analytic.kind, recording]}\nacts: [capture]\n";
constexpr auto kFall = "scope: {eq: [analytic.kind, fall]}\n";

Day day(const char* text) { return parse_day(text).value(); }

std::vector<OpenQuestion> ask(const std::string& rules, const registers::Snapshot& state) {
    auto compiled = policy::PackSet::compile({{"de/pack.yaml", kHead}, {"de/rules/a.yaml", rules}});
    EXPECT_TRUE(compiled) << compiled.error().story();
    Packs packs{*compiled, nullptr};
    auto cells = matrix_of(packs, state, {}, day("2026-11-22"), "").value();
    return open_questions(packs, state, cells);
}

TEST(OpenQuestions, AFactNobodyStatedIsAskedOnceForEachSite) {
    auto found = ask(rule("T-F", "{facts: [space.minors_expected]}", kRecording), two_sites());
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].kind, "fact");
    EXPECT_EQ(found[0].what, "space.minors_expected");
    EXPECT_EQ(found[0].site.text(), "berlin");
    EXPECT_EQ(found[0].cameras, (std::vector{camera("berlin-1"), camera("berlin-2")}));
    EXPECT_EQ(found[0].capabilities, std::vector<std::string>{"recording"});
    EXPECT_EQ(found[0].articles[0].cite, "Law 1");
    EXPECT_TRUE(found[0].rule.empty());
    EXPECT_TRUE(found[0].in_use);
    EXPECT_FALSE(found[0].text.empty());
    EXPECT_NE(found[0].id, found[1].id);
}

TEST(OpenQuestions, ARecordThatIsMissingIsNoQuestion) {
    EXPECT_TRUE(ask(rule("T-N", "{require_before: [{record: dpa_28_3}]}"), two_sites()).empty());
}

TEST(OpenQuestions, ADoubtCannotWaitOnceACameraIsSetToDoIt) {
    auto law = rule("T-D", "{require_before: [{record: counsel_attestation}]}", kFall);
    auto state = two_sites();
    auto found = ask(law, state);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].kind, "doubt");
    EXPECT_EQ(found[0].rule, "T-D");
    EXPECT_FALSE(found[0].in_use);

    behaviour::RuleSpec falls;
    falls.name = "falls";
    falls.kind = "fall";
    state.cameras.at(camera("paris-1")).analytics.emplace().rules.push_back(falls);
    found = ask(law, state);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].site.text(), "paris") << "what is in use comes first";
    EXPECT_TRUE(found[0].in_use);
    EXPECT_FALSE(found[1].in_use);
}

TEST(OpenQuestions, AConflictNamesBothSidesAndAsksAboutTheMinimum) {
    auto found =
        ask(rule("T-CAP", "{cap: {param: footage_days, value: 7}}", kRecording) +
                rule("T-FLOOR", "{floor: {param: footage_days, value: 30}}", kRecording),
            two_sites());
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].kind, "conflict");
    EXPECT_EQ(found[0].rule, "T-FLOOR");
    std::vector<std::string> rules;
    for (const auto& article : found[0].articles) rules.push_back(article.rule);
    EXPECT_THAT(rules, testing::UnorderedElementsAre("T-CAP", "T-FLOOR"));
}

TEST(OpenQuestions, OfTheRealPacksAreWhatTheirMatrixLacks) {
    Scene scene;
    auto state = *scene.registers.snapshot();
    Packs packs{scene.packs, nullptr};
    auto cells = matrix_of(packs, state, {}, day("2026-11-22"), "DE").value();
    std::set<std::string> asked;
    for (const auto& question : open_questions(packs, state, cells)) {
        EXPECT_FALSE(question.text.empty()) << question.id;
        EXPECT_FALSE(question.articles.empty()) << question.id;
        for (const auto& article : question.articles) {
            EXPECT_FALSE(article.cite.empty()) << question.id;
        }
        asked.insert(question.what);
    }
    for (const auto& cell : cells) {
        for (const auto& missing : cell.missing) {
            bool question = missing.what == "counsel_attestation" ||
                            missing.what.find('.') != std::string::npos;
            EXPECT_EQ(asked.contains(missing.what), question) << missing.what;
        }
    }
}

class CounselTest : public testing::Test {
protected:
    CounselTest() { reopen(); }

    void reopen() {
        counsel.reset();
        database.reset();
        database =
            store::Database::open("sqlite:" + (folder.path() / "proviso.db").string()).value();
        counsel = Counsel::open(*database, ledger, clock).value();
    }

    static OpenQuestion question(const std::string& id, bool in_use = true) {
        OpenQuestion made;
        made.id = id;
        made.kind = "doubt";
        made.what = "counsel_attestation";
        made.rule = "T-D";
        made.site = SiteId::literal("berlin");
        made.in_use = in_use;
        return made;
    }

    std::vector<std::string> entries() const {
        std::vector<std::string> types;
        auto all = ledger.read(0, ledger.size()).value();
        for (const auto& stored : all) {
            types.push_back(stored.entry.type);
        }
        return types;
    }

    store::TestFolder folder;
    FakeClock clock{at("2026-11-22T12:00:00Z")};
    BreakableLedger ledger{clock};
    std::unique_ptr<store::Database> database;
    std::unique_ptr<Counsel> counsel;
    const UserId officer = UserId::literal("u-1");
};

TEST_F(CounselTest, RaisesWhatIsInUseOnceWithFourteenDays) {
    ASSERT_TRUE(counsel->note({question("a"), question("b", false)}));
    ASSERT_TRUE(counsel->note({question("a"), question("b", false)}));
    reopen();
    auto all = counsel->all().value();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.at("a").raised, day("2026-11-22"));
    EXPECT_EQ(all.at("a").due, day("2026-12-06"));
    EXPECT_EQ(all.at("a").rule, "T-D");
    EXPECT_EQ(entries(), std::vector<std::string>{"question.raised"});
    EXPECT_EQ(ledger.body(0)["rule"], "T-D");
}

TEST_F(CounselTest, SettlesWhatIsAskedNoMoreAndRaisesItAgain) {
    ASSERT_TRUE(counsel->note({question("a")}));
    clock.advance(std::chrono::days(3));
    ASSERT_TRUE(counsel->note({}));
    EXPECT_EQ(counsel->all().value().at("a").settled, day("2026-11-25"));
    ASSERT_TRUE(counsel->note({}));
    clock.advance(std::chrono::days(30));
    ASSERT_TRUE(counsel->note({question("a")}));
    auto again = counsel->all().value().at("a");
    EXPECT_FALSE(again.settled);
    EXPECT_EQ(again.due, day("2027-01-08"));
    EXPECT_EQ(
        entries(),
        (std::vector<std::string>{"question.raised", "question.settled", "question.raised"})
    );
}

TEST_F(CounselTest, AnOwnerIsNamedInTheErasablePartOfTheLedgerOnly) {
    Counsel::Change change;
    change.owner = "Dr Anna Muster";
    change.due = day("2026-11-30");
    auto state = counsel->change(question("b", false), change, officer).value();
    EXPECT_EQ(state.owner, "Dr Anna Muster");
    reopen();
    EXPECT_EQ(counsel->all().value().at("b").due, day("2026-11-30"));
    EXPECT_THAT(ledger.body(0).dump(), Not(HasSubstr("Muster")));
    EXPECT_EQ(ledger.personal(0).value()["owner"], "Dr Anna Muster");
    EXPECT_EQ(ledger.body(0)["by"], "u-1");
}

TEST_F(CounselTest, ADeadlineInThePastOrAnEndlessOwnerIsRefusedAndChangesNothing) {
    Counsel::Change change;
    change.due = day("2026-11-21");
    EXPECT_FALSE(counsel->change(question("a"), change, officer));
    change.due.reset();
    change.owner = std::string(kLongestOwner + 1, 'x');
    EXPECT_FALSE(counsel->change(question("a"), change, officer));
    EXPECT_TRUE(counsel->all().value().empty());
    EXPECT_EQ(ledger.size(), 0U);
}

TEST_F(CounselTest, NothingChangesThatTheLedgerDidNotTake) {
    ledger.broken = true;
    EXPECT_FALSE(counsel->note({question("a")}));
    EXPECT_TRUE(counsel->all().value().empty());
}

}  // namespace
}  // namespace proviso::law
