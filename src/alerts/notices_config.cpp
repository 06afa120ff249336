#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <proviso/base/document.h>

#include "proviso/alerts/notices.h"

namespace proviso::alerts {

namespace fs = std::filesystem;

namespace {

fs::path path_of(ObjectReader& read, std::string_view key, const fs::path& base) {
    auto text = read.text_or(key, {});
    return text.empty() ? fs::path() : (base / text).lexically_normal();
}

bool is_country(std::string_view text) {
    auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    return text.size() == 2 && upper(text[0]) && upper(text[1]);
}

/// No control characters, and not so long that it cannot be meant.
bool is_line(std::string_view text) {
    return text.size() <= 1024 && std::none_of(text.begin(), text.end(), [](char c) {
               auto byte = static_cast<unsigned char>(c);
               return byte < 0x20 || byte == 0x7f;
           });
}

bool is_address(std::string_view text) {
    auto at = text.find('@');
    return is_line(text) && at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
           text.find_first_of(" <>,;\"") == std::string_view::npos &&
           text.find('@', at + 1) == std::string_view::npos;
}

/// A topic of its own: no wildcards, no empty level.
bool is_topic(std::string_view text) {
    return !text.empty() && is_line(text) && text.find_first_of("+#$ ") == std::string_view::npos &&
           text.front() != '/' && text.back() != '/' && text.find("//") == std::string_view::npos;
}

Destination read_destination(ObjectReader& read, std::string name, std::string_view least) {
    Destination to;
    to.name = std::move(name);
    to.country = read.text_or("country", {});
    if (!to.country.empty() && !is_country(to.country)) {
        read.fail("'country' is not a country", "give its two capital letters, e.g. US");
    }
    for (const auto& text : read.texts_or_empty("cameras")) {
        auto camera = CameraId::parse(text);
        if (!camera) {
            read.fail("'cameras' holds what is not the name of a camera");
        } else {
            to.filter.cameras.push_back(*std::move(camera));
        }
    }
    to.filter.kinds = read.texts_or_empty("kinds");
    if (auto about = read.texts_or_empty("about"); !about.empty()) {
        to.filter.alerts = std::find(about.begin(), about.end(), "alerts") != about.end();
        to.filter.reminders = std::find(about.begin(), about.end(), "reminders") != about.end();
        bool known = std::all_of(about.begin(), about.end(), [](const auto& word) {
            return word == "alerts" || word == "reminders";
        });
        if (!known) read.fail("'about' has an unknown word", "use alerts, reminders or both");
    }
    auto severity = read.one_of_or("severity", {"alert", "detection"}, std::string(least));
    to.filter.least = severity == "alert" ? Severity::Alert : Severity::Detection;
    return to;
}

Result<WebhookConfig> read_webhook(const Json& json, const fs::path& base) {
    ObjectReader read(json, "webhook");
    WebhookConfig config;
    config.to = read_destination(read, read.text("name"), "detection");
    config.url = read.text("url");
    bool http = config.url.starts_with("https://") || config.url.starts_with("http://");
    if (!http || !is_line(config.url)) {
        read.fail(
            "'url' must begin with https:// or http://", "for example https://example.org/hook"
        );
    }
    config.secret_file = path_of(read, "secret_file", base);
    if (config.secret_file.empty()) {
        read.fail("'secret_file' is missing", "make one with: openssl rand -hex 32");
    }
    PROVISO_TRY(read.finish());
    return config;
}

Result<MailConfig> read_mail(const Json& json, const fs::path& base) {
    ObjectReader read(json, "mail");
    MailConfig config;
    config.to = read_destination(read, read.text("name"), "alert");
    config.server = read.text("server");
    bool smtp = config.server.starts_with("smtps://") || config.server.starts_with("smtp://");
    if (!smtp || !is_line(config.server)) {
        read.fail(
            "'server' must begin with smtps:// or smtp://",
            "for example smtps://mail.example.org:465"
        );
    }
    config.user = read.text_or("user", {});
    config.password_file = path_of(read, "password_file", base);
    if (config.user.empty() != config.password_file.empty()) {
        read.fail("'user' and 'password_file' belong together", "give both or neither");
    }
    config.from = read.text("from");
    config.recipients = read.texts_or_empty("to");
    if (config.recipients.empty()) read.fail("'to' names nobody", "give a list of addresses");
    auto wrong = std::find_if_not(config.recipients.begin(), config.recipients.end(), is_address);
    if (wrong != config.recipients.end() || !is_address(config.from)) {
        read.fail("'from' and 'to' must be plain addresses", "for example desk@example.org");
    }
    PROVISO_TRY(read.finish());
    return config;
}

Result<MqttConfig> read_mqtt(const Json& json, const fs::path& base) {
    ObjectReader read(json, "mqtt");
    MqttConfig config;
    config.to = read_destination(read, "mqtt", "detection");
    config.host = read.text("host");
    config.tls = read.boolean_or("tls", false);
    config.port =
        static_cast<std::uint16_t>(read.integer_or("port", 1, 65535, config.tls ? 8883 : 1883));
    config.user = read.text_or("user", {});
    config.password_file = path_of(read, "password_file", base);
    if (config.user.empty() != config.password_file.empty()) {
        read.fail("'user' and 'password_file' belong together", "give both or neither");
    }
    config.ca_file = path_of(read, "ca_file", base);
    if (!config.tls && !config.ca_file.empty()) read.fail("'ca_file' needs tls: true");
    config.client_id = read.text_or("client_id", config.client_id);
    config.topic_prefix = read.text_or("topic_prefix", config.topic_prefix);
    config.home_assistant = read.boolean_or("home_assistant", true);
    config.discovery_prefix = read.text_or("discovery_prefix", config.discovery_prefix);
    if (!is_topic(config.topic_prefix) || !is_topic(config.discovery_prefix)) {
        read.fail("a prefix is not a topic", "leave out +, #, $, spaces and slashes at the ends");
    }
    if (config.host.empty() || !is_line(config.host)) read.fail("'host' is missing");
    PROVISO_TRY(read.finish());
    return config;
}

}  // namespace

bool NoticeFilter::wants(const CameraId& camera) const { return alerts && covers(camera); }

bool NoticeFilter::covers(const CameraId& camera) const {
    return cameras.empty() || std::find(cameras.begin(), cameras.end(), camera) != cameras.end();
}

bool NoticeFilter::wants(const ReviewItem& item) const {
    if (!wants(item.camera) || item.severity() < least) return false;
    if (kinds.empty()) return true;
    return std::any_of(item.findings.begin(), item.findings.end(), [this](const auto& finding) {
        return std::find(kinds.begin(), kinds.end(), finding.kind) != kinds.end();
    });
}

Result<NoticesConfig> read_notices(const Json& section, const fs::path& base) {
    ObjectReader read(section, "alerts");
    NoticesConfig config;
    config.public_url = read.text_or("public_url", {});
    while (config.public_url.ends_with('/')) config.public_url.pop_back();
    bool web =
        config.public_url.starts_with("https://") || config.public_url.starts_with("http://");
    if (!config.public_url.empty() && (!web || !is_line(config.public_url))) {
        read.fail("'public_url' must begin with https:// or http://");
    }
    auto list = [&](std::string_view key) {
        const auto& json = read.member(key);
        if (!json.is_null() && !json.is_array()) {
            read.fail(fmt::format("'{}' is not a list", key), "begin each entry with '- '");
        }
        return json.is_array() ? json : Json::array();
    };
    for (const auto& one : list("webhooks")) {
        auto webhook = PROVISO_TRY(read_webhook(one, base));
        config.webhooks.push_back(std::move(webhook));
    }
    for (const auto& one : list("mails")) {
        auto mail = PROVISO_TRY(read_mail(one, base));
        config.mails.push_back(std::move(mail));
    }
    const auto& mqtt = read.member("mqtt");
    if (!mqtt.is_null()) config.mqtt = PROVISO_TRY(read_mqtt(mqtt, base));
    std::set<std::string> names{"mqtt"};
    auto once = [&](const Destination& to) {
        if (!is_slug(to.name)) {
            read.fail("'name' of a destination must be a plain word", "use a-z, 0-9, '-' and '_'");
        } else if (!names.insert(to.name).second) {
            read.fail(fmt::format("two destinations are called '{}'", to.name));
        }
    };
    for (const auto& one : config.webhooks) once(one.to);
    for (const auto& one : config.mails) once(one.to);
    PROVISO_TRY(read.finish());
    return config;
}

}  // namespace proviso::alerts
