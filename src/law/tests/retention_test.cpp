#include <gtest/gtest.h>

#include <proviso/law/facts.h>
#include <proviso/law/retention.h>

#include "hand_registers.h"

namespace proviso::law {
namespace {

Day day(std::string_view text) { return parse_day(text).value(); }

struct Asked {
    registers::Snapshot state = two_sites();
    Packs packs{load_packs(PROVISO_PACKS).value(), nullptr};

    registers::Camera& at(std::string_view name) { return state.cameras.at(camera(name)); }

    std::int64_t days(std::string_view name) {
        return footage_days(packs, state, at(name), day("2026-11-23"));
    }
};

TEST(Retention, WhatTheDocumentAsksForIsKept) {
    Asked asked;
    EXPECT_EQ(asked.days("berlin-1"), 30);
}

TEST(Retention, WhereTheDocumentIsSilentTheLawOfThePlaceSaysHowLong) {
    Asked asked;
    asked.at("berlin-1").footage_days.reset();
    asked.at("paris-1").footage_days.reset();
    EXPECT_EQ(asked.days("berlin-1"), 3) << "72 hours in Germany";
    EXPECT_EQ(asked.days("paris-1"), 30) << "a month in places open to the public";
    asked.at("paris-1").space.kind = "workplace";
    EXPECT_EQ(asked.days("paris-1"), 7) << "a few days at work";
    for (const auto& [place, days] : std::vector<std::pair<std::string, std::int64_t>>{
             {"IT", 1}, {"LU", 8}, {"GB", 31}, {"US-IL", 30}, {"FI", 3}, {"MX", 3}}) {
        asked.state.sites.at(SiteId::literal("berlin")).jurisdictions = {place};
        EXPECT_EQ(asked.days("berlin-1"), days) << place;
    }
}

TEST(Retention, TheFactsStateTheDefaultSoThatNothingIsAskedTwice) {
    Asked asked;
    asked.at("berlin-1").footage_days.reset();
    auto facts = facts_of(asked.packs, day("2026-11-23"), asked.state, camera("berlin-1")).value();
    EXPECT_EQ(facts["retention"]["footage_days"], 3);
}

TEST(Retention, AnAnnouncedPackShortensAtOnceAndLengthensNothing) {
    auto packs = [](std::string_view days) {
        auto row =
            "name,value,unit,kind,source,confidence,from,to,note\nretention.footage.default," +
            std::string(days) + ",days,typical,S,V,,,\n";
        return policy::PackSet::compile(
                   {{"p/pack.yaml",
                     "id: p\ntitle: T\nversion: 1.0.0\nchecked: 2026-01-01\nreview_by: 2026-06-01\n"
                     "language: en\njurisdictions: [\"*\"]\n"},
                    {"p/params.csv", row},
                    {"p/rules/r.yaml",
                     "id: A\ntitle: T\ncite: C\nstatus: in_force\nconfidence: V\neffect: {deny: "
                     "true}\n"}}
        ).value();
    };
    Asked asked;
    asked.at("berlin-1").footage_days.reset();
    asked.packs = {packs("9"), packs("4")};
    EXPECT_EQ(asked.days("berlin-1"), 4);
    asked.packs = {packs("9"), packs("40")};
    EXPECT_EQ(asked.days("berlin-1"), 9);
}

TEST(Retention, WhatNoCameraExplainsGoesAfterThreeDays) {
    Asked asked;
    EXPECT_EQ(unexplained_days(asked.packs, day("2026-11-23")), 3);
}

}  // namespace
}  // namespace proviso::law
