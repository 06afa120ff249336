#include <fmt/format.h>
#include <gtest/gtest.h>

#include <proviso/crypto/encode.h>

#include "notices_fixture.h"
#include "senders.h"

namespace proviso::alerts {
namespace {

class WebhookTest : public NoticesTest {
protected:
    static std::string yaml(std::uint16_t port, const std::string& more = {}) {
        return fmt::format(
            "webhooks:\n  - {{name: hook, url: 'http://127.0.0.1:{}/hook', secret_file: "
            "secret{}}}\n",
            port,
            more
        );
    }
};

TEST_F(WebhookTest, SendsWhatHappenedSignedWithTheTime) {
    HttpSink sink;
    notify("public_url: https://nvr.example.org\n" + yaml(sink.port()));
    find(1);
    auto posted = sink.wait_for(1);
    ASSERT_EQ(posted.size(), 1U);
    auto body = *parse_json(posted[0].body);
    EXPECT_EQ(body["type"], "new");
    EXPECT_EQ(body["after"]["camera"], "gate");
    EXPECT_EQ(body["after"]["rule"], "after-hours");
    EXPECT_EQ(
        body["url"], "https://nvr.example.org/review?item=" + body["after"]["id"].get<std::string>()
    );
    EXPECT_EQ(posted[0].header("Content-Type"), "application/json");
    EXPECT_EQ(posted[0].header("X-Proviso-Timestamp"), "1795348800");
    EXPECT_EQ(
        posted[0].header("X-Proviso-Signature"),
        webhook_signature(as_bytes(kSecret), 1795348800, posted[0].body)
    );
    EXPECT_TRUE(eventually([&] { return health().sent == 1; }));
}

TEST_F(WebhookTest, TheSignatureIsThatOfTheDocumentedRecipe) {
    // printf '1795348800.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
    EXPECT_EQ(
        webhook_signature(as_bytes(kSecret), 1795348800, R"({"a":1})"),
        "sha256=21e89301ff258a336959ee8725baef3630f6d5de3007d1bd3937936623b18bbe"
    );
    EXPECT_NE(
        webhook_signature(as_bytes(kSecret), 1795348801, R"({"a":1})"),
        webhook_signature(as_bytes(kSecret), 1795348800, R"({"a":1})")
    );
}

TEST_F(WebhookTest, TriesAgainUntilItIsTakenWithTheSameDelivery) {
    HttpSink sink({500, 429, 503, 200});
    notify(yaml(sink.port()));
    find(1);
    auto posted = sink.wait_for(4);
    ASSERT_EQ(posted.size(), 4U);
    EXPECT_EQ(posted[0].body, posted[3].body);
    EXPECT_EQ(posted[0].header("X-Proviso-Delivery"), posted[3].header("X-Proviso-Delivery"));
    EXPECT_TRUE(eventually([&] { return health().sent == 1; }));
    EXPECT_EQ(health().failed, 0U);
}

TEST_F(WebhookTest, WaitsForAReceiverThatIsNotThereYet) {
    auto port = LoopbackServer::free_port();
    notify(yaml(port));
    find(1);
    find(2);
    EXPECT_TRUE(eventually([&] { return health().waiting == 1; }));
    HttpSink sink({204}, port);
    auto posted = sink.wait_for(2);
    ASSERT_GE(posted.size(), 2U);
    EXPECT_TRUE(eventually([&] { return health().sent >= 2; }));
}

TEST_F(WebhookTest, DoesNotInsistWhereItIsRefusedForGoodAndFollowsNoRedirect) {
    HttpSink sink({403, 302, 204});
    notify(yaml(sink.port()));
    find(1);
    EXPECT_TRUE(eventually([&] { return health().failed == 1; }));
    find(2);
    EXPECT_TRUE(eventually([&] { return health().failed >= 2; }));
    EXPECT_GE(sink.wait_for(2).size(), 2U);
}

TEST_F(WebhookTest, GivesUpWhatIsTooOld) {
    NoticeTiming timing{5ms, 20ms, 1h};
    notify(yaml(LoopbackServer::free_port()), timing);
    find(1);
    EXPECT_EQ(health().failed, 0U);
    clock.advance(61min);
    EXPECT_TRUE(eventually([&] { return health().failed == 1; }));
}

TEST_F(WebhookTest, ADeadReceiverCostsABoundedQueueAndHoldsUpNobody) {
    HttpSink alive;
    notify(
        yaml(LoopbackServer::free_port()) +
            fmt::format(
                "  - {{name: alive, url: 'http://127.0.0.1:{}/', secret_file: secret}}\n",
                alive.port()
            ),
        {1h, 1h, 24h}
    );
    for (std::uint64_t id = 1; id <= 20; ++id) find(id);
    EXPECT_GE(alive.wait_for(20).size(), 20U);
    for (std::uint64_t id = 21; id <= 200; ++id) find(id);
    EXPECT_TRUE(eventually([&] { return health().dropped > 0; }));
    EXPECT_LE(health().waiting, 256U);
}

TEST_F(WebhookTest, OnlyWhatTheFilterWantsIsSent) {
    HttpSink sink;
    notify(yaml(sink.port(), ", cameras: [yard], severity: alert"));
    find(1, kGate);
    find(2, kYard, "detection");
    find(3, kYard);
    auto posted = sink.wait_for(1);
    ASSERT_EQ(posted.size(), 1U);
    EXPECT_EQ((*parse_json(posted[0].body))["after"]["camera"], "yard");
    EXPECT_TRUE(eventually([&] { return health().sent == 1 && health().waiting == 0; }));
}

TEST_F(WebhookTest, WhatBecomesAnAlertBeginsAsOneForWhoHearsOnlyOfAlerts) {
    HttpSink sink;
    notify(yaml(sink.port(), ", severity: alert"));
    alerts->observed(kGate, look(0s, {person(1, 0.5F)}));
    ASSERT_TRUE(alerts->flush());
    alerts->found(kGate, intrusion(1, 1s, 1s));
    ASSERT_TRUE(alerts->flush());
    auto posted = sink.wait_for(1);
    ASSERT_EQ(posted.size(), 1U);
    EXPECT_EQ((*parse_json(posted[0].body))["type"], "new");
}

TEST_F(WebhookTest, TheLawIsAskedOnlyForRecipientsAbroadAndItsNoIsKept) {
    HttpSink sink;
    notify(
        yaml(sink.port(), ", country: XX") +
        fmt::format(
            "  - {{name: home, url: 'http://127.0.0.1:{}/home', secret_file: secret}}\n"
            "  - {{name: abroad, url: 'http://127.0.0.1:{}/abroad', secret_file: secret, country: "
            "CH}}\n",
            sink.port(),
            sink.port()
        )
    );
    find(1);
    EXPECT_EQ(sink.wait_for(2).size(), 2U);
    EXPECT_TRUE(eventually([&] { return health().refused == 1; }));
    EXPECT_EQ(health().sent, 0U);
    std::lock_guard lock(mutex);
    std::sort(asked.begin(), asked.end());
    EXPECT_EQ(asked, (std::vector<std::string>{"gate CH", "gate XX"}));
}

TEST_F(WebhookTest, ASecretThatIsNoneIsRefusedAtTheStart) {
    std::ofstream(folder.path() / "short") << "abc\n";
    for (const auto* file : {"absent", "short"}) {
        auto config = *read_notices(
            *parse_yaml_document(fmt::format(
                "webhooks: [{{name: a, url: 'http://127.0.0.1:1/', secret_file: {}}}]", file
            )),
            folder.path()
        );
        auto opened = Notifier::open(config, *alerts, clock, {});
        ASSERT_FALSE(opened) << file;
        EXPECT_EQ(opened.error().story().find("abc"), std::string::npos);
    }
}

class MailTest : public NoticesTest {
protected:
    static std::string yaml(std::uint16_t port) {
        return fmt::format(
            "mails:\n  - {{name: guard, server: 'smtp://127.0.0.1:{}', from: nvr@example.org, "
            "to: [a@example.org, b@example.org]}}\n",
            port
        );
    }
};

TEST_F(MailTest, OneMailForAnAlertToEverybody) {
    MailSink sink;
    notify(yaml(sink.port()));
    find(1, kGate, "detection");
    find(2);
    auto mailed = sink.wait_for(1);
    ASSERT_EQ(mailed.size(), 1U);
    EXPECT_EQ(mailed[0].from, "<nvr@example.org>");
    EXPECT_EQ(mailed[0].to, (std::vector<std::string>{"<a@example.org>", "<b@example.org>"}));
    EXPECT_NE(mailed[0].data.find("Subject: gate: Person in drive\r\n"), std::string::npos);
    auto body = mailed[0].data.substr(mailed[0].data.find("\r\n\r\n") + 4);
    std::erase_if(body, [](char c) { return c == '\r' || c == '\n'; });
    auto text = crypto::from_base64(body);
    ASSERT_TRUE(text) << body;
    EXPECT_NE(as_text(*text).find("A person stood in drive"), std::string::npos);
    EXPECT_TRUE(eventually([&] { return health().sent == 1 && health().waiting == 0; }));
    alerts->closed(kGate, kNoon + 2min);
    ASSERT_TRUE(alerts->flush());
    EXPECT_EQ(sink.wait_for(1).size(), 1U) << "no second mail at its end";
}

TEST_F(MailTest, TriesAgainWhenTheServerIsBusyAndNotWhenItSaysNo) {
    MailSink busy("451 try later", 1);
    notify(yaml(busy.port()));
    find(1);
    EXPECT_EQ(busy.wait_for(1).size(), 1U);
    EXPECT_TRUE(eventually([&] { return health().sent == 1; }));
    notifier.reset();
    MailSink no("550 no such person", 1);
    notify(yaml(no.port()));
    find(2);
    EXPECT_TRUE(eventually([&] { return health().failed == 1; }));
    EXPECT_EQ(no.sessions(), 1);
}

TEST_F(MailTest, APasswordNeverTravelsInTheClear) {
    MailSink sink;  // offers no STARTTLS
    notify(fmt::format(
        "mails:\n  - {{name: guard, server: 'smtp://127.0.0.1:{}', user: nvr, password_file: "
        "secret, from: nvr@example.org, to: [a@example.org]}}\n",
        sink.port()
    ));
    find(1);
    EXPECT_TRUE(eventually([&] { return sink.sessions() > 0; }));
    EXPECT_EQ(health().sent, 0U);
}

}  // namespace
}  // namespace proviso::alerts
