#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <proviso/alerts/sighting_sink.h>
#include <proviso/behaviour/anomaly.h>
#include <proviso/behaviour/engine.h>
#include <proviso/behaviour/health_watch.h>
#include <proviso/law/act.h>
#include <proviso/law/permit.h>
#include <proviso/registers/documents.h>

#include "id_book.h"

namespace proviso::app {

/// Where faces are compared: the galleries, or nothing.
class FaceDoor {
public:
    FaceDoor() = default;
    FaceDoor(const FaceDoor&) = delete;
    FaceDoor& operator=(const FaceDoor&) = delete;
    virtual ~FaceDoor() = default;

    /// What sort of gallery it is (analytic.gallery); nothing if there is none of that name.
    virtual std::optional<std::string> sort_of(const std::string& gallery) const = 0;
    /// Match or discard: the template is wiped when this returns.
    virtual void match(
        const law::Permit<law::Identify>& permit,
        behaviour::FaceView& face,
        Timestamp at,
        int picture_width
    ) = 0;
};

using AnalysePermit = std::shared_ptr<law::Permit<law::Analyse>>;
using IdentifyPermit = std::shared_ptr<law::Permit<law::Identify>>;

/// What one camera's observations mean: rules, anomaly model and health watch, each only while its
/// own permit holds. Survives its worker. Thread-safe.
class Scene {
public:
    Scene(CameraId camera, alerts::SightingSink& sink, FaceDoor* faces, const Clock& clock);

    struct Setup {
        registers::Analytics analytics;
        std::string timezone;  ///< of the site
        Json anomaly;          ///< what was learned before; null if nothing
    };

    /// Begins, or begins anew with other rules; what was learned of normality stays.
    Result<> configure(Setup setup);
    void set_permits(std::map<std::string, AnalysePermit> permits, IdentifyPermit identify);

    /// A picture that is wanted of this moment.
    struct Wish {
        std::vector<behaviour::TrackId> highlight;  ///< as the worker calls them
        alerts::MaskedPicture picture;              ///< still without its JPEG
    };

    std::optional<Wish> take(behaviour::Observation observation);
    void expect(std::uint64_t request, alerts::MaskedPicture picture);
    void pictured(std::uint64_t request, Bytes jpeg);

    /// Another worker goes on: what it calls 1 is not what the last one called 1.
    void begun_again();
    /// Nobody looks any more.
    void close();

    /// 0..1; nothing if there is no model.
    std::optional<double> learned() const;
    /// Nothing if there is nothing worth keeping.
    std::optional<Json> what_is_normal() const;

private:
    bool permitted(std::string_view kind, MonoTime now) const;
    void compare_faces(behaviour::Observation& observation, MonoTime now);
    void rename(behaviour::Observation& observation);
    void highlight(Wish& wish, behaviour::TrackId track) const;
    void judge_rules(MonoTime now);
    void tell(std::vector<behaviour::Finding> findings, int source, Wish* wish);
    void tell_counts(Timestamp at);
    Result<> open_anomaly(const Setup& setup);
    void judge_models(MonoTime now);
    void end_all();

    const CameraId camera_;
    alerts::SightingSink& sink_;
    FaceDoor* const faces_;
    const Clock& clock_;

    mutable std::mutex mutex_;
    registers::Analytics analytics_;
    std::map<std::string, AnalysePermit> permits_;
    IdentifyPermit identify_;
    std::optional<behaviour::Engine> engine_;
    std::optional<behaviour::AnomalyModel> anomaly_;
    std::optional<behaviour::HealthWatch> health_;
    bool anomaly_runs_ = false;
    bool health_runs_ = false;
    std::string learns_as_;                ///< the terms the anomaly model was made for
    std::map<std::string, bool> running_;  ///< rules, as the engine knows
    std::vector<alerts::PassageCount> counted_;
    std::map<std::uint64_t, alerts::MaskedPicture> expected_;
    IdBook track_names_;
    IdBook object_names_;
    IdBook face_names_;
    bool open_ = false;
};

}  // namespace proviso::app
