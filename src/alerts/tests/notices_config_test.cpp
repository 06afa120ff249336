#include <gtest/gtest.h>

#include "proviso/alerts/notices.h"
#include "sightings.h"

namespace proviso::alerts {
namespace {

Result<NoticesConfig> read(std::string_view yaml) {
    auto document = parse_yaml_document(yaml);
    if (!document) return document.error();
    return read_notices(*document, "/etc/proviso");
}

TEST(NoticesConfig, TakesEveryKey) {
    auto config = read(R"(
public_url: https://nvr.example.org/
webhooks:
  - name: desk
    url: https://example.org/hook
    secret_file: hook.secret
    country: US
    cameras: [gate, yard]
    severity: alert
    kinds: [intrusion]
mails:
  - name: guard
    server: smtps://mail.example.org:465
    user: nvr
    password_file: /run/mail
    from: nvr@example.org
    to: [guard@example.org]
    country: CH
mqtt:
  host: broker.example.org
  port: 18883
  tls: true
  ca_file: ca.pem
  user: nvr
  password_file: mqtt.secret
  client_id: nvr-1
  topic_prefix: site/nvr
  home_assistant: false
  discovery_prefix: ha
  country: DE
  cameras: [gate]
  severity: detection
  kinds: []
)");
    ASSERT_TRUE(config) << config.error().story();
    EXPECT_EQ(config->public_url, "https://nvr.example.org");
    ASSERT_EQ(config->webhooks.size(), 1U);
    const auto& webhook = config->webhooks[0];
    EXPECT_EQ(webhook.to.name, "desk");
    EXPECT_EQ(webhook.to.country, "US");
    EXPECT_EQ(webhook.to.filter.cameras.size(), 2U);
    EXPECT_EQ(webhook.to.filter.least, Severity::Alert);
    EXPECT_EQ(webhook.to.filter.kinds, std::vector<std::string>{"intrusion"});
    EXPECT_EQ(webhook.secret_file, "/etc/proviso/hook.secret");
    const auto& mail = config->mails.at(0);
    EXPECT_EQ(mail.server, "smtps://mail.example.org:465");
    EXPECT_EQ(mail.password_file, "/run/mail");
    EXPECT_EQ(mail.recipients, std::vector<std::string>{"guard@example.org"});
    EXPECT_EQ(mail.to.filter.least, Severity::Alert) << "a mail for every passer-by helps nobody";
    ASSERT_TRUE(config->mqtt);
    EXPECT_EQ(config->mqtt->port, 18883);
    EXPECT_TRUE(config->mqtt->tls);
    EXPECT_EQ(config->mqtt->ca_file, "/etc/proviso/ca.pem");
    EXPECT_EQ(config->mqtt->client_id, "nvr-1");
    EXPECT_EQ(config->mqtt->topic_prefix, "site/nvr");
    EXPECT_FALSE(config->mqtt->home_assistant);
    EXPECT_EQ(config->mqtt->discovery_prefix, "ha");
    EXPECT_EQ(config->mqtt->to.country, "DE");
}

TEST(NoticesConfig, NothingIsToldToAnybodyUnlessConfigured) {
    auto config = read("{}");
    ASSERT_TRUE(config);
    EXPECT_TRUE(config->webhooks.empty());
    EXPECT_TRUE(config->mails.empty());
    EXPECT_FALSE(config->mqtt);
    EXPECT_EQ(read("mqtt: {host: h}")->mqtt->port, 1883);
    EXPECT_EQ(read("mqtt: {host: h, tls: true}")->mqtt->port, 8883);
}

TEST(NoticesConfig, RefusesWhatCannotBeMeant) {
    for (const auto* yaml :
         {"webhook: []",
          "webhooks: {}",
          "webhooks: [{name: a, url: 'https://x'}]",
          "webhooks: [{name: a, url: 'ftp://x', secret_file: s}]",
          "webhooks: [{name: a, url: 'file:///etc/passwd', secret_file: s}]",
          "webhooks: [{name: 'A B', url: 'https://x', secret_file: s}]",
          "webhooks: [{name: a, url: 'https://x', secret_file: s, country: Germany}]",
          "webhooks: [{name: a, url: 'https://x', secret_file: s, country: de}]",
          "webhooks: [{name: a, url: 'https://x', secret_file: s, severity: loud}]",
          "webhooks: [{name: a, url: 'https://x', secret_file: s, cameras: ['../x']}]",
          "webhooks: [{name: a, url: 'https://x', secret_file: s, secret: abc}]",
          "webhooks: [{name: a, url: 'https://x', secret_file: s}, "
          "{name: a, url: 'https://y', secret_file: s}]",
          "webhooks: [{name: mqtt, url: 'https://x', secret_file: s}]",
          "mails: [{name: a, server: 'mail.example.org', from: 'a@b', to: ['a@b']}]",
          "mails: [{name: a, server: 'smtp://m', from: 'a@b', to: []}]",
          "mails: [{name: a, server: 'smtp://m', from: 'a@b', to: ['a@b, c@d']}]",
          "mails: [{name: a, server: 'smtp://m', from: 'A <a@b>', to: ['a@b']}]",
          "mails: [{name: a, server: 'smtp://m', from: \"a@b\\r\\nX: y\", to: ['a@b']}]",
          "mails: [{name: a, server: 'smtp://m', user: u, from: 'a@b', to: ['a@b']}]",
          "mqtt: {}",
          "mqtt: {host: h, port: 0}",
          "mqtt: {host: h, topic_prefix: 'a/+/b'}",
          "mqtt: {host: h, topic_prefix: '/a'}",
          "mqtt: {host: h, discovery_prefix: '#'}",
          "mqtt: {host: h, ca_file: x}",
          "mqtt: {host: h, password: secret}",
          "public_url: nvr.example.org"}) {
        auto config = read(yaml);
        EXPECT_FALSE(config) << yaml;
    }
}

TEST(NoticeFilter, LetsThroughWhatItNames) {
    ReviewItem item;
    item.camera = kGate;
    item.findings.resize(2);
    item.findings[1].kind = "intrusion";
    NoticeFilter filter;
    EXPECT_TRUE(filter.wants(item));
    filter.cameras = {kYard};
    EXPECT_FALSE(filter.wants(item));
    filter.cameras = {kYard, kGate};
    filter.kinds = {"running"};
    EXPECT_FALSE(filter.wants(item));
    filter.kinds = {"running", "intrusion"};
    EXPECT_TRUE(filter.wants(item));
    filter.least = Severity::Alert;
    EXPECT_FALSE(filter.wants(item));
    item.findings[1].severity = Severity::Alert;
    EXPECT_TRUE(filter.wants(item));
}

}  // namespace
}  // namespace proviso::alerts
