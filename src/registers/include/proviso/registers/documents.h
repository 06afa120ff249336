#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <proviso/base/document.h>
#include <proviso/base/id.h>
#include <proviso/base/time.h>
#include <proviso/behaviour/rule_spec.h>

/// What people put on record, as typed documents (docs/reference/documents.md). Field names and
/// values are those of the facts (docs/reference/facts.md), so that the gate reads them without
/// translation. An empty optional is a fact that nobody stated: unknown, which is not "none".
namespace proviso::registers {

/// Words of one vocabulary; [] states that there are none.
using Words = std::optional<std::vector<std::string>>;

struct Controller {
    std::string name;
    std::string kind;     ///< controller.kind
    std::string country;  ///< ISO 3166-1 alpha-2
    Words exempt;
};

struct Site {
    SiteId name;
    std::string title;
    std::vector<std::string> jurisdictions;  ///< ISO 3166-1/-2 and municipal codes
    std::string sector;
    std::optional<std::int64_t> capacity;
    std::string timezone;  ///< IANA name, for the pictures' clock and the timeline
    Controller controller;
    std::string storage_country;  ///< where the recordings rest
};

struct Space {
    std::optional<std::string> kind;
    std::optional<std::int64_t> entrances;
    std::optional<bool> staff_present;
    std::optional<bool> minors_expected;
    Words overlooks;
};

struct CameraStream {
    std::string url;                ///< rtsp://, rtsps:// or file://, never with credentials
    std::string transport = "tcp";  ///< "tcp" or "udp"
};

struct FaceAnalytics {
    std::string kind;     ///< of kFaceAnalytics
    std::string gallery;  ///< name of a gallery; empty for face_detection

    friend bool operator==(const FaceAnalytics&, const FaceAnalytics&) = default;
};

/// What machines look for in a camera's pictures. That it stands here permits nothing: each kind
/// asks the gate for itself.
struct Analytics {
    std::string model = "embedded";  ///< or the id of a model card
    std::vector<behaviour::ObjectClass> detect;
    std::optional<double> min_score;  ///< below it nothing is believed; none: the card's own
    bool anomaly = false;
    std::optional<double> learning_hours;  ///< before the anomaly model speaks; none: three days
    bool tamper = false;
    std::optional<FaceAnalytics> faces;
    std::vector<behaviour::Zone> privacy;  ///< never looked at, never shown by an analytic
    std::vector<behaviour::Zone> zones;
    std::vector<behaviour::RuleSpec> rules;

    friend bool operator==(const Analytics&, const Analytics&) = default;
};

struct Camera {
    CameraId name;
    SiteId site;
    std::string title;
    CameraStream main;
    std::optional<CameraStream> sub;
    std::string user;             ///< empty: none
    std::string sealed_password;  ///< base64 of KeyStore::seal; never leaves the server
    bool accept_any_certificate = false;
    PurposeId purpose;
    Space space;
    Words subjects;
    std::optional<bool> audio;
    std::optional<bool> ptz;
    std::optional<bool> mobile;
    Words masks;
    Words onboard_analytics;
    std::optional<std::int64_t> footage_days;  ///< none: the default of the law; it may cap it too
    std::optional<std::int64_t> max_bytes;     ///< oldest first beyond this
    /// Days to keep a second recording in which nobody is to be recognised; none: there is none.
    std::optional<std::int64_t> masked_days;
    bool enabled = true;
    std::optional<Analytics> analytics;
};

struct Purpose {
    PurposeId name;
    std::string code;   ///< purpose.code
    std::string basis;  ///< purpose.basis
    std::string goal;   ///< purpose.goal, empty if none
    std::string text;   ///< in the controller's own words
};

/// Anything a person put on record (FACTS.md `records`): notice, lia, dpia, legal_hold, ...
struct Record {
    std::string name;
    std::string kind;
    std::optional<SiteId> site;      ///< none: the whole controller
    std::optional<CameraId> camera;  ///< none: all of the site
    std::optional<Day> valid_from;
    std::optional<Day> valid_until;
    /// Those of covers (share 0..1 or "all"), entrances, age_days, question, entity that are
    /// given, as the facts want them.
    Json fields = Json::object();
    /// Pseudonymous id of the one person it speaks for (a consent, a release); empty: nobody alone.
    std::string subject;
    std::string text;  ///< for people
    bool withdrawn = false;
};

/// All documents at one moment. Immutable, shared.
struct Snapshot {
    std::uint64_t version = 0;
    std::map<SiteId, Site> sites;
    std::map<CameraId, Camera> cameras;
    std::map<PurposeId, Purpose> purposes;
    std::map<std::string, Record> records;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace proviso::registers
