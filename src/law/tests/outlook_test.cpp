#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <proviso/law/outlook.h>

#include "hand_registers.h"

namespace proviso::law {
namespace {

using testing::HasSubstr;

std::string head(std::string_view version) {
    return "id: de\ntitle: T\nversion: \"" + std::string(version) +
           "\"\nchecked: 2026-11-01\nreview_by: 2027-02-01\nlanguage: en\njurisdictions: [DE]\n";
}

std::string rule(
    std::string_view id,
    std::string_view dates,
    std::string_view effect,
    std::string_view scope = ""
) {
    return "---\nid: " + std::string(id) + "\ntitle: The rule " + std::string(id) +
           "\ncite: Law 1\nstatus: in_force\nconfidence: V\napplies: " + std::string(dates) + "\n" +
           std::string(scope) + "effect: " + std::string(effect) + "\n";
}

std::shared_ptr<const policy::PackSet> packs(const std::string& rules) {
    auto compiled =
        policy::PackSet::compile({{"de/pack.yaml", head("1.0.0")}, {"de/rules/a.yaml", rules}});
    EXPECT_TRUE(compiled) << compiled.error().story();
    return compiled.value();
}

constexpr auto kRecording = "scope: {eq: [analytic.kind, recording]}\nacts: [capture]\n";

Day day(const char* text) { return parse_day(text).value(); }

std::vector<Flip> of_recording(const std::vector<Flip>& flips) {
    std::vector<Flip> some;
    for (const auto& flip : flips) {
        if (flip.after.capability == "recording" && flip.after.camera.text() == "berlin-1") {
            some.push_back(flip);
        }
    }
    return some;
}

TEST(Horizon, NamesTheDayOnWhichARuleBeginsAndTheDayAfterItsLast) {
    auto law = packs(
        rule(
            "T-OLD", "{from: 2020-01-01, to: 2027-03-31}", "{cap: {param: footage_days, value: 10}}"
        ) +
        rule("T-NEW", "{from: 2027-06-01}", "{deny: true}", kRecording)
    );
    auto flips = of_recording(
        horizon({law, nullptr}, two_sites(), day("2026-11-22"), day("2029-11-22"), "").value()
    );
    ASSERT_EQ(flips.size(), 2U);
    EXPECT_EQ(flips[0].on, day("2027-04-01"));
    EXPECT_FALSE(flips[0].stricter);
    EXPECT_EQ(flips[1].on, day("2027-06-01"));
    EXPECT_TRUE(flips[1].stricter);
    EXPECT_EQ(flips[1].cause, "law");
    EXPECT_EQ(flips[1].after.reasons[0].rule, "T-NEW");
    auto turns = gather(flips, two_sites());
    ASSERT_EQ(turns.size(), 2U);
    EXPECT_EQ(
        words_of(turns[1]), "berlin-1: recording turns from permitted to refused, because of Law 1."
    );
}

TEST(Horizon, SaysWhenARecordThatIsAskedForEnds) {
    auto state = two_sites();
    state.records.at("berlin-notice").valid_until = day("2027-01-31");
    auto law = packs(rule("T-N", "{from: 2020-01-01}", "{require_before: [{record: notice}]}"));
    auto flips = of_recording(
        horizon({law, nullptr}, state, day("2026-11-22"), day("2027-11-22"), "").value()
    );
    ASSERT_EQ(flips.size(), 1U);
    EXPECT_EQ(flips[0].on, day("2027-02-01"));
    EXPECT_EQ(flips[0].cause, "record");
    EXPECT_TRUE(flips[0].after.pending);
    EXPECT_THAT(
        words_of(gather(flips, state)[0]), HasSubstr("records begin or end: berlin-notice")
    );
}

TEST(Horizon, SaysWhoMustBeginWhatByWhen) {
    auto law = packs(rule(
        "T-N",
        "{from: 2027-06-01}",
        "{require_before: [{record: works_council_agreement, min_age_days: 14}]}",
        kRecording
    ));
    auto flips = of_recording(
        horizon({law, nullptr}, two_sites(), day("2026-11-22"), day("2027-11-22"), "").value()
    );
    auto turns = gather(flips, two_sites());
    ASSERT_EQ(turns.size(), 1U);
    ASSERT_EQ(turns[0].missing.size(), 1U);
    EXPECT_EQ(turns[0].missing[0].owner, "controller");
    EXPECT_EQ(latest_start(turns[0], turns[0].missing[0]), day("2027-05-18"));
    EXPECT_THAT(
        words_of(turns[0]),
        HasSubstr("14 days before (whoever signs for the controller, begun by 2027-05-18).")
    );
}

TEST(Horizon, NamesTheDutiesThatBegin) {
    auto law = packs(
        rule("T-OLD", "{from: 2020-01-01}", "{during: [{duty: log_it, text: Log each use}]}") +
        rule(
            "T-NEW", "{from: 2027-06-01}", "{during: [{duty: watch_it, text: Watch how it works}]}"
        )
    );
    auto flips = of_recording(
        horizon({law, nullptr}, two_sites(), day("2026-11-22"), day("2027-11-22"), "").value()
    );
    auto turns = gather(flips, two_sites());
    ASSERT_EQ(turns.size(), 1U);
    EXPECT_EQ(turns[0].duties, (std::vector<Duty>{{"watch_it", "Watch how it works"}}));
    EXPECT_THAT(words_of(turns[0]), HasSubstr("To be done from then on: Watch how it works."));
}

TEST(Horizon, OfTheRealPacksIsTheMatrixOfTheDays) {
    Scene scene;
    auto state = two_sites();
    Packs law{scene.packs, nullptr};
    auto flips = horizon(law, state, day("2026-11-22"), day("2029-11-22"), "DE").value();
    for (const auto& flip : flips) {
        auto before =
            matrix_of(law, state, flip.after.camera, flip.on - std::chrono::days(1), "DE");
        auto after = matrix_of(law, state, flip.after.camera, flip.on, "DE");
        for (std::size_t i = 0; i < capabilities().size(); ++i) {
            if (capabilities()[i] != flip.after.capability) continue;
            EXPECT_EQ(before.value()[i].verdict, flip.before.verdict);
            EXPECT_EQ(after.value()[i].verdict, flip.after.verdict);
        }
    }
}

TEST(Difference, SaysWhatANewPackTurnsTodayAndLaterAndWhatMustBeLookedAtAgain) {
    auto before = packs(
        rule("T-N", "{from: 2020-01-01}", "{require_before: [{record: notice}]}") +
        rule("T-GONE", "{from: 2020-01-01}", "{cap: {param: footage_days, value: 3}}")
    );
    auto after = packs(
        rule("T-N", "{from: 2020-01-01}", "{require_before: [{record: notice, max_age_days: 9}]}") +
        rule("T-COMES", "{from: 2027-06-01}", "{deny: true}", kRecording) +
        rule("T-NOW", "{from: 2020-01-01}", "{deny: true}", "scope: {eq: [analytic.kind, fall]}\n")
    );
    auto change =
        difference(before, after, two_sites(), day("2026-11-22"), day("2028-11-22"), "").value();
    EXPECT_EQ(change.rules_new, (std::vector<std::string>{"T-COMES", "T-NOW"}));
    EXPECT_EQ(change.rules_changed, std::vector<std::string>{"T-N"});
    EXPECT_EQ(change.rules_gone, std::vector<std::string>{"T-GONE"});
    bool fall = false;
    for (const auto& flip : change.today) {
        if (flip.after.capability != "fall") continue;
        fall = true;
        EXPECT_TRUE(flip.stricter);
        EXPECT_EQ(flip.cause, "pack");
    }
    EXPECT_TRUE(fall);
    auto later = of_recording(change.later);
    ASSERT_EQ(later.size(), 1U);
    EXPECT_EQ(later[0].on, day("2027-06-01"));
    ASSERT_EQ(change.look_again.size(), 1U) << "the Parisian notice is of another land";
    EXPECT_EQ(change.look_again[0].record, "berlin-notice");
    EXPECT_EQ(change.look_again[0].rule, "T-N");
}

TEST(Packs, DecideByTheStricterOfTwo) {
    auto loose =
        packs(rule("T-A", "{from: 2020-01-01}", "{cap: {param: footage_days, value: 10}}"));
    auto strict = packs(
        rule("T-A", "{from: 2020-01-01}", "{cap: {param: footage_days, value: 5}}") +
        rule("T-B", "{from: 2020-01-01}", "{deny: true}", "scope: {eq: [analytic.kind, fall]}\n")
    );
    auto on = day("2026-11-22");
    auto facts = [](const char* kind) {
        return policy::Facts::from_json({{"act", "capture"},
                                         {"site", {{"jurisdictions", {"DE"}}}},
                                         {"analytic", {{"kind", kind}}}}
        ).value();
    };
    for (auto both : {Packs{loose, strict}, Packs{strict, loose}}) {
        EXPECT_EQ(both.decide(facts("fall"), on).verdict, policy::Verdict::Refuse);
        auto recording = both.decide(facts("recording"), on);
        EXPECT_TRUE(recording.permits());
        ASSERT_EQ(recording.caps.size(), 1U);
        EXPECT_EQ(recording.caps[0].second, 5);
    }
    EXPECT_TRUE((Packs{loose, nullptr}).decide(facts("fall"), on).permits());
}

TEST(Gate, RevokesAtOnceWhatANewPackForbids) {
    Scene scene;
    auto permit = scene.permit(Capture{camera("berlin-1")});
    EXPECT_TRUE(permit.valid(scene.clock.monotonic()));
    auto strict = packs(rule("T-NO", "{from: 2020-01-01}", "{deny: true}", kRecording));
    scene.gate.set_packs({scene.packs, strict});
    EXPECT_FALSE(permit.valid(scene.clock.monotonic()));
    EXPECT_EQ(scene.refusal(Capture{camera("berlin-1")}).reasons[0].rule, "T-NO");
    scene.gate.set_packs({scene.packs, nullptr});
    EXPECT_TRUE(scene.permit(Capture{camera("berlin-1")}).valid(scene.clock.monotonic()));
}

TEST(Calendar, IsFoldedEscapedAndStable) {
    auto law = packs(rule("T-N", "{from: 2027-06-01}", "{deny: true}", kRecording));
    auto flips =
        horizon({law, nullptr}, two_sites(), day("2026-11-22"), day("2028-11-22"), "").value();
    auto turns = gather(flips, two_sites());
    ASSERT_EQ(turns.size(), 1U) << "two cameras, one event";
    auto text = to_icalendar(turns, at("2026-11-22T12:00:00Z"));
    EXPECT_THAT(text, HasSubstr("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
    EXPECT_THAT(text, HasSubstr("DTSTART;VALUE=DATE:20270601\r\n"));
    EXPECT_THAT(text, HasSubstr("DTSTAMP:20261122T120000Z\r\n"));
    EXPECT_EQ(text, to_icalendar(turns, at("2026-11-22T12:00:00Z")));
    std::size_t begin = 0;
    while (begin < text.size()) {
        auto end = text.find("\r\n", begin);
        ASSERT_NE(end, std::string::npos);
        EXPECT_LE(end - begin, 75U);
        begin = end + 2;
    }
}

}  // namespace
}  // namespace proviso::law
