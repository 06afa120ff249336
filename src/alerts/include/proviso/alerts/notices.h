#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <proviso/alerts/alerts.h>
#include <proviso/law/lifts.h>
#include <proviso/law/reminders.h>

/// Telling machines and people elsewhere: webhook, e-mail, MQTT. Words and numbers only; a picture
/// leaves through the API, where the law is asked for every look.
namespace proviso::alerts {

/// What a destination is told of; empty lists leave nothing out.
struct NoticeFilter {
    std::vector<CameraId> cameras;
    std::vector<std::string> kinds;
    Severity least = Severity::Detection;
    bool alerts = true;      ///< of what the eyes saw
    bool reminders = false;  ///< of days to come on which the law reads otherwise

    /// One of `cameras`, or they are all meant.
    bool covers(const CameraId& camera) const;
    bool wants(const CameraId& camera) const;
    bool wants(const ReviewItem& item) const;
};

struct Destination {
    std::string name;
    /// ISO 3166-1 of whoever receives; empty: it stays with the controller, the law is not asked.
    std::string country;
    NoticeFilter filter;
};

struct WebhookConfig {
    Destination to;
    std::string url;                    ///< https://, or http:// on a network of one's own
    std::filesystem::path secret_file;  ///< signs what is sent
};

struct MailConfig {
    Destination to;
    std::string server;  ///< smtps://host:465, or smtp://host:25 (STARTTLS where offered)
    std::string user;    ///< empty: none
    std::filesystem::path password_file;
    std::string from;
    std::vector<std::string> recipients;
};

struct MqttConfig {
    Destination to;
    std::string host;
    std::uint16_t port = 1883;
    std::string user;
    std::filesystem::path password_file;
    bool tls = false;
    std::filesystem::path ca_file;  ///< empty: the system's
    std::string client_id = "proviso";
    std::string topic_prefix = "proviso";
    bool home_assistant = true;
    std::string discovery_prefix = "homeassistant";
};

struct NoticesConfig {
    std::string public_url;  ///< of this server, for links; empty: no links
    std::vector<WebhookConfig> webhooks;
    std::vector<MailConfig> mails;
    std::optional<MqttConfig> mqtt;
};

/// The `alerts:` section of proviso.yaml (docs/reference/configuration.md), strictly. Relative
/// paths are relative to `base`.
Result<NoticesConfig> read_notices(const Json& section, const std::filesystem::path& base);

/// Whether footage of a camera, in words, may go to a country now. Called on a worker thread.
using MaySend =
    std::function<bool(const CameraId& camera, const std::string& country, Timestamp from)>;

struct NoticeHealth {
    std::string name;
    std::uint64_t sent = 0;
    std::uint64_t failed = 0;   ///< given up: refused by the receiver, or too old
    std::uint64_t dropped = 0;  ///< the queue was full
    std::uint64_t refused = 0;  ///< the law's answer was no
    std::size_t waiting = 0;
};

struct NoticeTiming {
    std::chrono::milliseconds first_pause{1000};
    std::chrono::milliseconds longest_pause{std::chrono::minutes(5)};
    std::chrono::milliseconds give_up_after{std::chrono::hours(1)};
};

/// Sends what Alerts says to every destination, each with its own bounded queue and thread, so
/// that a dead one holds up nobody. Tried again with growing pauses; what waits is in memory only.
class Notifier {
public:
    /// Reads the secrets. InvalidInput says which file will not do.
    static Result<std::unique_ptr<Notifier>> open(
        NoticesConfig config,
        Alerts& alerts,
        const Clock& clock,
        MaySend may_send,
        NoticeTiming timing = {}
    );
    Notifier(const Notifier&) = delete;
    Notifier& operator=(const Notifier&) = delete;
    ~Notifier();

    std::vector<NoticeHealth> health() const;

    /// Somebody sees people without masks and nobody was asked: told to every destination, whatever
    /// it wants to hear of. Says who, where and until when, not why.
    void break_glass(const law::Lift& lift);

    /// Destinations that want reminders.
    std::vector<Destination> reminded() const;

    /// One message about what falls on one day. `done` is called once, on any thread: whether it
    /// was taken, or will never be.
    void remind(
        const std::string& destination,
        const std::vector<law::Due>& due,
        Day today,
        std::function<void(bool told)> done
    );

private:
    Notifier();
    struct Inside;
    std::shared_ptr<Inside> inside_;
};

}  // namespace proviso::alerts
