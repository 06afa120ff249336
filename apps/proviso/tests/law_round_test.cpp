#include "law_round.h"

#include <fstream>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <proviso/alerts/sinks.h>
#include <proviso/base/document.h>
#include <proviso/store/test_database.h>

namespace proviso::app {
namespace {

constexpr std::string_view kYard = R"(
kind: purpose
name: property
code: property_protection
basis: legitimate_interests
---
kind: site
name: yard
title: Yard
jurisdictions: [DE]
sector: industrial
timezone: Europe/Berlin
storage_country: DE
controller: {name: Round Test, kind: private, country: DE, exempt: []}
---
kind: camera
name: gate
site: yard
purpose: property
main: {url: "rtsp://127.0.0.1:1/none"}
space: {kind: public_premises, entrances: 1, staff_present: false, minors_expected: false, overlooks: []}
subjects: [public]
audio: true
ptz: false
mobile: false
masks: []
onboard_analytics: []
)";

std::string notice_until(Day day) {
    return fmt::format(
        "kind: record\nname: yard-notice\nrecord: notice\nsite: yard\nentrances: 1\n"
        "valid_until: {}\n",
        to_iso8601(day)
    );
}

TEST(LawRound, RaisesWhatTheLawLeavesOpenAndRemindsOfANoticeThatEnds) {
    store::TestFolder folder;
    alerts::HttpSink sink;
    std::ofstream(folder.path() / "secret") << "0123456789abcdef0123456789abcdef";
    auto secret = folder.path() / "secret";
    std::filesystem::permissions(secret, std::filesystem::perms(0600));
    auto notices = parse_yaml(fmt::format(
        "{{public_url: 'https://nvr.example.org', webhooks: [{{name: hook, url: "
        "'http://127.0.0.1:{}/hook', secret_file: '{}', about: [reminders]}}]}}",
        sink.port(),
        secret.string()
    ));
    Config config;
    config.data = folder.path() / "data";
    config.packs = std::filesystem::path(PROVISO_SOURCE_DIR) / "packs";
    config.notices = alerts::read_notices(notices.value().at(0), folder.path()).value();
    auto house = House::open(config).value();
    auto apply = [&](const std::string& yaml) {
        auto done = house->registers->apply(yaml, {UserId::literal("u-round"), "law round test"});
        ASSERT_TRUE(done) << done.error().story();
    };
    auto ends = day_of(house->clock.now()) + std::chrono::days(20);
    apply(std::string(kYard));
    apply(notice_until(ends));

    auto alerts = alerts::Alerts::open(
                      {.pictures = config.pictures()},
                      *house->database,
                      *house->keys,
                      *house->ledger,
                      house->clock
    )
                      .value();
    auto notifier = alerts::Notifier::open(config.notices, *alerts, house->clock, [](auto&&...) {
                        return false;
                    }).value();
    auto book = law::ReminderBook::open(*house->database).value();
    LawRound round(*house, *notifier, book);

    // One message for each day: the question that sound raises, and the notice.
    auto posted = sink.wait_for(2);
    ASSERT_EQ(posted.size(), 2U);
    std::map<std::string, std::string> by_day;
    for (const auto& each : posted) {
        by_day[parse_json(each.body).value()["on"].get<std::string>()] = each.body;
    }
    auto questions = house->counsel->all().value();
    ASSERT_EQ(questions.size(), 1U);
    const auto& asked = by_day[to_iso8601(questions.begin()->second.due)];
    EXPECT_NE(asked.find("(question: X-AUDIO)"), std::string::npos) << asked;
    const auto& over = by_day[to_iso8601(ends + std::chrono::days(1))];
    EXPECT_NE(over.find("Put on record anew what ends: yard-notice"), std::string::npos) << over;
}

}  // namespace
}  // namespace proviso::app
