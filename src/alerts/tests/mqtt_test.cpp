#include <csignal>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <mosquitto.h>
#include <spawn.h>
#include <sys/wait.h>

#include <proviso/alerts/reminders.h>

#include "notices_fixture.h"

namespace proviso::alerts {
namespace {

constexpr auto kBroker = "/usr/sbin/mosquitto";

/// A real broker of its own on a loopback port.
class Broker {
public:
    Broker(const std::filesystem::path& folder, std::uint16_t port) {
        auto config = folder / "mosquitto.conf";
        std::ofstream(config) << fmt::format(
            "listener {} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest none\n", port
        );
        auto path = config.string();
        std::string program = kBroker;
        std::string flag = "-c";
        std::array<char*, 4> arguments{program.data(), flag.data(), path.data(), nullptr};
        if (::posix_spawn(&pid_, kBroker, nullptr, nullptr, arguments.data(), environ) != 0) {
            throw std::runtime_error("no broker");
        }
    }

    Broker(const Broker&) = delete;
    Broker& operator=(const Broker&) = delete;

    ~Broker() {
        ::kill(pid_, SIGTERM);
        ::waitpid(pid_, nullptr, 0);
    }

private:
    pid_t pid_ = 0;
};

/// Another client, which hears everything.
class Listener {
public:
    explicit Listener(std::uint16_t port) {
        client_ = mosquitto_new(nullptr, true, this);
        mosquitto_connect_callback_set(client_, [](mosquitto* client, void*, int) {
            mosquitto_subscribe(client, nullptr, "#", 1);
        });
        mosquitto_message_callback_set(
            client_,
            [](mosquitto*, void* self, const mosquitto_message* message) {
                static_cast<Listener*>(self)->hear(*message);
            }
        );
        mosquitto_reconnect_delay_set(client_, 1, 1, false);
        EXPECT_TRUE(eventually([&] {
            return mosquitto_connect(client_, "127.0.0.1", port, 30) == MOSQ_ERR_SUCCESS;
        }));
        mosquitto_loop_start(client_);
    }

    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    ~Listener() {
        mosquitto_disconnect(client_);
        mosquitto_loop_stop(client_, false);
        mosquitto_destroy(client_);
    }

    std::vector<std::string> of(const std::string& topic) {
        std::lock_guard lock(mutex_);
        return heard_[topic];
    }

    bool hears(const std::string& topic, const std::string& last) {
        return eventually([&] {
            auto all = of(topic);
            return !all.empty() && all.back() == last;
        });
    }

    std::set<std::string> topics() {
        std::lock_guard lock(mutex_);
        std::set<std::string> all;
        for (const auto& [topic, payloads] : heard_) all.insert(topic);
        return all;
    }

private:
    void hear(const mosquitto_message& message) {
        std::lock_guard lock(mutex_);
        heard_[message.topic].emplace_back(
            static_cast<const char*>(message.payload), static_cast<std::size_t>(message.payloadlen)
        );
    }

    mosquitto* client_;
    std::mutex mutex_;
    std::map<std::string, std::vector<std::string>> heard_;
};

class MqttTest : public NoticesTest {
protected:
    void SetUp() override {
        if (!std::filesystem::exists(kBroker)) GTEST_SKIP() << "mosquitto is not installed";
        mosquitto_lib_init();
        NoticesTest::SetUp();
    }

    std::string yaml(const std::string& more = {}) const {
        return fmt::format("mqtt: {{host: 127.0.0.1, port: {}{}}}\n", port, more);
    }

    std::uint16_t port = LoopbackServer::free_port();
};

TEST_F(MqttTest, TellsHomeAssistantWhatFrigateWould) {
    Broker broker(folder.path(), port);
    Listener listener(port);
    notify(yaml());
    EXPECT_TRUE(listener.hears("proviso/available", "online"));
    alerts->observed(kGate, look(0s, {person(1, 0.3F), person(2, 0.6F)}));
    ASSERT_TRUE(alerts->flush());
    EXPECT_TRUE(listener.hears("proviso/gate/motion", "ON"));
    EXPECT_TRUE(listener.hears("proviso/gate/person", "2"));
    EXPECT_TRUE(listener.hears("proviso/gate/review_status", "DETECTION"));
    alerts->found(kGate, intrusion(1, 1s, 1s));
    ASSERT_TRUE(alerts->flush());
    EXPECT_TRUE(listener.hears("proviso/gate/review_status", "ALERT"));
    alerts->closed(kGate, kNoon + 5s);
    clock.advance(1min);
    ASSERT_TRUE(alerts->flush());
    EXPECT_TRUE(listener.hears("proviso/gate/motion", "OFF"));
    EXPECT_TRUE(listener.hears("proviso/gate/person", "0"));
    EXPECT_TRUE(listener.hears("proviso/gate/review_status", "NONE"));

    auto types = [&](const std::string& topic) {
        std::vector<std::string> all;
        for (const auto& text : listener.of(topic)) all.push_back((*parse_json(text))["type"]);
        return all;
    };
    EXPECT_EQ(types("proviso/reviews"), (std::vector<std::string>{"new", "update", "end"}));
    EXPECT_EQ(types("proviso/events"), (std::vector<std::string>{"new", "new", "end", "end"}));
    auto event = *parse_json(listener.of("proviso/events")[0]);
    EXPECT_EQ(event["after"]["label"], "person");
    auto motion = listener.of("homeassistant/binary_sensor/proviso_gate_motion/config");
    ASSERT_EQ(motion.size(), 1U) << "said once, the broker keeps it";
    EXPECT_EQ((*parse_json(motion[0]))["state_topic"], "proviso/gate/motion");
    for (const auto& topic : listener.topics()) {
        EXPECT_EQ(topic.find("snapshot"), std::string::npos) << "no picture leaves this way";
    }
}

TEST_F(MqttTest, RemindsOfADayUnderItsOwnTopic) {
    Broker broker(folder.path(), port);
    Listener listener(port);
    notify(yaml(", about: [reminders]"));
    law::Deadline deadline;
    deadline.kind = "change";
    deadline.on = parse_day("2026-12-22").value();
    deadline.id = law::deadline_id(deadline.kind, deadline.on, "dpia");
    deadline.text = "recording turns from permitted to refused.";
    deadline.steps = {"Put the impact assessment on record"};
    deadline.cameras = {kGate};
    auto book = law::ReminderBook::open(**database).value();
    Reminders reminders(*notifier, book);
    ASSERT_TRUE(reminders.tell(std::array{deadline}, parse_day("2026-11-22").value()));
    ASSERT_TRUE(eventually([&] { return !listener.of("proviso/reminders").empty(); }));
    auto body = parse_json(listener.of("proviso/reminders").back()).value();
    EXPECT_EQ(body["type"], "reminder");
    EXPECT_EQ(body["on"], "2026-12-22");
    EXPECT_EQ(body["items"][0]["cameras"], Json{"gate"});
}

TEST_F(MqttTest, StatesAreKeptByTheBrokerForWhoComesLater) {
    Broker broker(folder.path(), port);
    notify(yaml());
    alerts->observed(kGate, look(0s, {person(1, 0.3F)}));
    ASSERT_TRUE(alerts->flush());
    EXPECT_TRUE(eventually([&] { return health().sent >= 10 && health().waiting == 0; }));
    Listener late(port);
    EXPECT_TRUE(late.hears("proviso/available", "online"));
    EXPECT_TRUE(late.hears("proviso/gate/motion", "ON"));
    EXPECT_TRUE(late.hears("proviso/gate/person", "1"));
    EXPECT_TRUE(late.of("proviso/reviews").empty()) << "what happened is not a state";
    notifier.reset();
    EXPECT_TRUE(late.hears("proviso/available", "offline"));
}

TEST_F(MqttTest, ABrokerThatComesBackIsToldEverythingAgain) {
    auto broker = std::make_unique<Broker>(folder.path(), port);
    notify(yaml());
    alerts->observed(kGate, look(0s, {person(1, 0.3F)}));
    ASSERT_TRUE(alerts->flush());
    EXPECT_TRUE(eventually([&] { return health().sent >= 10 && health().waiting == 0; }));
    broker.reset();
    alerts->found(kGate, intrusion(1, 1s, 1s));
    ASSERT_TRUE(alerts->flush());
    broker = std::make_unique<Broker>(folder.path(), port);
    Listener listener(port);
    EXPECT_TRUE(listener.hears("proviso/available", "online"));
    EXPECT_TRUE(listener.hears("proviso/gate/person", "1"));
    EXPECT_TRUE(listener.hears("proviso/gate/review_status", "ALERT"));
    EXPECT_TRUE(eventually([&] { return !listener.of("proviso/reviews").empty(); }));
}

TEST_F(MqttTest, StartsAlsoWhenTheBrokerIsNotThereYet) {
    notify(yaml());
    find(1);
    Broker broker(folder.path(), port);
    Listener listener(port);
    EXPECT_TRUE(eventually([&] { return !listener.of("proviso/reviews").empty(); }));
}

TEST_F(MqttTest, FiltersAndPrefixesHold) {
    Broker broker(folder.path(), port);
    Listener listener(port);
    notify(yaml(", topic_prefix: site/nvr, home_assistant: false, cameras: [yard], severity: alert")
    );
    EXPECT_TRUE(listener.hears("site/nvr/available", "online"));
    find(1, kGate);
    find(2, kYard, "detection");
    find(3, kYard);
    EXPECT_TRUE(eventually([&] { return !listener.of("site/nvr/reviews").empty(); }));
    for (const auto& topic : listener.topics()) {
        EXPECT_TRUE(topic.starts_with("site/nvr/")) << topic;
        EXPECT_EQ(topic.find("gate"), std::string::npos) << topic;
    }
    for (const auto& text : listener.of("site/nvr/reviews")) {
        EXPECT_EQ((*parse_json(text))["after"]["severity"], "alert");
    }
}

}  // namespace
}  // namespace proviso::alerts
