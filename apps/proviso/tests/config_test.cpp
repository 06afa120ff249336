#include "config.h"

#include <gtest/gtest.h>

#include <proviso/base/document.h>
#include <proviso/base/file.h>

namespace proviso::app {
namespace {

TEST(Config, ReadsTheShippedExampleAndEveryValueInItIsTheDefault) {
    auto text = read_file(PROVISO_SOURCE_DIR "/packaging/proviso.yaml");
    ASSERT_TRUE(text);
    auto example = parse_config(*text, "/etc/proviso");
    ASSERT_TRUE(example) << example.error().story();
    auto defaults = parse_config("{}", "/etc/proviso");
    ASSERT_TRUE(defaults) << defaults.error().story();
    EXPECT_EQ(example->data, defaults->data);
    EXPECT_EQ(example->database_url(), "sqlite:/var/lib/proviso/proviso.db");
    EXPECT_EQ(example->server.bind, defaults->server.bind);
    EXPECT_EQ(example->server.port, defaults->server.port);
    EXPECT_EQ(example->server.hosts, defaults->server.hosts);
    EXPECT_EQ(example->server.web, defaults->server.web);
    EXPECT_EQ(example->packs, defaults->packs);
    EXPECT_EQ(example->ledger_origin, defaults->ledger_origin);
    EXPECT_EQ(example->record.segment, defaults->record.segment);
    EXPECT_EQ(example->record.fragment, defaults->record.fragment);
    EXPECT_EQ(example->record.sync, defaults->record.sync);
    EXPECT_EQ(example->record.writers, defaults->record.writers);
    EXPECT_EQ(example->record.least_free_bytes, defaults->record.least_free_bytes);
    EXPECT_EQ(example->ingest.workers, defaults->ingest.workers);
    EXPECT_EQ(example->vision.workers, defaults->vision.workers);
    EXPECT_EQ(example->vision.cards, defaults->vision.cards);
    EXPECT_EQ(example->models(), "/var/lib/proviso/models");
    EXPECT_EQ(example->retention.every, defaults->retention.every);
    EXPECT_EQ(example->retention.exports_days, defaults->retention.exports_days);
    EXPECT_TRUE(example->metrics_token_file.empty());
    EXPECT_EQ(example->log_level, defaults->log_level);
}

/// Sets one key to a value that is not its default and gives the configuration that results.
Result<Config> with(const std::string& yaml) { return parse_config(yaml, "/etc/proviso"); }

TEST(Config, TakesEveryKey) {
    EXPECT_EQ(with("data: /d")->data, "/d");
    EXPECT_EQ(with("database: sqlite:/x.db")->database_url(), "sqlite:/x.db");
    EXPECT_EQ(with("server: {bind: 0.0.0.0}")->server.bind, "0.0.0.0");
    EXPECT_EQ(with("server: {port: 1}")->server.port, 1);
    EXPECT_EQ(with("server: {hosts: [a, b]}")->server.hosts.size(), 2U);
    auto own = with("server: {certificate: c.pem, private_key: /k.pem}");
    EXPECT_EQ(own->server.certificate, "/etc/proviso/c.pem");
    EXPECT_EQ(own->server.private_key, "/k.pem");
    EXPECT_EQ(with("server: {web: w}")->server.web, "/etc/proviso/w");
    EXPECT_EQ(with("packs: ../p")->packs, "/etc/p");
    EXPECT_EQ(with("viewer_country: DE")->viewer_country, "DE");
    EXPECT_EQ(with("keys: {file: k}")->keys.file, "/etc/proviso/k");
    EXPECT_EQ(with("keys: {passphrase_file: k}")->keys.passphrase_file, "/etc/proviso/k");
    EXPECT_EQ(with("ledger: {origin: a.example/log}")->ledger_origin, "a.example/log");
    EXPECT_EQ(with("record: {segment_seconds: 10}")->record.segment.count(), 10);
    EXPECT_EQ(with("record: {fragment_ms: 200}")->record.fragment.count(), 200);
    EXPECT_EQ(with("record: {sync_ms: 500}")->record.sync.count(), 500);
    EXPECT_EQ(with("record: {writers: 4}")->record.writers, 4);
    EXPECT_EQ(with("record: {least_free_mb: 1}")->record.least_free_bytes, 1U << 20U);
    EXPECT_EQ(with("ingest: {workers: 3}")->ingest.workers, 3);
    EXPECT_EQ(with("vision: {workers: 2}")->vision.workers, 2);
    EXPECT_EQ(with("vision: {cards: c}")->vision.cards, "/etc/proviso/c");
    EXPECT_EQ(with("vision: {models: /m}")->models(), "/m");
    EXPECT_EQ(with("retention: {every_seconds: 5}")->retention.every.count(), 5);
    EXPECT_EQ(with("retention: {exports_days: 2}")->retention.exports_days, 2);
    auto mqtt = with("alerts: {mqtt: {host: h, user: u, password_file: p}}");
    ASSERT_TRUE(mqtt) << mqtt.error().story();
    EXPECT_EQ(mqtt->notices.mqtt->password_file, "/etc/proviso/p");
    EXPECT_EQ(with("metrics: {token_file: t}")->metrics_token_file, "/etc/proviso/t");
    EXPECT_EQ(with("log: {level: debug}")->log_level, "debug");
}

TEST(Config, RefusesWhatItDoesNotKnowAndOffersTheNearestName) {
    auto unknown = with("server: {prot: 1}");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().message(), "server: unknown key 'prot'");
    EXPECT_EQ(unknown.error().next_step(), "did you mean 'port'?");
    EXPECT_FALSE(with("sever: {}"));
    EXPECT_FALSE(with("server: {port: 70000}"));
    EXPECT_FALSE(with("server: {port: '80'}"));
    EXPECT_FALSE(with("server: {certificate: c.pem}"));
    EXPECT_FALSE(with("record: {sync_ms: 5000}"));
    EXPECT_FALSE(with("keys: {file: a, passphrase_file: b}"));
    EXPECT_FALSE(with("vision: {workers: 65}"));
    EXPECT_FALSE(with("log: {level: chatty}"));
    EXPECT_FALSE(with("ledger: {origin: 'a b'}"));
    EXPECT_FALSE(with("server: 5"));
    EXPECT_FALSE(with("alerts: {mqqt: {host: h}}"));
    EXPECT_FALSE(with("metrics: {token: t}"));
    EXPECT_FALSE(with("viewer_country: Germany"));
}

TEST(Config, SaysWhereTheExampleIsWhenThereIsNoFile) {
    auto missing = load_config("/nonexistent/proviso.yaml");
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().next_step().find("--config"), std::string::npos);
}

}  // namespace
}  // namespace proviso::app
