#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <proviso/alerts/alerts.h>
#include <proviso/catalog/catalog.h>
#include <proviso/identity/approvals.h>
#include <proviso/identity/identity.h>
#include <proviso/law/calendar_link.h>
#include <proviso/law/counsel.h>
#include <proviso/law/gate.h>
#include <proviso/law/lifts.h>
#include <proviso/law/pack_shelf.h>
#include <proviso/ledger/ledger.h>
#include <proviso/live/hub.h>
#include <proviso/playback/exporter.h>
#include <proviso/playback/player.h>
#include <proviso/recognise/recogniser.h>
#include <proviso/registers/registers.h>

namespace proviso::api {

/// How a camera is doing right now, told by the house.
struct CameraHealth {
    CameraId camera;
    std::string stream;
    std::string state;  ///< "recording", "connecting", "waiting", "refused", "off", "disk_full"
    std::string words;  ///< for a person, with the next step
    double frames_per_second = 0;
    double bits_per_second = 0;
    std::uint64_t reconnects = 0;
    std::uint64_t lost_packets = 0;
    std::optional<Timestamp> last_packet;
    std::optional<Timestamp> durable_to;
    std::string
        sound;  ///< whether sound is recorded and why not, in words; empty: none is asked for
    bool sound_recorded = false;
};

struct StorageHealth {
    std::uint64_t total_bytes = 0;
    std::uint64_t free_bytes = 0;
};

/// One thing that is looked for at a camera.
struct AnalyticState {
    std::string kind;   ///< analytic.kind
    std::string name;   ///< of the rule; the kind itself where there is none
    std::string state;  ///< "running", "refused", "waiting", "off", "learning"
    std::string words;  ///< for a person
    std::vector<law::Reason> reasons;
    std::vector<law::Missing> missing;
    std::optional<double> learned;  ///< 0..1, while learning
};

/// How a camera is being looked at right now.
struct AnalyticsStatus {
    std::string model;  ///< empty: nothing looks at it
    std::vector<AnalyticState> analytics;
    double frames_per_second = 0;  ///< given to the eyes
    double looked_per_second = 0;  ///< given to a detector
    double skipped_per_second = 0;
    double inference_seconds = 0;  ///< of one detector call, mean of the last minute
    std::uint64_t skipped = 0;
    std::uint64_t worker_restarts = 0;
};

/// What the eyes found in one picture that was given for an enrolment.
struct FacesFound {
    int picture_width = 0;                   ///< pixels
    std::vector<behaviour::FaceView> faces;  ///< with templates; whoever takes them wipes them
};

/// What this machine asks of those who want to see people without masks.
struct LiftRules {
    enum class SecondPerson { Never, Exports, Always };
    SecondPerson second_person = SecondPerson::Never;
    std::chrono::minutes longest{60};
    bool break_glass = true;
    /// Tells everybody there is to tell, at once.
    std::function<void(const law::Lift&)> raise_alarm = {};
    /// How many destinations that reaches.
    std::function<std::size_t()> told = {};
};

/// The rooms the API looks into. All outlive the server.
struct Rooms {
    registers::Registers& registers;
    law::Gate& gate;
    law::PackShelf& shelf;
    law::Counsel& counsel;
    law::CalendarLink& calendar;
    identity::Identity& identity;
    identity::Approvals& approvals;
    law::Lifts& lifts;
    ledger::Ledger& ledger;
    catalog::Catalog& catalog;
    playback::Player& player;
    playback::Exporter& exporter;
    live::Hub& hub;
    alerts::Alerts& alerts;
    recognise::Recogniser& recogniser;
    const Clock& clock;
    std::string viewer_country;  ///< where the people sit who look; empty: unknown
    LiftRules lift_rules;
    std::function<std::vector<CameraHealth>()> camera_health;
    std::function<StorageHealth()> storage_health;
    /// None: nothing looks at any camera.
    std::function<AnalyticsStatus(const CameraId&)> analytics;
    /// Looks at a JPEG from outside in a worker. None: no eyes run here.
    std::function<Result<FacesFound>(const law::Permit<law::Enrol>& permit, ByteView jpeg)>
        read_faces;
    /// More of the house's own figures, as (name, value) behind "proviso_"; none if empty.
    std::function<std::vector<std::pair<std::string, double>>()> figures;
};

struct ServerOptions {
    std::string bind = "127.0.0.1";
    std::uint16_t port = 8971;  ///< 0: any free one
    std::filesystem::path web;  ///< the built web UI
    /// Certificate and key files; empty on loopback only: plain HTTP.
    std::filesystem::path certificate;
    std::filesystem::path private_key;
    int threads = 2;
    /// What a scraper sends as bearer token for the metrics; empty: only sessions get them.
    std::string metrics_token;
    std::uint64_t body_limit = 1U << 20U;
};

/// HTTP and WebSocket (openapi.yaml is the contract). Every route stands in one table with what
/// it needs; what is not in the table does not exist.
class Server {
public:
    static Result<std::unique_ptr<Server>> open(ServerOptions options, Rooms rooms);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    std::uint16_t port() const;

private:
    Server();
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::api
