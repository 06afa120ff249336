#include <algorithm>

#include <gtest/gtest.h>

#include <proviso/law/reminders.h>
#include <proviso/store/test_database.h>

#include "hand_registers.h"

namespace proviso::law {
namespace {

Day day(std::string_view text) { return parse_day(text).value(); }

Packs shipped() { return {load_packs(PROVISO_PACKS).value(), nullptr}; }

std::vector<Deadline> ask(
    const registers::Snapshot& state,
    const char* today,
    const std::vector<OpenQuestion>& open = {},
    const std::map<std::string, QuestionState>& questions = {}
) {
    return deadlines(shipped(), state, open, questions, day(today), "DE").value();
}

std::vector<Deadline> of_kind(std::vector<Deadline> list, std::string_view kind) {
    std::erase_if(list, [&](const auto& each) { return each.kind != kind; });
    return list;
}

TEST(Deadlines, ARecordThatEndsIsOneThirtyDaysBeforeAndNotEarlier) {
    auto state = two_sites();
    state.records.at("berlin-notice").valid_until = day("2026-12-31");
    EXPECT_TRUE(of_kind(ask(state, "2026-12-01"), "change").empty()) << "31 days before";
    auto list = of_kind(ask(state, "2026-12-02"), "change");
    ASSERT_FALSE(list.empty());
    for (const auto& each : list) {
        EXPECT_EQ(each.on, day("2027-01-01"));
        EXPECT_EQ(each.cameras, (std::vector<CameraId>{camera("berlin-1"), camera("berlin-2")}));
        EXPECT_FALSE(each.steps.empty());
    }
    auto said = std::any_of(list.begin(), list.end(), [](const auto& each) {
        return each.steps.back() == "Put on record anew what ends: berlin-notice";
    });
    EXPECT_TRUE(said) << list.front().steps.back();
    EXPECT_EQ(list.front().id, of_kind(ask(state, "2026-12-20"), "change").front().id)
        << "the same thing on another day";
}

TEST(Deadlines, TheLawThatChangesIsOne) {
    auto list = of_kind(ask(two_sites(), "2027-11-10"), "change");
    auto found = std::find_if(list.begin(), list.end(), [](const auto& each) {
        return each.on == day("2027-12-02");
    });
    ASSERT_NE(found, list.end()) << "AI Act, Art. 113";
    EXPECT_NE(found->text.find("AI Act"), std::string::npos) << found->text;
    EXPECT_EQ(found->text.find("Needed:"), std::string::npos) << "said as steps";
}

TEST(Deadlines, TheLastDayToBeginIsOneOfItsOwn) {
    const std::string head =
        "id: de\ntitle: T\nversion: \"1.0.0\"\nchecked: 2026-11-01\nreview_by: 2029-02-01\n"
        "language: en\njurisdictions: [DE]\n";
    const std::string rule =
        "---\nid: T-LEAD\ntitle: Staff is told before\ncite: Law 1\nstatus: in_force\nconfidence: "
        "V\n"
        "applies: {from: 2027-06-01}\nscope: {eq: [analytic.kind, recording]}\nacts: [capture]\n"
        "effect: {require_before: [{record: works_council_agreement, min_age_days: 60}]}\n";
    Packs law{
        policy::PackSet::compile({{"de/pack.yaml", head}, {"de/rules/a.yaml", rule}}).value(),
        nullptr};
    auto on = [&](const char* today) {
        return of_kind(deadlines(law, two_sites(), {}, {}, day(today), "").value(), "start");
    };
    EXPECT_TRUE(on("2027-03-02").empty()) << "31 days before the last day to begin";
    auto list = on("2027-03-03");
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list[0].on, day("2027-04-02"));
    EXPECT_NE(list[0].text.find("asked for on 2027-06-01"), std::string::npos) << list[0].text;
    EXPECT_NE(list[0].steps.at(0).find("begun by 2027-04-02"), std::string::npos);
    EXPECT_EQ(list[0].cameras, (std::vector<CameraId>{camera("berlin-1"), camera("berlin-2")}));
}

TEST(Deadlines, NobodyIsNamed) {
    auto state = two_sites();
    state.records.at("berlin-notice").valid_until = day("2026-12-31");
    auto personal = record("consent-of-anna", "consent", SiteId::literal("berlin"));
    personal.subject = "p-0011223344556677";
    personal.valid_until = day("2026-12-31");
    state.records[personal.name] = personal;
    OpenQuestion question;
    question.id = "fact-1";
    question.kind = "fact";
    question.site = SiteId::literal("berlin");
    question.text = "State who is filmed";
    question.cameras = {camera("berlin-1")};
    QuestionState known;
    known.id = question.id;
    known.raised = day("2026-12-02");
    known.due = day("2026-12-16");
    known.owner = "Anna Example";
    auto list = ask(state, "2026-12-02", {question}, {{known.id, known}});
    auto asked = of_kind(list, "question");
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0].on, day("2026-12-16"));
    EXPECT_EQ(asked[0].steps, std::vector<std::string>{"State who is filmed"});
    for (const auto& each : list) {
        auto all = each.text;
        for (const auto& step : each.steps) all += step;
        EXPECT_EQ(all.find("of-anna"), std::string::npos) << all;
        EXPECT_EQ(all.find("Example"), std::string::npos) << all;
        EXPECT_EQ(all.find("p-0011"), std::string::npos) << all;
    }
    known.settled = day("2026-12-03");
    EXPECT_TRUE(
        of_kind(ask(state, "2026-12-04", {question}, {{known.id, known}}), "question").empty()
    );
}

TEST(Deadlines, APackIsOneWhereItSpeaksOfACamera) {
    auto packs = shipped().in_force->packs();
    auto french =
        std::find_if(packs.begin(), packs.end(), [](auto& each) { return each.id == "fr"; });
    ASSERT_NE(french, packs.end());
    auto before = to_iso8601(french->review_by - std::chrono::days(7));
    auto list = of_kind(ask(two_sites(), before.c_str()), "pack");
    auto speaks = [&](std::string_view pack) {
        return std::find_if(list.begin(), list.end(), [&](const auto& each) {
            return each.text.find("'" + std::string(pack) + "'") != std::string::npos;
        });
    };
    ASSERT_NE(speaks("fr"), list.end());
    EXPECT_EQ(speaks("fr")->cameras, (std::vector<CameraId>{camera("paris-1"), camera("paris-2")}));
    EXPECT_EQ(speaks("jp"), list.end()) << "no camera is in Japan";
}

TEST(ReminderBook, ATimeIsTakenOnceByEachDestinationAndMayBeGivenBack) {
    auto database = store::TestDatabase::make(store::Engine::Sqlite);
    auto book = ReminderBook::open(**database).value();
    Deadline one;
    one.id = "a";
    one.on = day("2026-12-22");
    const std::vector<Deadline> list{one, one};
    auto due = book->take("desk", list, day("2026-11-22")).value();
    ASSERT_EQ(due.size(), 1U);
    EXPECT_EQ(due[0].step, 30);
    EXPECT_EQ(book->take("guard", list, day("2026-11-22")).value().size(), 1U);
    auto again = ReminderBook::open(**database).value();
    EXPECT_TRUE(again->take("desk", list, day("2026-11-23")).value().empty());
    ASSERT_TRUE(again->give_back("desk", due));
    EXPECT_EQ(again->take("desk", list, day("2026-11-24")).value().size(), 1U);
    EXPECT_EQ(again->take("desk", list, day("2026-12-15")).value().at(0).step, 7);
    EXPECT_TRUE(again->take("desk", list, day("2026-12-01")).value().empty())
        << "seven was said; a clock that goes back says nothing anew";
}

}  // namespace
}  // namespace proviso::law
