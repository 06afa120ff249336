#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <proviso/api/server.h>
#include <proviso/base/bounded_queue.h>
#include <proviso/base/guarded.h>
#include <proviso/base/worker.h>
#include <proviso/vision/pool.h>

#include "analysis_plan.h"
#include "house.h"
#include "scene.h"

namespace proviso::app {

/// Keeps every camera looked at as its document asks and the law permits: asks the gate for each
/// kind by itself, tells the worker pool what to look for, gives the observations to the camera's
/// scene, and stops what is no longer permitted within a second (EYE-1).
class AnalysisDesk final : public vision::LookSink {
public:
    struct Rooms {
        alerts::SightingSink& sink;
        FaceDoor* faces = nullptr;  ///< null: there are no galleries here
    };

    static Result<std::unique_ptr<AnalysisDesk>> open(
        House& house, vision::PoolOptions options, Rooms rooms
    );
    AnalysisDesk(const AnalysisDesk&) = delete;
    AnalysisDesk& operator=(const AnalysisDesk&) = delete;
    ~AnalysisDesk() override;

    void on_packet(const media::StreamKey& stream, const media::PacketPtr& packet);

    api::AnalyticsStatus status(const CameraId& camera) const;

    /// For enrolment, and for whoever looks after the processes.
    vision::Pool& eyes() { return *pool_; }

private:
    /// What the law said of one kind, last time.
    struct Asked {
        AnalysePermit permit;
        IdentifyPermit identify;
        std::optional<law::Refusal> refusal;
        std::string trouble;        ///< why there is no answer
        std::uint64_t version = 0;  ///< of the registers, when it was asked
        MonoTime renew_after;
        MonoTime retry_after;
    };

    struct Desk {
        registers::Camera camera;
        std::string timezone;
        std::optional<registers::Analytics> configured;  ///< what the scene was set up with
        std::string configured_timezone;
        std::vector<WantedAnalytic> wanted;
        std::map<std::string, Asked, std::less<>> asked;
        std::string looking;        ///< what the pool was told, in one text; empty: nothing
        std::string missing_model;  ///< what must be pulled first, in words
        std::string missing_faces;
        std::string trouble;  ///< why the scene cannot be set up
        MonoTime retry_after;
        std::shared_ptr<Scene> scene;
    };

    AnalysisDesk(House& house, Rooms rooms) : house_(house), rooms_(rooms) {}

    void on_observation(const CameraId& camera, vision::Observation observation) override;
    void on_picture(const CameraId& camera, std::uint64_t request, Bytes jpeg) override;
    void on_begun_again(const CameraId& camera) override;

    void run(const std::stop_token& stop);
    void tend_all();
    void tend(Desk& desk, const vision::LookStatus* look, std::uint64_t version, MonoTime now);
    void set_up(Desk& desk);
    void ask(Desk& desk, const std::string& kind, Asked& asked, MonoTime now);
    void renew(Asked& asked, MonoTime now);
    bool permitted(const Desk& desk, std::string_view kind, MonoTime now) const;
    void look(Desk& desk, const vision::LookStatus* look, MonoTime now);
    vision::EyeConfig config_of(Desk& desk, MonoTime now);
    void shut(Desk& desk);
    void keep_normality(const Desk& desk) const;
    Json normality_of(const CameraId& camera) const;
    std::filesystem::path normality_file(const CameraId& camera) const;
    api::AnalyticState state_of(
        const Desk& desk, const WantedAnalytic& wanted, const vision::LookStatus* look, MonoTime now
    ) const;
    std::shared_ptr<Scene> scene_of(const CameraId& camera) const;

    House& house_;
    const Rooms rooms_;
    Guarded<std::map<CameraId, Desk>> desks_;
    Guarded<std::map<CameraId, std::shared_ptr<Scene>>> scenes_;
    MonoTime keep_after_;
    /// Holds at most one wake-up: the state itself is read from the registers.
    BoundedQueue<int> wake_{1, WhenFull::DropOldest};
    std::unique_ptr<vision::Pool> pool_;
    Worker worker_;
};

}  // namespace proviso::app
