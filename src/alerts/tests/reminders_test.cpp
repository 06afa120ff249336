#include <fmt/format.h>
#include <gtest/gtest.h>

#include <proviso/alerts/reminders.h>
#include <proviso/crypto/encode.h>

#include "notices_fixture.h"

namespace proviso::alerts {
namespace {

Day day(std::string_view text) { return parse_day(text).value(); }

const Day kToday = day("2026-11-22");

law::Deadline deadline(std::string_view on, std::string_view what, std::vector<CameraId> cameras) {
    law::Deadline made;
    made.kind = "change";
    made.on = day(on);
    made.id = law::deadline_id(made.kind, made.on, what);
    made.text = fmt::format("{} turns from permitted to refused.", what);
    made.steps = {"Put the impact assessment on record"};
    made.cameras = std::move(cameras);
    return made;
}

class RemindersTest : public NoticesTest {
protected:
    static std::string webhook(std::uint16_t port, const std::string& more) {
        return fmt::format(
            "public_url: https://nvr.example.org\nwebhooks:\n  - {{name: hook, url: "
            "'http://127.0.0.1:{}/hook', secret_file: secret{}}}\n",
            port,
            more
        );
    }

    /// As after a start: the same database, everything else anew.
    void tell(const std::vector<law::Deadline>& deadlines, Day today) {
        auto book = law::ReminderBook::open(**database);
        ASSERT_TRUE(book) << book.error().story();
        Reminders reminders(*notifier, *book);
        auto told = reminders.tell(deadlines, today);
        ASSERT_TRUE(told) << told.error().story();
    }

    bool all_settled(std::uint64_t count) {
        return eventually([&] {
            return health().sent + health().failed == count && health().waiting == 0;
        });
    }
};

TEST_F(RemindersTest, SaysWhatChangesWhenAtWhichCamerasAndWhatToDo) {
    HttpSink sink;
    notify(webhook(sink.port(), ", about: [reminders]"));
    tell(
        {deadline("2026-12-22", "face identification", {kGate, kYard}),
         deadline("2026-12-22", "emotion", {kYard})},
        kToday
    );
    auto posted = sink.wait_for(1);
    ASSERT_EQ(posted.size(), 1U) << "one message for one day";
    auto body = *parse_json(posted[0].body);
    EXPECT_EQ(body["type"], "reminder");
    EXPECT_EQ(body["on"], "2026-12-22");
    EXPECT_EQ(body["days_left"], 30);
    EXPECT_EQ(body["url"], "https://nvr.example.org/compliance");
    ASSERT_EQ(body["items"].size(), 2U);
    EXPECT_EQ(body["items"][0]["text"], "face identification turns from permitted to refused.");
    EXPECT_EQ(body["items"][0]["cameras"], (Json{"gate", "yard"}));
    EXPECT_EQ(body["items"][0]["steps"], Json{"Put the impact assessment on record"});
}

TEST_F(RemindersTest, TellsOnceThirtyAndOnceSevenDaysBeforeAlsoOverRestarts) {
    HttpSink sink;
    const std::vector<law::Deadline> list{deadline("2026-12-22", "emotion", {kGate})};
    std::uint64_t expected = 0;
    for (const auto& [today, more] : std::vector<std::pair<std::string_view, int>>{
             {"2026-11-21", 0},  // 31 days
             {"2026-11-22", 1},
             {"2026-11-22", 0},
             {"2026-12-14", 0},  // 8 days
             {"2026-12-15", 1},
             {"2026-12-16", 0},
             {"2026-12-22", 0},
             {"2026-12-23", 0},  // over
         }) {
        notify(webhook(sink.port(), ", about: [alerts, reminders]"));
        tell(list, day(today));
        EXPECT_TRUE(all_settled(static_cast<std::uint64_t>(more))) << today;
        expected += static_cast<std::uint64_t>(more);
        EXPECT_EQ(sink.wait_for(expected).size(), expected) << today;
        notifier.reset();
    }
}

TEST_F(RemindersTest, WhoHearsOfItLateHearsOfItOnce) {
    HttpSink sink;
    notify(webhook(sink.port(), ", about: [reminders]"));
    const std::vector<law::Deadline> list{deadline("2026-11-25", "emotion", {kGate})};
    tell(list, kToday);
    tell(list, kToday);
    EXPECT_TRUE(all_settled(1));
    EXPECT_EQ(sink.wait_for(1).size(), 1U);
}

TEST_F(RemindersTest, OnlyWhoAskedIsToldAndOnlyOfTheirCameras) {
    HttpSink sink;
    notify(webhook(sink.port(), ""));
    tell({deadline("2026-12-01", "emotion", {kGate})}, kToday);
    EXPECT_EQ(health().waiting + health().sent, 0U);
    notifier.reset();
    notify(webhook(sink.port(), ", about: [reminders], cameras: [yard]"));
    tell(
        {deadline("2026-12-01", "emotion", {kGate}),
         deadline("2026-12-02", "identification", {kGate, kYard}),
         deadline("2026-12-03", "pack", {})},
        kToday
    );
    EXPECT_TRUE(all_settled(2));
    auto posted = sink.wait_for(2);
    ASSERT_EQ(posted.size(), 2U);
    EXPECT_EQ((*parse_json(posted[0].body))["on"], "2026-12-02");
    EXPECT_EQ((*parse_json(posted[1].body))["on"], "2026-12-03");
}

TEST_F(RemindersTest, WhoWantsRemindersAloneHearsOfNoAlert) {
    HttpSink sink;
    notify(webhook(sink.port(), ", about: [reminders]"));
    find(1);
    tell({deadline("2026-12-01", "emotion", {kGate})}, kToday);
    EXPECT_TRUE(all_settled(1));
    EXPECT_EQ((*parse_json(sink.wait_for(1).at(0).body))["type"], "reminder");
}

TEST_F(RemindersTest, WhatCouldNotBeSentComesAgainAndWhatWasRefusedToo) {
    HttpSink sink({403, 204});
    notify(webhook(sink.port(), ", about: [reminders]"));
    const std::vector<law::Deadline> list{deadline("2026-12-01", "emotion", {kGate})};
    tell(list, kToday);
    EXPECT_TRUE(eventually([&] { return health().failed == 1; }));
    tell(list, kToday);
    EXPECT_TRUE(eventually([&] { return health().sent == 1; }));
    tell(list, kToday);
    EXPECT_TRUE(all_settled(2));
    EXPECT_EQ(sink.wait_for(2).size(), 2U);
}

TEST_F(RemindersTest, WhatStillWaitsAtTheEndIsSentAfterTheNextStart) {
    auto port = LoopbackServer::free_port();
    notify(webhook(port, ", about: [reminders]"), {1h, 1h, 24h});
    const std::vector<law::Deadline> list{
        deadline("2026-12-01", "emotion", {kGate}), deadline("2026-12-02", "emotion", {kGate})};
    tell(list, kToday);
    EXPECT_TRUE(eventually([&] { return health().waiting == 1; })) << "one on its way, one behind";
    notifier.reset();
    HttpSink sink({204}, port);
    notify(webhook(port, ", about: [reminders]"));
    tell(list, kToday);
    EXPECT_EQ(sink.wait_for(2).size(), 2U);
}

TEST_F(RemindersTest, AMailSaysTheSameToPeople) {
    MailSink sink;
    notify(fmt::format(
        "mails:\n  - {{name: office, server: 'smtp://127.0.0.1:{}', from: nvr@example.org, "
        "to: [a@example.org], about: [reminders]}}\n",
        sink.port()
    ));
    tell({deadline("2026-11-29", "emotion", {kGate, kYard})}, kToday);
    auto mailed = sink.wait_for(1);
    ASSERT_EQ(mailed.size(), 1U);
    const auto& data = mailed[0].data;
    EXPECT_NE(
        data.find("Subject: 2026-11-29 (in 7 days): one thing to be ready for\r\n"),
        std::string::npos
    ) << data;
    auto body = data.substr(data.find("\r\n\r\n") + 4);
    std::erase_if(body, [](char c) { return c == '\r' || c == '\n'; });
    auto text = crypto::from_base64(body);
    ASSERT_TRUE(text);
    EXPECT_NE(as_text(*text).find("emotion turns from permitted to refused."), std::string::npos);
    EXPECT_NE(as_text(*text).find("  - Put the impact assessment on record"), std::string::npos);
    EXPECT_NE(as_text(*text).find("Cameras: gate yard"), std::string::npos);
}

TEST_F(RemindersTest, AWordThatIsNoneIsRefusedInTheConfiguration) {
    auto config = read_notices(
        *parse_yaml_document(
            "webhooks: [{name: a, url: 'http://h/', secret_file: s, about: [reminder]}]"
        ),
        folder.path()
    );
    ASSERT_FALSE(config);
    EXPECT_NE(config.error().story().find("about"), std::string::npos);
}

}  // namespace
}  // namespace proviso::alerts
