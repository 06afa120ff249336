#include <gtest/gtest.h>

#include <proviso/base/file.h>
#include <proviso/policy/facts.h>

#include "fields.h"

namespace proviso::policy {
namespace {

Json yaml(std::string_view text) { return parse_yaml_document(text).value(); }

Result<Facts> read(std::string_view text) { return Facts::from_json(yaml(text)); }

// The example of the format, with everything it can state.
constexpr std::string_view kWhole = R"(
act: retain
controller: {kind: private, country: FR, exempt: []}
site: {jurisdictions: [FR], sector: retail, capacity: 300}
space: {kind: public_premises, entrances: 2, staff_present: true, minors_expected: false, overlooks: []}
camera: {audio: false, ptz: false, mobile: false, masks: [street], onboard_analytics: []}
analytic: {kind: recording, timing: live, decision: none, cooperative: false, gallery: none, produces: []}
purpose: {code: theft_prevention, basis: legitimate_interests, goal: null}
subjects: [public, staff]
retention: {footage_days: 90, template_days: 0, watch_list_days: 0, log_days: 365}
places:
  - {role: store, country: FR}
  - {role: recipient, country: US, entity: vendor, tool: eu_us_dpf}
records:
  - {kind: notice, valid_until: 2027-06-01, entrances: 2}
  - {kind: consent, covers: all}
observed: {distinct_templates: 0, released_subjects: 0}
)";

TEST(Facts, ReadsEverythingTheFormatHas) {
    auto facts = read(kWhole);
    ASSERT_TRUE(facts) << facts.error().story();
    auto json = facts->to_json();
    EXPECT_EQ(json.at("retention").at("footage_days"), 90);
    EXPECT_EQ(json.at("space").at("staff_present"), true);
    EXPECT_EQ(json.at("camera").at("masks"), Json({"street"}));
    EXPECT_EQ(json.at("places").size(), 2U);
    EXPECT_FALSE(json.at("purpose").contains("goal")) << "null is not stated";
    EXPECT_TRUE(json.at("space").contains("overlooks")) << "an empty list is stated";
}

TEST(Facts, WhatToJsonGivesIsReadBackTheSame) {
    auto facts = read(kWhole).value();
    EXPECT_EQ(Facts::from_json(facts.to_json()).value().digest(), facts.digest());
}

TEST(Facts, TheDigestDependsOnWhatIsStatedAndNotOnItsOrder) {
    auto one = read("{subjects: [public, staff], site: {jurisdictions: [FR, DE]}}").value();
    auto same = read("{site: {jurisdictions: [DE, FR]}, subjects: [staff, public]}").value();
    auto other = read("{site: {jurisdictions: [DE, FR]}, subjects: [staff]}").value();
    EXPECT_EQ(one.digest(), same.digest());
    EXPECT_NE(one.digest(), other.digest());
    auto half = read("records: [{kind: consent, covers: 0.5}]").value();
    auto all = read("records: [{kind: consent, covers: all}]").value();
    EXPECT_NE(half.digest(), all.digest());
}

TEST(Facts, AQuestionIsStatedOverWhatIsOnRecord) {
    auto camera =
        read("{site: {jurisdictions: [FR]}, camera: {audio: false, masks: [street]}}").value();
    auto question = read("{act: capture, camera: {audio: true}}").value();
    auto json = camera.with(question).to_json();
    EXPECT_EQ(json.at("act"), "capture");
    EXPECT_EQ(json.at("camera").at("audio"), true);
    EXPECT_EQ(json.at("camera").at("masks"), Json({"street"}));
    EXPECT_EQ(camera.to_json().at("camera").at("audio"), false);
}

TEST(Facts, OffersTheNearestNameForASlip) {
    struct Slip {
        std::string_view text;
        std::string_view offered;
    };

    for (const auto& [text, offered] : std::vector<Slip>{
             {"space: {knd: street}", "space.kind"},
             {"space: {kind: stret}", "street"},
             {"record: [{kind: notice}]", "records"},
             {"records: [{kind: notise}]", "notice"},
             {"records: [{kind: notice, valid_til: 2027-01-01}]", "valid_until"},
             {"places: [{rle: store}]", "role"},
             {"places: [{role: viewr}]", "viewer"},
             {"subjects: [statt]", "staff"},
             {"act: analyze", "analyse"},
             {"controller: {country: UK}", "GB"},
         }) {
        auto facts = read(text);
        ASSERT_FALSE(facts) << text;
        EXPECT_EQ(facts.error().kind(), ErrorKind::InvalidInput);
        EXPECT_NE(facts.error().next_step().find(offered), std::string::npos)
            << text << ": " << facts.error().message() << " / " << facts.error().next_step();
    }
}

TEST(Facts, RefusesWhatHasTheWrongType) {
    for (const auto* text :
         {"[]",
          "space: street",
          "space: {entrances: -1}",
          "space: {entrances: 2.5}",
          "space: {entrances: 99999999999999999999}",
          "space: {entrances: two}",
          "camera: {audio: 1}",
          "subjects: public",
          "subjects: [[public]]",
          "site: {jurisdictions: FR}",
          "site: {jurisdictions: [XX]}",
          "site: {jurisdictions: [US-ZZ]}",
          "site: {jurisdictions: ['']}",
          "controller: {country: DE-HH}",
          "records: {kind: notice}",
          "records: [{valid_until: 2027-01-01}]",
          "records: [{kind: notice, valid_until: 2027-13-01}]",
          "records: [{kind: consent, covers: 1.5}]",
          "records: [{kind: consent, covers: most}]",
          "place: {role: store}",
          "space: {'': 1}",
          "'': 1"}) {
        auto facts = read(text);
        ASSERT_FALSE(facts) << text;
        EXPECT_EQ(facts.error().kind(), ErrorKind::InvalidInput) << text;
    }
}

TEST(Facts, KnowsCountriesStatesAndMunicipalities) {
    for (const auto* code :
         {"FR", "DE-HH", "US-IL", "US-NY-NYC", "US-OR-PDX", "CA-QC", "GB", "EU"}) {
        EXPECT_TRUE(read("site: {jurisdictions: [" + std::string(code) + "]}")) << code;
    }
}

TEST(Facts, ThePageOfTheFormatNamesEveryFactAndEveryWord) {
    auto page = read_file(PROVISO_FACTS_PAGE).value();
    auto expect_named = [&](std::string_view word) {
        EXPECT_NE(page.find("`" + std::string(word) + "`"), std::string::npos) << word;
    };
    for (const auto& field : fields()) {
        for (auto word : field.words) {
            if (field.path != "act") expect_named(word);
        }
        auto dot = field.path.find('.');
        auto key = dot == std::string_view::npos ? field.path : field.path.substr(dot + 1);
        EXPECT_NE(page.find(key), std::string::npos) << field.path;
    }
    for (auto kind : registers::kRecordKinds) expect_named(kind);
}

TEST(Facts, LimitsHowMuchCanBeStated) {
    auto many = Json::array();
    for (int i = 0; i < 1001; ++i) many.push_back({{"kind", "notice"}});
    EXPECT_FALSE(Facts::from_json({{"records", many}}));
    many.erase(many.begin());
    EXPECT_TRUE(Facts::from_json({{"records", many}}));
}

}  // namespace
}  // namespace proviso::policy
