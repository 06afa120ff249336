#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <proviso/playback/player.h>

namespace proviso::playback {

enum class ExportState { Queued, Running, Done, Failed, Cancelled };

/// A place that is hidden whatever detectors say, where it is at some moments.
struct HiddenPlace {
    struct Moment {
        Timestamp at;
        behaviour::Box box;
    };

    std::vector<Moment> moments;  ///< by time
};

/// What a masked clip is made with beyond the usual.
struct Redaction {
    std::vector<HiddenPlace> hand_boxes;
    std::vector<behaviour::TrackId> keep;  ///< people who are shown
};

struct ExportJob {
    Uuid id;
    CameraId camera;
    std::string stream;
    std::string site;
    Timestamp from;
    Timestamp to;
    std::string purpose_code;
    UserId requester;
    bool clear = false;  ///< as it was recorded; else nobody is to be recognised in it
    ExportState state = ExportState::Queued;
    int percent = 0;
    std::string waiting_for;  ///< words for a person, while Running; empty when it moves
    std::string error;        ///< words for a person, when Failed
    std::uint64_t bytes = 0;  ///< of the finished bundle
    Timestamp created;
    std::optional<std::uint64_t> leaf;  ///< ledger index of the "export" entry
};

/// Makes evidence bundles (docs/design/bundle.md) in the background, one at a time. Jobs survive
/// a restart as Done or Failed. Thread-safe.
class Exporter {
public:
    static Result<std::unique_ptr<Exporter>> open(
        std::filesystem::path recordings,
        std::filesystem::path exports,
        catalog::Catalog& catalog,
        keys::KeyStore& keys,
        ledger::Ledger& ledger,
        const Clock& clock,
        Masking masking = {}
    );
    Exporter(const Exporter&) = delete;
    Exporter& operator=(const Exporter&) = delete;
    ~Exporter();

    /// InvalidInput for an empty or too long range (6 h); NotFound if nothing is recorded in it;
    /// Conflict if the picture or sound format changes inside it, or sound begins or ends (says
    /// where to split). What lies in the
    /// future is left out. If the end is still being recorded the job waits until that segment is
    /// sealed, since only what is sealed can be proven. `site` goes into the manifest.
    Result<ExportJob> start(
        law::Permit<law::Export> permit,
        const media::StreamKey& stream,
        std::string_view site = {},
        Redaction redaction = {}
    );
    std::vector<ExportJob> jobs() const;
    Result<ExportJob> job(const Uuid& id) const;
    Result<> cancel(const Uuid& id);
    /// The finished bundle; Conflict while it is not Done.
    Result<std::filesystem::path> file(const Uuid& id) const;
    /// Removes the bundle and forgets the job. Conflict while it is being made.
    Result<> remove(const Uuid& id);
    /// An export is a copy and lives no longer than its own limit: removes those made before, and
    /// says so in the ledger ("export.deleted").
    Result<> expire(Timestamp older_than);

private:
    Exporter();
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::playback
