#pragma once

#include <gtest/gtest.h>

#include <proviso/api/server.h>
#include <proviso/ledger/hooked_ledger.h>
#include <proviso/playback/hand_veil.h>
#include <proviso/record/test_house.h>
#include <proviso/store/test_database.h>

#include "test_client.h"

namespace proviso::api {

inline constexpr auto kMetricsToken = "a token of the tests, long enough";

/// Somebody who signed in.
struct Person {
    std::string name;
    std::string id;
    std::string cookie;
    std::string csrf;
};

/// A whole house with a server on an ephemeral loopback port: cameras "gate" and "canary-vault"
/// on two sites, a law that asks for a notice, and one person of every role.
class ServerTest : public testing::Test {
protected:
    ServerTest();
    ~ServerTest() override;

    /// Headers of somebody's request: host, origin, cookie and token.
    Headers as(const Person& person) const;

    Headers as(const std::string& role) const { return as(people.at(role)); }

    std::string origin() const;

    Reply get(const std::string& role, std::string_view target);
    Reply send(
        const std::string& role,
        std::string_view method,
        std::string_view target,
        std::string_view body = "{}",
        std::string_view type = "application/json"
    );
    /// Signs somebody in and changes a first password.
    Person sign_in(const std::string& login, const std::string& password);
    Person add_person(
        const std::string& login, const std::string& role, const Json& cameras = nullptr
    );
    /// A WebSocket after its handshake; the status is in `reply`.
    std::unique_ptr<TestClient> live(
        const Person& person, std::string_view camera, Reply& reply, std::string_view what = "live"
    );
    /// An alert with an object and a masked picture, now; the id of its item.
    std::string sight(std::string_view camera, std::string_view rule = "after-hours");
    void apply(std::string_view yaml);
    /// Entries of a type, oldest first.
    std::vector<Json> entries(std::string_view type) const;
    /// On every stream of "gate", the masked one too.
    void film(int pictures);
    /// Lets somebody see cameras without masks for ten minutes; the id of the lift.
    std::string lift(const std::string& role, std::string_view camera = "gate");
    /// The server anew, with the rooms and rules as they are now.
    void serve_again();
    Rooms rooms();

    store::TestFolder folder;
    SystemClock clock;
    ledger::HookedLedger ledger{clock};
    std::unique_ptr<store::Database> database;
    std::unique_ptr<keys::KeyStore> keys;
    std::unique_ptr<registers::Registers> registers;
    std::optional<crypto::SigningKey> publisher;  ///< whose packs may be imported
    std::unique_ptr<law::PackShelf> shelf;
    std::unique_ptr<law::Counsel> counsel;
    std::unique_ptr<law::CalendarLink> calendar;
    std::unique_ptr<law::Gate> gate;
    std::unique_ptr<identity::Identity> identity;
    std::unique_ptr<identity::Approvals> approvals;
    std::unique_ptr<law::Lifts> lifts;
    LiftRules lift_rules;
    std::vector<law::Lift> alarms;
    std::unique_ptr<catalog::Catalog> catalog;
    playback::HandVeilPool veils;
    std::unique_ptr<playback::Player> player;
    std::unique_ptr<playback::Exporter> exporter;
    std::unique_ptr<live::Hub> hub;
    std::unique_ptr<alerts::Alerts> alerts;
    std::unique_ptr<recognise::Recogniser> recogniser;
    std::function<AnalyticsStatus(const CameraId&)> analytics = [](const auto&) {
        return AnalyticsStatus{};
    };
    /// What the eyes find in a picture: a face for each byte, and the byte says whose.
    std::function<Result<FacesFound>(ByteView)> read_faces;
    std::unique_ptr<Server> server;
    std::map<std::string, Person> people;
    int pictures_ = 0;
    std::uint64_t findings_ = 0;

private:
    void furnish();
};

}  // namespace proviso::api
