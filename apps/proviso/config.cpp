#include "config.h"

#include <fmt/format.h>

#include <proviso/base/document.h>
#include <proviso/base/file.h>
#include <proviso/base/id.h>
#include <proviso/proof/checkpoint.h>

namespace proviso::app {

namespace fs = std::filesystem;

namespace {

/// One section of the file; an absent one reads as empty.
class Section {
public:
    Section(ObjectReader& parent, std::string name)
        : json_(parent.member(name).is_null() ? Json::object() : parent.member(name)),
          reader_(json_, std::move(name)) {}

    ObjectReader* operator->() { return &reader_; }

private:
    Json json_;
    ObjectReader reader_;
};

fs::path path_or(
    ObjectReader& read, std::string_view key, const fs::path& base, const fs::path& fallback
) {
    auto text = read.text_or(key, {});
    if (text.empty()) return fallback;
    return (base / text).lexically_normal();
}

Result<> read_server(ObjectReader& read, const fs::path& base, Config& config) {
    Section server(read, "server");
    auto& into = config.server;
    into.bind = server->text_or("bind", into.bind);
    into.port = static_cast<std::uint16_t>(server->integer_or("port", 0, 65535, into.port));
    if (server->has("hosts")) into.hosts = server->texts_or_empty("hosts");
    into.certificate = path_or(*server.operator->(), "certificate", base, {});
    into.private_key = path_or(*server.operator->(), "private_key", base, {});
    into.web = path_or(*server.operator->(), "web", base, into.web);
    if (into.certificate.empty() != into.private_key.empty()) {
        server->fail(
            "'certificate' and 'private_key' belong together",
            "give both, or neither and one is made at the first start"
        );
    }
    return server->finish();
}

Result<> read_record(ObjectReader& read, Config& config) {
    Section record(read, "record");
    auto& into = config.record;
    into.segment =
        std::chrono::seconds(record->integer_or("segment_seconds", 5, 3600, into.segment.count()));
    into.fragment =
        std::chrono::milliseconds(record->integer_or("fragment_ms", 100, 500, into.fragment.count())
        );
    into.sync =
        std::chrono::milliseconds(record->integer_or("sync_ms", 100, 1000, into.sync.count()));
    into.writers = static_cast<int>(record->integer_or("writers", 1, 64, into.writers));
    into.least_free_bytes =
        static_cast<std::uint64_t>(record->integer_or("least_free_mb", 1, 1 << 30, 256)) << 20U;
    return record->finish();
}

Result<> read_rest(ObjectReader& read, const fs::path& base, Config& config) {
    Section keys(read, "keys");
    config.keys.file = path_or(*keys.operator->(), "file", base, {});
    config.keys.passphrase_file = path_or(*keys.operator->(), "passphrase_file", base, {});
    if (!config.keys.file.empty() && !config.keys.passphrase_file.empty()) {
        keys->fail("both 'file' and 'passphrase_file' are given", "keep one of them");
    }
    PROVISO_TRY(keys->finish());

    Section ledger(read, "ledger");
    config.ledger_origin = ledger->text_or("origin", config.ledger_origin);
    if (config.ledger_origin.empty() || config.ledger_origin.size() > 128 ||
        config.ledger_origin.find_first_of(" +\t\n") != std::string::npos) {
        ledger->fail("'origin' must be 1 to 128 characters without spaces and '+'");
    }
    PROVISO_TRY(ledger->finish());

    Section ingest(read, "ingest");
    config.ingest.workers = static_cast<int>(ingest->integer_or("workers", 1, 64, 1));
    PROVISO_TRY(ingest->finish());

    Section vision(read, "vision");
    config.vision.workers = static_cast<int>(vision->integer_or("workers", 0, 64, 0));
    config.vision.cards = path_or(*vision.operator->(), "cards", base, config.vision.cards);
    config.vision.models = path_or(*vision.operator->(), "models", base, {});
    PROVISO_TRY(vision->finish());

    Section retention(read, "retention");
    config.retention.every =
        std::chrono::seconds(retention->integer_or("every_seconds", 1, 3600, 60));
    config.retention.exports_days =
        static_cast<int>(retention->integer_or("exports_days", 1, 3650, 30));
    PROVISO_TRY(retention->finish());

    Section law(read, "law");
    config.law.publishers = law->texts_or_empty("publishers");
    for (const auto& key : config.law.publishers) {
        if (proof::parse_verifier_key(key)) continue;
        law->fail(
            "'law.publishers' holds something that is no verifier key",
            "copy the publisher's whole line: name+1a2b3c4d+AbCd..."
        );
    }
    PROVISO_TRY(law->finish());

    using Second = api::LiftRules::SecondPerson;
    Section lifts(read, "lifts");
    auto second = lifts->one_of_or("second_person", {"never", "exports", "always"}, "never");
    config.lifts.second_person = second == "always"    ? Second::Always
                                 : second == "exports" ? Second::Exports
                                                       : Second::Never;
    config.lifts.longest = std::chrono::minutes(lifts->integer_or("longest_minutes", 1, 480, 60));
    config.lifts.break_glass = lifts->boolean_or("break_glass", true);
    PROVISO_TRY(lifts->finish());

    Section faces(read, "faces");
    config.face_model = faces->text_or("model", config.face_model);
    if (!is_slug(config.face_model)) faces->fail("'faces.model' is not the id of a model card");
    PROVISO_TRY(faces->finish());

    if (const auto& alerts = read.member("alerts"); !alerts.is_null()) {
        config.notices = PROVISO_TRY(alerts::read_notices(alerts, base));
    }

    Section metrics(read, "metrics");
    config.metrics_token_file = path_or(*metrics.operator->(), "token_file", base, {});
    PROVISO_TRY(metrics->finish());

    Section log(read, "log");
    config.log_level = log->one_of_or("level", {"debug", "info", "warning", "error"}, "info");
    return log->finish();
}

}  // namespace

Result<Config> parse_config(std::string_view yaml, const fs::path& base) {
    auto document = PROVISO_TRY(parse_yaml_document(yaml));
    if (document.is_null()) document = Json::object();
    ObjectReader read(document, "proviso.yaml");
    Config config;
    config.data = path_or(read, "data", base, config.data);
    config.database = read.text_or("database", {});
    config.packs = path_or(read, "packs", base, config.packs);
    config.viewer_country = read.text_or("viewer_country", {});
    if (!config.viewer_country.empty() && config.viewer_country.size() != 2) {
        read.fail("'viewer_country' is not a country", "give its two letters, e.g. DE");
    }
    PROVISO_TRY(read_server(read, base, config));
    PROVISO_TRY(read_record(read, config));
    PROVISO_TRY(read_rest(read, base, config));
    PROVISO_TRY(read.finish());
    return config;
}

Result<Config> load_config(const fs::path& file) {
    auto text = read_file(file, 1U << 20U);
    if (!text) {
        return Error(
            text.error().kind(),
            text.error().message(),
            "give the configuration with --config FILE; packaging/proviso.yaml is a commented "
            "example"
        );
    }
    return parse_config(*text, fs::absolute(file).parent_path())
        .while_doing(fmt::format("read {}", file.string()));
}

}  // namespace proviso::app
