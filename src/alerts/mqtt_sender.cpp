#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

#include <fmt/format.h>
#include <mosquitto.h>

#include <proviso/base/log.h>
#include <proviso/base/worker.h>

#include "senders.h"

namespace proviso::alerts {

namespace {

constexpr int kKeepAlive = 30;
constexpr int kQos = 1;
constexpr std::chrono::seconds kAnswer{5};
constexpr int kLoopMs = 200;
constexpr std::chrono::milliseconds kShortestPause{500};
constexpr std::chrono::milliseconds kLongestPause{30'000};
constexpr std::size_t kMostRetained = 4096;

class Mqtt final : public Sender {
public:
    explicit Mqtt(MqttConfig config) : config_(std::move(config)) {}

    Mqtt(const Mqtt&) = delete;
    Mqtt& operator=(const Mqtt&) = delete;

    ~Mqtt() override {
        if (client_ == nullptr) return;
        // Leaving in order keeps the broker from saying it for us, so it is said here.
        if (is_connected()) {
            auto said = publish(available(), "offline", true);
            if (!said) log_info("notices: {}", said.error().story());
        }
        mosquitto_disconnect(client_);
        worker_.stop();
        mosquitto_destroy(client_);
    }

    Result<> start(const std::string& password) {
        static std::once_flag once;
        std::call_once(once, [] { mosquitto_lib_init(); });
        client_ = mosquitto_new(config_.client_id.c_str(), true, this);
        if (client_ == nullptr) return Error(ErrorKind::Internal, "no MQTT client could be made");
        mosquitto_connect_callback_set(client_, [](mosquitto*, void* self, int code) {
            static_cast<Mqtt*>(self)->connected(code);
        });
        mosquitto_disconnect_callback_set(client_, [](mosquitto*, void* self, int) {
            static_cast<Mqtt*>(self)->disconnected();
        });
        mosquitto_publish_callback_set(client_, [](mosquitto*, void* self, int message) {
            static_cast<Mqtt*>(self)->published(message);
        });
        constexpr std::string_view kOffline = "offline";
        PROVISO_TRY(check(mosquitto_will_set(
            client_,
            available().c_str(),
            static_cast<int>(kOffline.size()),
            kOffline.data(),
            kQos,
            true
        )));
        if (!config_.user.empty()) {
            PROVISO_TRY(
                check(mosquitto_username_pw_set(client_, config_.user.c_str(), password.c_str()))
            );
        }
        if (config_.tls) {
            auto file = config_.ca_file.string();
            PROVISO_TRY(check(mosquitto_tls_set(
                client_,
                file.empty() ? nullptr : file.c_str(),
                file.empty() ? "/etc/ssl/certs" : nullptr,
                nullptr,
                nullptr,
                nullptr
            )));
        }
        PROVISO_TRY(check(mosquitto_threaded_set(client_, true)));
        worker_ = Worker("mqtt", [this](const std::stop_token& stop) { run(stop); });
        return {};
    }

    Result<> send(const Notice& notice) override {
        {
            std::lock_guard lock(mutex_);
            if (notice.retain && retained_.size() < kMostRetained) {
                retained_[notice.topic] = notice.body;
            }
            if (!connected_) return Error(ErrorKind::Unavailable, "the MQTT broker is away");
        }
        return publish(notice.topic, notice.body, notice.retain);
    }

private:
    /// The library's own loop gives up for good when the first try fails; this one does not.
    void run(const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        auto code =
            mosquitto_connect_async(client_, config_.host.c_str(), config_.port, kKeepAlive);
        auto pause = kShortestPause;
        bool told = false;
        while (!stop.stop_requested()) {
            if (code == MOSQ_ERR_SUCCESS) code = mosquitto_loop(client_, kLoopMs, 1);
            if (code == MOSQ_ERR_SUCCESS) {
                if (is_connected()) {
                    pause = kShortestPause;
                    told = false;
                }
                continue;
            }
            disconnected();
            if (!told) {
                log_warning("notices: the MQTT broker is away: {}", mosquitto_strerror(code));
            }
            told = true;
            std::unique_lock lock(mutex);
            wake.wait_for(lock, stop, pause, [] { return false; });
            pause = std::min(pause * 2, kLongestPause);
            if (!stop.stop_requested()) code = mosquitto_reconnect_async(client_);
        }
    }

    std::string available() const { return config_.topic_prefix + "/available"; }

    bool is_connected() {
        std::lock_guard lock(mutex_);
        return connected_;
    }

    static Result<> check(int code) {
        if (code == MOSQ_ERR_SUCCESS) return {};
        if (code == MOSQ_ERR_INVAL || code == MOSQ_ERR_PAYLOAD_SIZE || code == MOSQ_ERR_TLS) {
            return invalid_input(mosquitto_strerror(code), "check alerts.mqtt");
        }
        return Error(ErrorKind::Unavailable, mosquitto_strerror(code));
    }

    /// Returns once the broker has it.
    Result<> publish(const std::string& topic, const std::string& body, bool retain) {
        int message = 0;
        std::unique_lock lock(mutex_);
        acknowledged_.clear();
        lock.unlock();
        PROVISO_TRY(check(mosquitto_publish(
            client_,
            &message,
            topic.c_str(),
            static_cast<int>(body.size()),
            body.data(),
            kQos,
            retain
        )));
        lock.lock();
        bool done = answered_.wait_for(lock, kAnswer, [&] {
            return acknowledged_.contains(message) || !connected_;
        });
        if (done && acknowledged_.contains(message)) return {};
        return Error(ErrorKind::Timeout, "the MQTT broker does not acknowledge");
    }

    void connected(int code) {
        if (code != 0) {
            log_warning("notices: the MQTT broker refuses: {}", mosquitto_connack_string(code));
            return;
        }
        std::map<std::string, std::string> again;
        {
            std::lock_guard lock(mutex_);
            connected_ = true;
            again = retained_;
        }
        // In the client's own thread, where waiting for an answer would wait for ever.
        auto say = [this](const std::string& topic, std::string_view body) {
            mosquitto_publish(
                client_,
                nullptr,
                topic.c_str(),
                static_cast<int>(body.size()),
                body.data(),
                kQos,
                true
            );
        };
        say(available(), "online");
        for (const auto& [topic, body] : again) say(topic, body);
    }

    void disconnected() {
        {
            std::lock_guard lock(mutex_);
            connected_ = false;
        }
        answered_.notify_all();
    }

    void published(int message) {
        {
            std::lock_guard lock(mutex_);
            acknowledged_.insert(message);
        }
        answered_.notify_all();
    }

    const MqttConfig config_;
    mosquitto* client_ = nullptr;
    std::mutex mutex_;
    std::condition_variable answered_;
    bool connected_ = false;
    std::set<int> acknowledged_;
    std::map<std::string, std::string> retained_;
    Worker worker_;
};

}  // namespace

Result<std::unique_ptr<Sender>> make_mqtt(const MqttConfig& config) {
    std::string password;
    if (!config.user.empty()) password = PROVISO_TRY(read_secret(config.password_file, 1));
    auto sender = std::make_unique<Mqtt>(config);
    PROVISO_TRY(sender->start(password).while_doing("start MQTT"));
    return std::unique_ptr<Sender>(std::move(sender));
}

}  // namespace proviso::alerts
